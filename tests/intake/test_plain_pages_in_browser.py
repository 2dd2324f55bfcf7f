"""/own and /report in a real browser: plain forms do everything, and every page is for everybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from commentsvc.domain.status import CommentStatus
from commentsvc.web.tokens import Purpose, Signer
from tests.support.axe import axe_violations
from tests.support.live_place import LISTEN, LivePlace
from tests.support.moderation import Place


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LivePlace]:
    with LivePlace(tmp_path) as place:
        place.do(Place.add_site)
        yield place


async def _receipt(place: Place) -> str:
    """Of a public comment."""
    comment = await place.add_comment("A *thoughtful* remark.", status=CommentStatus.APPROVED)
    signer: Signer = place.app.state.parts[Signer]
    return signer.sign(Purpose.RECEIPT, {"comment": comment, "site": "gazette"})


def _is_fine(page: Page, faults: list[str]) -> None:
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_writer_changes_and_then_deletes_a_comment(
    live: LivePlace, chromium: Browser, width: int, scheme: Any
) -> None:
    with chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        context.add_init_script(LISTEN)
        page, faults = context.new_page(), list[str]()
        page.on("console", lambda message: faults.append(message.text) if "violation" in message.text else None)
        page.goto(f"{live.origin}/own")
        page.get_by_label("Your receipt").fill(live.do(_receipt))
        page.get_by_role("button", name="See what became of it").click()
        field = page.get_by_label("Change your comment")
        expect(field).to_have_value("A *thoughtful* remark.")
        _is_fine(page, faults)
        field.fill("A *kinder* remark.")
        page.get_by_role("button", name="Save the comment").click()
        expect(page.get_by_role("heading", name="Your comment is awaiting moderation")).to_be_visible()
        expect(page.locator("article em")).to_have_text("kinder")
        _is_fine(page, faults)
        field.fill("x" * 4_000 + " <" * 300)
        page.get_by_role("button", name="Save the comment").click()
        expect(page.get_by_role("alert")).to_be_visible()
        _is_fine(page, faults)
        page.get_by_role("button", name="Delete your comment").click()
        _is_fine(page, faults)
        page.get_by_role("button", name="Keep it").click()
        page.get_by_role("button", name="Delete your comment").click()
        page.get_by_role("button", name="Delete it").click()
        expect(page.get_by_role("heading", name="Your comment was removed")).to_be_visible()
        _is_fine(page, faults)


async def _report_page(place: Place) -> str:
    comment = await place.add_comment("Buy this.", name="Zoe", status=CommentStatus.APPROVED)
    return f"{place.origin}/report?comment={comment}"


async def _reasons(place: Place) -> list[object]:
    return [row["reason"] for row in (await place.dump())["report"]]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_reader_reports_a_comment(live: LivePlace, chromium: Browser, width: int, scheme: Any) -> None:
    size: Any = {"width": width, "height": 800}
    with chromium.new_context(viewport=size, color_scheme=scheme) as context:
        context.add_init_script(LISTEN)
        page, faults = context.new_page(), list[str]()
        page.on("console", lambda message: faults.append(message.text) if "violation" in message.text else None)
        page.goto(live.do(_report_page))
        _is_fine(page, faults)
        page.get_by_label("What should moderators know?").fill("x" * 500)
        page.locator("form").evaluate("(form) => { form.noValidate = true; }")
        page.get_by_role("button", name="Send to the moderators").click()
        expect(page.get_by_role("alert")).to_contain_text("Please say what is wrong")
        expect(page.get_by_label("What should moderators know?")).to_have_value("x" * 500)
        _is_fine(page, faults)
        page.get_by_label("Spam or advertising").check()
        page.get_by_role("button", name="Send to the moderators").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        _is_fine(page, faults)
        assert live.do(_reasons) == ["spam"]
