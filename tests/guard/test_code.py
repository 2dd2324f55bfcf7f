"""What the code must not do: build SQL from pieces, ask the clock, swallow every error, log freely."""

import ast
import importlib
from collections.abc import Callable, Iterator

import pytest

from tests.guard.sources import ROOT, Source, calls, dotted, package_sources

CLOCK = "commentsvc/domain/clock.py"
CLOCK_CALLS = (
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime",
    "time.gmtime",
)  # fmt: skip
SQL_CALLS = {"text", "literal_column", "exec_driver_sql"}
EXECUTE_CALLS = {"execute", "executemany", "executescript", "scalar", "scalars", "stream"}
LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGGERS = {"log", "_log", "logger", "_logger"}


def clock_faults(source: Source) -> Iterator[str]:
    """Time comes in as an argument; one file reads the machine's clock."""
    for node in ast.walk(source.tree):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        if source.path != CLOCK and any(name == call or name.endswith(f".{call}") for call in CLOCK_CALLS):
            yield f"{source.place(node)}: `{name}` reads the clock; take a Clock as an argument."
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if f"time.{alias.name}" in CLOCK_CALLS:
                    yield f"{source.place(node)}: `time.{alias.name}` reads the clock; take a Clock as an argument."


def except_faults(source: Source) -> Iterator[str]:
    """A bare `except` swallows even the wish to stop."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        is_everything = node.type is None or dotted(node.type) == "BaseException"
        if is_everything and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
            yield f"{source.place(node)}: say which errors are meant."


def _is_constant(node: ast.expr, constants: set[str]) -> bool:
    return (isinstance(node, ast.Constant) and isinstance(node.value, str)) or dotted(node) in constants


def _constants(source: Source) -> set[str]:
    """Names that hold one plain string of the file's own."""
    found: set[str] = set()
    for node in source.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str())):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str())):
                found.add(name)
            case _:
                pass
    return found | _literal_arguments(source)


def _literal_arguments(source: Source) -> set[str]:
    """Arguments that can only be one of a few constants, because their type is a `Literal`; mypy sees to it."""
    arguments = (node for node in ast.walk(source.tree) if isinstance(node, ast.arg))
    return {
        argument.arg
        for argument in arguments
        if isinstance(argument.annotation, ast.Subscript) and dotted(argument.annotation.value).endswith("Literal")
    }


def _is_pieced_together(node: ast.expr) -> bool:
    """Whether a string is built: f-string, `+`, `%`, `.format`, `.join`, `.replace`."""
    match node:
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return any(
                _is_pieced_together(side) or isinstance(getattr(side, "value", None), str) for side in (left, right)
            )
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
            return True
        case _:
            return False


def sql_faults(source: Source) -> Iterator[str]:
    """SQL is written with SQLAlchemy Core, or as one constant; values are bound, never written in."""
    constants = _constants(source)
    makers = SQL_CALLS if _speaks_sql(source) else {"exec_driver_sql"}
    for call in calls(source):
        name = dotted(call.func).rpartition(".")[2]
        first = call.args[0] if call.args else None
        if first is None:
            continue
        if name in makers and not _is_constant(first, constants):
            yield f"{source.place(call)}: `{name}` takes one constant string; bind values with parameters."
        elif name in EXECUTE_CALLS and _is_pieced_together(first):
            yield f"{source.place(call)}: a statement is pieced together; bind values with parameters."


def query_faults(source: Source) -> Iterator[str]:
    """A stage hands its transaction on to the store's functions and runs nothing in it itself."""
    for call in calls(source):
        target, _, name = dotted(call.func).rpartition(".")
        is_database = target.rpartition(".")[2].lstrip("_") in {"conn", "connection", "cursor", "engine", "session"}
        is_run = name in EXECUTE_CALLS | {"exec_driver_sql"}
        if is_database and is_run and not source.path.startswith("commentsvc/store/"):
            yield f"{source.place(call)}: only the store runs statements; give it a function for this."


def _speaks_sql(source: Source) -> bool:
    """Whether a file has anything of SQLAlchemy's; elsewhere, `text` is a word like any other."""
    return any(package in source.text for package in ("sqlalchemy", "alembic"))


def markup_faults(source: Source) -> Iterator[str]:
    """Only one file may call a string safe HTML: the one that made it so."""
    for node in ast.walk(source.tree):
        name = dotted(node) if isinstance(node, ast.Attribute | ast.Name) else ""
        is_import = isinstance(node, ast.ImportFrom) and any(alias.name == "Markup" for alias in node.names)
        if source.path not in SAFE_HTML and (is_import or (name.rpartition(".")[2] == "Markup" and "." in name)):
            yield f"{source.place(node)}: only {', '.join(sorted(SAFE_HTML))} may vouch for HTML."


SAFE_HTML = frozenset({"commentsvc/web/sanitised.py"})


def log_faults(source: Source, allowed: frozenset[str]) -> Iterator[str]:
    """A log line is a constant event and allowed fields, so no text, address or IP gets in by accident."""
    for call in calls(source):
        target, _, level = dotted(call.func).rpartition(".")
        last = target.rpartition(".")[2]
        if last not in LOGGERS or level not in LOG_CALLS | {"bind"}:
            continue
        place = source.place(call)
        if level != "bind" and not (len(call.args) == 1 and _is_constant(call.args[0], set())):
            yield f"{place}: the event is one constant string; what varies goes into fields."
        for keyword in call.keywords:
            if keyword.arg not in allowed | {"exc_info"}:
                yield f"{place}: field `{keyword.arg}` is not in ALLOWED_FIELDS of commentsvc/logs.py."


def logging_faults(source: Source) -> Iterator[str]:
    """The standard library's loggers know no allow-list."""
    for call in calls(source):
        if dotted(call.func).startswith("logging.") and dotted(call.func).rpartition(".")[2] in LOG_CALLS | {"log"}:
            yield f"{source.place(call)}: log with structlog, through commentsvc/logs.py."


def allowed_fields() -> frozenset[str]:
    """As commentsvc/logs.py has them; none while that file does not exist."""
    if not (ROOT / "commentsvc" / "logs.py").exists():
        return frozenset()
    return frozenset(importlib.import_module("commentsvc.logs").ALLOWED_FIELDS)


def _log_faults(source: Source) -> Iterator[str]:
    yield from log_faults(source, allowed_fields())


GUARDS: tuple[Callable[[Source], Iterator[str]], ...] = (
    clock_faults, except_faults, sql_faults, query_faults, markup_faults, _log_faults, logging_faults,
)  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__.strip("_"))
def test_the_code_keeps_to_it(guard: Callable[[Source], Iterator[str]]) -> None:
    assert [fault for source in package_sources() for fault in guard(source)] == []


BAD = (
    (clock_faults, "datetime.now(UTC)"),
    (clock_faults, "import datetime as d\nd.datetime.utcnow()"),
    (clock_faults, "f = time.time"),
    (clock_faults, "from time import time"),
    (except_faults, "try:\n    f()\nexcept:\n    pass"),
    (except_faults, "try:\n    f()\nexcept BaseException as error:\n    g(error)"),
    (sql_faults, "import sqlalchemy\ntext(f'SELECT {x}')"),
    (sql_faults, "import sqlalchemy\nsa.text('SELECT ' + x)"),
    (sql_faults, "import sqlalchemy\ntext(statement)"),
    (sql_faults, "import sqlalchemy\nA = f'x{y}'\ntext(A)"),
    (sql_faults, "def f(begin: str):\n    connection.exec_driver_sql(begin)"),
    (sql_faults, "await connection.exec_driver_sql('PRAGMA %s' % x)"),
    (sql_faults, "connection.execute('SELECT {}'.format(x))"),
    (sql_faults, "connection.execute('SELECT ' + x, values)"),
    (sql_faults, "cursor.execute(f'PRAGMA {x}')"),
    (sql_faults, "op.execute(' '.join(parts))"),
    (query_faults, "conn.execute(statement)"),
    (query_faults, "await self._conn.scalar(statement)"),
    (markup_faults, "from markupsafe import Markup"),
    (markup_faults, "import markupsafe\nmarkupsafe.Markup(x)"),
    (logging_faults, "logging.info('x')"),
    (logging_faults, "logging.getLogger('x').info\nlogging.warning('x %s', y)"),
)


@pytest.mark.parametrize(("guard", "code"), BAD)
def test_bad_code_is_found(guard: Callable[[Source], Iterator[str]], code: str) -> None:
    assert len(list(guard(Source("commentsvc/intake/x.py", code)))) == 1


@pytest.mark.parametrize(
    ("guard", "code"),
    [
        (clock_faults, "clock()\ntime.monotonic()\nloop.time()"),
        (except_faults, "try:\n    f()\nexcept BaseException:\n    undo()\n    raise\nexcept OSError:\n    pass"),
        (sql_faults, "text('SELECT :x' ' FROM y')\nconnection.execute(select(a).where(b == c))"),
        (sql_faults, "text(statement)"),
        (sql_faults, "def f(begin: Literal['BEGIN', 'BEGIN IMMEDIATE']):\n    connection.exec_driver_sql(begin)"),
        (sql_faults, "_SQL = 'PRAGMA x'\nconnection.exec_driver_sql(_SQL)\nconnection.execute(a + b)"),
        (query_faults, "comments.add_pending(conn, thread)\npool.execute(work)"),
        (markup_faults, "from commentsvc.markup import render"),
        (logging_faults, "logging.getLogger('uvicorn').setLevel(logging.WARNING)"),
    ],
)
def test_good_code_is_left_alone(guard: Callable[[Source], Iterator[str]], code: str) -> None:
    assert list(guard(Source("commentsvc/intake/x.py", code))) == []


@pytest.mark.parametrize(
    "code",
    [
        "log.info(f'comment {x}')",
        "log.info('comment %s', x)",
        "log.info(event)",
        "log.info('comment_submitted', email=x)",
        "svc.log.warning('x', **fields)",
        "log.bind(ip=x)",
        "_log.exception('x', error=e)",
    ],
)
def test_a_log_line_that_may_leak_is_found(code: str) -> None:
    assert len(list(log_faults(Source("commentsvc/intake/x.py", code), frozenset({"comment"})))) == 1


def test_a_log_line_of_allowed_fields_is_left_alone() -> None:
    code = "log.info('comment_submitted', comment=x, site=y)\nlog.bind(site=y)\nlog.exception('x', exc_info=e)\nlog(2)"
    assert list(log_faults(Source("commentsvc/intake/x.py", code), frozenset({"comment", "site"}))) == []
