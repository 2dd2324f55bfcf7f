"""The queue by keys, mouse and touch in a real browser, alone and with a second moderator."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from commentsvc.domain.status import Decision
from commentsvc.store import bulk, decisions
from tests.support.axe import axe_violations
from tests.support.live_place import LISTEN, LivePlace, sign_in
from tests.support.moderation import Place

_BEN = "ben@desk.example"
_LED_TO = {"a": "approved", "r": "rejected", "s": "spam", "d": "deleted"}
_EVENTS = "**/moderation/events*"
_FOCUSED = "document.activeElement.closest('article.card')?.id ?? document.activeElement.tagName"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LivePlace]:
    """One site, two moderators, nothing that waits."""
    with LivePlace(tmp_path) as place:
        place.do(_open)
        yield place


async def _open(place: Place) -> None:
    await place.add_site()
    await place.add_moderator()
    await place.add_moderator(_BEN, name="Ben")


def _fill(live: LivePlace, *names: str) -> list[str]:
    """A comment each, in words of their own; their public ids."""

    async def work(place: Place) -> list[str]:
        return [await place.add_comment(f"Says {name}.", name=name, email=f"{name}@reader.example") for name in names]

    return live.do(work)


def _fill_with_like_ones(live: LivePlace) -> None:
    """Three with the same text, and one with another."""

    async def work(place: Place) -> None:
        for name in ("Ada", "Bo", "Cy"):
            await place.add_comment("Buy now", name=name, email=f"{name}@reader.example")

    live.do(work)
    _fill(live, "Di")


def _decide_as_ben(live: LivePlace, comment: str, verb: Decision) -> None:
    async def work(place: Place) -> None:
        sites, now = [site.id for site in place.sites.values()], place.time.now
        await place.store.write(
            lambda conn: decisions.decide(conn, comment, verb, site_ids=sites, moderator_id=2, reason=None, now=now)
        )

    live.do(work)


@contextmanager
def _desk(
    chromium: Browser, live: LivePlace, email: str = "mo@desk.example", *, hears: bool = True, **options: object
) -> Iterator[Page]:
    """The queue before a moderator; at the end nothing may have broken the page's policy or thrown."""
    said: list[str] = []
    with chromium.new_context(**options) as context:  # type: ignore[arg-type]  # a test's own options
        context.set_default_timeout(30_000)
        context.add_init_script(LISTEN)
        if not hears:
            context.route(_EVENTS, lambda route: route.abort())
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"violation of reason: {error}"))
        sign_in(page, live.origin, email)
        page.locator("[data-keys]").wait_for(state="attached")
        yield page
    assert [text for text in said if text.startswith("violation")] == []


def _current(page: Page) -> Locator:
    return page.locator("article.card[aria-current]")


def _waits(page: Page, count: int) -> None:
    """Every decision has arrived."""
    expect(page.locator('[data-count="pending"]')).to_have_text(str(count))


def test_a_queue_is_cleared_by_keys_alone_and_the_focus_is_never_lost(chromium: Browser, live: LivePlace) -> None:
    ids = _fill(live, *(f"N{number}" for number in range(24)))
    keys = [("a", "r", "s", "d")[number % 4] for number in range(24)]
    with _desk(chromium, live) as page:
        for comment, key in zip(ids, keys, strict=True):
            expect(_current(page)).to_have_id(f"c-{comment}")
            page.keyboard.press(key)
            expect(_current(page)).not_to_have_id(f"c-{comment}") if comment != ids[-1] else None
            assert page.evaluate(_FOCUSED) != "BODY"
        expect(page.locator("[data-end]", has_text="Nothing is waiting.")).to_be_focused()
        _waits(page, 0)
        assert live.do(lambda place: place.statuses()) == {
            comment: _LED_TO[key] for comment, key in zip(ids, keys, strict=True)
        }
        assert "(0)" in page.title()
        page.keyboard.press("u")
        expect(_current(page)).to_have_id(f"c-{ids[-1]}")
        assert page.evaluate(_FOCUSED) == f"c-{ids[-1]}"
        _waits(page, 1)
        assert live.do(lambda place: place.statuses())[ids[-1]] == "pending"


def test_moving_selecting_and_deciding_on_the_selection_is_undone_in_one_go(chromium: Browser, live: LivePlace) -> None:
    ids = _fill(live, "Ada", "Bo", "Cy", "Di")
    with _desk(chromium, live) as page:
        for key in ("x", "j", "j", "x", "k"):
            page.keyboard.press(key)
        expect(_current(page)).to_have_id(f"c-{ids[1]}")
        expect(page.locator(".bulk .selected")).to_have_text("2 selected")
        page.keyboard.press("r")
        expect(page.locator(".told.undo")).to_contain_text("Rejected 2 comments.")
        _waits(page, 2)
        statuses = live.do(lambda place: place.statuses())
        assert [statuses[each] for each in ids] == ["rejected", "pending", "rejected", "pending"]
        page.get_by_role("button", name="Undo").click()
        _waits(page, 4)
        assert set(live.do(lambda place: place.statuses()).values()) == {"pending"}
        assert [each.get_attribute("id") for each in page.locator(".card").all()] == [f"c-{each}" for each in ids]


def test_keys_are_text_in_a_field_and_can_be_switched_off(chromium: Browser, live: LivePlace) -> None:
    _fill(live, "Ada", "Bo")
    with _desk(chromium, live) as page:
        page.get_by_text("Add a reason").first.click()
        field = page.get_by_label("Reason").first
        field.press_sequentially("a bad start")
        assert field.input_value() == "a bad start"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keys").get_by_label("Use single keys").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("r")
        assert page.locator(".card").count() == 2
        page.reload()
        page.get_by_role("button", name="Keys").click()
        page.get_by_label("Use single keys").check()
        page.get_by_role("button", name="Close").last.click()
        page.get_by_text("Add a reason").first.click()
        page.get_by_label("Reason").first.fill("Off the subject")
        page.keyboard.press("Escape")
        page.keyboard.press("r")
        _waits(page, 1)
        reasons = [row["reason"] for row in live.do(lambda place: place.dump())["decision"]]
        assert reasons == ["Off the subject"]


def test_a_decision_that_comes_too_late_brings_the_card_back_and_names_who_was_faster(
    chromium: Browser, live: LivePlace
) -> None:
    ids = _fill(live, "Ada", "Bo")
    with _desk(chromium, live, hears=False) as page:
        _decide_as_ben(live, ids[0], Decision.REJECT)
        page.keyboard.press("a")
        expect(page.locator(f"#c-{ids[0]} .happened")).to_have_text("Ben rejected this a moment ago.")
        expect(page.get_by_role("alert")).to_contain_text("Nothing was changed on the comment by Ada.")
        expect(_current(page)).to_have_id(f"c-{ids[1]}")
        assert live.do(lambda place: place.statuses())[ids[0]] == "rejected"
        assert page.locator(f"#c-{ids[0]}").get_by_role("button", name="Reject").count() == 0


def test_nothing_is_lost_without_a_network_or_a_session(chromium: Browser, live: LivePlace) -> None:
    ids = _fill(live, "Ada", "Bo", "Cy")
    with _desk(chromium, live) as page:
        context: BrowserContext = page.context
        context.set_offline(True)
        page.keyboard.press("a")
        page.keyboard.press("r")
        expect(page.get_by_role("alert")).to_contain_text("2 decisions wait here")
        context.set_offline(False)
        _waits(page, 1)
        expect(page.locator(".told.trouble")).to_be_hidden()
        context.clear_cookies()
        page.keyboard.press("s")
        expect(page.get_by_role("alert")).to_contain_text("You are signed out")
        other = context.new_page()
        sign_in(other, live.origin)
        page.get_by_role("button", name="Send again").click()
        _waits(page, 0)
        assert [live.do(lambda place: place.statuses())[each] for each in ids] == ["approved", "rejected", "spam"]


def test_two_moderators_see_what_the_other_looks_at_and_decides(chromium: Browser, live: LivePlace) -> None:
    ids = _fill(live, "Ada", "Bo", "Cy", "Di", "Ed", "Fay")
    with _desk(chromium, live) as mo, _desk(chromium, live, _BEN) as ben:
        expect(mo.get_by_text("Ben is looking at this").first).to_be_visible()
        expect(ben.locator(f"#c-{ids[0]}")).to_contain_text("Mo is looking at this")
        theirs = _current(ben).get_attribute("id")
        assert theirs != f"c-{ids[0]}"
        mo.keyboard.press("a")
        expect(ben.locator(f"#c-{ids[0]}")).to_have_count(0)
        expect(_current(ben)).to_have_id(str(theirs))
        assert theirs is not None
        mo.locator(f"#{theirs}").get_by_role("button", name="Reject").click()
        expect(ben.locator(f"#{theirs} .happened")).to_have_text("Mo rejected this a moment ago.")
        expect(_current(ben)).to_have_id(theirs)
        [new] = _fill(live, "Gil")
        expect(ben.locator(".card").last).to_have_id(f"c-{new}")
        expect(_current(ben)).to_have_id(theirs)


def test_like_comments_are_rejected_together_after_a_question(chromium: Browser, live: LivePlace) -> None:
    _fill_with_like_ones(live)
    with _desk(chromium, live) as page:
        page.get_by_role("link", name="reject all 3").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Reject all 3").click()
        expect(page.locator(".told.undo")).to_contain_text("Rejected 3 comments.")
        _waits(page, 1)
        expect(page.locator(".card")).to_have_count(1)
        page.keyboard.press("u")
        _waits(page, 4)
        expect(page.locator(".card")).to_have_count(4)


def test_like_comments_are_decided_on_by_keys_alone(chromium: Browser, live: LivePlace) -> None:
    _fill_with_like_ones(live)
    with _desk(chromium, live) as page:
        page.keyboard.press("l")
        question = page.get_by_role("dialog")
        expect(question).to_contain_text("same text")
        page.keyboard.press("s")
        expect(question).to_have_count(0)
        expect(page.locator(".told.undo")).to_contain_text("Marked 3 comments as spam.")
        expect(_current(page)).to_contain_text("Di")
        page.keyboard.press("l")
        expect(page.get_by_role("dialog")).to_have_count(0)
        _waits(page, 1)


@pytest.mark.parametrize(("key", "label"), [("/", "Words in the comment"), ("e", "Comment"), ("p", "Your reply")])
def test_a_key_that_leads_to_a_field_leads_into_it(chromium: Browser, live: LivePlace, key: str, label: str) -> None:
    _fill(live, "Ada")
    with _desk(chromium, live) as page:
        page.keyboard.press(key)
        expect(page.get_by_label(label)).to_be_focused()


def _ask_for_run(page: Page, live: LivePlace) -> None:
    """Five are found and are to be rejected; the page waits for the word."""
    _fill(live, "Ada", "Bo", "Cy", "Di", "Ed")
    page.goto(f"{live.origin}/moderation/bulk?search=q%3Dsays%26status%3Dpending&decision=reject")
    page.get_by_role("button", name="Reject 5").click()


def test_a_whole_search_is_decided_and_undone_by_one_press_each(
    chromium: Browser, live: LivePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PORTION", 2)
    with _desk(chromium, live) as page:
        _ask_for_run(page, live)
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_text("5 done. Finished.")).to_be_focused()
        _waits(page, 0)
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.get_by_text("Undone: the comments are back")).to_be_focused()
        _waits(page, 5)


def test_a_run_stops_when_it_is_told_to_and_goes_on_after_trouble(
    chromium: Browser, live: LivePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PORTION", 2)
    with _desk(chromium, live) as page:
        _ask_for_run(page, live)
        page.context.set_offline(True)
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("cannot be reached")
        page.context.set_offline(False)
        held: list[Route] = []

        def hold(route: Route) -> None:
            if route.request.method == "POST":
                held.append(route)
            else:
                route.continue_()

        page.route("**/moderation/bulk/*", hold)
        page.get_by_role("button", name="Start", exact=True).click()
        stop = page.get_by_role("button", name="Stop")
        expect(stop).to_be_focused()
        stop.click()
        held[0].continue_()
        expect(page.locator(".run")).to_contain_text("2 done, 3 to go")
        expect(page.get_by_role("button", name="Go on")).to_be_visible()
        _waits(page, 3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_any_state_of_the_desk(
    chromium: Browser, live: LivePlace, width: int, scheme: str
) -> None:
    _fill(live, "Ada", "Bo", "Cy")
    live.do(lambda place: place.add_comment("Says Cy.", name="Di", email="di@reader.example"))
    looks: dict[str, Any] = {
        "viewport": {"width": width, "height": 800},
        "color_scheme": scheme,
        "reduced_motion": "reduce",
    }
    with _desk(chromium, live, bypass_csp=True, **looks) as page:
        states = {"queue": "", "undo": "r", "selection": "x", "help": "?"}
        for state, key in states.items():
            page.keyboard.press(key) if key else None
            assert axe_violations(page) == [], state
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        page.keyboard.press("Escape")
        page.get_by_role("link", name="reject all").first.click()
        assert axe_violations(page) == [], "question"
        assert page.get_by_role("dialog").bounding_box()["width"] <= width  # type: ignore[index]  # it is visible
