"""What the embed leaves alone, and what each engine makes of the page's policy, language and colours."""

from tests.engines.conftest import Engine, Installation
from tests.engines.steps import open_article
from tests.support.webdriver import EnginePage

_NEW_NAMES = "Object.keys(window).filter((name) => !namesBefore.includes(name))"
_SECOND = "/embed/tools-"
_TIMES = {"firefox": 1, "webkit": 2}
"""How often the second script is asked for; WebKit keeps no HTTP cache in a window that is driven."""


def test_the_page_is_left_as_it_was_and_nothing_is_forbidden(engine: Engine, installation: Installation) -> None:
    installation.relay.asked.clear()
    with engine.person("new reader") as eve:  # has nothing in a cache
        open_article(eve, installation.article(engine, "A quiet guest"))
        assert _got(installation) == ["/embed.js", "/api/v1/thread"]
        eve.click("form textarea")
        eve.one("form [role=toolbar]")
        times = [path.startswith(_SECOND) for path in _got(installation)].count(True)
        assert times == _TIMES[engine.name]
        assert eve.evaluate(_NEW_NAMES) == ["namesBefore"]
        assert eve.evaluate("violations") == []
        assert eve.evaluate("document.cookie") == ""


def test_a_violation_would_be_told(engine: Engine, installation: Installation, ada: EnginePage) -> None:
    open_article(ada, installation.article(engine, "Violated"))
    ada.evaluate("Object.assign(new Image(), { src: 'https://forbidden.example/x.png' }).src")
    ada.wait(lambda: bool(ada.evaluate("violations") == ["img-src"]), "a violation")


def test_another_script_in_the_place_of_the_second_does_not_run(engine: Engine, installation: Installation) -> None:
    installation.relay.replaces[_SECOND] = b"hits.push(1)"
    try:
        with engine.person("unlucky reader") as eve:
            installation.relay.asked.clear()
            open_article(eve, installation.article(engine, "Another script"))
            eve.write("form textarea", "Comment", "Words.")
            eve.click("form button", "Post Comment")
            eve.one("form [role=alert]", saying="could not be sent")
            assert any(path.startswith(_SECOND) for path in _got(installation))
            assert eve.evaluate("hits") == []
            assert eve.all("form [role=toolbar]") == []
            assert eve.one("form textarea").value == "Words."
    finally:
        installation.relay.replaces.clear()


def _got(installation: Installation) -> list[str]:
    return [asked.path for asked in installation.relay.asked if asked.method == "GET"]


def test_arabic_mirrors_the_thread(engine: Engine, installation: Installation, ada: EnginePage) -> None:
    ada.open(f"{installation.article(engine, 'Mirrored')}?lang=ar")
    send = ada.one("form button[type=submit]")
    form = ada.one("comment-thread")
    assert form.right - send.right < 40 < send.left - form.left
    assert "comment" not in ada.one("section").text
    assert ada.evaluate("violations") == []


def test_the_thread_follows_the_systems_colours(
    engine: Engine, installation: Installation, ada: EnginePage, ben: EnginePage
) -> None:
    article = f"{installation.articles.origin}/plain/Colours%20in%20{engine.name}"
    colours = {}
    for who, page in (("light", ada), ("dark", ben)):
        open_article(page, article)
        page.evaluate("document.documentElement.style.colorScheme = 'light dark'")
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (who == "dark")
        colours[who] = page.evaluate("getComputedStyle(find('section', '').pop()).color")
    assert colours["light"] != colours["dark"]
