"""The pages about a person's rights in a real browser: under their own policy, at both widths, and as axe sees them."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.engine import Connection

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.status import CommentStatus
from commentsvc.rights.desk import RightsPolicy
from commentsvc.store import authors
from commentsvc.web.reader_links import ReaderLinks
from tests.support.axe import axe_violations
from tests.support.live_place import LISTEN, LivePlace
from tests.support.moderation import Place

ADA = "ada@reader.example"
SHOTS = os.environ.get("TESTS_SHOTS")
"""Environment variable: a folder for pictures of every page, to look at."""


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LivePlace]:
    with LivePlace(tmp_path) as place:
        place.do(_fill)
        yield place


@pytest.fixture(params=[(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def screen(request: pytest.FixtureRequest) -> dict[str, Any]:
    width, scheme = request.param
    return {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}


async def _fill(place: Place) -> None:
    await place.add_site()
    for status in CommentStatus:
        await place.add_comment(f"Words that are {status}.\n\n" + "x" * 200, name="Ada", email=ADA, status=status)


async def _let_mail(place: Place) -> None:
    """As if a mail server were set; none is reached, for no worker runs."""
    parts = place.app.state.parts
    parts[RightsPolicy] = replace(parts[RightsPolicy], has_mail=True)


async def _token(place: Place) -> str:
    here = place.sites["gazette"]
    keys = place.index.candidates(EmailAddress(ADA), site_key=here.key)

    def job(conn: Connection) -> str:
        who = authors.find(conn, site_id=here.id, blind_indexes=keys)
        assert who is not None
        return authors.public_id_of(conn, who)

    links: ReaderLinks = place.app.state.parts[ReaderLinks]
    return links.data(await place.store.write(job)).partition("?t=")[2]


def _is_fine(page: Page, name: str, faults: list[str]) -> None:
    assert axe_violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"
    assert faults == []
    if SHOTS:
        size, scheme = page.viewport_size, page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert size is not None
        page.screenshot(path=f"{SHOTS}/{name}-{size['width']}-{'dark' if scheme else 'light'}.png", full_page=True)


def test_every_page_is_for_everybody_and_erasing_works(
    live: LivePlace, chromium: Browser, screen: dict[str, Any]
) -> None:
    context = chromium.new_context(**screen)
    context.add_init_script(LISTEN)
    page, faults = context.new_page(), list[str]()
    page.on("console", lambda message: faults.append(message.text) if "violation" in message.text else None)
    page.goto(f"{live.origin}/privacy?site=gazette")
    page.locator("summary").first.click()
    _is_fine(page, "privacy", faults)
    page.get_by_role("link", name="What is held about you").click()
    _is_fine(page, "ask-without-mail", faults)
    live.do(_let_mail)
    page.goto(f"{live.origin}/own/data?site=gazette")
    _is_fine(page, "ask", faults)
    page.get_by_label("Email").fill(ADA)
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("heading", name="a mail is on its way").wait_for()
    _is_fine(page, "asked", faults)
    page.goto(f"{live.origin}/own/data?t={live.do(_token)}")
    _is_fine(page, "data", faults)
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    assert "Words that are spam." in download.value.path().read_text("utf-8")
    page.get_by_label("Email, Name").check()
    page.get_by_label("I know that nobody can undo it").check()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_role("heading", name="It is erased").wait_for()
    _is_fine(page, "erased", faults)
    context.close()
