"""What readers do, in verbs."""

from tests.support.webdriver import EnginePage

EMAIL = "ada.canary@mail.example"
FORM = "section > div > form"
REPLY_FORM = "li form"


def open_article(page: EnginePage, address: str) -> None:
    """Go to an article, and wait for its thread."""
    page.open(address)
    page.one("form button", "Post Comment")


def fill_form(page: EnginePage, form: str, *, name: str, words: str) -> None:
    """Type into the form, as a reader would."""
    page.write(f"{form} textarea", "Comment", words)
    for label, text in (("Name", name), ("Email", EMAIL)):
        field = f"{form} input[name={label.lower()}]"
        page.click(field)
        page.evaluate("find(arguments[0], '').pop().select()", field)  # it is known from the post before
        page.type(text)


def post(page: EnginePage, *, name: str, words: str) -> None:
    """Leave a comment, and see that it waits."""
    fill_form(page, "form", name=name, words=words)
    page.click("form button", "Post Comment")
    waits(page, name)


def reply(page: EnginePage, *, to: str, name: str, words: str) -> None:
    """Reply to somebody, and see that it waits."""
    page.click("button", f"Reply to {to}")
    fill_form(page, REPLY_FORM, name=name, words=words)
    page.click(f"{REPLY_FORM} button", "Post Comment")
    waits(page, name)


def waits(page: EnginePage, name: str) -> None:
    """See one's comment waiting."""
    page.one("article", f"Comment by {name}", saying="awaiting moderation")


def decide(page: EnginePage, queue: str, name: str, key: str) -> None:
    """Press a decision's key on the one comment that waits in the queue, and see it gone."""
    page.open(queue)
    page.one("article.card", saying=name)
    assert len(page.all("article.card")) == 1
    page.press(key)
    page.none("article.card")
