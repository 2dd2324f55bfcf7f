"""What the form does in each engine: drafts, lost answers, writing aids."""

from tests.engines.conftest import Engine, Installation
from tests.engines.steps import decide, fill_form, open_article, waits
from tests.support.relay import Asked
from tests.support.webdriver import EnginePage

_POSTS = "/api/v1/comments"


def _posts(installation: Installation) -> list[Asked]:
    return [asked for asked in installation.relay.asked if (asked.method, asked.path) == ("POST", _POSTS)]


def test_a_draft_survives_a_reload(engine: Engine, installation: Installation, ada: EnginePage) -> None:
    open_article(ada, installation.article(engine, "Draft"))
    fill_form(ada, "form", name="Ada", words="Half a thought")
    ada.reload()
    ada.wait(lambda: ada.one("form textarea").value == "Half a thought", "the draft")
    kept = ada.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie")
    assert "Half a thought" in kept
    assert "mail.example" not in kept


def test_a_post_whose_answer_was_lost_is_sent_again_as_the_same(
    engine: Engine, installation: Installation, ada: EnginePage, mo: EnginePage
) -> None:
    open_article(ada, installation.article(engine, "Lost answer"))
    fill_form(ada, "form", name="Lois", words="Only once, please.")
    installation.relay.asked.clear()
    installation.relay.loses_answers_to = _POSTS
    try:
        ada.click("form button", "Post Comment")
        ada.one("form [role=alert]", saying="Not sent yet")
        assert ada.one("form textarea").value == "Only once, please."
    finally:
        installation.relay.loses_answers_to = ""
    ada.click("form button", "Post Comment")
    waits(ada, "Lois")
    posts = _posts(installation)
    assert len(posts) >= 2
    assert len({asked.key for asked in posts}) == 1
    assert posts[0].key
    decide(mo, installation.queue, "Lois", "a")  # which holds no other


def test_writing_aids_work(engine: Engine, installation: Installation, ada: EnginePage, mo: EnginePage) -> None:
    open_article(ada, installation.article(engine, "Aids"))
    area = "form textarea"
    ada.write(area, "Comment", "very")
    ada.one("form [role=toolbar]")
    ada.press("Control+a")
    ada.press("Control+b")
    ada.wait(lambda: ada.one(area).value == "**very**", "bold words")
    ada.press("Shift+Tab")
    assert ada.focus().name == "Bold"
    ada.press("ArrowRight")
    assert ada.focus().name == "Italic"
    ada.press("Enter")
    ada.wait(lambda: ada.one(area).value == "***very***", "bold and italic words")
    ada.evaluate("document.execCommand('undo')")  # the key does nothing in WebKit's small browser, to any text
    ada.wait(lambda: ada.one(area).value in {"**very**", "very"}, "one step back, or all of them")
    ada.click("form button", "Preview")
    assert ada.one("[part=preview] strong").text == "very"
    fill_form(ada, "form", name="Ivy", words=" Sent by a key.")
    ada.click(area)
    ada.press("Control+Enter")
    waits(ada, "Ivy")
    decide(mo, installation.queue, "Ivy", "a")
