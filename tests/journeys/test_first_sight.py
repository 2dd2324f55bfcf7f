"""What is in sight is painted first: times, numbers and the other comments come a frame later, if there was no time."""

import json
import time
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import thread
from tests.support.process import KEY

_COMMENTS, _IN_SIGHT = 8, 5
_WATCH = """
window.drawn = [];
const count = () => document.querySelector("comment-thread")?.shadowRoot.querySelectorAll("article").length ?? 0;
for (const name of ["DateTimeFormat", "NumberFormat", "PluralRules", "RelativeTimeFormat"]) {
  Intl[name] = new Proxy(Intl[name], {
    construct(made, given) {
      drawn.push(count());
      return new made(...given);
    },
  });
}
"""
"""Writes down how many comments stood there whenever the browser was asked to tell a time or a number."""
_NEVER_IDLE = """
const { setTimeout } = window;
window.setTimeout = (work, after, ...more) => (after === 20 ? 0 : setTimeout(work, after, ...more));
"""
"""As if the service always answered sooner than within 20 ms."""
_IN_BACKGROUND = """
Object.defineProperty(document, "hidden", { get: () => true });
window.requestAnimationFrame = () => 0;
"""
"""As in a tab that nobody looks at."""


@pytest.fixture(scope="module")
def article(installation: Installation) -> str:
    address = installation.article("At first sight")
    installation.service.run("site", "edit", KEY, "--hold", "nothing")
    for number in range(_COMMENTS):
        words = {"name": f"Reader {number}", "email": f"reader{number}@mail.example", "body": f"Words, {number}."}
        posted = installation.service.ask(
            "POST",
            "/api/v1/comments",
            headers={"Content-Type": "application/json", "Origin": installation.articles.origin},
            body=json.dumps({"site": KEY, "url": address, **words}).encode(),
        )
        assert posted.status == 201, posted.body
    return address


def _see_all(page: Page) -> list[int]:
    """Everything is there in the end; how many comments were there each time that something was to be told."""
    expect(thread(page).locator("article")).to_have_count(_COMMENTS)
    expect(thread(page).locator("article time")).to_have_text(["just now"] * _COMMENTS)
    expect(thread(page).get_by_role("heading", name=f"{_COMMENTS} comments")).to_be_visible()
    expect(thread(page).get_by_role("form")).to_be_visible()
    drawn: list[int] = page.evaluate("drawn")
    return drawn


def test_a_quick_answer_is_painted_before_times_and_numbers_are_told(installation: Installation, article: str) -> None:
    with installation.person() as ada:
        ada.add_init_script(_WATCH + _NEVER_IDLE)
        ada.goto(article)
        assert _see_all(ada)[0] == _IN_SIGHT


def test_while_a_slow_answer_is_on_its_way_the_browser_learns(installation: Installation, article: str) -> None:
    def answer_late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    with installation.person() as ada:
        ada.add_init_script(_WATCH)
        ada.route("**/api/v1/thread?**", answer_late)
        ada.goto(article)
        assert _see_all(ada)[0] == 0


def test_a_tab_that_nobody_looks_at_gets_everything_at_once(installation: Installation, article: str) -> None:
    with installation.person() as ada:
        ada.add_init_script(_WATCH + _NEVER_IDLE + _IN_BACKGROUND)
        ada.goto(article)
        assert _see_all(ada)[0] == 0


def test_the_address_of_a_comment_further_down_leads_there(installation: Installation, article: str) -> None:
    answer = installation.service.ask("GET", f"/api/v1/thread?{urlencode({'site': KEY, 'url': article})}")
    last = json.loads(answer.body)["comments"][-1]["id"]
    with installation.person() as ada:
        ada.add_init_script(_WATCH + _NEVER_IDLE)
        ada.goto(f"{article}#comment-{last}")
        expect(thread(ada).locator("article[part~=target]")).to_contain_text(f"Words, {_COMMENTS - 1}.")
