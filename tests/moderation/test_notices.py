"""The page of a site's notices: own mails for every member, webhooks for owners, the feed by secret link."""

import re
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.engine import Connection

from commentsvc.domain.roles import Role
from commentsvc.domain.status import CommentStatus
from commentsvc.store import moderators
from commentsvc.vault.webhook_secrets import WebhookSecrets
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

PAGE = "/moderation/sites/gazette/notices"
ATOM = "{http://www.w3.org/2005/Atom}"
HOOK = "https://chat.hooks.example/services/T0/B0/secret-part"


async def _owner(place: Place) -> Visitor:
    who = await place.add_moderator("olga@desk.example", name="Olga")
    ids = [place.sites["gazette"].id]

    def job(conn: Connection) -> None:
        moderators.join_sites(conn, who, ids, Role.OWNER, now=place.time.now)

    await place.store.write(job)
    return await place.signed_in("olga@desk.example")


async def _send(visitor: Visitor, action: str, **fields: str) -> tuple[int, str]:
    hidden = await visitor.hidden(PAGE, action=PAGE)
    answer = await visitor.post(action, hidden | fields)
    if answer.status_code == 303:
        answer = await visitor.get(answer.headers["location"])
        assert answer.status_code == 200
    return answer.status_code, answer.text


async def test_a_member_chooses_and_is_told_that_no_mail_can_be_sent(place: Place, mo: Visitor) -> None:
    page = (await mo.get(PAGE)).text
    assert "no mail is sent" in page
    assert re.search(r'value="none" checked', page)
    for wish in ("each", "digest", "none"):
        _, page = await _send(mo, PAGE, notices=wish)
        assert "Your choice is kept." in page
        assert re.search(rf'value="{wish}" checked', page)
        assert (await place.dump())["membership"][0]["notices"] == wish
    assert (await _send(mo, PAGE, notices="all"))[0] == 400
    assert (await _send(mo, PAGE, notices="each", role="owner"))[0] == 400


async def test_only_an_owner_sees_and_changes_webhooks(place: Place, mo: Visitor) -> None:
    olga = await _owner(place)
    assert (await _send(olga, f"{PAGE}/webhooks", url=HOOK, format="chat"))[0] == 200
    (hook,) = (await place.dump())["webhook"]
    page = (await mo.get(PAGE)).text
    assert "Webhooks" not in page
    assert "hooks.example" not in page
    before = await place.dump()
    assert (await _send(mo, f"{PAGE}/webhooks", url=HOOK, format="chat"))[0] == 403
    for do in ("test", "pause", "resume", "remove"):
        assert (await _send(mo, f"{PAGE}/webhooks/{hook['public_id']}", do=do))[0] == 403
    assert await place.dump() == before


async def test_a_webhook_is_added_tried_switched_and_removed_with_an_entry_each(place: Place) -> None:
    olga = await _owner(place)
    _, page = await _send(olga, f"{PAGE}/webhooks", url=HOOK, format="json")
    (hook,) = (await place.dump())["webhook"]
    assert HOOK in page
    assert "whsec_" in page
    secret = WebhookSecrets(place.ring).of(str(hook["public_id"]))[0]
    assert secret not in await place.raw_dump()
    here = f"{PAGE}/webhooks/{hook['public_id']}"
    assert "test call is on its way" in (await _send(olga, here, do="test"))[1]
    assert [row["event"] for row in (await place.dump())["outbox"]] == ["webhook_test"]
    assert "(switched off)" in (await _send(olga, here, do="pause"))[1]
    assert "(switched off)" not in (await _send(olga, here, do="resume"))[1]
    assert HOOK not in (await _send(olga, here, do="remove"))[1]
    kept = await place.dump()
    assert kept["webhook"] == kept["outbox"] == []
    assert [row["decision"] for row in kept["decision"]] == [
        "add_webhook", "change_webhook", "change_webhook", "remove_webhook",
    ]  # fmt: skip
    assert "secret-part" not in str(kept["decision"])
    assert (await _send(olga, here, do="test"))[0] == 404


async def test_what_is_no_https_address_is_refused_with_a_sentence(place: Place) -> None:
    olga = await _owner(place)
    for url in (
        "", "http://hooks.example/", "ftp://hooks.example/", "javascript:alert(1)", "//hooks.example", "hooks.example",
        "https://user:pass@hooks.example/", "https://", "https://a b/", "https://hooks.example/\r\nHost: x",
        "https://" + "a" * 3_000,
    ):  # fmt: skip
        status, page = await _send(olga, f"{PAGE}/webhooks", url=url, format="json")
        assert status == 422, url
        assert "begins with https://" in page
    assert (await place.dump())["webhook"] == []


async def test_a_webhook_of_another_site_is_as_good_as_absent(place: Place) -> None:
    olga = await _owner(place)
    await _send(olga, f"{PAGE}/webhooks", url=HOOK, format="json")
    (hook,) = (await place.dump())["webhook"]
    await place.add_site("tribune")
    who = await place.add_moderator("tom@desk.example", name="Tom", of=["tribune"])
    ids = [place.sites["tribune"].id]
    await place.store.write(lambda conn: moderators.join_sites(conn, who, ids, Role.OWNER, now=place.time.now))
    tom = await place.signed_in("tom@desk.example")
    token = await tom.hidden("/moderation/account", action="/moderation/sign-out")
    fields = {"csrf_token": token["csrf_token"], "do": "remove"}
    before = await place.dump()
    for site in ("tribune", "gazette"):
        address = f"/moderation/sites/{site}/notices/webhooks/{hook['public_id']}"
        assert (await tom.post(address, fields)).status_code == 404
    assert (await tom.get(PAGE)).status_code == 404
    assert await place.dump() == before


# -- the feed ------------------------------------------------------------------------------------------------------


async def _feed(visitor: Visitor) -> str:
    _, page = await _send(visitor, f"{PAGE}/feed", do="make")
    found = re.search(r"https://comments\.example(/moderation/feed\?key=[\w-]{43})", page)
    assert found is not None
    return found[1]


async def test_a_feed_shows_what_waits_to_whoever_has_the_link(place: Place, mo: Visitor) -> None:
    hostile = '<b>&"</b>]]><script>x</script>'
    comment = await place.add_comment(hostile, name=hostile[:40], title=hostile)
    await place.add_comment("public", status=CommentStatus.APPROVED)
    address = await _feed(mo)
    assert address.partition("key=")[2].encode() not in await place.raw_dump()
    assert address not in (await mo.get(PAGE)).text, "shown once"
    answer = await place.browser().get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert "reader.example" not in answer.text
    feed = ET.fromstring(answer.text)  # noqa: S314 - our own
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == f"{hostile[:40]} on {hostile}"
    assert entry.findtext(f"{ATOM}summary") == hostile
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{place.origin}/moderation/comments/{comment}"


async def test_a_feed_ends_when_it_is_replaced_removed_or_its_reader_leaves(place: Place, mo: Visitor) -> None:
    first = await _feed(mo)
    second = await _feed(mo)
    visitor = place.browser()
    assert [(await visitor.get(each)).status_code for each in (first, second)] == [404, 200]
    await _send(mo, f"{PAGE}/feed", do="remove")
    assert (await visitor.get(second)).status_code == 404
    third = await _feed(mo)
    await place.leave_sites(1)
    assert (await visitor.get(third)).status_code == 404
    for wrong in ("", "?key=", "?key=x", f"?key={'A' * 43}", "?key=%00", "?k=x"):
        assert (await visitor.get(f"/moderation/feed{wrong}")).status_code in {400, 404}
