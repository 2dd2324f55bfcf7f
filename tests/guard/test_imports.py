"""Who may import whom. The stages of a comment's way meet in the store and never import each other."""

import ast
import sys
from collections.abc import Iterable, Iterator

import pytest

from tests.guard.sources import ROOT, Source, package_sources

ANYTHING = frozenset({"*"})
STAGE = frozenset({"domain", "web", "words", "markup", "store"})
ALLOWED: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "markup": frozenset({"domain"}),
    "screening": frozenset({"domain"}),
    "vault": frozenset({"domain"}),
    "words": frozenset({"domain"}),
    "web": frozenset({"domain", "words"}),
    "store": frozenset({"domain"}),
    "intake": STAGE | {"screening", "vault.sealing", "vault.blind_index", "vault.reader_marks", "vault.keys"},
    "moderation": STAGE | {"screening"},
    "accounts": STAGE,
    "publication": STAGE,
    # It opens addresses to send, and after a rotation puts what it opened under the newest keys: so it seals as well.
    "notify": frozenset(
        {
            "domain",
            "store",
            "words",
            *(f"vault.{file}" for file in ("opening", "keys", "sealing", "blind_index", "secret_keeper")),
        }
    ),
    "rights": STAGE | {"vault.blind_index"},  # to find what is held under an address, not to open it
    "transfer": frozenset({"domain", "markup", "vault", "store"}),
    "doctor": frozenset({"domain", "store", "settings", "vault.key_file", "vault.keys"}),  # looks at all, opens nothing
    "settings": frozenset({"setting_values"}),
    "setting_values": frozenset({"domain"}),
    "logs": frozenset({"domain", "web"}),
    "known_keys": frozenset({"domain", "store", "vault.keys"}),
    "app": ANYTHING,
    "cli": ANYTHING,
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
}
"""Room → what of ours it may import: another room, or one file of it."""

RESERVED = {
    "sqlalchemy": "store",
    "alembic": "store",
    "aiosqlite": "store",
    "asyncpg": "store",
    "bleach": "markup",
    "markdown_it": "markup",
    "confusable_homoglyphs": "screening",
    "nacl": "vault",
    "dns": "doctor",
    "babel": "words",
}
"""Other people's package → the one room that may import it."""

PASSED_ON = {"sqlalchemy.engine.Connection"}
"""A type that everybody may name, because a transaction is passed from a stage to the store's functions."""

TOP = {"app", "cli", "__main__"}
"""Nobody imports these, but each other."""


def _imported(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Each import as a full dotted name; ``from a.b import c`` is ``a.b.c``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(source, node)
            for alias in node.names:
                yield node, f"{base}.{alias.name}"


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    package = source.path.split("/")[: -node.level] if node.level else []
    return ".".join([*package, *([node.module] if node.module else [])])


def _room(path: str) -> str:
    """``commentsvc/intake/x.py`` is in ``intake``, ``commentsvc/app.py`` in ``app``."""
    return path.split("/")[1].removesuffix(".py")


def _is_allowed(target: str, allowed: Iterable[str]) -> bool:
    return any(entry in {"*", target} or target.startswith(f"{entry}.") for entry in allowed)


def import_faults(source: Source) -> Iterator[str]:
    """A sentence for each import that the tables forbid."""
    room = _room(source.path)
    if room not in ALLOWED:
        yield f"{source.path}: `{room}` has no row yet. Decide whom it may import, and add it to ALLOWED."
        return
    for node, name in _imported(source):
        first, _, target = name.partition(".")
        if first == "commentsvc":
            yield from _own_fault(source.place(node), room, target)
        elif first != "__future__":
            yield from _foreign_fault(source.place(node), room, name)


def _own_fault(place: str, room: str, target: str) -> Iterator[str]:
    other = target.partition(".")[0]
    if other in {room, "", "__version__"}:
        return
    if other in TOP and room not in TOP:
        yield f"{place}: nobody imports `{other}`, where all is put together. Take what you need as an argument."
    elif not _is_allowed(target, ALLOWED[room]):
        allowed = ", ".join(sorted(ALLOWED[room])) or "nothing of ours"
        yield f"{place}: `{room}` may import {allowed}; not `{target}`. Stages meet in the store, not in each other."


def _foreign_fault(place: str, room: str, name: str) -> Iterator[str]:
    package = name.partition(".")[0]
    owner = RESERVED.get(package)
    if owner not in {None, room} and (name not in PASSED_ON or room == "domain"):
        yield f"{place}: `{package}` belongs to `{owner}` alone; call what `{owner}` offers instead."
    elif room == "domain" and package not in sys.stdlib_module_names:
        yield f"{place}: `domain` says what things are with the standard library alone; not with `{package}`."


def test_every_import_keeps_its_direction() -> None:
    assert [fault for source in package_sources() for fault in import_faults(source)] == []


def test_every_room_has_a_row() -> None:
    rooms = {_room(source.path) for source in package_sources()}
    assert rooms - ALLOWED.keys() == set()
    assert (ROOT / "commentsvc" / "domain").is_dir()


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("intake/submit.py", "from commentsvc.moderation.queue import page", "`intake` may import"),
        ("intake/submit.py", "from commentsvc import publication", "not `publication`"),
        ("intake/submit.py", "from commentsvc.vault.opening import open_box", "not `vault.opening.open_box`"),
        ("intake/submit.py", "from commentsvc.vault import opening", "not `vault.opening`"),
        ("intake/submit.py", "from commentsvc import vault", "not `vault`"),
        ("intake/submit.py", "import commentsvc.vault.opening as x", "not `vault.opening`"),
        ("intake/submit.py", "from ..moderation import queue", "not `moderation.queue`"),
        ("intake/submit.py", "def f():\n    import sqlalchemy", "`sqlalchemy` belongs to `store`"),
        ("intake/submit.py", "from sqlalchemy.engine import Connection, Engine", "`sqlalchemy` belongs to `store`"),
        ("domain/site.py", "from sqlalchemy.engine import Connection", "`sqlalchemy` belongs to `store`"),
        ("moderation/queue.py", "from commentsvc.vault.sealing import seal", "not `vault.sealing.seal`"),
        ("publication/page.py", "import bleach.sanitizer", "`bleach` belongs to `markup`"),
        ("web/errors.py", "from commentsvc.store import engine", "not `store.engine`"),
        ("domain/urls.py", "import pydantic", "standard library alone"),
        ("domain/urls.py", "from commentsvc.web import cors", "nothing of ours"),
        ("store/engine.py", "from commentsvc.app import make_app", "nobody imports `app`"),
        ("store/engine.py", "if TYPE_CHECKING:\n    from commentsvc.cli import main", "nobody imports `cli`"),
        ("plugins/x.py", "import os", "`plugins` has no row yet"),
        ("helpers.py", "import os", "`helpers` has no row yet"),
    ],
)
def test_a_forbidden_import_is_found(path: str, code: str, told: str) -> None:
    faults = list(import_faults(Source(f"commentsvc/{path}", code)))
    assert len(faults) == 1
    assert told in faults[0]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (
            "intake/submit.py",
            "from commentsvc.vault.sealing import seal\nfrom commentsvc.vault import keys, blind_index",
        ),
        ("intake/submit.py", "from commentsvc.intake.parse import parse\nfrom . import receipt\nimport starlette"),
        ("intake/submit.py", "from sqlalchemy.engine import Connection"),
        ("domain/site.py", "from commentsvc.domain import errors\nimport re"),
        ("store/engine.py", "from sqlalchemy.ext.asyncio import AsyncEngine"),
        ("transfer/export.py", "from commentsvc.vault.opening import open_box"),
        ("app.py", "from commentsvc.vault.opening import open_box\nfrom commentsvc.settings import Settings"),
        ("cli/serve.py", "from commentsvc.app import make_app"),
    ],
)
def test_an_allowed_import_is_left_alone(path: str, code: str) -> None:
    assert list(import_faults(Source(f"commentsvc/{path}", code))) == []
