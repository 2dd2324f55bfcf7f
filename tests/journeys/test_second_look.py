"""A writer is told why, asks for a second look, and is heard; what moderators change is seen by everybody."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import card_of, comment_by, decide, post, press_on_card, thread

_MESSAGE = "Please say the same about the matter itself."


def test_a_rejected_writer_reads_why_and_appeals_once(installation: Installation) -> None:
    with installation.person(width=360) as ada, installation.moderator() as mo:
        ada.goto(installation.article("A second look"))
        post(ada, name="Cy", words="You fools.")
        card = card_of(mo, "Cy")
        mo.reload()
        card.get_by_text("Add a reason or a message").click()
        card.get_by_label("Message to its writer").fill(_MESSAGE)
        press_on_card(mo, "Cy", "Reject")

        ada.reload()
        expect(comment_by(ada, "Cy")).to_contain_text(_MESSAGE)
        thread(ada).get_by_role("button", name="Ask for a second look").click()
        form = thread(ada).locator("li form")
        expect(form.locator("textarea")).to_be_focused()
        form.locator("textarea").fill("It was a joke.")
        form.get_by_role("button", name="Ask for a second look").click()
        expect(comment_by(ada, "Cy")).to_contain_text("A moderator will look again.")
        expect(form).to_have_count(0)
        ada.reload()
        expect(thread(ada).get_by_role("button", name="Dismiss")).to_be_visible()
        expect(thread(ada).get_by_role("button", name="Ask for a second look")).to_have_count(0)

        _go(mo, "/moderation/appeals")
        expect(card_of(mo, "Cy")).to_contain_text("It was a joke.")
        press_on_card(mo, "Cy", "Approve")
        _go(mo, "/moderation/appeals")
        expect(card_of(mo, "Cy")).to_have_count(0)
        ada.reload()
        expect(comment_by(ada, "Cy")).not_to_contain_text("not approved")
        assert ada.evaluate("violations") == []


def test_readers_see_pins_badges_and_edits(installation: Installation) -> None:
    with installation.person() as ada, installation.moderator(javascript=False) as mo:
        ada.goto(installation.article("Words of moderators"))
        post(ada, name="Fay", words="First.")
        post(ada, name="Gil", words="Second.")
        decide(mo, "Fay", "Approve")
        card_of(mo, "Gil").get_by_role("link", name=re.compile("^Reply")).click()
        mo.get_by_label("Your reply").fill("*Thank* you.")
        mo.get_by_role("button", name="Preview").click()
        expect(mo.locator(".preview em")).to_have_text("Thank")
        mo.get_by_role("button", name="Approve and reply").click()
        _go(mo, "/moderation/approved")
        mo.get_by_role("link", name=re.compile("^History .* by Gil")).click()
        mo.get_by_role("button", name="Pin to the top").click()
        mo.get_by_role("link", name=re.compile("^Edit")).click()
        mo.get_by_label("Comment").fill("Second, and kinder.")
        mo.get_by_label("Why").fill("An insult")
        mo.get_by_role("button", name="Save the comment").click()

        with installation.person() as ben:
            ben.goto(installation.article("Words of moderators"))
            first = thread(ben).get_by_role("article").first
            expect(first).to_contain_text("Second, and kinder.")
            expect(first).to_contain_text("edited by a moderator · pinned")
            expect(comment_by(ben, "Mo")).to_contain_text("Moderator")
            assert ben.evaluate("violations") == []


def _go(page: Page, path: str) -> None:
    page.goto(page.url.partition("/moderation")[0] + path)
