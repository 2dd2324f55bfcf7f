"""Links in mails: looking changes nothing, however often; a button decides once, while nothing else has happened."""

import re
from datetime import timedelta
from http import HTTPMethod

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import InvalidTokenError
from commentsvc.domain.roles import Role
from commentsvc.domain.status import Decision
from commentsvc.moderation.mail_links import VALID_FOR, MailLinks
from commentsvc.store import decisions, moderators
from commentsvc.store.schema import comment, decision
from commentsvc.web.tokens import Purpose, Signer
from tests.support.moderation import Place, Visitor, hidden_fields

pytestmark = pytest.mark.anyio


async def _link(place: Place, public_id: str, *, moderator: int = 1, site: str = "gazette", version: int = 0) -> str:
    links = place.app.state.parts[MailLinks]
    address: str = links.address(public_id, moderator_id=moderator, site=site, version=version)
    return address.removeprefix(place.origin)


async def _press(visitor: Visitor, link: str, verb: str = "approve", **more: str) -> tuple[int, str]:
    fields = await visitor.hidden(link, action="/moderation/mail")
    answer = await visitor.post("/moderation/mail", fields | {"decision": verb} | more)
    return answer.status_code, answer.text


@pytest.fixture
async def waiting(place: Place) -> str:
    return await place.add_comment("A thoughtful remark.")


async def test_a_link_shows_the_comment_and_its_button_decides_as_its_moderator(place: Place, waiting: str) -> None:
    visitor, link = place.browser(), await _link(place, waiting)
    page = await visitor.get(f"{link}&d=mark_spam")
    assert page.status_code == 200
    assert "A thoughtful remark." in page.text
    assert re.search(r'value="mark_spam"[^>]* autofocus>', page.text)
    assert page.text.count("autofocus") == 1
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "strict-origin"
    assert "<script" not in page.text
    status, text = await _press(visitor, link)
    assert status == 200
    assert "Approved." in text
    assert (await place.statuses())[waiting] == "approved"
    (entry,) = [row for row in (await place.dump())["decision"] if row["subject"] == waiting]
    assert (entry["moderator_id"], entry["details"]) == (1, {"way": "mail"})


async def test_looking_a_thousand_times_changes_nothing(place: Place, waiting: str, database_url: str) -> None:
    link = await _link(place, waiting)
    addresses = [link, *(f"{link}&d={verb}" for verb in ("approve", "reject", "mark_spam"))]
    before = await place.dump()
    for number in range(1_000 if database_url.startswith("sqlite") else 40):
        visitor = place.browser(client=f"192.0.2.{number % 250 + 1}")
        method = (HTTPMethod.GET, HTTPMethod.HEAD)[number % 2]
        answer = await visitor.http.request(method, addresses[number % 4])
        assert answer.status_code == 200
    for other in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
        assert (await place.browser().http.request(other, link)).status_code in {204, 405}
    assert await place.dump() == before
    assert (await _press(place.browser(), link))[0] == 200, "the link was good all the time"


async def test_a_form_needs_the_browser_that_was_shown_the_page(place: Place, waiting: str) -> None:
    link = await _link(place, waiting)
    fields = await place.browser().hidden(link, action="/moderation/mail")
    before = await place.dump()
    for visitor in (place.browser(), await _other(place, link)):
        answer = await visitor.post("/moderation/mail", fields | {"decision": "approve"})
        assert answer.status_code == 403
    assert await place.dump() == before


async def _other(place: Place, link: str) -> Visitor:
    visitor = place.browser()
    await visitor.get(link)
    return visitor


async def test_a_link_decides_once(place: Place, waiting: str) -> None:
    link = await _link(place, waiting)
    one, two = place.browser(), place.browser()
    fields = await two.hidden(link, action="/moderation/mail")
    assert (await _press(one, link, "reject"))[0] == 200
    before = await place.dump()
    answer = await two.post("/moderation/mail", fields | {"decision": "approve"})
    assert answer.status_code == 409
    assert "was rejected by <bdi>Mo</bdi>" in answer.text
    assert await place.dump() == before
    again = await one.get(link)
    assert again.status_code == 200
    assert "This has been decided." in again.text
    assert "<button" not in again.text


async def test_a_link_decides_nothing_after_an_edit(place: Place, waiting: str) -> None:
    link = await _link(place, waiting)
    fields = await (visitor := place.browser()).hidden(link, action="/moderation/mail")
    edited = sa.update(comment).where(comment.c.public_id == waiting).values(state_version=1)
    await place.store.write(lambda conn: conn.execute(edited))
    answer = await visitor.post("/moderation/mail", fields | {"decision": "approve"})
    assert answer.status_code == 409
    assert "Something has changed" in answer.text
    assert (await place.statuses())[waiting] == "pending"


@pytest.mark.parametrize("verbs", [[Decision.DELETE], [Decision.REJECT, Decision.RESTORE]])
async def test_a_link_decides_nothing_after_other_decisions_even_if_they_were_taken_back(
    place: Place, waiting: str, verbs: list[Decision]
) -> None:
    link = await _link(place, waiting)
    fields = await (visitor := place.browser()).hidden(link, action="/moderation/mail")
    site_ids = [place.sites["gazette"].id]
    now = place.time.now

    def decide(conn: Connection) -> None:
        for verb in verbs:
            decisions.decide(conn, waiting, verb, site_ids=site_ids, moderator_id=None, reason=None, now=now)

    await place.store.write(decide)
    before = await place.dump()
    answer = await visitor.post("/moderation/mail", fields | {"decision": "approve"})
    assert answer.status_code == 409
    assert await place.dump() == before


async def test_a_link_ends_after_three_days_and_with_its_moderators_rights(place: Place, waiting: str) -> None:
    link = await _link(place, waiting)
    visitor = place.browser()
    fields = await visitor.hidden(link, action="/moderation/mail")
    place.time.now += VALID_FOR
    assert (await visitor.get(link)).status_code == 200
    place.time.now += timedelta(seconds=1)
    await _is_ended(place, visitor, link, fields)
    fresh = await _link(place, waiting)
    fields = await visitor.hidden(fresh, action="/moderation/mail")
    await place.leave_sites(1)
    await _is_ended(place, visitor, fresh, fields)
    site_ids = [place.sites["gazette"].id]
    await place.store.write(lambda conn: moderators.join_sites(conn, 1, site_ids, Role.MODERATOR, now=place.time.now))
    assert (await visitor.get(fresh)).status_code == 200
    await place.disable(1)
    await _is_ended(place, visitor, fresh, fields)


async def _is_ended(place: Place, visitor: Visitor, link: str, fields: dict[str, str]) -> None:
    before = await place.dump()
    page = await visitor.get(link)
    assert page.status_code == 403
    assert "A thoughtful remark." not in page.text
    answer = await visitor.post("/moderation/mail", fields | {"decision": "approve"})
    assert answer.status_code == 403
    assert await place.dump() == before


async def test_a_link_for_another_site_or_decision_than_it_says_is_refused(place: Place, waiting: str) -> None:
    await place.add_site("herald")
    visitor = place.browser()
    for site in ("herald", "nowhere"):
        assert (await visitor.get(await _link(place, waiting, site=site))).status_code == 403
    assert (await visitor.get(await _link(place, waiting, moderator=99))).status_code == 403
    for verb, status in (("delete", 403), ("restore", 403), ("x", 400)):
        assert (await _press(visitor, await _link(place, waiting), verb))[0] == status
    assert (await place.statuses())[waiting] == "pending"


async def test_no_other_token_opens_it_and_it_opens_nothing_else(place: Place, waiting: str) -> None:
    signer = place.app.state.parts[Signer]
    link = await _link(place, waiting)
    own = link.partition("?t=")[2]
    claims = {"comment": waiting, "moderator": 1, "site": "gazette", "version": 0, "decisions": ["approve"]}
    before = await place.dump()
    for purpose in Purpose:
        token = signer.sign(purpose, claims)
        answer = await place.browser().get(f"/moderation/mail?t={token}")
        assert answer.status_code == (200 if purpose is Purpose.MAIL_DECISION else 403), purpose
        if purpose is not Purpose.MAIL_DECISION:
            with pytest.raises(InvalidTokenError):
                signer.verify(purpose, own, max_age=timedelta(days=365))
    for bent in (own[:-1], f"{own}x", own.swapcase(), "", "x", own.replace(own[20], "A" if own[20] != "A" else "B", 1)):
        assert (await place.browser().get(f"/moderation/mail?t={bent}")).status_code == 403
    http = place.browser().http
    receipts = await http.post("/api/v1/receipts", json={"receipts": [own]})
    assert "A thoughtful remark." not in receipts.text
    assert (await http.get(f"/moderation/link?token={own}")).status_code == 403
    assert (await http.get(f"/moderation/feed?key={own}")).status_code == 404
    visitor = await place.signed_in()
    fields = await visitor.hidden("/moderation", action=f"/moderation/comments/{waiting}/decisions")
    answer = await visitor.post(
        f"/moderation/comments/{waiting}/decisions", fields | {"decision": "approve", "csrf_token": own}
    )
    assert answer.status_code == 403
    assert await place.dump() != before  # the sign-in wrote a session,
    assert (await place.statuses())[waiting] == "pending"  # and nothing else happened


async def test_a_signed_in_moderators_form_and_a_mails_form_are_not_exchanged(place: Place, waiting: str) -> None:
    mo = await place.signed_in()
    token = hidden_fields((await mo.get("/moderation/account")).text, action="/moderation/sign-out")["csrf_token"]
    link = await _link(place, waiting)
    await mo.get(link)
    fields = {"csrf_token": token, "t": link.partition("?t=")[2], "decision": "approve"}
    assert (await mo.post("/moderation/mail", fields)).status_code == 403
    kept = sa.select(sa.func.count()).select_from(decision)
    assert await place.store.read(lambda conn: conn.execute(kept).scalar_one()) == 0


async def test_no_log_line_holds_the_token(place: Place, waiting: str, capfd: pytest.CaptureFixture[str]) -> None:
    link = await _link(place, waiting)
    await _press(place.browser(), link)
    out, err = capfd.readouterr()
    assert "comment_decided" in out + err
    assert link.partition("?t=")[2] not in out + err
