"""What a reader wants by mail, and what they may not have meant to tell everybody: in a real browser."""

import sqlite3
import urllib.parse
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import _MODERATOR, Installation
from tests.journeys.steps import comment_by, fill_form, thread
from tests.support.articles import serving_articles
from tests.support.axe import axe_violations
from tests.support.process import KEY, ServiceProcess

_WIDTHS_AND_THEMES = [(360, False), (360, True), (1280, False), (1280, True)]
_MAIL = {
    "COMMENTSVC_SMTP_HOST": "127.0.0.1",
    "COMMENTSVC_MAIL_FROM": "comments@news.example",
    "COMMENTSVC_WORKER_IN_SERVICE": "false",
}
_GIVEN_AWAY = "Write to ada.canary (at) mail.example."


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Installation]:
    """One that can send mail."""
    folder = tmp_path_factory.mktemp("installation")
    service = ServiceProcess(f"sqlite+aiosqlite:///{folder}/data/comments.db", folder, _MAIL)
    with serving_articles() as articles:
        articles.service, articles.site = service.public_url, KEY
        service.run("site", "add", KEY, "--name", "The News", "--origin", articles.origin)
        service.run("moderator", "add", _MODERATOR, "--name", "Mo")
        service.start()
        try:
            yield Installation(service, articles, chromium)
        finally:
            service.stop()


def test_a_wish_for_mail_is_off_until_chosen_and_arrives(installation: Installation) -> None:
    with installation.person() as ada:
        form = _open(ada, installation, "Wishes")
        replies = form.get_by_role("combobox")
        decision = form.get_by_label("what becomes of mine")
        form.get_by_role("textbox", name="Comment").focus()
        expect(replies).to_be_disabled()
        expect(form.get_by_text("Email required.")).to_be_visible()
        fill_form(form, name="Ada", words="Tell me of replies.")
        expect(replies).to_be_enabled()
        expect(replies).to_have_value("")
        expect(decision).not_to_be_checked()
        replies.select_option("replies to my comment")
        decision.check()
        form.get_by_role("button", name="Post Comment").click()
        expect(comment_by(ada, "Ada")).to_contain_text("Please confirm by the email we have sent you.")
        expect(replies).to_have_value("")
        expect(decision).not_to_be_checked()
        assert ada.evaluate("violations") == []
    assert _subscriptions(installation, "Ada") == [("replies", True)]


def test_without_a_wish_there_is_no_subscription(installation: Installation) -> None:
    with installation.person() as ben:
        form = _open(ben, installation, "No wishes")
        fill_form(form, name="Ben", words="Leave me alone.")
        form.get_by_role("button", name="Post Comment").click()
        expect(comment_by(ben, "Ben")).not_to_contain_text("confirm")
    assert _subscriptions(installation, "Ben") == []


def test_the_form_stops_once_before_an_address_is_told_to_everybody(installation: Installation) -> None:
    """By keyboard alone, under the strictest policy; nothing is sent before."""
    with installation.person() as ada:
        sent: list[str] = []
        ada.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        form = _open(ada, installation, "Given away")
        fill_form(form, name="Cleo", words=_GIVEN_AWAY)
        form.get_by_role("button", name="Post Comment").focus()
        ada.keyboard.press("Enter")
        warning = form.get_by_role("alert").filter(has_text="Your email address is in here.")
        expect(warning).to_be_focused()
        assert sent == []
        ada.keyboard.press("Tab")
        expect(form.get_by_role("button", name="Change it")).to_be_focused()
        ada.keyboard.press("Enter")
        expect(form.get_by_role("textbox", name="Comment")).to_be_focused()
        expect(warning).to_have_count(0)
        form.get_by_role("textbox", name="Comment").fill("Ring 030 901820.")
        form.get_by_role("button", name="Post Comment").click()
        expect(form.get_by_role("alert").filter(has_text="A phone number")).to_be_focused()
        assert sent == []
        ada.keyboard.press("Tab")
        ada.keyboard.press("Tab")
        ada.keyboard.press("Enter")
        expect(comment_by(ada, "Cleo")).to_contain_text("awaiting moderation")
        assert len(sent) == 1
        assert ada.evaluate("violations") == []


def test_the_plain_form_offers_mail_and_stops_once(installation: Installation) -> None:
    query = urllib.parse.urlencode({"site": installation.articles.site, "url": installation.article("Plain")})
    with installation.person(javascript=False, width=360) as nora:
        nora.goto(f"{installation.service.public_url}/read?{query}")
        fill_form(nora.locator("form"), name="Nora", words=_GIVEN_AWAY)
        nora.get_by_label("About").select_option("thread")
        nora.get_by_role("button", name="Post Comment").click()
        expect(nora.get_by_role("alert")).to_contain_text("Comment: Your email address is in here.")
        expect(nora.get_by_label("About")).to_have_value("thread")
        assert _subscriptions(installation, "Nora") == []
        nora.get_by_role("button", name="Post anyway").click()
        expect(nora.get_by_role("heading", level=1)).to_have_text("Your comment is awaiting moderation")
    assert _subscriptions(installation, "Nora") == [("thread", False)]


@pytest.mark.parametrize(("width", "dark"), _WIDTHS_AND_THEMES)
def test_axe_finds_nothing_in_the_new_states(installation: Installation, width: int, *, dark: bool) -> None:
    with installation.person(width=width, dark=dark) as ada:
        form = _open(ada, installation, f"States {width} {dark}", kind="plain")
        assert axe_violations(ada) == []
        fill_form(form, name="Ada", words=_GIVEN_AWAY)
        form.get_by_role("combobox").select_option("thread")
        assert axe_violations(ada) == []
        form.get_by_role("button", name="Post Comment").click()
        expect(form.get_by_role("button", name="Post anyway")).to_be_visible()
        assert axe_violations(ada) == []
        assert ada.evaluate("document.documentElement.scrollWidth") <= width
        form.get_by_role("button", name="Post anyway").click()
        expect(comment_by(ada, "Ada")).to_contain_text("Please confirm")
        assert axe_violations(ada) == []
        query = urllib.parse.urlencode({"site": installation.articles.site, "url": installation.article("Plain")})
        ada.goto(f"{installation.service.public_url}/read?{query}")
        assert axe_violations(ada) == []
        fill_form(ada.locator("form"), name="Ada", words=_GIVEN_AWAY)
        ada.get_by_role("button", name="Post Comment").click()
        expect(ada.get_by_role("alert")).to_be_visible()
        assert axe_violations(ada) == []
        assert ada.evaluate("document.documentElement.scrollWidth") <= width


def _open(page: Page, installation: Installation, name: str, *, kind: str = "strict") -> Locator:
    page.goto(installation.article(name, kind=kind))
    expect(thread(page)).to_contain_text("Be the first to comment")
    return thread(page).locator("form").last


def _subscriptions(installation: Installation, name: str) -> list[tuple[str, bool]]:
    """Scope and wish to hear of the decision, of each subscription that a comment by this name made."""
    database = installation.service.folder / "data" / "comments.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT scope, wants_decision FROM subscription JOIN comment ON comment.id = subscription.comment_id"
            " WHERE comment.name = ?",
            (name,),
        )
        return [(scope, bool(wants)) for scope, wants in rows]
