"""What readers do besides posting, in each engine: like, report, change and delete their own."""

from tests.engines.conftest import Engine, Installation
from tests.engines.steps import decide, open_article, post, waits
from tests.support.webdriver import EnginePage

_PRESSED = "find('button', arguments[0]).pop()?.ariaPressed"


def _likes(page: EnginePage, name: str, *, count: str, is_pressed: bool) -> None:
    """See how many like a comment, and whether oneself does."""
    page.wait(lambda: "".join(each.text for each in page.all("[part~=likes]")).strip() == count, f"{count} likes")
    label = f"Like the comment by {name}"
    page.wait(lambda: page.evaluate(_PRESSED, label) == str(is_pressed).lower(), f"pressed: {is_pressed}")


def test_a_like_counts_once_is_remembered_and_can_be_taken_back(
    discussed: str, ada: EnginePage, ben: EnginePage
) -> None:
    open_article(ben, discussed)
    ben.click("button", "Like the comment by Ada")
    _likes(ben, "Ada", count="1", is_pressed=True)
    ben.reload()
    _likes(ben, "Ada", count="1", is_pressed=True)
    open_article(ada, discussed)
    _likes(ada, "Ada", count="1", is_pressed=False)
    ben.click("button", "Like the comment by Ada")
    _likes(ben, "Ada", count="", is_pressed=False)
    assert ben.evaluate("violations") == []


def test_a_report_reaches_the_moderators(
    engine: Engine, installation: Installation, ada: EnginePage, ben: EnginePage, mo: EnginePage
) -> None:
    article = installation.article(engine, "Reported")
    open_article(ada, article)
    post(ada, name="Ned", words="Buy my pills.")
    decide(mo, installation.queue, "Ned", "a")
    open_article(ben, article)
    ben.click("button", "Report the comment by Ned")
    ben.one("li form select")
    assert ben.focus().name == ben.one("li form select").name
    ben.press("i")  # by its first letter: Insults or threats
    ben.write("li form textarea", "", "It sells pills.")
    ben.click("li form button", "Report")
    ben.one("[role=status]", saying="A moderator will look at it.")
    assert ben.focus().name == "Comment by Ned"
    assert ben.evaluate("violations") == []
    mo.open(f"{installation.queue}/reported")
    card = mo.one("article.card", saying="It sells pills.")
    assert "insults" in card.text.lower() or "abuse" in card.text.lower()


def test_a_writer_changes_and_deletes_their_comment(
    engine: Engine, installation: Installation, ada: EnginePage, mo: EnginePage
) -> None:
    open_article(ada, installation.article(engine, "Changed"))
    post(ada, name="Gil", words="Frist!")
    ada.click("button", "Edit")
    ada.one("li form textarea")
    assert ada.focus().value == "Frist!"
    ada.press("Control+a")
    ada.type("First, *with care*.")
    ada.click("li form button", "Save")
    ada.wait(lambda: [each.text for each in ada.all("article em")] == ["with care"], "the new words")
    assert ada.focus().name == "Comment by Gil"
    decide(mo, installation.queue, "Gil", "a")
    ada.reload()
    ada.one("article", "Comment by Gil", saying="edited")
    ada.click("button", "Delete")
    ada.one("[part~=warning]", saying="Delete this comment for good?")
    ada.click("[part~=warning] button", "Cancel")
    ada.none("[part~=warning]")
    assert ada.focus().name == "Comment by Gil"
    ada.click("button", "Delete")
    ada.click("[part~=warning] button", "Delete")
    ada.one("[role=status]", saying="Your comment was deleted.")
    ada.none("article", "Comment by Gil")
    ada.reload()
    ada.one("form button", "Post Comment")
    ada.none("article", "Comment by Gil")
    assert ada.evaluate("violations") == []


def test_who_wrote_a_comment_sees_it_waiting_again_after_a_change(
    engine: Engine, installation: Installation, ada: EnginePage, mo: EnginePage
) -> None:
    open_article(ada, installation.article(engine, "Waits again"))
    post(ada, name="Hal", words="Approved words.")
    decide(mo, installation.queue, "Hal", "a")
    ada.reload()
    ada.click("button", "Edit")
    ada.one("li form textarea")
    ada.press("Control+a")
    ada.type("Something else.")
    ada.click("li form button", "Save")
    waits(ada, "Hal")
    decide(mo, installation.queue, "Hal", "a")
