"""What readers do besides posting: like, sort, fold, change, delete, and look after their own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import card_of, comment_by, decide, fill_form, post, press_on_card, reply, thread
from tests.support.axe import axe_violations


@pytest.fixture(scope="module")
def discussed(installation: Installation) -> str:
    """An article with two roots, and a reply to the first."""
    article = installation.article("Discussed")
    with installation.person() as ada, installation.moderator() as mo:
        ada.goto(article)
        for name in ("Ada", "Zoe"):
            post(ada, name=name, words=f"Words of {name}.")
            decide(mo, name, "Approve")
        ada.reload()
        reply(ada, to="Ada", name="Ben", words="So *no*, @Ada: I do not agree.")
        decide(mo, "Ben", "Approve")
    return article


def test_a_like_counts_once_is_remembered_and_can_be_taken_back(installation: Installation, discussed: str) -> None:
    with installation.person() as eve, installation.person() as fay:
        _open(eve, discussed)
        like = eve.get_by_role("button", name="Like the comment by Zoe")
        like.focus()
        eve.keyboard.press("Enter")
        expect(comment_by(eve, "Zoe")).to_contain_text("Like 1")
        expect(like).to_have_attribute("aria-pressed", "true")
        expect(like).to_be_focused()
        eve.reload()
        expect(like).to_have_attribute("aria-pressed", "true")
        _open(fay, discussed)
        theirs = fay.get_by_role("button", name="Like the comment by Zoe")
        expect(comment_by(fay, "Zoe")).to_contain_text("Like 1")
        expect(theirs).to_have_attribute("aria-pressed", "false")
        theirs.click()
        expect(comment_by(fay, "Zoe")).to_contain_text("Like 2")
        like.click()
        expect(comment_by(eve, "Zoe")).to_contain_text("Like 1")
        expect(like).to_have_attribute("aria-pressed", "false")
        assert eve.evaluate("violations") == []


def test_a_mention_leads_to_the_comment_that_is_answered(installation: Installation, discussed: str) -> None:
    with installation.person() as eve:
        _open(eve, discussed)
        comment_by(eve, "Ben").get_by_role("link", name="@Ada", exact=True).click()
        expect(comment_by(eve, "Ada")).to_be_focused()
        assert eve.url.startswith(f"{discussed}#comment-")
        assert axe_violations(eve) == []
        assert eve.evaluate("violations") == []


def test_a_report_reaches_the_moderators(installation: Installation) -> None:
    article = installation.article("Reported")
    with installation.person() as ada, installation.moderator() as mo:
        _open(ada, article)
        post(ada, name="Ned", words="Buy my pills.")
        decide(mo, "Ned", "Approve")
        with installation.person() as eve:
            _open(eve, article)
            eve.get_by_role("button", name="Report the comment by Ned").click()
            form = thread(eve).locator("li form")
            expect(form.get_by_role("combobox")).to_be_focused()
            assert axe_violations(eve) == []
            form.get_by_role("combobox").select_option("Insults or threats")
            form.get_by_role("textbox").fill("It sells pills.")
            form.get_by_role("button", name="Report").click()
            expect(thread(eve).get_by_role("status")).to_have_text("Thank you. A moderator will look at it.")
            expect(comment_by(eve, "Ned")).to_be_focused()
            assert eve.evaluate("violations") == []
        mo.goto(f"{installation.service.public_url}/moderation/reported")
        expect(mo.locator("article.card").filter(has_text="Ned")).to_contain_text("It sells pills.")


def test_the_order_is_the_readers_choice(installation: Installation, discussed: str) -> None:
    with installation.person() as eve:
        _open(eve, discussed)
        order = thread(eve).get_by_role("combobox", name="Order")
        assert _roots(eve) == ["Ada", "Zoe"]
        order.select_option("Newest first")
        expect(thread(eve).get_by_role("article").first).to_have_accessible_name("Comment by Zoe")
        order.focus()
        eve.keyboard.press("ArrowDown")
        expect(order).to_have_value("top")
        expect(thread(eve).get_by_role("article").first).to_have_accessible_name("Comment by Zoe")
        order.select_option("Oldest first")
        expect(thread(eve).get_by_role("article").first).to_have_accessible_name("Comment by Ada")


def test_replies_are_folded_and_unfolded_by_keyboard(installation: Installation, discussed: str) -> None:
    with installation.person(width=320) as eve:
        _open(eve, discussed)
        fold = thread(eve).get_by_role("button", name="Hide replies")
        fold.focus()
        eve.keyboard.press("Enter")
        expect(comment_by(eve, "Ben")).to_be_hidden()
        shown = thread(eve).get_by_role("button", name="Show replies (1)")
        expect(shown).to_be_focused()
        expect(shown).to_have_attribute("aria-expanded", "false")
        assert axe_violations(eve) == []
        eve.keyboard.press("Enter")
        expect(comment_by(eve, "Ben")).to_be_visible()


def test_a_writer_changes_and_deletes_their_comment(installation: Installation) -> None:
    with installation.person(width=360) as ada, installation.moderator() as mo:
        _open(ada, installation.article("Changed"))
        post(ada, name="Gil", words="Frist!")
        thread(ada).get_by_role("button", name="Edit").click()
        words = thread(ada).locator("li form textarea")
        expect(words).to_be_focused()
        expect(words).to_have_value("Frist!")
        expect(words).to_have_accessible_name("Comment")
        thread(ada).locator("form").last.get_by_role("textbox", name="Comment").focus()
        ids = thread(ada).locator("[id]").evaluate_all("(all) => all.map(({ id }) => id)")
        assert len(ids) == len(set(ids)) >= 10
        assert axe_violations(ada) == []
        words.fill("First, and *with care*.")
        thread(ada).get_by_role("button", name="Save").click()
        expect(comment_by(ada, "Gil").locator("em")).to_have_text("with care")
        expect(comment_by(ada, "Gil")).to_be_focused()
        decide(mo, "Gil", "Approve")
        ada.reload()
        expect(comment_by(ada, "Gil")).to_contain_text("edited")
        thread(ada).get_by_role("button", name="Edit").click()
        thread(ada).locator("li form textarea").fill("Something else altogether.")
        thread(ada).get_by_role("button", name="Save").click()
        expect(comment_by(ada, "Gil")).to_contain_text("awaiting moderation")
        with installation.person() as ben:
            ben.goto(ada.url)
            expect(thread(ben)).to_contain_text("Be the first to comment")

        thread(ada).get_by_role("button", name="Delete").click()
        expect(thread(ada).get_by_role("group", name="Delete this comment for good?")).to_be_visible()
        assert axe_violations(ada) == []
        thread(ada).get_by_role("button", name="Cancel").click()
        expect(comment_by(ada, "Gil")).to_be_focused()
        thread(ada).get_by_role("button", name="Delete").click()
        thread(ada).locator("[part=warning]").get_by_role("button", name="Delete").click()
        expect(comment_by(ada, "Gil")).to_have_count(0)
        expect(thread(ada).get_by_role("status")).to_have_text("Your comment was deleted.")
        ada.reload()
        expect(thread(ada)).to_contain_text("Be the first to comment")
        assert ada.evaluate("violations") == []


def test_a_report_reaches_the_moderators_who_keep_the_comment(installation: Installation, discussed: str) -> None:
    with installation.person(width=360) as eve, installation.moderator() as mo:
        _open(eve, discussed)
        eve.get_by_role("button", name="Report the comment by Zoe").click()
        form = thread(eve).locator("li form")
        form.get_by_role("combobox").select_option("private_data")
        form.get_by_role("textbox").fill("That is where she lives.")
        form.get_by_role("button", name="Report").click()
        expect(thread(eve)).to_contain_text("Thank you. A moderator will look at it.")
        assert eve.evaluate("violations") == []
        mo.goto(mo.url.partition("/moderation")[0] + "/moderation/reported")
        expect(card_of(mo, "Zoe")).to_contain_text("Private data")
        expect(card_of(mo, "Zoe")).to_contain_text("That is where she lives.")
        press_on_card(mo, "Zoe", "Keep it")
        eve.reload()
        expect(comment_by(eve, "Zoe")).to_be_visible()


def test_all_of_ones_own_are_listed_and_go_along_to_another_device(installation: Installation) -> None:
    first, second = (installation.article(name) for name in ("Mine one", "Mine two"))
    with installation.person() as ada:
        for article, words in ((first, "In the first."), (second, "In the second.")):
            _open(ada, article)
            post(ada, name="Hal", words=words)
        thread(ada).get_by_role("button", name="Your comments on this device").click()
        own = thread(ada).get_by_role("list", name="Your comments on this device")
        expect(own.get_by_role("listitem")).to_have_count(2)
        expect(own).to_contain_text("In the first.")
        assert axe_violations(ada) == []
        ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
        thread(ada).get_by_role("button", name="Link for another device").click()
        expect(thread(ada)).to_contain_text("Whoever has this link can read and change your comments.")
        link = ada.evaluate("navigator.clipboard.readText()")
        assert link.startswith(f"{second}#comments-own=")
    with installation.person() as elsewhere:
        asked: list[str] = []
        elsewhere.on("request", lambda request: asked.append(request.url))
        elsewhere.goto(link)
        expect(comment_by(elsewhere, "Hal")).to_contain_text("awaiting moderation")
        assert elsewhere.url == second
        receipt = link.partition("#comments-own=")[2]
        assert not any(receipt in url for url in asked)


def test_whoever_took_part_sees_what_is_new_since(installation: Installation) -> None:
    article = installation.article("Since then")
    with installation.person() as ada, installation.person() as zoe, installation.moderator() as mo:
        _open(ada, article)
        post(ada, name="Una", words="I shall be back.")
        decide(mo, "Una", "Approve")
        ada.reload()
        expect(comment_by(ada, "Una")).not_to_contain_text("new")
        _open(zoe, article)
        post(zoe, name="Val", words="Welcome.")
        decide(mo, "Val", "Approve")
        ada.reload()
        expect(comment_by(ada, "Val").locator("[part=new]")).to_have_text("new")
        with installation.person() as somebody:
            _open(somebody, article)
            expect(comment_by(somebody, "Val").locator("[part=new]")).to_have_count(0)
            assert somebody.evaluate("localStorage.length") == 0


def test_writing_aids_work_by_keyboard(installation: Installation) -> None:
    with installation.person() as ada:
        _open(ada, installation.article("Aids"))
        form = thread(ada).locator("form").last
        words = form.get_by_role("textbox", name="Comment")
        words.fill("very")
        words.select_text()
        ada.keyboard.press("Control+b")
        expect(words).to_have_value("**very**")
        ada.keyboard.press("Shift+Tab")
        expect(form.get_by_role("button", name="Bold")).to_be_focused()
        ada.keyboard.press("ArrowRight")
        expect(form.get_by_role("button", name="Italic")).to_be_focused()
        ada.keyboard.press("Enter")
        expect(words).to_have_value("***very***")
        ada.keyboard.press("Control+z")
        expect(words).to_have_value("**very**")
        preview = form.get_by_role("button", name="Preview")
        preview.click()
        expect(form.get_by_role("region", name="Preview").locator("strong")).to_have_text("very")
        expect(preview).to_have_attribute("aria-expanded", "true")
        assert axe_violations(ada) == []
        words.fill("x" * 4_990)
        expect(form).to_contain_text(re.compile(r"\d+ characters? left"))
        expect(form.get_by_role("region", name="Preview")).to_have_count(0)
        fill_form(form, name="Ivy", words="Sent by a key.")
        words.press("Control+Enter")
        expect(comment_by(ada, "Ivy")).to_contain_text("awaiting moderation")


def test_a_name_is_remembered_by_choice_and_an_address_never(installation: Installation) -> None:
    with installation.person() as ada:
        _open(ada, installation.article("Remembered"))
        form = thread(ada).locator("form").last
        fill_form(form, name="Joe", words="Words.")
        form.get_by_label("Remember my name").check()
        ada.reload()
        expect(form.get_by_role("textbox", name="Name")).to_have_value("Joe")
        expect(form.get_by_role("textbox", name="Email")).to_have_value("")
        kept = ada.evaluate("JSON.stringify(localStorage)")
        assert "mail.example" not in kept
        form.get_by_role("textbox", name="Comment").focus()
        form.get_by_label("Remember my name").uncheck()
        ada.reload()
        expect(thread(ada)).to_contain_text("Be the first to comment")
        expect(form.get_by_role("textbox", name="Name")).to_have_value("")


def test_what_was_selected_in_a_comment_is_quoted(installation: Installation, discussed: str) -> None:
    with installation.person() as eve:
        _open(eve, discussed)
        eve.get_by_role("button", name="Reply to Zoe").click()
        form = thread(eve).locator("li form")
        expect(form.get_by_role("button", name="Quote")).to_be_visible()
        comment_by(eve, "Zoe").locator("[part=body] p").select_text()
        form.get_by_role("button", name="Quote").click()
        expect(form.get_by_role("textbox", name="Comment")).to_have_value("> Words of Zoe.\n\n")


def test_without_a_connection_it_is_sent_later_by_itself_and_once(installation: Installation) -> None:
    with installation.person() as ada:
        _open(ada, installation.article("Offline"))
        form = thread(ada).locator("form").last
        fill_form(form, name="Kim", words="From a tunnel.")
        expect(form.get_by_role("button", name="Preview")).to_be_visible()
        ada.context.set_offline(True)
        form.get_by_role("button", name="Post Comment").click()
        expect(form).to_contain_text("Not sent yet")
        expect(form.get_by_role("textbox", name="Comment")).to_have_value("From a tunnel.")
        assert axe_violations(ada) == []
        ada.context.set_offline(False)
        expect(comment_by(ada, "Kim")).to_contain_text("awaiting moderation")
        ada.reload()
        expect(comment_by(ada, "Kim")).to_have_count(1)


def test_new_comments_are_offered_and_nothing_jumps(installation: Installation) -> None:
    article = installation.article("While reading")
    with installation.person() as ada, installation.moderator() as mo, installation.person() as ben:
        _open(ada, article)
        post(ada, name="Lea", words="Early.")
        decide(mo, "Lea", "Approve")
        ben.clock.install()
        _open(ben, article)
        expect(comment_by(ben, "Lea")).to_be_visible()
        post(ada, name="Max", words="Late.")
        decide(mo, "Max", "Approve")
        ben.clock.fast_forward(61_000)
        offer = thread(ben).get_by_role("button", name="1 new comment")
        expect(offer).to_be_visible()
        expect(comment_by(ben, "Max")).to_have_count(0)
        offer.click()
        expect(comment_by(ben, "Max")).to_be_focused()
        expect(offer).to_be_hidden()


def _open(page: Page, article: str) -> None:
    page.goto(article)
    expect(thread(page).locator("form").last).to_be_visible()


def _roots(page: Page) -> list[str]:
    names: list[str] = thread(page).locator("[part=list] > li > article [part=author]").all_inner_texts()
    return names
