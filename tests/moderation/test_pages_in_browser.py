"""Moderators' pages in a real browser: without JavaScript, under their own policy, and as axe sees them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route
from sqlalchemy.engine import Connection

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.notices import WebhookFormat
from commentsvc.domain.reports import ReportReason
from commentsvc.domain.roles import Role
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.mail_links import MailLinks
from commentsvc.store import moderators, reports, webhooks
from commentsvc.store.reports import NewReport
from tests.support.axe import axe_violations
from tests.support.live_place import LISTEN, LivePlace, sign_in
from tests.support.moderation import Place

_SLIP_IN = """() => {
  for (const [tag, name] of [["script", "textContent"], ["button", "onclick"]]) {
    try {
      const node = document.createElement(tag);
      if (name in node && name !== "onclick") node[name] = "window.slippedIn = 1";
      else node.setAttribute(name, "window.slippedIn = 1");
      document.body.append(node);
      node.click();
    } catch { /* Trusted Types refuse it before it is there */ }
  }
}"""


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LivePlace]:
    """Two sites, a moderator of both, three comments that wait and one in each other list."""
    with LivePlace(tmp_path) as place:
        place.do(_fill)
        yield place


@pytest.fixture(params=[(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def screen(request: pytest.FixtureRequest) -> dict[str, Any]:
    width, scheme = request.param
    return {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}


async def _fill(place: Place) -> None:
    await place.add_site()
    await place.add_site("herald", "The Herald")
    await place.add_moderator(of=["gazette", "herald"])
    await place.store.write(lambda conn: _own_a_webhook(conn, place))
    findings = [Finding("a", leaning, "what was noticed", "https://link.example") for leaning in Leaning]
    root = await place.add_comment("A root", name="Bo", email="bo@reader.example", status=CommentStatus.APPROVED)
    await place.add_comment("First", name="Ada", website="https://ada.example/", parent=root, findings=findings)
    await place.add_comment("x" * 300, name="W" * 80, title="y" * 200)
    await place.add_comment("Third", name="Cy", html="<blockquote><p>quoted</p></blockquote><pre><code>z</code></pre>")
    for status in CommentStatus:
        await place.add_comment(status=status, site="herald")
    reported = NewReport([b"m" * 16], ReportReason.PRIVATE_DATA, "z" * 300, is_counted=True)
    await place.store.write(lambda conn: reports.add(conn, root, reported, hold_at=0, now=place.time.now))


def _own_a_webhook(conn: Connection, place: Place) -> None:
    site_id, now = place.sites["gazette"].id, place.time.now
    moderators.join_sites(conn, 1, [site_id], Role.OWNER, now=now)
    webhooks.add(conn, f"https://hooks.example/{'x' * 200}", WebhookFormat.JSON, site_id=site_id, now=now)


def _addresses(live: LivePlace) -> list[str]:
    comment = next(iter(live.do(lambda place: place.statuses())))
    lists = ["", "/approved", "/rejected", "/spam", "/deleted", "?site=herald", "/reported"]
    people = ["/account", "/account/second-factor", "/account/tokens", "/sites", "/sites/gazette"]
    past = ["/history", "/statistics"]
    notices = ["/sites/gazette/notices", _mailed(live)]
    return [f"/moderation{rest}" for rest in (*lists, *people, *past, *notices, f"/comments/{comment}", "/comments/x")]


def _mailed(live: LivePlace) -> str:
    """Of a mail about a comment that waits."""

    async def link(place: Place) -> str:
        waiting = next(each for each, status in (await place.statuses()).items() if status == CommentStatus.PENDING)
        links = place.app.state.parts[MailLinks]
        address: str = links.address(waiting, moderator_id=1, site="gazette", version=0)
        return address.removeprefix(f"{place.origin}/moderation")

    return live.do(link)


def _with_context(chromium: Browser, **options: Any) -> BrowserContext:
    context = chromium.new_context(**options)
    context.set_default_timeout(30_000)
    return context


def test_everything_works_without_javascript(chromium: Browser, live: LivePlace) -> None:
    with _with_context(chromium, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, live.origin)
        first = page.get_by_role("article", name="Ada").first
        first.get_by_text("Answers Bo").click()
        first.get_by_text("Add a reason or a message").click()
        first.get_by_label("Reason").fill("Well put.")
        first.get_by_role("button", name="Approve").click()
        assert "Approved. The comment by Ada is public." in page.get_by_role("status").inner_text()
        page.get_by_role("link", name="Look again").click()
        assert "Well put." in page.locator(".history").inner_text()
        stale = context.new_page()
        stale.goto(page.url)
        page.get_by_role("button", name="Reject").click()
        assert "Rejected." in page.get_by_role("status").inner_text()
        stale.get_by_role("button", name="Spam").click()
        assert "was rejected by Mo" in stale.get_by_role("alert").inner_text()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("heading", name="Sign in").wait_for()
        page.goto(f"{live.origin}/moderation")
        page.get_by_role("heading", name="Sign in").wait_for()


def test_a_mailed_link_left_open_changes_nothing_until_its_button_is_pressed(
    chromium: Browser, live: LivePlace
) -> None:
    address = f"{live.origin}/moderation{_mailed(live)}&d=approve"
    with _with_context(chromium) as context:
        page = context.new_page()
        page.clock.install()
        before = live.do(lambda place: place.dump())
        page.goto(address)
        page.clock.run_for(10_000)
        page.mouse.move(100, 100)
        page.wait_for_load_state("networkidle")
        assert live.do(lambda place: place.dump()) == before
        assert page.url == address
        page.get_by_role("button", name="Approve").click()
        page.get_by_role("heading", name="Approved.").wait_for()
        assert live.do(lambda place: place.dump()) != before


def test_several_are_decided_and_undone_together_without_javascript(chromium: Browser, live: LivePlace) -> None:
    with _with_context(chromium, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, live.origin)
        assert not page.locator(".bulk").is_visible()
        for name in ("Ada", "Cy"):
            page.get_by_label(f"Select the comment by {name}").first.check()
        page.locator(".bulk").get_by_role("button", name="Spam").click()
        assert "2 comments marked as spam." in page.get_by_role("status").inner_text()
        assert list(live.do(lambda place: place.statuses()).values()).count("spam") == 3
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("status").wait_for()
        assert list(live.do(lambda place: place.statuses()).values()).count("spam") == 1


def test_a_decision_brings_the_next_card_into_view(chromium: Browser, live: LivePlace) -> None:
    with _with_context(chromium, java_script_enabled=False, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        sign_in(page, live.origin)
        page.get_by_role("article", name="Ada").first.get_by_role("button", name="Reject").click()
        page.get_by_role("status").wait_for()
        notice, card = page.get_by_role("status").bounding_box(), page.locator(".card").first.bounding_box()
        assert notice is not None
        assert card is not None
        assert notice["y"] >= 0
        assert notice["y"] + notice["height"] <= card["y"]
        assert card["y"] < 200


def test_a_link_from_elsewhere_signs_in_with_one_button(chromium: Browser, live: LivePlace) -> None:
    token = live.do(lambda place: place.new_link(1))
    with _with_context(chromium) as context:
        page = context.new_page()
        told: list[str] = []
        page.on("request", lambda request: told.append(request.headers.get("referer", "")))
        page.goto(f"{live.origin}/moderation/link?token={token}")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Moderation queue").wait_for()
        assert len(told) >= 3
        assert not [referrer for referrer in told if token in referrer]


def test_no_page_breaks_its_own_policy_or_the_width_of_the_screen(
    chromium: Browser, live: LivePlace, screen: dict[str, Any]
) -> None:
    with _with_context(chromium, **screen) as context:
        context.add_init_script(LISTEN)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        sign_in(page, live.origin)
        for address in _addresses(live):
            page.goto(live.origin + address)
            for details in page.locator("details").all():
                details.locator("summary").click()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert [text for text in said if text.startswith("violation")] == []
        page.evaluate(_SLIP_IN)
        assert page.evaluate("typeof slippedIn") == "undefined"
        with page.expect_console_message(lambda message: message.text.startswith("violation: style-src")):
            page.evaluate("document.body.append(Object.assign(document.createElement('style'), {textContent: '*{}'}))")


def test_no_page_is_shown_in_a_frame_of_another_site(chromium: Browser, live: LivePlace) -> None:
    page_around = f"<iframe src='{live.origin}/moderation/sign-in'></iframe>"
    with _with_context(chromium) as context:
        page = context.new_page()
        page.route("http://elsewhere.example/", lambda route: route.fulfill(content_type="text/html", body=page_around))
        page.goto("http://elsewhere.example/")
        assert page.frames[1].url.startswith("chrome-error:")
        assert page.frames[1].get_by_role("button", name="Sign in").count() == 0

        page.route("**/moderation/sign-in", _without_headers)  # what the headers are for
        page.goto("http://elsewhere.example/")
        assert page.frames[1].get_by_role("button", name="Sign in").count() == 1


def _without_headers(route: Route) -> None:
    route.fulfill(content_type="text/html", body=route.fetch().text())


def test_a_readers_page_stands_in_one_column_and_axe_finds_nothing(
    chromium: Browser, live: LivePlace, screen: dict[str, Any]
) -> None:
    with _with_context(chromium, bypass_csp=True, **screen) as context:
        page = context.new_page()
        page.goto(f"{live.origin}/read?site=gazette&url=https%3A%2F%2Fgazette.example%2Fbread")
        assert page.get_by_role("article").count() >= 1
        edges = {round(each.bounding_box()["x"]) for each in page.locator("main > *").all()}  # type: ignore[index]  # all are visible
        assert len(edges) == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe_violations(page) == []


def test_axe_finds_nothing_and_every_decision_is_large_enough_to_touch(
    chromium: Browser, live: LivePlace, screen: dict[str, Any]
) -> None:
    with _with_context(chromium, bypass_csp=True, **screen) as context:
        page = context.new_page()
        page.goto(f"{live.origin}/moderation/sign-in")
        assert axe_violations(page) == []
        sign_in(page, live.origin)
        for address in _addresses(live):
            page.goto(live.origin + address)
            for details in page.locator("details").all():
                details.locator("summary").click()
            assert axe_violations(page) == [], address
            for button in page.locator(".card .decisions button").all():
                box = button.bounding_box()
                assert box is not None
                assert min(box["width"], box["height"]) >= 44
        page.evaluate("document.documentElement.removeAttribute('lang')")
        assert [each["id"] for each in axe_violations(page)] == ["html-has-lang"], "axe sees nothing"
