"""The hostile payloads in a real Chromium, on a page without any policy: nothing runs, nothing is asked for.

The page has a live ``XSSHIT`` and every request is recorded, so a payload that works is seen. The last test puts the
payloads in unsanitised and must see them work.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup import render
from commentsvc.markup.render_source import render_html
from commentsvc.markup.serialise_tree import LINK_RELATION
from tests.hostile.payloads import hostile_payloads
from tests.hostile.slow_inputs import slow_inputs

ARTICLE = "http://article.test/"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_SHOW = """
([written, relation]) => {
  const cases = JSON.parse(written);
  const build = (node) => {
    if (typeof node === "string") return document.createTextNode(node);
    const [tag, ...rest] = node;
    const element = document.createElement(tag);
    if (rest.length && typeof rest[0] === "object" && !Array.isArray(rest[0])) {
      element.setAttribute("href", rest.shift().href);
      element.setAttribute("rel", relation);
    }
    element.append(...rest.map(build));
    return element;
  };
  const faults = [];
  for (const [html, tree] of cases) {
    const shown = document.createElement("div");
    document.body.append(shown);
    shown.innerHTML = html;
    if (shown.innerHTML !== html) faults.push(["serialised anew", html, shown.innerHTML]);
    if (tree !== null) {
      const built = document.createElement("div");
      built.append(...tree.map(build));
      if (!built.isEqualNode(shown)) faults.push(["tree differs", html, built.innerHTML]);
    }
    for (const element of shown.querySelectorAll("*")) {
      for (const name of ["click", "mouseover", "focus", "focusin", "pointerenter", "error", "load", "toggle"]) {
        if (name !== "click" || element.tagName !== "A") element.dispatchEvent(new Event(name, {bubbles: true}));
      }
      if (element.tagName === "A" && !["http:", "https:", "mailto:"].includes(element.protocol)) {
        faults.push(["protocol", html, element.protocol]);
      }
    }
  }
  return faults;
}
"""


@dataclass
class Article:
    """A page of another site with a live trap, and what it asked the network for."""

    page: Page
    requests: list[str] = field(default_factory=list)

    def show(self, cases: list[tuple[str, object]]) -> list[list[str]]:
        """Put each HTML into the page and return what was not as it should be."""
        faults: list[list[str]] = []
        for start in range(0, len(cases), 500):
            batch = json.dumps(cases[start : start + 500])
            faults += self.page.evaluate(_SHOW, [batch, LINK_RELATION])
        self.page.wait_for_function("() => new Promise((done) => requestIdleCallback(() => done(true)))")
        return faults

    def hits(self) -> list[int]:
        """The numbers of the payloads that ran."""
        hits: list[int] = self.page.evaluate("window.hits")
        return hits

    def handle(self, route: Route) -> None:
        """Answer for the whole network: the article itself, and nothing else."""
        if route.request.url == ARTICLE:
            route.fulfill(content_type="text/html", body="<!doctype html><title>Article</title><p>An article.")
        else:
            self.requests.append(route.request.url)
            route.abort()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def article(browser: Browser) -> Iterator[Article]:
    page = browser.new_page()
    shown = Article(page)
    page.route("**/*", shown.handle)
    page.add_init_script("window.hits = []; window.XSSHIT = (number) => { window.hits.push(number); };")
    page.goto(ARTICLE)
    yield shown
    page.close()


def _rendered(source: str) -> Rendered | None:
    try:
        return render(source)
    except InvalidInputError:
        return None


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, object]]:
    sources = [*hostile_payloads(), *slow_inputs().values()]
    rendered = [shown for shown in map(_rendered, sources) if shown is not None]
    rendered += [
        render_html(payload) for payload in hostile_payloads()
    ]  # past the Markdown parser, straight to the second wall
    assert len(rendered) > 8_000
    return [(shown.html, shown.tree) for shown in rendered]


def test_no_hostile_payload_runs_or_asks_another_host(article: Article, cases: list[tuple[str, object]]) -> None:
    assert article.show(cases) == []
    assert article.hits() == []
    assert article.requests == []
    assert article.page.url == ARTICLE


def test_the_globals_of_the_page_stay_as_they_were(article: Article, cases: list[tuple[str, object]]) -> None:
    before = article.page.evaluate(
        "Object.getOwnPropertyNames(window).length + document.forms.length + document.images.length"
    )
    article.show(cases)
    after = article.page.evaluate(
        "Object.getOwnPropertyNames(window).length + document.forms.length + document.images.length"
    )
    assert after == before
    assert article.page.evaluate("document.querySelectorAll('[id], [name], [class], [style]').length") == 0


def test_the_trap_sees_the_same_payloads_when_nothing_sanitises_them(article: Article) -> None:
    breaking_the_test_itself = (
        "<meta",
        "<base",
        " id=",
        "<form",
        "<plaintext",
    )  # they leave the page, or clobber document.body
    unsanitised = [
        text for text in hostile_payloads() if not any(part in text.lower() for part in breaking_the_test_itself)
    ]
    article.show([(text, None) for text in unsanitised])
    assert len(set(article.hits())) > 500
    assert any("xss-canary.example" in url for url in article.requests)
