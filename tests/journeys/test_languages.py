"""The embed in other languages: no word left in code, nothing cut off, mirrored, asked for along with the thread."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import decide, thread

ENGLISH: dict[str, Any] = json.loads((Path(__file__).parents[2] / "embed" / "languages" / "en.json").read_text())
LOOSE_WORDS = """() => {
  const found = [], name = /\\p{L}/u;
  const own = (node) => node.closest("bdi, time, [part=body], [part=badge], [aria-hidden], q");
  const isOurs = (words) => !name.test(words) || /^(?: · | )?⟦|⟧ ?$/.test(words);
  const look = (words, at) => { if (!isOurs(words)) found.push(`${at}: ${words}`); };
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3 && !own(node)) look(child.data, node.localName);
      if (child.nodeType !== 1) continue;
      for (const label of ["aria-label", "placeholder", "alt"]) look(child.getAttribute(label) ?? "", label);
      walk(child);
    }
  };
  walk(document.querySelector("comment-thread").shadowRoot);
  return found;
}"""
CUT_OFF = """() => {
  const root = document.querySelector("comment-thread").shadowRoot, wide = document.documentElement.clientWidth;
  const shown = [...root.querySelectorAll("*")].filter((node) => !node.closest("[part=decoy], [part=status], option"));
  return shown.filter((node) => {
    const box = node.getBoundingClientRect();
    const isClipped = node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible";
    return box.left < -8 || box.right > wide + 8 || (isClipped && !node.matches("input, textarea, select"));
  }).map((node) => node.outerHTML.slice(0, 120));
}"""


def _pseudo(message: Any) -> Any:
    """The message bracketed, accented, and 40 % longer; its placeholders stay."""
    if isinstance(message, dict):
        return {key: _pseudo(each) for key, each in message.items()}
    accented = re.sub(r"\{\w+\}|[aeioun]", lambda m: m[0] if len(m[0]) > 1 else f"{m[0]}\u0301", message)
    return f"⟦{accented}{' ó' * (len(message) // 5)}⟧"


PSEUDO = ["de", "ltr", *(_pseudo(ENGLISH[key]) for key in list(ENGLISH)[2:])]
PSEUDO[2] = _pseudo(ENGLISH["refusals"] | {"thread_closed": ENGLISH["threadClosed"]})


def _word(key: str, **values: str) -> str:
    words: str = PSEUDO[list(ENGLISH).index(key)]
    return words.format(**values)


@pytest.fixture(scope="module")
def talked_about(installation: Installation) -> str:
    """An article with a comment in German."""
    article = installation.article("Sprachen", kind="plain")
    with installation.person() as ada, installation.moderator() as mo:
        ada.goto(f"{article}?lang=de")
        _post(ada, "Ada", "Guten Tag.", button="Kommentar senden")
        expect(thread(ada)).to_contain_text("Ihr Kommentar wartet auf Freigabe.")
        decide(mo, "Ada", "Approve")
    return article


def _post(page: Page, name: str, words: str, *, button: str) -> None:
    form = thread(page).locator("form").last
    form.locator("textarea").fill(words)
    form.locator("[name=name]").fill(name)
    form.locator("[name=email]").fill("ada.canary@mail.example")
    form.get_by_role("button", name=button).click()


def _is_whole(page: Page) -> None:
    """Every word comes out of the catalogue, and has room."""
    assert page.evaluate(LOOSE_WORDS) == []
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_no_word_is_left_in_code_and_nothing_is_cut_off(installation: Installation, talked_about: str) -> None:
    with installation.person(width=320) as reader:
        reader.route(
            "**/languages/de.json",
            lambda route: route.fulfill(json=PSEUDO, headers={"Access-Control-Allow-Origin": "*"}),
        )
        reader.goto(f"{talked_about}?lang=de")
        expect(thread(reader).get_by_role("article")).to_have_count(1)
        _is_whole(reader)
        thread(reader).get_by_role("button", name=_word("replyTo", name="Ada")).click()
        thread(reader).locator("li form").get_by_role("button", name=_word("postComment")).click()
        expect(thread(reader)).to_contain_text(_word("fieldMissing"))
        _is_whole(reader)
        thread(reader).get_by_role("button", name=_word("cancelReply")).click()
        _post(reader, "Ben", "Call +49 301 2345678", button=_word("postComment"))
        expect(thread(reader)).to_contain_text(_word("givesPhone"))
        _is_whole(reader)
        reader.route("**/api/v1/comments", lambda route: route.fulfill(
            status=422, json={"code": "invalid_input", "title": "x", "fields": {"name": "Taken."}},
            headers={"Access-Control-Allow-Origin": "*"},
        ))  # fmt: skip
        thread(reader).get_by_role("button", name=_word("postAnyway")).click()
        expect(thread(reader)).to_contain_text(PSEUDO[2]["name"])
        _is_whole(reader)
        reader.unroute("**/api/v1/comments")
        _post(reader, "Ben", "Hello.", button=_word("postComment"))
        expect(thread(reader)).to_contain_text(_word("awaitsModeration"))
        _is_whole(reader)


def test_a_failure_and_a_closed_thread_are_told_in_the_same_language(installation: Installation) -> None:
    article = installation.article("Zu", kind="plain")
    installation.service.run("site", "edit", installation.articles.site, "--close-thread", article)
    with installation.person(width=320) as reader:
        reader.route(
            "**/languages/de.json",
            lambda route: route.fulfill(json=PSEUDO, headers={"Access-Control-Allow-Origin": "*"}),
        )
        reader.route("**/api/v1/thread*", lambda route: route.abort())
        reader.goto(f"{article}?lang=de")
        expect(thread(reader)).to_contain_text(_word("loadFailed"))
        _is_whole(reader)
        reader.unroute("**/api/v1/thread*")
        thread(reader).get_by_role("button", name=_word("tryAgain")).click()
        expect(thread(reader)).to_contain_text(_word("threadClosed"))
        _is_whole(reader)


@pytest.mark.parametrize("held_back", ["**/languages/de.json", "**/api/v1/thread*"])
def test_words_and_thread_are_asked_for_at_the_same_time(
    installation: Installation, talked_about: str, held_back: str
) -> None:
    with installation.person() as reader:
        waiting: list[Route] = []

        def hold(route: Route) -> None:
            waiting.append(route)

        reader.route(held_back, hold)
        with reader.expect_request("**/languages/de.json"), reader.expect_request("**/api/v1/thread*"):
            reader.goto(f"{talked_about}?lang=de")
        expect(thread(reader).get_by_role("article")).to_have_count(0)
        waiting[0].continue_()
        expect(thread(reader)).to_contain_text("1 Kommentar")
        expect(thread(reader).get_by_role("article", name="Kommentar von Ada")).to_be_visible()


def test_without_its_words_the_thread_appears_in_english(installation: Installation, talked_about: str) -> None:
    with installation.person() as reader:
        faults: list[object] = []

        def note(fault: object) -> None:
            faults.append(fault)

        reader.on("pageerror", note)
        reader.route("**/languages/*", lambda route: route.abort())
        reader.goto(f"{talked_about}?lang=de")
        expect(thread(reader)).to_contain_text("1 comment")
        assert faults == []


@pytest.mark.parametrize("lang", ["en-GB", "is"])
def test_english_and_languages_without_words_ask_for_nothing_more(
    installation: Installation, talked_about: str, lang: str
) -> None:
    with installation.person() as reader:
        asked: list[Request] = []

        def note(request: Request) -> None:
            asked.append(request)

        reader.on("request", note)
        reader.goto(f"{talked_about}?lang={lang}")
        expect(thread(reader)).to_contain_text("1 comment")
        assert [each.url for each in asked if "/languages/" in each.url] == []


def test_a_thread_from_right_to_left_is_mirrored(installation: Installation, talked_about: str) -> None:
    with installation.person(width=320) as reader:
        reader.goto(f"{talked_about}?lang=ar")
        section = thread(reader).locator("section")
        expect(section).to_have_attribute("dir", "rtl")
        expect(section).to_have_attribute("lang", "ar")
        heading, author = (
            section.get_by_role("heading").first.bounding_box(),
            thread(reader).locator("[part=author]").bounding_box(),
        )
        assert heading is not None
        assert author is not None
        assert author["x"] > 160
        assert heading["x"] + heading["width"] > 280
        expect(thread(reader).locator("[part=body]")).to_have_css("direction", "ltr")  # its own words are German
        assert reader.evaluate(CUT_OFF) == []
