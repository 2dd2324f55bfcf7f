"""Words that their writer has changed: moderators see it and how, and approve only what they have seen."""

from functools import partial

import pytest
from sqlalchemy.engine import Connection

from commentsvc.domain.normal_text import text_digest
from commentsvc.domain.own_words import words_mark
from commentsvc.domain.status import CommentStatus
from commentsvc.markup import render
from commentsvc.store import own_words
from commentsvc.store.edits import NewText
from tests.moderation.past import add_token, script
from tests.support.moderation import Place, Visitor, hidden_fields

pytestmark = pytest.mark.anyio


async def _change(place: Place, public_id: str, source: str, *, is_held: bool = False) -> None:
    """What the writer does in the meantime."""

    def job(conn: Connection) -> None:
        shown, now = render(source), place.time.now
        row = own_words.editable(conn, public_id, place.sites["gazette"], at=now)
        new = NewText(source, shown, text_digest(shown.text), b"s" * 16)
        own_words.edit(conn, row, new, [], is_held=is_held, now=now)

    await place.store.write(job)


async def _html(place: Place) -> list[object]:
    return [row["html"] for row in (await place.dump())["comment"]]


async def test_the_card_says_who_changed_it_and_how(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment("Bread is good.", status=CommentStatus.APPROVED)
    await _change(place, comment, "Cake is good.", is_held=True)
    page = (await mo.get("/moderation")).text
    assert "Edited by its writer" in page
    assert "[removed: </span>Bread<" in page
    assert "[added: </span>Cake<" in page
    own = (await mo.get(f"/moderation/comments/{comment}")).text
    assert "edited by <bdi>the writer</bdi>" in own
    told = (await mo.get("/moderation/history?site=gazette")).text
    assert "the writer" in told


async def test_a_page_from_before_the_change_approves_nothing(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment("First words.")
    action = f"/moderation/comments/{comment}/decisions"
    old = await mo.hidden("/moderation", action=action)
    await _change(place, comment, "Second words.")
    refused = await mo.post(action, old | {"decision": "approve"})
    for fields in (old, {name: value for name, value in old.items() if name != "words"}):
        refused = await mo.post(action, fields | {"decision": "approve"})
        assert (refused.status_code, "Nothing was changed." in refused.text) == (409, True)
        assert "Second words." in refused.text
    assert (await place.statuses())[comment] == "pending"
    fresh = hidden_fields(refused.text, action=action)
    assert (await mo.post(action, fresh | {"decision": "approve"})).status_code == 303
    assert (await place.statuses())[comment] == "approved"


async def test_what_was_taken_back_is_decided_on_again_from_the_same_page(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment("Words.")
    action = f"/moderation/comments/{comment}/decisions"
    form = await mo.hidden("/moderation", action=action)
    for _ in range(2):
        done = await mo.post(action, form | {"decision": "approve"})
        assert done.status_code == 303
        batch = done.headers["location"].partition("batch=")[2].partition("&")[0]
        await mo.post("/moderation/undo", {"csrf_token": form["csrf_token"], "batch": batch})
    assert (await place.statuses())[comment] == "pending"


async def test_a_selection_leaves_alone_what_was_changed_since(place: Place, mo: Visitor) -> None:
    plain, changed = await place.add_comment("Plain."), await place.add_comment("First words.")
    page = (await mo.get("/moderation")).text
    await _change(place, changed, "Second words.")
    fields = hidden_fields(page, action="/moderation/decisions") | {
        plain: words_mark("Plain."),
        changed: words_mark("First words."),
        "decision": "approve",
    }
    for named in (fields, {"comments": changed, "decision": "approve", "seen": "pending"}):
        token = fields["csrf_token"]
        await mo.post("/moderation/decisions", named | {"csrf_token": token})
    assert await place.statuses() == {plain: "approved", changed: "pending"}
    ticked = hidden_fields((await mo.get("/moderation")).text, action="/moderation/decisions") | {
        changed: words_mark("Second words.")
    }
    await mo.post("/moderation/decisions", ticked | {"decision": "approve"})
    assert (await place.statuses())[changed] == "approved"


async def test_a_reply_approves_only_what_was_on_its_page(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment("First words.")
    path = f"/moderation/comments/{comment}/reply"
    old = await mo.hidden(path, action=path)
    await _change(place, comment, "Second words.")
    answer = {"body": "Thank you.", "action": "publish"}
    refused = await mo.post(path, old | answer)
    assert (refused.status_code, "Second words." in refused.text) == (409, True)
    assert (await place.statuses())[comment] == "pending"
    assert (await mo.post(path, hidden_fields(refused.text, action=path) | answer)).status_code == 303
    assert (await place.statuses())[comment] == "approved"


async def test_a_script_says_which_it_has_read(place: Place) -> None:
    comment = await place.add_comment("First words.")
    await _change(place, comment, "Second words.")
    wish, seen = {"decision": "approve", "seen": "pending"}, words_mark("Second words.")
    async with script(place, await add_token(place)) as client:
        decide = partial(client.post, f"/comments/{comment}/decisions")
        held = (await client.get(f"/comments/{comment}")).json()["comment"]
        assert (held["edited_by"], held["words"], held["source"]) == ("author", seen, "Second words.")
        for words in ({}, {"words": words_mark("First words.")}):
            assert (await decide(json=wish | words)).json()["code"] == "unseen_words"
        several = await client.post("/decisions", json={"decision": "approve", "comments": [comment]})
        assert [each["id"] for each in several.json()["skipped"]] == [comment]
        assert (await decide(json=wish | {"words": seen})).json()["status"] == "approved"


async def test_what_its_writer_deleted_cannot_be_brought_back(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment("Regretted words.", status=CommentStatus.APPROVED)
    here, now = place.sites["gazette"].id, place.time.now
    await place.store.write(lambda conn: own_words.delete(conn, comment, site_id=here, now=now))
    page = (await mo.get("/moderation/deleted")).text
    assert "Its words were erased" in page
    assert "Regretted" not in (await mo.get(f"/moderation/comments/{comment}")).text
    assert "deleted with its words by <bdi>the writer</bdi>" in (await mo.get(f"/moderation/comments/{comment}")).text
    form = await mo.hidden("/moderation/account", action="/moderation/sign-out")
    wish = {"decision": "restore", "seen": "deleted", "csrf_token": form["csrf_token"]}
    assert (await mo.post(f"/moderation/comments/{comment}/decisions", wish)).status_code == 409
