"""Set-up without a browser."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.site import EmailPolicy, HoldPolicy, Site, SitePolicy
from commentsvc.markup import MARKUP_VERSION
from commentsvc.settings import load_settings
from commentsvc.store import history, rules, second_factors, sites, threads
from commentsvc.store.engine import Store
from commentsvc.store.schema import author, comment, decision, setting, sign_in_link, thread
from tests.cli.conftest import Run

_LATER = datetime(2027, 1, 1, tzinfo=UTC)
Refuse = Callable[..., str]
ORIGIN = "https://news.example"


def in_database(job: Callable[[Connection], Any]) -> Any:
    async def work() -> Any:
        store = Store(load_settings().database_url)
        await store.open()
        try:
            return await store.write(job)
        finally:
            await store.close()

    return asyncio.run(work())


def site(key: str = "news") -> Site:
    found = in_database(lambda conn: sites.by_key(conn, key))
    assert isinstance(found, Site)
    return found


def ok(result: Any) -> str:
    assert result.exit_code == 0, result.output
    said: str = result.stdout
    return said


@pytest.fixture
def news(run: Run) -> str:
    return ok(run("site", "add", "news", "--origin", ORIGIN))


def test_a_new_site_has_the_tag_to_paste(news: str) -> None:
    assert '<script async src="http://127.0.0.1:8000/embed.js" data-site="news"></script>' in news
    found = site()
    assert (found.name, found.origins, found.policy) == ("news", (ORIGIN,), SitePolicy())


def test_a_site_with_every_option(run: Run) -> None:
    options = [
        "--name",
        "News",
        "--hold",
        "flagged",
        "--email",
        "optional",
        "--max-links",
        "0",
        "--close-after-days",
        "30",
        "--trust-after",
        "3",
    ]
    ok(run("site", "add", "n-2", "--origin", "HTTPS://A.example:443/", "--origin", "http://127.0.0.1:81", *options))
    found = site("n-2")
    assert (found.name, found.origins) == ("News", ("https://a.example", "http://127.0.0.1:81"))
    assert found.policy == SitePolicy(HoldPolicy.FLAGGED, EmailPolicy.OPTIONAL, 0, 30, 3)
    listed = ok(run("site", "list"))
    assert "n-2  News" in listed
    assert "origins: https://a.example, http://127.0.0.1:81" in listed
    assert "hold: flagged; trust after: 3; e-mail: optional; links: 0; threads close: after 30 days" in listed


def test_what_cannot_be_a_site_is_told(refuse: Refuse, news: str) -> None:
    assert news
    assert refuse("site", "add", "news", "--origin", ORIGIN).startswith("There is already a site news.")
    for key in ("News", "a b", "-a", "a" * 41, "ü"):
        assert "cannot be a key" in refuse("site", "add", "--origin", ORIGIN, "--", key)
    for origin in ("news.example", f"{ORIGIN}/path", "ftp://news.example", "https://a:b@news.example", "null"):
        assert f"{origin} cannot be an origin" in refuse("site", "add", "x", "--origin", origin)


def test_an_edit_changes_what_is_given_and_nothing_else(run: Run, refuse: Refuse, news: str) -> None:
    assert news
    before = site()
    ok(run("site", "edit", "news", "--hold", "nothing", "--language", "zh-Hant"))
    assert "language: zh-Hant" in ok(run("site", "list"))
    assert "tlh is no language" in refuse("site", "edit", "news", "--language", "tlh")
    after = site()
    assert (after.origins, after.name) == (before.origins, before.name)
    assert after.policy == SitePolicy(hold=HoldPolicy.NOTHING, language="zh-Hant")
    assert after.revision == before.revision + 1
    ok(run("site", "edit", "news", "--origin", "https://b.example", "--name", "B", "--close-after-days", "3"))
    assert (site().origins, site().name, site().policy.close_after_days) == (("https://b.example",), "B", 3)
    ok(run("site", "edit", "news", "--close-after-days", "0"))
    assert site().policy.close_after_days is None
    assert "threads close: never" in ok(run("site", "list"))
    ok(run("site", "edit", "news", "--edit-minutes", "0", "--report-hold", "7"))
    assert (site().policy.edit_minutes, site().policy.report_hold) == (0, 7)
    assert "edit: 0 minutes; hold at: 7 reports" in ok(run("site", "list"))


def test_words_are_added_changed_and_forgotten(run: Run, refuse: Refuse, news: str) -> None:
    assert news
    ok(run("site", "edit", "news", "--hold-word", "casino", "--hold-word", "pills", "--spam-word", "$$$"))
    ok(run("site", "edit", "news", "--spam-word", "casino", "--forget-word", "pills"))
    ok(run("site", "edit", "news", "--forget-word", "never there", "--max-links", "2"))
    found = in_database(lambda conn: rules.in_force(conn, site_id(conn), now=_LATER))
    assert [(word.pattern, word.leaning) for word in found] == [("$$$", "spam"), ("casino", "spam")]
    entries = in_database(lambda conn: history.head(conn, site_id(conn)).number)
    assert entries == 5  # three added, one changed, one removed; what changed nothing left none
    assert "cannot be on a word list" in refuse("site", "edit", "news", "--spam-word", "x" * 201)


def site_id(conn: Connection) -> int:
    found = sites.by_key(conn, "news")
    assert found is not None
    return found.id


def test_threads_are_closed_and_opened(run: Run, refuse: Refuse, news: str) -> None:
    assert news
    for option, is_open in (("--close-thread", False), ("--open-thread", True)):
        ok(run("site", "edit", "news", option, f"{ORIGIN}/a?utm_source=x"))
        found = in_database(lambda conn: threads.find(conn, site_id(conn), f"{ORIGIN}/a"))
        assert found.is_open is is_open
    assert "no address of an article" in refuse("site", "edit", "news", "--close-thread", "a")
    assert "under no origin" in refuse("site", "edit", "news", "--close-thread", "https://evil.example/")


def test_an_unknown_site_is_told(refuse: Refuse) -> None:
    assert refuse("site", "edit", "none", "--name", "x") == ("There is no site none. `commentsvc site list` shows all.")
    assert refuse("moderator", "add", "a@mail.example", "--site", "none").startswith("There is no site none.")


def test_a_moderator_gets_a_link_and_shows_only_a_mask(run: Run, news: str, installation: Path) -> None:
    assert news
    link = r"http://127\.0\.0\.1:8000/moderation/link\?token=[\w-]{43}\n"
    said = [ok(run("moderator", "add", "grace@mail.example", "--site", "news", "--name", "Grace", "--role", "owner"))]
    said += [ok(run("moderator", "link", "GRACE@mail.example")), ok(run("moderator", "add", "grace@mail.example"))]
    assert all(re.search(link, each) for each in said)
    assert len(set(said)) == 3
    listed = ok(run("moderator", "list"))
    assert listed == "Grace  g…@mail.example  news (moderator)\n"

    keys = json.loads((installation / "secrets" / "keys.json").read_text())
    keys["sealing"][0]["private"] = None
    (installation / "secrets" / "keys.json").write_text(json.dumps(keys))
    assert "(address sealed)" in ok(run("moderator", "list"))


def test_a_moderator_before_any_site_has_none(run: Run) -> None:
    ok(run("moderator", "add", "grace@mail.example"))
    assert "no site" in ok(run("moderator", "list"))


def test_what_is_no_moderator_is_told(refuse: Refuse) -> None:
    assert refuse("moderator", "add", "grace") == "This does not look like an e-mail address."
    assert refuse("moderator", "link", "grace@mail.example").startswith("There is no moderator with this address.")


def test_a_newer_database_is_told(run: Run, refuse: Refuse) -> None:
    ok(run("migrate"))
    in_database(lambda conn: conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    assert "newer version of this program" in refuse("site", "list")


def test_a_database_of_other_keys_is_told(run: Run, refuse: Refuse) -> None:
    ok(run("site", "list"))
    in_database(lambda conn: conn.execute(sa.update(setting).values(value="00")))
    assert "does not belong to this database. Restore the one that it was filled with" in refuse("site", "list")


def test_a_folder_that_cannot_be_written_is_told(
    refuse: Refuse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COMMENTSVC_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/file/comments.db")
    assert "comments.db cannot be opened: File exists." in refuse("site", "list")


def test_a_wrong_setting_is_told(refuse: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTSVC_PROT", "8000")
    assert refuse("migrate") == "Unknown setting COMMENTSVC_PROT. Did you mean COMMENTSVC_PORT?"


def test_the_description_is_shown_or_written(run: Run, tmp_path: Path) -> None:
    shown = ok(run("openapi"))
    assert json.loads(shown)["openapi"].startswith("3.")
    assert ok(run("openapi", "--out", str(tmp_path / "api.json"))) == ""
    assert (tmp_path / "api.json").read_text() == shown


def test_rerendering_renders_what_older_rules_did_and_names_what_it_cannot(run: Run, news: str) -> None:
    assert news
    in_database(_old_comments)
    said = ok(run("rerender"))
    assert "2 rendered anew, 1 left as they were." in said
    assert "refused by today's rules: refused" in said
    rows = in_database(lambda conn: conn.execute(sa.select(comment).order_by(comment.c.id)).all())
    assert [row.html for row in rows] == ["<p><em>a</em></p>", "old", "<p>c</p>", "new"]
    assert in_database(lambda conn: conn.execute(sa.select(thread.c.revision)).scalar_one()) == 1
    assert "0 rendered anew, 1 left" in ok(run("rerender"))


def _old_comments(conn: Connection) -> None:
    ours = site_id(conn)
    at = threads.find_or_open(conn, site_id=ours, address="a", url="a", title=None, now=_LATER)
    who = conn.execute(sa.insert(author).values(site_id=ours, first_seen_at=_LATER).returning(author.c.id)).scalar_one()
    for public_id, source, html, version in (
        ("a", "*a*", "old", 0),
        ("refused", " ", "old", 0),
        ("c", "c", "old", 0),
        ("d", "d", "new", MARKUP_VERSION),
    ):
        values = {
            "public_id": public_id, "site_id": ours, "thread_id": at.id, "author_id": who, "pseudonym": b"p",
            "name": "n", "source": source, "html": html, "tree": [], "text": "", "text_digest": b"", "findings": [],
            "rendered_with": version, "status": "approved", "is_visible": True, "created_at": _LATER,
        }  # fmt: skip
        conn.execute(sa.insert(comment).values(values))


@pytest.mark.parametrize("command", ["disable", "enable", "reset-second-factor"])
def test_who_is_no_moderator_cannot_be_changed(news: str, refuse: Refuse, command: str) -> None:
    assert news
    assert "no moderator with this address" in refuse("moderator", command, "nobody@desk.example")


def test_a_moderator_is_disabled_enabled_and_loses_the_second_factor(news: str, run: Run, refuse: Refuse) -> None:
    assert news
    ok(run("moderator", "add", "mo@desk.example", "--name", "Mo"))
    assert "Mo is disabled" in ok(run("moderator", "disable", "mo@desk.example"))
    assert "disabled" in ok(run("moderator", "list"))
    assert in_database(lambda conn: conn.execute(sa.select(sign_in_link)).all()) == []
    assert "may sign in again" in ok(run("moderator", "enable", "mo@desk.example"))
    assert "disabled" not in ok(run("moderator", "list"))
    assert "no second factor" in refuse("moderator", "reset-second-factor", "mo@desk.example")
    in_database(lambda conn: second_factors.begin(conn, 1, b"closed"))
    in_database(lambda conn: second_factors.confirm(conn, 1, b"closed", 1, now=_LATER))
    ok(run("moderator", "reset-second-factor", "mo@desk.example"))
    assert not in_database(lambda conn: second_factors.of_moderator(conn, 1)).is_on
    acts = in_database(
        lambda conn: conn.execute(sa.select(decision.c.decision).order_by(decision.c.id)).scalars().all()
    )
    assert acts == ["disable_member", "enable_member", "reset_second_factor"]
