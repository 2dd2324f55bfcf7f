"""The embed for every body: axe finds nothing in any state, nothing widens the page, forced colours hold."""

from html import escape
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import comment_by, decide, fill_form, post, reply, thread
from tests.support.axe import axe_violations

_TREE = """
- region "Comments":
  - heading "2 comments" [level=2]
  - button "Leave a Reply"
  - combobox "Order"
  - list:
    - listitem:
      - article "Comment by Ada":
        - link:
          - time
        - blockquote:
          - paragraph: quoted
        - list:
          - listitem: one
          - listitem: two
        - paragraph
        - button "Reply to Ada"
        - button "Like the comment by Ada"
        - button "Report the comment by Ada"
        - button "Hide replies" [expanded]
      - list:
        - listitem:
          - article "Comment by Ben"
  - form "Leave a Reply":
    - heading "Leave a Reply" [level=3]
    - paragraph: Your email address will not be published. Required fields are marked *
    - textbox "Comment"
    - textbox "Name"
    - textbox "Email"
    - textbox "Website"
    - button "Post Comment"
  - status
"""
_REPLYING = """
- region "Comments":
  - list:
    - listitem:
      - list:
        - listitem:
          - article "Comment by Ben":
            - button "Reply to Ben" [expanded]
          - form "Reply to Ben":
            - heading "Reply to Ben" [level=3]
            - toolbar "Formatting":
              - button "Bold"
            - textbox "Comment"
            - button "Post Comment"
            - button "Preview"
            - button "Cancel reply"
"""
_WIDTHS_AND_THEMES = [(360, False), (360, True), (1280, False), (1280, True)]


@pytest.fixture(scope="module")
def talked_about(installation: Installation) -> str:
    """An article with a comment, a reply, and a long word in each."""
    article = installation.article("Talked about", kind="plain")
    with installation.person() as ada, installation.moderator() as mo:
        ada.goto(article)
        post(ada, name="Ada", words=f"> quoted\n\n- one\n- two\n\n`code` and {'long' * 1_000}")
        decide(mo, "Ada", "Approve")
        ada.reload()
        reply(ada, to="Ada", name="Ben", words=f"Za{chr(0x301) * 200}lgo, **bold** and https://example.org/{'x' * 300}")
        decide(mo, "Ben", "Approve")
    return article


@pytest.mark.parametrize(("width", "dark"), _WIDTHS_AND_THEMES)
def test_axe_finds_nothing_in_any_state(
    installation: Installation, talked_about: str, width: int, *, dark: bool
) -> None:
    with installation.person(width=width, dark=dark) as reader:
        reader.goto(talked_about)
        expect(comment_by(reader, "Ben")).to_be_visible()
        assert axe_violations(reader) == []
        thread(reader).get_by_role("button", name="Reply to Ada").click()
        assert axe_violations(reader) == []
        form = thread(reader).locator("li form")
        # Browsers call an empty required field wrong by themselves: none is, before anything was sent.
        expect(form.get_by_label("Comment", exact=False)).to_have_attribute("aria-invalid", "false")
        form.get_by_role("button", name="Post Comment").click()
        expect(form.get_by_label("Comment", exact=False)).to_have_attribute("aria-invalid", "true")
        assert axe_violations(reader) == []
        thread(reader).get_by_role("button", name="Cancel reply").click()
        post(reader, name="Cleo", words="Waiting.")
        assert axe_violations(reader) == []
        _is_not_wider_than(reader, width)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_reply_stands_further_in_than_what_it_answers(
    installation: Installation, talked_about: str, width: int
) -> None:
    with installation.person(width=width) as reader:
        reader.goto(talked_about)
        expect(comment_by(reader, "Ben")).to_be_visible()
        answered, answer = (comment_by(reader, name).bounding_box() for name in ("Ada", "Ben"))
        assert answered is not None
        assert answer is not None
        assert 16 <= answer["x"] - answered["x"] <= 48


@pytest.mark.parametrize("kind", ["strict", "dynamic", "hosts"])
def test_every_strict_policy_lets_it_read_and_write(installation: Installation, kind: str) -> None:
    with installation.person() as ada:
        ada.goto(installation.article(f"Policy {kind}", kind=kind))
        post(ada, name="Policy", words="Allowed.")
        thread(ada).get_by_role("button", name="Delete").click()
        expect(thread(ada)).to_contain_text("Delete this comment for good?")
        assert ada.evaluate("violations") == []


def test_a_screen_reader_is_told_the_thread_in_order(installation: Installation, talked_about: str) -> None:
    """The accessibility tree, as it is expected; names of times change and are left out."""
    with installation.person() as reader:
        reader.goto(talked_about)
        expect(comment_by(reader, "Ben")).to_be_visible()
        expect(thread(reader)).to_match_aria_snapshot(_TREE)
        thread(reader).get_by_role("button", name="Reply to Ben").click()
        expect(thread(reader)).to_match_aria_snapshot(_REPLYING)


def test_axe_sees_inside_the_embed(installation: Installation, talked_about: str) -> None:
    with installation.person() as reader:
        reader.goto(talked_about)
        expect(comment_by(reader, "Ben")).to_be_visible()
        reader.evaluate(
            "document.querySelector('comment-thread').shadowRoot.querySelector('article')"
            ".append(document.createElement('button'))"
        )
        assert [each["id"] for each in axe_violations(reader)] == ["button-name"]


def test_the_failure_to_load_is_told_and_can_be_mended(installation: Installation, talked_about: str) -> None:
    with installation.person() as reader:
        reader.route("**/api/v1/thread*", lambda route: route.abort())
        reader.goto(talked_about)
        expect(thread(reader)).to_contain_text("Comments could not be loaded.")
        assert axe_violations(reader) == []
        reader.unroute("**/api/v1/thread*")
        thread(reader).get_by_role("button", name="Try again").click()
        expect(comment_by(reader, "Ben")).to_be_visible()


def test_a_permalink_leads_to_its_comment(installation: Installation, talked_about: str) -> None:
    with installation.person() as reader:
        reader.goto(talked_about)
        link = comment_by(reader, "Ben").locator("a", has=reader.locator("time"))
        address = link.get_attribute("href") or ""
        assert "#comment-" in address
        reader.goto("about:blank")
        reader.goto(address)
        expect(comment_by(reader, "Ben")).to_be_in_viewport()
        expect(comment_by(reader, "Ben")).to_be_focused()


def test_a_closed_thread_says_so_and_offers_no_form(installation: Installation) -> None:
    article = installation.article("Closed", kind="plain")
    installation.service.run("site", "edit", installation.articles.site, "--close-thread", article)
    with installation.person() as reader:
        reader.goto(article)
        expect(thread(reader)).to_contain_text("Comments are closed.")
        expect(thread(reader).locator("form")).to_have_count(0)
        assert axe_violations(reader) == []


def test_faults_told_by_the_service_are_read_out(installation: Installation) -> None:
    with installation.person() as reader:
        reader.goto(installation.article("Read out", kind="plain"))
        form = thread(reader).locator("form").last
        fill_form(form, name="Ada", words="Words.", email="nonsense@")
        form.get_by_role("button", name="Post Comment").click()
        expect(form.get_by_label("Email", exact=False)).to_be_focused()
        assert axe_violations(reader) == []


def test_tricks_with_characters_stay_inside_their_comment(installation: Installation) -> None:
    marks, quotes = f"a{chr(0x301) * 500}", f"{'> ' * 15}deep"
    overrides = "".join(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200F, 0xFEFF))
    tricks = {
        "Wordsworth": "x" * 4_900,
        "Zalgothrim": f"{marks} {marks}",
        "Quotington": quotes,
        "Turnaround": f"{overrides}turned round{overrides}",
    }
    article = installation.article("Full of tricks", kind="plain")
    with installation.person() as reader, installation.moderator() as mo:
        reader.goto(article)
        expect(thread(reader).get_by_role("heading", name="Leave a Reply")).to_be_visible()
        before = reader.locator("#article").bounding_box()
        for name, words in (tricks | {"Plainspoken": "Plain words."}).items():
            post(reader, name=name, words=words)
            decide(mo, name, "Approve")
            reader.reload()
        expect(comment_by(reader, "Plainspoken")).to_be_visible()
        assert reader.locator("#article").bounding_box() == before
        _is_not_wider_than(reader, 1280)
        for name in tricks:
            assert _left_of_author(reader, name) == _left_of_author(reader, "Plainspoken"), name
            assert comment_by(reader, name).locator("[part=body]").evaluate(_PAINTS_INSIDE), name
        assert reader.locator("#article").evaluate(_IS_ON_TOP)


_PAINTS_INSIDE = (
    "(body) => { const it = getComputedStyle(body); return it.overflowX !== 'visible' && it.overflowY !== 'visible' }"
)
_IS_ON_TOP = """(article) => {
  const box = article.getBoundingClientRect();
  return document.elementFromPoint(box.x + 5, box.y + box.height / 2) === article;
}"""


def _left_of_author(page: Page, name: str) -> float:
    box = comment_by(page, name).locator("[part=author]").first.bounding_box()
    assert box is not None
    return box["x"]


def _is_not_wider_than(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#article").bounding_box()
    assert box is not None
    assert box["width"] <= width


@pytest.mark.parametrize(("article", "asked_for"), [("Preloaded", 2), ("Preloaded%20in%20vain", 3)])
def test_a_thread_that_the_page_preloads_is_not_asked_for_again(
    installation: Installation, article: str, asked_for: int
) -> None:
    """One preloaded under another address is: so the number could be another."""
    articles = installation.articles
    path = f"/strict/{article}"
    url = f"{articles.origin}{path}" if asked_for == 2 else f"{articles.origin}/strict/Another"
    query = urlencode({"site": articles.site, "url": url, "body": "tree"})
    articles.bodies[path] = (
        '<link rel="preload" as="fetch" crossorigin referrerpolicy="no-referrer" '
        f'href="{escape(articles.service)}/api/v1/thread?{escape(query)}">'
        "<comment-thread></comment-thread>"
        f'<script async src="{articles.service}/embed.js" data-site="{articles.site}"></script>'
    )
    with installation.person() as reader:
        asked: list[str] = []
        reader.on("request", lambda request: asked.append(request.url))
        reader.goto(f"{articles.origin}{path}")
        expect(thread(reader).locator("form")).to_be_visible()
        reader.wait_for_load_state("networkidle")
        assert asked_for == sum(each.startswith(articles.service) for each in asked)
