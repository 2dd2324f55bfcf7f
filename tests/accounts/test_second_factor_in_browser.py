"""The second factor as moderators meet it: a picture for the app, codes to keep, and a page more at sign-in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import axe_violations
from tests.support.live_place import LivePlace, sign_in
from tests.support.moderation import PASSWORD, Place


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LivePlace]:
    with LivePlace(tmp_path) as place:
        place.do(_open)
        yield place


async def _open(place: Place) -> None:
    await place.add_site()
    await place.add_moderator(of=["gazette"])


def _code(live: LivePlace, secret: str) -> str:
    async def at_this_moment(place: Place) -> str:
        place.time.pass_by(seconds=30)  # no code is taken twice
        return pyotp.TOTP(secret).at(place.time.now)

    return live.do(at_this_moment)


def _enter_password(page: Page, live: LivePlace) -> None:
    page.goto(f"{live.origin}/moderation")
    page.get_by_label("E-mail address").fill("mo@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()


def _begin(page: Page, live: LivePlace) -> str:
    """Come to the page with the picture; the secret in letters."""
    sign_in(page, live.origin)
    page.goto(f"{live.origin}/moderation/account/second-factor")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    return page.locator("code.secret").inner_text().replace(" ", "")


def _switch_on(page: Page, live: LivePlace, secret: str) -> None:
    page.get_by_label("Code that the app shows now").fill(_code(live, secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_it_is_set_up_asked_for_and_replaced_by_a_kept_code(
    chromium: Browser, live: LivePlace, *, javascript: bool
) -> None:
    with chromium.new_context(java_script_enabled=javascript, viewport={"width": 360, "height": 800}) as context:
        context.set_default_timeout(30_000)
        page = context.new_page()
        secret = _begin(page, live)
        _switch_on(page, live, secret)
        kept = page.locator(".codes code").all_inner_texts()
        assert len(set(kept)) == 10
        page.get_by_role("link", name="I have kept them").click()
        page.get_by_role("button", name="Sign out", exact=True).click()

        _enter_password(page, live)
        page.get_by_label("Code", exact=True).fill("000000")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Code", exact=True).fill(_code(live, secret))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Moderation queue")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).click()

        _enter_password(page, live)
        page.get_by_label("Code", exact=True).fill(kept[0])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Moderation queue")).to_be_visible()
        page.goto(f"{live.origin}/moderation/account/second-factor")
        expect(page.get_by_text("9 recovery codes are left")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_picture_can_be_read_by_a_phone_and_axe_finds_nothing(
    chromium: Browser, live: LivePlace, width: int, scheme: Literal["light", "dark"]
) -> None:
    with chromium.new_context(
        bypass_csp=True, viewport={"width": width, "height": 800}, color_scheme=scheme
    ) as context:
        context.set_default_timeout(30_000)
        page = context.new_page()
        secret = _begin(page, live)
        picture = page.get_by_role("img", name="QR code")
        drawn = picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.clientWidth])")
        assert drawn[0] > 0
        assert drawn[1] == 240
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe_violations(page) == []
        _switch_on(page, live, secret)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe_violations(page) == []
