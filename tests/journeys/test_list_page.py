"""A page that lists articles: counts in one call, the newest comments, and tags with the hash of their script."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Request, expect

from commentsvc.web.static import pin
from tests.journeys.conftest import Installation
from tests.journeys.steps import comment_by, decide, post
from tests.support.axe import axe_violations

ARTICLES = 30
_EXCERPT = "Wonderful bread, and I have baked it twice."
_STYLE = """<style>
  body { font: 1rem/1.5 system-ui; max-width: 40rem; margin: 1rem auto; padding: 0 1rem }
  html { color-scheme: light dark }
  @media (prefers-color-scheme: dark) { body { background: #16181b; color: #e8e6e3 } a { color: #9cc4ff } }
  recent-comments ul { list-style: none; padding: 0 }
  recent-comments li { padding: .6em 0; border-top: 1px solid #8884; overflow-wrap: anywhere }
  recent-comments bdi { font-weight: 600 }
  recent-comments time { opacity: .8; font-size: .875em; margin-inline-start: .4em }
  recent-comments a { display: block }
</style>"""


@pytest.fixture(scope="module")
def commented(installation: Installation) -> str:
    """Path of an article with one comment."""
    path = "/plain/Bread"
    with installation.person() as ada, installation.moderator() as mo:
        ada.goto(f"{installation.articles.origin}{path}")
        post(ada, name="Ada", words=_EXCERPT)
        decide(mo, "Ada", "Approve")
    return path


def list_page(installation: Installation, commented: str, *, kind: str = "strict", tag: str | None = None) -> str:
    """Address of a page that lists articles; under `strict` it has no style, for none is allowed."""
    articles = installation.articles
    path = f"/{kind}/{'Pinned' if tag else 'All'} articles"
    paths = [commented, *(f"/plain/{number}" for number in range(1, ARTICLES))]
    rows = "".join(
        f'<li><a href="{each}">Article {number}</a> · '
        f'<a href="{each}#comments"><comment-count url="{each}">Comments on article {number}</comment-count></a></li>'
        for number, each in enumerate(paths)
    )
    newest = '<h2 id="newest">Newest comments</h2><recent-comments aria-labelledby="newest">None yet</recent-comments>'
    written = tag or f'<script async src="{articles.service}/counts.js" data-site="{articles.site}"></script>'
    style = _STYLE if kind == "plain" else ""
    articles.bodies[quote(path)] = f"{style}{written}<ul>{rows}</ul><section>{newest}</section>"
    return f"{articles.origin}{quote(path)}"


def _asked(page: Page) -> list[Request]:
    """Calls that the page makes to the service's interface, from now on."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if "/api/" in request.url else None)
    return found


def test_thirty_counts_come_in_one_call_and_the_newest_comments_in_another(
    installation: Installation, commented: str
) -> None:
    with installation.person(width=360) as reader:
        asked = _asked(reader)
        reader.goto(list_page(installation, commented))
        expect(reader.get_by_role("link", name="1 comment", exact=True)).to_have_count(1)
        expect(reader.get_by_role("link", name="0 comments", exact=True)).to_have_count(ARTICLES - 1)
        newest = reader.locator("recent-comments")
        expect(newest.get_by_role("listitem")).to_contain_text("Ada")
        assert sorted(each.url.partition("?")[0].rpartition("/")[2] for each in asked) == ["counts", "recent"]
        assert [each.all_headers().get(name) for each in asked for name in ("cookie", "referer")] == [None] * 4
        assert reader.evaluate("violations") == []
        assert reader.evaluate("Object.keys(window).filter((name) => !namesBefore.includes(name))") == ["namesBefore"]
        newest.get_by_role("link", name=_EXCERPT).click()
        expect(comment_by(reader, "Ada")).to_be_focused()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1280, False), (1280, True)])
def test_axe_finds_nothing_and_nothing_widens_the_page(
    installation: Installation, commented: str, width: int, *, dark: bool
) -> None:
    with installation.person(width=width, dark=dark) as reader:
        reader.goto(list_page(installation, commented, kind="plain"))
        expect(reader.get_by_role("link", name="1 comment", exact=True)).to_be_visible()
        expect(reader.locator("recent-comments li")).to_have_count(1)
        assert axe_violations(reader) == []
        assert reader.evaluate("document.documentElement.scrollWidth") <= width


def test_elements_that_come_later_are_counted_and_those_that_change_anew(
    installation: Installation, commented: str
) -> None:
    with installation.person() as reader:
        reader.goto(f"{list_page(installation, commented)}?lang=de")
        expect(reader.get_by_role("link", name="1 Kommentar", exact=True)).to_be_visible()
        reader.evaluate(
            """(url) => {
              const element = document.createElement("comment-count");
              element.id = "later";
              element.setAttribute("url", url);
              document.querySelector("main").append(element);
            }""",
            commented,
        )
        later = reader.locator("#later")
        expect(later).to_have_text("1 Kommentar")
        later.evaluate("element => element.setAttribute('url', '/plain/another')")
        expect(later).to_have_text("0 Kommentare")
        assert reader.evaluate("violations") == []


def test_without_the_service_the_page_keeps_its_own_words(installation: Installation, commented: str) -> None:
    with installation.person() as reader:
        reader.route("**/api/v1/*", lambda route: route.abort())
        with reader.expect_event("requestfailed", lambda request: "/counts?" in request.url):
            reader.goto(list_page(installation, commented))
        expect(reader.get_by_role("link", name="Comments on article 0", exact=True)).to_be_visible()
        expect(reader.locator("recent-comments")).to_have_text("None yet")


@pytest.mark.parametrize("kind", ["embed", "counts"])
def test_a_pinned_tag_runs_its_script_and_no_other(installation: Installation, commented: str, kind: str) -> None:
    articles = installation.articles
    element = "comment-thread" if kind == "embed" else "comment-count"
    tags = installation.service.run("site", "tag", articles.site, "--pinned").splitlines()
    (tag,) = (each for each in tags if f"/embed/{kind}-" in each)
    is_defined = f"customElements.whenDefined('{element}').then(() => true)"
    with installation.person() as reader:
        reader.goto(list_page(installation, commented, tag=tag))
        assert reader.evaluate(is_defined)
        assert reader.evaluate("violations") == []
    wrong = tag.replace(pin(kind).integrity, f"sha384-{'A' * 64}")
    assert wrong != tag
    with installation.person() as reader:
        told: list[str] = []
        reader.on("console", lambda message: told.append(message.text))
        reader.goto(list_page(installation, commented, tag=wrong))
        reader.wait_for_load_state("load")
        assert reader.evaluate(f"customElements.get('{element}') === undefined")
        assert any("integrity" in each for each in told), told
