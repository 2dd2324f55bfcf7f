"""The key file by the command line: made, shown, copied, rotated; and sealed addresses taken elsewhere."""

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from typer.testing import CliRunner

from commentsvc.app import create_app
from commentsvc.cli import command_line
from commentsvc.domain.emails import EmailAddress
from commentsvc.known_keys import SEALS_WITH
from commentsvc.settings import load_settings
from commentsvc.store import remembered
from commentsvc.store.schema import decision, membership, moderator, sign_in_link
from commentsvc.vault.key_file import create, load
from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.rotation import facts
from commentsvc.vault.sealing import Sealer
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database, ok
from tests.support.moderation import open_place
from tests.support.postgres import Postgres
from tests.support.public_role import make_role

Refuse = Callable[..., str]
PASSPHRASE = "a passphrase of a few words"


@pytest.fixture
def key_file(run: Run, installation: Path) -> Path:
    ok(run("key", "make"))
    return installation / "secrets" / "keys.json"


def ids_of(ring: KeyRing, kind: str) -> list[str]:
    return [each.id for each in facts(ring) if each.kind == kind]


def start_service() -> None:
    """What a service does when it starts with the key file that the settings name."""

    async def started() -> None:
        settings = load_settings()
        service = create_app(settings, load(settings.key_file))
        async with service.router.lifespan_context(service):
            pass

    asyncio.run(started())


def test_keys_are_made_once_and_shown_without_their_secrets(run: Run, key_file: Path) -> None:
    before = key_file.read_bytes()
    assert f"The keys are in {key_file}" in ok(run("key", "make"))
    assert key_file.read_bytes() == before
    shown = ok(run("key", "list"))
    ring = load(key_file)
    assert shown.splitlines() == [
        f"signing  {ids_of(ring, 'signing')[0]}  newest",
        f"index    {ids_of(ring, 'index')[0]}  newest",
        f"sealing  {ids_of(ring, 'sealing')[0]}  newest  with private half",
    ]
    content = json.loads(before)
    for secret in (content["signing"][0], content["index"][0]["secret"], content["sealing"][0]["private"]):
        assert secret not in shown
        assert base64.b64decode(secret).hex() not in shown


def test_the_public_half_is_written_and_nothing_is_overwritten(
    run: Run, refuse: Refuse, key_file: Path, tmp_path: Path
) -> None:
    half = tmp_path / "public.json"
    assert "opens none" in ok(run("key", "export", "--public", str(half)))
    assert half.stat().st_mode & 0o777 == 0o600
    assert load(half) == load(key_file).public_half()
    assert "already, and it was left as it is" in refuse("key", "export", "--public", str(half))
    assert "already, and it was left as it is" in refuse("key", "export", str(half))
    assert "Only a public half is updated" in refuse("key", "export", "--update", str(half))
    assert "leave --lock out" in refuse("key", "export", "--public", "--lock", str(half))

    ok(run("key", "rotate", "--sealing"))
    ok(run("key", "export", "--public", "--update", str(half)))
    assert load(half) == load(key_file).public_half()
    assert len(load(half).sealing) == 2
    for wrong in (load(key_file), new_key_ring().public_half()):
        other = tmp_path / f"other{wrong.may_open}.json"
        create(other, wrong)
        assert "no public half of these keys" in refuse("key", "export", "--public", "--update", str(other))
        assert load(other) == wrong


def test_a_copy_is_taken_in_again_where_there_is_no_key_file(
    run: Run, refuse: Refuse, key_file: Path, tmp_path: Path
) -> None:
    ring, copy = load(key_file), tmp_path / "copy.json"
    assert "Whoever has it and the database" in ok(run("key", "export", str(copy)))
    assert "already, and it was left as it is" in refuse("key", "import", str(copy))
    key_file.unlink()
    ok(run("key", "import", str(copy)))
    assert load(key_file) == ring


def test_a_locked_copy_asks_for_its_passphrase_and_shows_it_nowhere(run: Run, key_file: Path, tmp_path: Path) -> None:
    ring, copy = load(key_file), tmp_path / "locked.json"

    def typed(*args: str, lines: list[str]) -> str:
        result = CliRunner().invoke(command_line(), ["key", *args], input="".join(f"{line}\n" for line in lines))
        assert PASSPHRASE not in result.output
        return f"{result.exit_code} {result.output}"

    assert run is not None
    assert "at least 12 characters" in typed("export", "--lock", str(copy), lines=["short"] * 2)
    assert not copy.exists()
    assert typed("export", "--lock", str(copy), lines=[PASSPHRASE] * 2).startswith("0 ")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "already" in typed("export", "--lock", str(copy), lines=[PASSPHRASE] * 2)
    key_file.unlink()
    assert "does not open with this passphrase" in typed("import", str(copy), lines=["another one, and wrong"])
    assert typed("import", str(copy), lines=[PASSPHRASE]).startswith("0 ")
    assert load(key_file) == ring


def test_one_kind_is_rotated_or_all_and_what_to_do_next_is_told(run: Run, key_file: Path) -> None:
    first = load(key_file)
    said = ok(run("key", "rotate", "--index"))
    second = load(key_file)
    assert (second.signing, second.sealing) == (first.signing, first.sealing)
    assert second.index[1:] == first.index
    assert second.index[0].id.hex() in said
    for words in (
        "commentsvc key export --public FILE --update",
        "Restart the service; then the worker",
        "key drop ID",
    ):
        assert words in said
    ok(run("key", "rotate"))
    third = load(key_file)
    assert [len(third.signing), len(third.index), len(third.sealing)] == [2, 3, 2]


def test_a_public_process_changes_no_keys(
    run: Run, refuse: Refuse, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tmp_path / "public.json"
    ok(run("key", "export", "--public", str(half)))
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(half))
    assert "Run this where the whole key file is" in refuse("key", "rotate")
    monkeypatch.setenv("COMMENTSVC_ROLE", "public")
    for command in (("rotate",), ("make",), ("drop", ids_of(load(key_file), "index")[0])):
        assert "keys are not changed" in refuse("key", *command)
    assert "public only" in ok(run("key", "list"))


def test_an_old_key_goes_when_nothing_needs_it_any_more(run: Run, refuse: Refuse, key_file: Path) -> None:
    ok(run("moderator", "add", "mo@desk.example"))
    start_service()
    first = load(key_file)
    sealing, index, signing = (ids_of(first, kind)[0] for kind in ("sealing", "index", "signing"))
    assert "is the newest sealing key" in refuse("key", "drop", sealing)
    assert "There is no key 00000000" in refuse("key", "drop", "00000000")
    ok(run("key", "rotate"))
    assert f"The service that started last seals with key {sealing}" in refuse("key", "drop", sealing)
    start_service()
    assert f"Key {sealing} is still needed for moderators (1)." in refuse("key", "drop", sealing)
    assert f"Key {index} is still needed for moderators (1)." in refuse("key", "drop", index)
    assert "say --void" in refuse("key", "drop", signing)

    in_database(_forget_moderators)
    for command in ((sealing,), (index,), (signing, "--void")):
        assert "is out of" in ok(run("key", "drop", *command))
    after = load(key_file)
    assert [len(after.signing), len(after.index), len(after.sealing)] == [1, 1, 1]
    assert in_database(lambda conn: remembered.recall(conn, "sealing_key")) == after.sealing[0].public.hex()
    ok(run("site", "list"))
    key_file.unlink()
    create(key_file, first)
    assert "does not belong to this database" in refuse("site", "list")


def _forget_moderators(conn: Connection) -> None:
    for table in (sign_in_link, membership, moderator):
        conn.execute(sa.delete(table))


def test_the_service_says_which_key_it_seals_with(run: Run, key_file: Path) -> None:
    ok(run("migrate"))
    start_service()
    assert in_database(lambda conn: remembered.recall(conn, SEALS_WITH)) == load(key_file).sealing[0].id.hex()


async def _fill(database_url: str, key_file: Path, *, with_second_site: bool) -> None:
    async with open_place(database_url) as place:
        create(key_file, place.ring)
        await place.add_site()
        await place.add_comment(name="Ada \x1b[31m", email="Ada@Reader.example")
        await place.add_comment(name="Nobody", email=None)
        if with_second_site:
            await place.add_site("herald", "The Herald")
            await place.add_comment(site="herald", name="Ben", email="ben@reader.example")


def test_what_a_server_without_private_keys_has_sealed_is_opened_elsewhere(
    run: Run, refuse: Refuse, database_url: str, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, half, sealed = (installation / name for name in ("whole.json", "half.json", "sealed.jsonl"))
    asyncio.run(_fill(database_url, whole, with_second_site=True))
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(whole))
    ok(run("key", "export", "--public", str(half)))

    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(half))
    ok(run("vault", "export", "--out", str(sealed)))
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert refuse("vault", "export", "--out", str(sealed)) != ""
    assert b"reader.example" not in sealed.read_bytes().lower()
    assert "no private key" in refuse("vault", "open", str(sealed))
    one = ok(run("vault", "export", "--site", "herald"))
    assert [json.loads(line)["name"] for line in one.splitlines()] == ["Ben"]
    assert "There is no site none." in refuse("vault", "export", "--site", "none")
    exports = sa.select(decision.c.subject, decision.c.details, decision.c.moderator_id).order_by(decision.c.id)
    told = in_database(lambda conn: conn.execute(exports.where(decision.c.decision == "export_addresses")).all())
    told = [tuple(row) for row in told]
    assert told[:2] == [("site:gazette", {"comments": 1}, None), ("site:herald", {"comments": 1}, None)]
    assert told[2:] == [("site:herald", {"comments": 1}, None)], "what was refused is not told"
    assert "unbroken" in ok(run("verify-history"))

    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(whole))
    monkeypatch.setenv("COMMENTSVC_DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    shown = ok(run("vault", "open", str(sealed)))
    assert [json.loads(line)["address"] for line in shown.splitlines()] == ["Ada@Reader.example", "ben@reader.example"]
    assert {json.loads(line)["site"] for line in shown.splitlines()} == {"gazette", "herald"}
    assert "\x1b" not in shown
    opened = installation / "opened.jsonl"
    ok(run("vault", "open", str(sealed), "--out", str(opened)))
    assert opened.read_text() == shown
    assert opened.stat().st_mode & 0o777 == 0o600


def test_what_does_not_open_is_counted_and_what_is_no_export_is_told(
    run: Run, refuse: Refuse, key_file: Path, tmp_path: Path
) -> None:
    foreign = base64.b64encode(Sealer(new_key_ring()).seal(EmailAddress("x@y.example"))).decode()
    own = base64.b64encode(Sealer(load(key_file)).seal(EmailAddress("x@y.example"))).decode()
    file, known = tmp_path / "sealed.jsonl", {"site": "s", "comment": "c", "name": "n"}
    file.write_text("".join(json.dumps(known | {"sealed": each}) + "\n" for each in (foreign, "*", own)))
    result = run("vault", "open", str(file))
    assert result.exit_code == 1
    assert "2 could not be opened" in result.stderr
    assert json.loads(result.stdout)["address"] == "x@y.example"
    file.write_text('{"site": "s"}\n')
    assert refuse("vault", "open", str(file)) == "Line 1 is not what `commentsvc vault export` writes."


def test_rights_are_granted_on_postgresql_alone_and_to_a_role_that_has_fewer(
    run: Run, refuse: Refuse, database_url: str, postgres: Postgres
) -> None:
    ok(run("migrate"))
    if database_url.startswith("sqlite"):
        assert "SQLite knows no roles" in refuse("database", "grant", "somebody")
        return
    make_role(postgres)
    assert "read no sealed address" in ok(run("database", "grant", "commentsvc_public"))
    assert "has no role nobody_at_all. Make it: CREATE ROLE" in refuse("database", "grant", "nobody_at_all")
    assert "has the owner's own rights" in refuse("database", "grant", "postgres")
