"""The panic switch as it is typed."""

import json
from collections.abc import Callable

from commentsvc.domain.acts import Act
from commentsvc.domain.site import HoldPolicy, Panic
from commentsvc.store import history_pages
from tests.cli.conftest import Run
from tests.cli.test_commands import in_database, ok, site


def _seen_by_the_doctor(run: Run) -> list[str]:
    found = json.loads(run("doctor", "--json").stdout)
    return [each["seen"] for each in found if each["check"] == "panic"]


def test_it_stands_where_it_was_put_on_every_site_and_the_policy_comes_back(run: Run) -> None:
    for key in ("news", "blog"):
        ok(run("site", "add", key, "--origin", f"https://{key}.example", "--hold", "nothing"))
    assert ok(run("panic")).splitlines() == ["blog: as its policy says", "news: as its policy says"]
    told = ok(run("panic", "hold"))
    assert told.splitlines() == [
        "blog: every new comment waits for a moderator",
        "news: every new comment waits for a moderator",
    ]
    assert (site().policy.panic, site().policy.hold, site().policy.holds_now) == (
        Panic.HOLD,
        HoldPolicy.NOTHING,
        HoldPolicy.EVERYTHING,
    )
    ok(run("panic", "off"))
    assert (site().policy.panic, site().policy.holds_now) == (Panic.OFF, HoldPolicy.NOTHING)


def test_one_site_alone_can_be_frozen_and_its_history_tells(run: Run) -> None:
    for key in ("news", "blog"):
        ok(run("site", "add", key, "--origin", f"https://{key}.example"))
    ok(run("panic", "freeze", "--site", "news"))
    ok(run("panic", "freeze", "--site", "news"))  # what is so already leaves no second entry
    assert (site("news").policy.is_frozen, site("blog").policy.is_frozen) == (True, False)
    news = site("news").id
    entries = in_database(lambda conn: history_pages.portion(conn, news, after=0, limit=9))
    assert [(entry.act, entry.details) for entry in entries] == [
        (Act.CHANGE_POLICY, {"panic": {"before": "off", "after": "freeze"}})
    ]


def test_read_only_is_told_first_and_ended_by_off(run: Run) -> None:
    ok(run("site", "add", "news", "--origin", "https://news.example"))
    ok(run("panic", "freeze"))
    first, *others = ok(run("panic", "read-only")).splitlines()
    assert first == "Read-only: nothing is written. `commentsvc panic off` ends it."
    assert others == ["news: nobody can post; what is there can be read and decided on"]
    assert _seen_by_the_doctor(run) == [
        "Nothing is written: the installation is read-only. The site news is set to freeze."
    ]
    assert ok(run("panic", "off")).splitlines() == ["news: as its policy says"]
    assert _seen_by_the_doctor(run) == []


def test_what_cannot_be_is_said_and_changes_nothing(run: Run, refuse: Callable[..., str]) -> None:
    ok(run("site", "add", "news", "--origin", "https://news.example"))
    assert "leave --site out" in refuse("panic", "read-only", "--site", "news")
    assert "There is no site nowhere." in refuse("panic", "hold", "--site", "news", "--site", "nowhere")
    assert run("panic", "panic").exit_code == 2
    assert ok(run("panic")).splitlines() == ["news: as its policy says"]
