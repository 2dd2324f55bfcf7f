"""`commentsvc backup` and `restore`: what they say, what they leave, and how they end."""

import gzip
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from commentsvc.domain.status import Decision
from commentsvc.store.schema import comment, decision, site
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database, ok
from tests.store.make_comments import add_pending, decide, open_thread
from tests.store.test_history import _open_the_wall
from tests.support import migrated

Refuse = Callable[..., str]
WORDS = "Words that are worth keeping"
_NAME = re.compile(r"commentsvc-\d{8}T\d{6}Z\.jsonl\.gz")


def publish_two(run: Run, words: str) -> None:
    """A site, and two public comments with these words."""
    ok(run("site", "add", "news", "--origin", "https://news.example"))

    def write(conn: sa.Connection) -> None:
        site_id = conn.execute(sa.select(site.c.id)).scalar_one()
        for number in range(2):
            waiting = add_pending(conn, open_thread(conn, site_id), source=f"{words} {number}.")
            decide(conn, waiting, Decision.APPROVE, [site_id])

    in_database(write)


@pytest.fixture
def folder(run: Run, installation: Path) -> Path:
    """For backups, of an installation with a site and two comments."""
    publish_two(run, WORDS)
    made = installation / "backups"
    made.mkdir()
    return made


@pytest.fixture
def key(run: Run, installation: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The private key of backups, which are encrypted for it from now on."""
    file = installation / "backup.key"
    monkeypatch.setenv(*ok(run("backup", "key", str(file))).strip().split("=", 1))
    return file


@pytest.fixture
def move(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, the installation has another database, without any tables, of the same engine."""

    def moved() -> None:
        is_sqlite = request.getfixturevalue("database_url").startswith("sqlite")
        file = tmp_path / "other" / "comments.db"
        url = migrated.sqlite_url(file) if is_sqlite else request.getfixturevalue("new_database")
        monkeypatch.setenv("COMMENTSVC_DATABASE_URL", url)

    return moved


def test_a_backup_says_where_it_is_and_what_it_holds(run: Run, folder: Path) -> None:
    said = ok(run("backup", str(folder)))
    (file,) = folder.iterdir()
    assert _NAME.fullmatch(file.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    held = rf"{file}: backup of \S+ \(revision \d+, (sqlite|postgresql)\): \d+ rows"
    assert re.fullmatch(rf"{held}, [\d,]+ bytes, checked\.\n", said)
    assert re.fullmatch(rf"{held}, as it was written\.\n", ok(run("backup", "check", str(file))))
    assert WORDS.encode() in gzip.decompress(file.read_bytes())


def test_a_backup_goes_where_the_settings_say(
    run: Run, refuse: Refuse, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refuse("backup") == "Say where to: a file or a folder, or set COMMENTSVC_BACKUP_FOLDER."
    monkeypatch.setenv("COMMENTSVC_BACKUP_FOLDER", str(folder))
    ok(run("backup"))
    assert [_NAME.fullmatch(file.name) is not None for file in folder.iterdir()] == [True]


def test_a_backup_that_cannot_be_made_or_read_is_told(run: Run, refuse: Refuse, folder: Path) -> None:
    file = folder / "one"
    ok(run("backup", str(file)))
    assert f"There is a file {file} already." in refuse("backup", str(file))
    file.write_bytes(file.read_bytes()[:-20])
    assert "cut off" in refuse("backup", "check", str(file))
    assert "cut off" in refuse("restore", str(file))
    assert "No such file" in refuse("backup", "check", str(folder / "none"))
    assert "No such file" in refuse("restore", str(folder / "none"))


def test_a_key_pair_is_shown_and_kept(run: Run, refuse: Refuse, installation: Path) -> None:
    file = installation / "backup.key"
    made = run("backup", "key", str(file))
    assert re.fullmatch(r"COMMENTSVC_BACKUP_PUBLIC_KEY=[\w+/]{43}=\n", ok(made).replace("\n\n", "\n"))
    assert f"Move {file} to another place" in made.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "cannot be made" in refuse("backup", "key", str(file))


def test_an_encrypted_backup_opens_with_its_key_alone(
    run: Run, refuse: Refuse, folder: Path, key: Path, move: Callable[[], None]
) -> None:
    file = folder / "one"
    ok(run("backup", str(file)))
    assert "encrypted, 1 piece without a gap" in ok(run("backup", "check", str(file)))
    assert "as it was written" in ok(run("backup", "check", str(file), "--key", str(key)))
    wrong = folder / "wrong.key"
    ok(run("backup", "key", str(wrong)))
    move()
    for command in (("backup", "check"), ("restore",)):
        assert "not encrypted for this key" in refuse(*command, str(file), "--key", str(wrong))
        assert "is no backup key" in refuse(*command, str(file), "--key", str(_careful(folder / "x", "{}")))
    assert "--key PRIVATE_KEY_FILE" in refuse("restore", str(file))
    key.chmod(0o644)
    assert f"chmod 600 {key}" in refuse("restore", str(file), "--key", str(key))
    key.chmod(0o600)
    ok(run("restore", str(file), "--key", str(key)))
    assert _sources() == [f"{WORDS} {number}." for number in range(2)]


def test_a_restored_database_is_counted_and_its_histories_are_verified(
    run: Run, refuse: Refuse, folder: Path, move: Callable[[], None]
) -> None:
    file = folder / "one"
    ok(run("backup", str(file)))
    move()
    result = run("restore", str(file))
    assert re.match(r"Restored: backup of .* rows; every table has as many as the backup\.\n", ok(result))
    assert result.stdout.endswith("news: history unbroken\n")
    assert result.stderr == ""
    assert "https://news.example" in ok(run("site", "list"))
    assert _sources() == [f"{WORDS} {number}." for number in range(2)]
    assert "The database is not empty: there are rows in " in refuse("restore", str(file))
    assert _sources() == [f"{WORDS} {number}." for number in range(2)]


def test_nothing_is_restored_over_what_is_there(run: Run, refuse: Refuse, folder: Path) -> None:
    file = folder / "one"
    ok(run("backup", str(file)))
    in_database(lambda conn: conn.execute(sa.update(comment).values(source="Later.")))
    assert "A backup is restored into an empty one only." in refuse("restore", str(file))
    assert _sources() == ["Later.", "Later."]


def test_the_key_file_must_be_the_one_of_the_backup(
    run: Run, refuse: Refuse, folder: Path, move: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "one"
    ok(run("backup", str(file)))
    move()
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(folder / "foreign.json"))
    ok(run("key", "make"))
    assert "key file does not belong to this backup" in refuse("restore", str(file))
    monkeypatch.setenv("COMMENTSVC_KEY_FILE", str(folder / "not-there.json"))
    result = run("restore", str(file))
    assert "Restored: " in ok(result)
    assert f"There is no key file {folder / 'not-there.json'}: put back the one" in result.stderr


def test_an_altered_history_is_restored_and_told_with_exit_code_1(
    run: Run, folder: Path, move: Callable[[], None]
) -> None:
    """Whoever needs the backup needs it as it is; but nobody must take it for sound."""

    def alter(conn: sa.Connection) -> None:
        _open_the_wall(conn)
        conn.execute(sa.update(decision).where(decision.c.number == 2).values(reason="kinder words"))

    file = folder / "one"
    in_database(alter)
    ok(run("backup", str(file)))
    move()
    result = run("restore", str(file))
    assert result.exit_code == 1
    assert "news: entry 2 was altered: its content is not what was written\n" in result.stdout
    assert len(_sources()) == 2


def _sources() -> list[str]:
    found: list[str] = in_database(
        lambda conn: list(conn.execute(sa.select(comment.c.source).order_by(comment.c.id)).scalars())
    )
    return found


def _careful(path: Path, content: str) -> Path:
    """A file that nobody else may read."""
    path.touch(0o600)
    path.write_text(content)
    return path


def test_a_file_that_is_not_there_is_told_in_words(run: Run, installation: Path) -> None:
    result = run("restore", str(installation / "nowhere"))
    assert (result.exit_code, "Errno" in result.stderr) == (1, False)
    assert result.stderr.strip().endswith("nowhere: No such file or directory.")
