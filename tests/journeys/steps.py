"""What people do on the pages, in verbs."""

import re

from playwright.sync_api import Locator, Page, Response, expect

EMAIL = "ada.canary@mail.example"


def thread(page: Page) -> Locator:
    """The embed on an article's page."""
    return page.locator("comment-thread")


def fill_form(form: Locator, *, name: str, words: str, email: str = EMAIL) -> None:
    """Write into the form, as a reader would."""
    form.get_by_role("textbox", name="Comment").fill(words)
    form.get_by_role("textbox", name="Name").fill(name)
    form.get_by_role("textbox", name="Email").fill(email)


def post(page: Page, *, name: str, words: str, email: str = EMAIL) -> None:
    """Leave a comment under the article, and see that it waits."""
    form = thread(page).locator("form").last
    fill_form(form, name=name, words=words, email=email)
    form.get_by_role("button", name="Post Comment").click()
    expect(comment_by(page, name)).to_contain_text("awaiting moderation")


def reply(page: Page, *, to: str, name: str, words: str) -> None:
    """Reply to somebody's comment, and see that it waits."""
    thread(page).get_by_role("button", name=f"Reply to {to}").first.click()
    form = thread(page).locator("li form")
    fill_form(form, name=name, words=words)
    form.get_by_role("button", name="Post Comment").click()
    expect(comment_by(page, name)).to_contain_text("awaiting moderation")


def comment_by(page: Page, name: str) -> Locator:
    """A comment in the embed."""
    return thread(page).get_by_role("article", name=f"Comment by {name}")


def card_of(page: Page, name: str) -> Locator:
    """A comment in the moderation queue."""
    return page.locator("article.card").filter(has_text=name)


def decide(page: Page, name: str, verb: str) -> None:
    """Press a decision's button on somebody's comment, and see it gone and answered."""
    page.goto(page.url.partition("/moderation")[0] + "/moderation")
    press_on_card(page, name, verb)


def _is_of_decision(answer: Response) -> bool:
    """Whether it answers the button that was pressed, and not the claim that a card makes when it is looked at."""
    return answer.request.method == "POST" and not answer.url.endswith("/claims")


def press_on_card(page: Page, name: str, verb: str) -> None:
    """Press a decision's button on a card of this page, and see it gone and answered."""
    with page.expect_response(_is_of_decision):  # the card goes before the answer comes
        card_of(page, name).get_by_role("button", name=re.compile(f"^{verb}")).click()
    expect(card_of(page, name)).to_have_count(0)
