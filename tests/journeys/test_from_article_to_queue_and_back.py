"""The main job in a real browser: a reader writes, a moderator decides, everybody reads."""

import re
import urllib.parse

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import comment_by, decide, fill_form, post, reply, thread


def test_a_comment_goes_from_the_article_through_the_queue_to_every_reader(installation: Installation) -> None:
    article = installation.article("The whole way")
    with installation.person() as ada, installation.moderator() as mo, installation.person(width=360) as ben:
        ada.goto(article)
        expect(thread(ada)).to_contain_text("Be the first to comment")
        post(ada, name="Ada", words="Hello **world**, see https://example.org/a.")
        ada.reload()
        expect(comment_by(ada, "Ada")).to_contain_text("awaiting moderation")

        ben.goto(article)
        expect(thread(ben)).to_contain_text("Be the first to comment")
        decide(mo, "Ada", "Approve")
        ben.reload()
        expect(comment_by(ben, "Ada").locator("strong")).to_have_text("world")
        expect(thread(ben)).to_contain_text("1 comment")

        reply(ben, to="Ada", name="Ben", words="I do not agree.")
        decide(mo, "Ben", "Reject")
        ben.reload()
        expect(comment_by(ben, "Ben")).to_contain_text("not approved")
        ada.reload()
        expect(comment_by(ada, "Ada")).not_to_contain_text("awaiting moderation")
        expect(comment_by(ada, "Ben")).to_have_count(0)
        for page in (ada, ben):
            assert page.evaluate("violations") == []


def test_the_whole_way_by_keyboard_alone(installation: Installation) -> None:
    article = installation.article("By keyboard")
    with installation.person() as ada, installation.person() as mo:
        ada.goto(article)
        expect(thread(ada)).to_contain_text("Be the first to comment")
        _tab_to(ada, "Comment")
        for words in ("Written by keyboard.", "Kay", "kay@mail.example"):
            ada.keyboard.type(words)
            ada.keyboard.press("Tab")
        _tab_to(ada, "Post Comment")
        ada.keyboard.press("Enter")
        expect(comment_by(ada, "Kay")).to_contain_text("awaiting moderation")

        mo.goto(installation.sign_in_address())
        _tab_to(mo, "Sign in")
        mo.keyboard.press("Enter")
        expect(mo.locator("article.card").filter(has_text="Kay")).to_be_visible()
        _tab_to(mo, "Approve", exactly=True)
        mo.keyboard.press("Enter")
        expect(mo.locator("article.card").filter(has_text="Kay")).to_have_count(0)

        ada.reload()
        expect(comment_by(ada, "Kay")).to_be_visible()
        _tab_to(ada, "Reply to Kay")
        ada.keyboard.press("Enter")
        ada.keyboard.type("And a reply.")
        assert _focused(ada)["value"] == "And a reply."
        _tab_to(ada, "Cancel reply")
        ada.keyboard.press("Enter")
        assert _focused(ada)["name"] == "Reply to Kay"


def test_the_whole_way_without_javascript(installation: Installation) -> None:
    article = installation.article("Without JavaScript")
    query = urllib.parse.urlencode({"site": installation.articles.site, "url": article})
    address = f"{installation.service.public_url}/read?{query}"
    with installation.person(javascript=False) as ada, installation.moderator(javascript=False) as mo:
        ada.goto(address)
        expect(ada.get_by_text("Be the first to comment.")).to_be_visible()
        fill_form(ada.locator("form"), name="Nora", words="No script *needed*.")
        ada.get_by_role("button", name="Post Comment").click()
        expect(ada.get_by_role("heading", level=1)).to_have_text("Your comment is awaiting moderation")
        decide(mo, "Nora", "Approve")
        ada.goto(address)
        expect(ada.locator("article", has_text="Nora").locator("em")).to_have_text("needed")

        ada.get_by_role("link", name="Reply to Nora").click()
        fill_form(ada.locator("form"), name="Olga", words="A reply.", email="no address")
        ada.locator("input[type=email]").fill("olga@mail.example")
        ada.get_by_role("button", name="Post Comment").click()
        expect(ada.get_by_role("heading", level=1)).to_have_text("Your comment is awaiting moderation")
        decide(mo, "Olga", "Approve")
        ada.goto(address)
        expect(ada.locator("ol.comments ol.comments article", has_text="Olga")).to_be_visible()


def test_faults_are_told_at_their_fields_and_every_word_is_kept(installation: Installation) -> None:
    with installation.person() as ada:
        ada.goto(installation.article("Faults"))
        form = thread(ada).locator("form").last
        fill_form(form, name="Ada", words="My careful words.", email="nonsense@")
        form.get_by_role("button", name="Post Comment").click()
        email = form.get_by_label("Email", exact=False)
        expect(email).to_have_attribute("aria-invalid", "true")
        expect(email).to_have_accessible_description(re.compile(r"does not look like .* will not be published"))
        expect(form.get_by_label("Comment", exact=False)).to_have_value("My careful words.")


def test_a_draft_survives_a_reload_and_the_address_is_kept_nowhere(installation: Installation) -> None:
    with installation.person() as ada:
        ada.goto(installation.article("Draft"))
        form = thread(ada).locator("form").last
        fill_form(form, name="Ada", words="Half a thought", email="kept.nowhere@mail.example")
        ada.reload()
        expect(thread(ada).locator("form").last.get_by_label("Comment", exact=False)).to_have_value("Half a thought")
        stored = ada.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie")
        assert "Half a thought" in stored
        assert "kept.nowhere" not in stored
        assert ada.context.cookies() == []


def test_a_post_whose_answer_was_lost_is_sent_again_and_stands_there_once(installation: Installation) -> None:
    with installation.person() as ada, installation.moderator() as mo:
        ada.goto(installation.article("Lost answer"))
        ada.route("**/api/v1/comments", lambda route: (route.fetch(), route.abort()))
        form = thread(ada).locator("form").last
        fill_form(form, name="Lois", words="Only once, please.")
        form.get_by_role("button", name="Post Comment").click()
        expect(thread(ada)).to_contain_text("Not sent yet")
        expect(form.get_by_label("Comment", exact=False)).to_have_value("Only once, please.")
        ada.unroute("**/api/v1/comments")
        form.get_by_role("button", name="Post Comment").click()
        expect(comment_by(ada, "Lois")).to_contain_text("awaiting moderation")
        mo.goto(f"{installation.service.public_url}/moderation")
        expect(mo.locator("article.card").filter(has_text="Lois")).to_have_count(1)


def test_the_embed_leaves_the_page_as_it_found_it(installation: Installation) -> None:
    with installation.person() as ada:
        requests: list[str] = []
        ada.on("request", lambda request: requests.append(request.url))
        ada.goto(installation.article("A quiet guest"))
        expect(thread(ada)).to_contain_text("Be the first to comment")
        assert ada.evaluate("Object.keys(window).filter((name) => !namesBefore.includes(name))") == ["namesBefore"]
        assert ada.evaluate("violations") == []
        assert ada.context.cookies() == []
        assert ada.evaluate("localStorage.length") == 0
        service = installation.service.public_url
        loaded = [re.sub(r"\?.*", "", url.removeprefix(service)) for url in requests if url.startswith(service)]
        assert loaded == ["/embed.js", "/api/v1/thread"]


def _focused(page: Page) -> dict[str, str]:
    """Accessible name and value of what has the focus, inside shadow roots too."""
    found: dict[str, str] = page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          const said = at?.cloneNode(true);
          said?.querySelectorAll?.("[aria-hidden=true]").forEach((hidden) => hidden.remove());
          const label = at?.labels?.[0]?.textContent ?? at?.ariaLabel ?? said?.textContent ?? "";
          return { name: label.trim(), value: at?.value ?? "" };
        }"""
    )
    return found


def _tab_to(page: Page, name: str, *, exactly: bool = False) -> None:
    """Press Tab until the focus is on the control with this name."""
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(_focused(page)["name"])
        if seen[-1] == name or (seen[-1].startswith(name) and not exactly):
            return
    raise AssertionError(f"{name} is not reached by Tab: {seen}")
