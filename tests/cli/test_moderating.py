"""Moderating in a terminal, and tokens from there: in the name of a moderator, and steered by nobody else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.engine import Connection
from typer.testing import CliRunner, Result

from commentsvc.cli import command_line
from commentsvc.cli.plain_words import plain_line, plain_text
from commentsvc.domain.status import CommentStatus
from commentsvc.store import decisions, queue, sites
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database, ok
from tests.store.make_comments import add_pending, open_thread

Refuse = Callable[..., str]
MO = ("--as", "mo@desk.example")
HOSTILE = "\x1b[2J\x1b]0;owned\x07[red]bold[/red]\r\x9b31m\u202egnirts \x7f\x08"


@pytest.fixture
def ids(run: Run) -> list[str]:
    """Three waiting comments of the site that Mo looks after, and one of another."""
    for key in ("news", "other"):
        ok(run("site", "add", key, "--origin", f"https://{key}.example"))
    ok(run("moderator", "add", "mo@desk.example", "--name", "Mo", "--site", "news"))

    def write(conn: Connection) -> list[str]:
        made = []
        for key, source in (("news", "First words"), ("news", HOSTILE), ("news", "Third words"), ("other", "Foreign")):
            site = sites.by_key(conn, key)
            assert site is not None
            thread = open_thread(conn, site.id, f"https://{key}.example/a")
            made.append(add_pending(conn, thread, source=source, name=HOSTILE if source == HOSTILE else "Ada"))
        return made

    found: list[str] = in_database(write)
    return found


def _statuses(ids: list[str]) -> list[str]:
    def read(conn: Connection) -> list[str]:
        everywhere = [site.id for site in sites.all_sites(conn)]
        found = [queue.one(conn, public_id, site_ids=everywhere) for public_id in ids]
        return [str(each.status) for each in found if each is not None]

    read_statuses: list[str] = in_database(read)
    return read_statuses


def _past(public_id: str) -> list[tuple[str, str | None]]:
    def read(conn: Connection) -> Any:
        everywhere = [site.id for site in sites.all_sites(conn)]
        return [(str(each.act), each.moderator) for each in decisions.past(conn, public_id, site_ids=everywhere)]

    found: list[tuple[str, str | None]] = in_database(read)
    return found


def _with_keys(keys: str) -> Result:
    return CliRunner().invoke(command_line(), ["queue", *MO], input=keys)


def test_the_list_shows_what_waits_on_ones_own_sites(run: Run, ids: list[str]) -> None:
    told = ok(run("queue", "list", *MO))
    assert [line.split()[0] for line in told.splitlines()] == ids[:3]
    assert "First words" in told
    assert ok(run("queue", "list", *MO, "--limit", "1")).count("\n") == 1
    assert ok(run("queue", "list", *MO, "--status", "spam")) == ""


def test_one_comment_with_what_was_decided(run: Run, refuse: Refuse, ids: list[str]) -> None:
    ok(run("queue", "decide", ids[0], "reject", *MO, "--reason", "Off topic"))
    told = ok(run("queue", "show", ids[0], *MO))
    assert "First words" in told
    assert "rejected by Mo: Off topic" in told
    assert "There is no comment" in refuse("queue", "show", ids[3], *MO)
    assert "There is no comment" in refuse("queue", "show", "a" * 24, *MO)


def test_several_are_decided_in_the_moderators_name_and_the_rest_is_told(run: Run, ids: list[str]) -> None:
    result = run("queue", "decide", *ids, "mark_spam", *MO)
    assert result.exit_code == 1  # one of them is another site's
    assert f"{ids[3]} left as it was" in result.stderr
    assert _statuses(ids) == ["spam", "spam", "spam", "pending"]
    assert _past(ids[0]) == [("mark_spam", "Mo")]
    assert run("queue", "decide", "zz", "approve", *MO).stderr.startswith("What is no id of a comment left as it was")


def test_single_keys_decide_pass_over_and_undo(run: Run, ids: list[str]) -> None:
    assert callable(run)
    result = _with_keys("arunq")
    assert result.exit_code == 0, result.output
    assert _statuses(ids) == ["approved", "pending", "pending", "pending"]
    assert [_past(each) for each in ids[:2]] == [[("approve", "Mo")], [("reject", "Mo"), ("undo", "Mo")]]
    assert "It is approved." in result.output
    assert "Undone." in result.output


def test_the_queue_ends_and_what_was_last_can_still_be_undone(run: Run, ids: list[str]) -> None:
    assert callable(run)
    result = _with_keys("sdaua")
    assert "Nothing is waiting." in result.output
    assert _statuses(ids) == ["spam", "deleted", "approved", "pending"]


def test_the_end_of_the_input_ends_it_and_other_keys_do_nothing(run: Run, ids: list[str]) -> None:
    assert callable(run)
    for keys in ("", "xyz"):
        result = _with_keys(keys)
        assert result.exit_code == 0, result.output
        assert _statuses(ids) == [CommentStatus.PENDING] * 4


def test_somebody_must_say_who_they_are(run: Run, refuse: Refuse, ids: list[str]) -> None:
    assert ids
    assert run("queue").exit_code == 2
    assert "There is no moderator" in refuse("queue", "list", "--as", "nobody@desk.example")
    assert "looks after no site other." in refuse("queue", "list", *MO, "--site", "other")


def test_no_words_of_strangers_steer_the_terminal(run: Run, ids: list[str]) -> None:
    shown = [ok(run("queue", "list", *MO)), ok(run("queue", "show", ids[1], *MO)), _with_keys("nq").output]
    for text in shown:
        assert "[red]bold[/red]" in text  # no markup of ours either
        assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text) == []
        assert "␛[2J" in text


def test_plain_words_keep_what_is_only_words() -> None:
    assert plain_text("Zeile 1\nZeile 2\tnaïve, नमस्ते, 👩\u200d💻") == "Zeile 1\nZeile 2    naïve, नमस्ते, 👩\u200d💻"
    assert plain_line("a\nb\u2028c\u2066d") == "a b\ufffdc\ufffdd"
    every = "".join(map(chr, range(0x110000)))
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", plain_text(every)) == []


def test_tokens_are_made_listed_and_removed(run: Run, refuse: Refuse, ids: list[str]) -> None:
    assert ids
    token = ok(run("token", "add", "mo@desk.example", "--name", "nightly", "--read-only", "--days", "30")).strip()
    assert re.fullmatch(r"commentsvc_[A-Za-z0-9_-]{43}", token)
    listed = ok(run("token", "list", "mo@desk.example"))
    assert "nightly  only reads" in listed
    assert token not in listed
    own = listed.split()[0]
    assert "The token is removed." in ok(run("token", "remove", "mo@desk.example", own))
    assert "no such token" in refuse("token", "remove", "mo@desk.example", own)
    assert "Please name it" in refuse("token", "add", "mo@desk.example", "--name", " ")
