"""From the article to the queue and back, in each engine."""

from pathlib import Path

import pytest

from tests.engines.conftest import Engine, Installation
from tests.engines.steps import decide, open_article, post, waits
from tests.support.webdriver import EnginePage


def test_a_thread_is_read_by_everybody(discussed: str, ben: EnginePage) -> None:
    open_article(ben, discussed)
    assert ben.one("article strong").text == "world"
    ben.one("ol ol article", "Comment by Ben", saying="I do not agree.")
    ben.one("section h2", saying="2 comments")


def test_a_permalink_leads_to_its_comment(discussed: str, ada: EnginePage, ben: EnginePage) -> None:
    open_article(ada, discussed)
    ada.click("ol ol article a[part~=permalink]")
    ada.one("ol ol article[part~=target]", "Comment by Ben")
    address = str(ada.evaluate("location.href"))
    assert address.startswith(f"{discussed}#comment-")
    ben.open("about:blank")
    ben.open(address)
    target = ben.one("article[part~=target]", "Comment by Ben")
    assert ben.focus().name == "Comment by Ben"
    assert 0 <= target.top < ben.evaluate("innerHeight")


def test_a_mention_leads_to_the_comment_that_is_answered(discussed: str, ben: EnginePage) -> None:
    open_article(ben, discussed)
    ben.click("ol ol article a", "@Ada")
    ben.one("article[part~=target]", "Comment by Ada")
    assert ben.focus().name == "Comment by Ada"


def test_a_decision_is_taken_back_by_a_key(
    engine: Engine, installation: Installation, ada: EnginePage, mo: EnginePage
) -> None:
    open_article(ada, installation.article(engine, "Undone"))
    post(ada, name="Uma", words="Decide on me twice.")
    decide(mo, installation.queue, "Uma", "a")
    mo.press("u")
    mo.one("article.card", saying="Uma")
    ada.reload()
    waits(ada, "Uma")
    decide(mo, installation.queue, "Uma", "a")
    ada.reload()
    assert "awaiting moderation" not in ada.one("article", "Comment by Uma").text


def test_the_way_is_gone_by_keyboard_alone(
    engine: Engine, installation: Installation, ada: EnginePage, mo: EnginePage
) -> None:
    open_article(ada, installation.article(engine, "By keyboard"))
    ada.tab_to("Comment")
    ada.type("Written by keyboard.")
    for field, text in (("Name", "Kay"), ("Email", "kay@mail.example")):
        ada.tab_to(field)
        ada.press("Control+a")
        ada.type(text)
    ada.tab_to("Post Comment")
    ada.press("Enter")
    waits(ada, "Kay")
    decide(mo, installation.queue, "Kay", "a")


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_wider_than_the_window(
    discussed: str, engine: Engine, ada: EnginePage, ben: EnginePage, width: int, pytestconfig: pytest.Config
) -> None:
    page = ada if width == 1280 else ben
    open_article(page, discussed)
    page.click("button", "Reply to Ada")
    page.one("li form [role=toolbar]")
    assert page.focus().name.startswith("Comment")
    if folder := pytestconfig.getoption("pictures"):
        page.picture(Path(folder) / f"{engine.name}-{width}.png")
    edges = page.evaluate("find('comment-thread, comment-thread *, section *', '').map((at) => look(at).right)")
    assert max(edges) <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("li form button", "Cancel reply")
