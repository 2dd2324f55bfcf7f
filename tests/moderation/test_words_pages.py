"""The pages with which moderators edit, answer, reveal and word their reasons."""

import pytest

from commentsvc.domain.emails import AddressOpener
from commentsvc.domain.status import CommentStatus
from commentsvc.vault.opening import Opener
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

_CANARY = "canary.reader@hidden.example"


async def test_an_edit_is_shown_first_then_stored_and_never_over_another(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment(status=CommentStatus.APPROVED)
    path = f"/moderation/comments/{comment}/edit"
    stale = await mo.hidden(path, action=path)
    shown = await mo.post(path, stale | {"action": "preview", "body": "*New* words <script>x</script>"})
    assert "<em>New</em>" in shown.text
    assert "<script>" not in shown.text
    without = await mo.post(path, stale | {"action": "save", "body": "New"})
    assert (without.status_code, "Please say why" in without.text) == (422, True)
    done = await mo.post(path, stale | {"action": "save", "body": "\U0001f44d" * 5_000, "reason": "\u00e9" * 500})
    assert done.status_code == 303
    late = await mo.post(path, stale | {"action": "save", "body": "Late words", "reason": "x"})
    assert (late.status_code, "Late words" in late.text) == (409, True)
    assert (await mo.post(path, stale | {"action": "save", "body": " ", "reason": "x"})).status_code == 422


async def test_a_reply_approves_what_it_answers_and_stands_there_with_the_badge(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    path = f"/moderation/comments/{comment}/reply"
    hidden = await mo.hidden(path, action=path)
    assert "Approve and reply" in (await mo.get(path)).text
    assert (await mo.post(path, hidden | {"action": "publish", "body": "Thank you."})).status_code == 303
    assert (await mo.post(path, hidden | {"action": "publish", "body": "Twice."})).status_code == 409
    read = await mo.get("/read?site=gazette&url=https%3A%2F%2Fgazette.example%2Fbread")
    assert "Thank you." in read.text
    assert '<span class="badge">Moderator</span>' in read.text


async def test_only_an_owner_opens_an_address_only_where_allowed_and_only_with_a_reason(
    place: Place, mo: Visitor
) -> None:
    comment = await place.add_comment(email=_CANARY)
    path, token = f"/moderation/comments/{comment}/reveal", {"csrf_token": await _csrf(mo)}
    for answer in (await mo.get(path), await mo.post(path, token | {"reason": "A threat."})):
        assert (answer.status_code, "owner" in answer.text) == (403, True)
    await place.own_sites(1)
    closed = await mo.post(path, token | {"reason": "A threat."})
    assert (closed.status_code, "This server cannot open addresses" in closed.text) == (409, True)
    place.app.state.parts[AddressOpener] = Opener(place.ring)
    asked, unsaid = await mo.get(path), await mo.post(path, token | {"reason": " "})
    assert (asked.status_code, unsaid.status_code) == (200, 422)
    assert "reveal_address" not in {row["decision"] for row in (await place.dump())["decision"]}
    told = await mo.post(path, token | {"reason": "A threat."})
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")
    assert _CANARY in told.text
    (entry,) = [row for row in (await place.dump())["decision"] if row["decision"] == "reveal_address"]
    assert entry["reason"] == "A threat."
    for other in (closed, asked, unsaid, await mo.get(path), await mo.get(f"/moderation/comments/{comment}")):
        assert _CANARY not in other.text
    assert _CANARY.encode() not in await place.raw_dump()


async def test_an_owner_words_the_reasons_and_a_moderator_reads_them(place: Place, mo: Visitor) -> None:
    path, token = "/moderation/sites/gazette/reasons", {"csrf_token": await _csrf(mo)}
    assert "Off topic" in (await mo.get(path)).text
    new = {"action": "add", "label": "Rude", "message": "Please be kind."}
    assert (await mo.post(path, token | new)).status_code == 403
    await place.own_sites(1)
    assert (await mo.post(path, token | new)).status_code == 303
    assert (await mo.post(path, token | new)).status_code == 422
    assert (await mo.post(path, token | {"action": "up", "reason": "Rude"})).status_code == 303
    changed = {"action": "change", "reason": "Rude", "label": "Unkind", "message": "Kinder, please."}
    assert (await mo.post(path, token | changed)).status_code == 303
    assert (await mo.post(path, token | {"action": "remove", "reason": "Off topic"})).status_code == 303
    labels = [
        row["label"] for row in sorted((await place.dump())["canned_reason"], key=lambda row: str(row["position"]))
    ]
    assert labels == ["Insulting", "Advertising", "Unkind", "Private details"]
    assert (await mo.post(path, token | {"action": "remove", "reason": "Rude"})).status_code == 404


async def _csrf(visitor: Visitor) -> str:
    return (await visitor.hidden("/moderation/account", action="/moderation/sign-out"))["csrf_token"]
