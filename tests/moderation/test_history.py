"""The history's page and its export: in words, by filter, of one's own sites."""

import csv
import io
import re
from functools import partial
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from commentsvc.domain.acts import Act
from commentsvc.domain.history_file import check_file
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.rights import Erasure
from commentsvc.domain.status import CommentStatus
from commentsvc.store import erasing, history
from commentsvc.store.schema import comment
from tests.moderation.past import add_token, make_owner, script
from tests.support.moderation import Place, Visitor, hidden_fields

pytestmark = pytest.mark.anyio
PATH = "/moderation/history"


def _text(page: str) -> str:
    main = page[page.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


async def _decide_in_one_go(place: Place, count: int) -> None:
    ids = [await place.add_comment(f"Advert {number}", name="Spammer") for number in range(count)]
    async with script(place, await add_token(place)) as client:
        answer = await client.post("/decisions", json={"comments": ids, "decision": "mark_spam", "reason": "adverts"})
    assert answer.status_code == 200, answer.text


async def test_who_did_what_to_which_comment_when_and_why(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment(name="Ada")
    await mo.decide(comment, "reject", reason="Off topic")
    page = (await mo.get(PATH)).text
    told = _text(page)
    assert "Monday, 2 March 2026" in told
    assert "comment by Ada rejected by Mo waiting → rejected Off topic" in told
    assert f'href="/moderation/comments/{comment}"' in page
    assert "09:30" in told


async def test_what_was_done_in_one_go_is_one_line_that_unfolds(place: Place, mo: Visitor) -> None:
    await _decide_in_one_go(place, 25)
    page = (await mo.get(PATH)).text
    assert "25 comments marked as spam by Mo in one go adverts" in _text(page)
    assert page.count(">comment by <bdi>Spammer</bdi>") == 20
    (rest,) = re.findall(r'href="(/moderation/history\?site=gazette&amp;batch=[a-z2-7]+)"', page)
    whole = (await mo.get(rest.replace("&amp;", "&"))).text
    assert whole.count(">comment by <bdi>Spammer</bdi>") == 25


async def test_what_a_person_erased_in_portions_is_one_line(place: Place, mo: Visitor) -> None:
    ids = [await place.add_comment(name="Ada", email="ada@mail.example") for _ in range(3)]
    query = sa.select(comment.c.author_id).where(comment.c.public_id == ids[0])
    who = await place.store.read(lambda conn: int(conn.execute(query).scalar_one()))
    portion = partial(erasing.erase_portion, author_id=who, what=Erasure.NAME, act=Act.ERASE, batch=new_public_id())
    for _ in range(2):
        await place.store.write(lambda conn: portion(conn, now=place.time.now, limit=2))
    page = (await mo.get(PATH)).text
    assert "Erased by the person themselves in 2 steps" in _text(page)
    (each,) = re.findall(r'href="(/moderation/history\?site=gazette&amp;batch=[a-z2-7]+)"', page)
    whole = _text((await mo.get(each.replace("&amp;", "&"))).text)
    assert "Erased by the person themselves addresses: 1; names: 1" in whole
    assert "Erased by the person themselves names: 2" in whole


async def test_pages_follow_each_other(place: Place, mo: Visitor) -> None:
    for _ in range(60):
        await place.add_comment(status=CommentStatus.SPAM)
    first = (await mo.get(PATH)).text
    (following,) = re.findall(r'href="(/moderation/history\?after=[0-9]+)"', first)
    second = (await mo.get(following)).text
    numbers = [re.findall(r'id="e-([0-9]+)"', page) for page in (first, second)]
    assert [int(each) for page in numbers for each in page] == list(range(60, 0, -1))


async def test_filters_are_kept_and_narrow_what_is_shown(place: Place, mo: Visitor) -> None:
    await place.add_moderator("ida@desk.example", name="Ida")
    mine, hers = await place.add_comment(name="Ada"), await place.add_comment(name="Bo")
    await mo.decide(mine, "approve")
    await (await place.signed_in("ida@desk.example")).decide(hers, "reject")
    page = (await mo.get(PATH)).text
    handles = dict(re.findall(r'<option value="([0-9]+)">(Ida|Mo)', page))
    assert set(handles.values()) == {"Mo", "Ida"}
    by_ida = next(handle for handle, name in handles.items() if name == "Ida")
    for query in (f"moderator={by_ida}", "act=reject", f"comment={hers}"):
        told = _text((await mo.get(f"{PATH}?site=gazette&{query}&since=2026-03-02&until=2026-03-02")).text)
        assert "comment by Bo" in told, query
        assert "comment by Ada" not in told, query
    assert "Nothing in the history is like this." in (await mo.get(f"{PATH}?until=2026-03-01")).text
    assert f'<option value="{by_ida}" selected>' in (await mo.get(f"{PATH}?moderator={by_ida}")).text


async def test_what_is_no_filter_is_refused(mo: Visitor) -> None:
    for query in (
        "moderator=x", "act=nonsense", "comment=1", "batch=1", "since=yesterday", "until=2026-02-30", "after=-1",
    ):  # fmt: skip
        assert (await mo.get(f"{PATH}?{query}")).status_code == 400, query


async def test_foreign_and_absent_sites_are_alike_and_foreign_entries_unseen(place: Place, mo: Visitor) -> None:
    await place.add_site("herald", "The Herald")
    foreign = await place.add_comment(site="herald", name="Foreigner", status=CommentStatus.SPAM)
    for path in (PATH, "/moderation/statistics"):
        answers = [await mo.get(f"{path}?site={key}") for key in ("herald", "nothing")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    for query in ("", f"?comment={foreign}"):
        assert "Foreigner" not in (await mo.get(PATH + query)).text


async def test_the_end_of_the_history_can_be_noted_down(place: Place, mo: Visitor) -> None:
    await place.add_comment(status=CommentStatus.SPAM)
    head = await place.store.read(lambda conn: history.head(conn, place.sites["gazette"].id))
    assert f'value="gazette:1:{head.hash.hex()}"' in (await mo.get(PATH)).text


async def _export(mo: Visitor, **more: str) -> tuple[int, str, dict[str, str]]:
    fields = hidden_fields((await mo.get(PATH)).text, action=f"{PATH}/export")
    answer = await mo.post(f"{PATH}/export", fields | more)
    return answer.status_code, answer.text, dict(answer.headers)


async def test_an_owner_exports_what_anybody_can_check(place: Place, mo: Visitor) -> None:
    await make_owner(place, 1)
    for status in (CommentStatus.SPAM, CommentStatus.APPROVED, CommentStatus.PENDING):
        await place.add_comment(status=status)
    answered, text, headers = await _export(mo, format="jsonl")
    assert (answered, headers["content-type"]) == (200, "application/jsonl; charset=utf-8")
    assert headers["content-disposition"] == 'attachment; filename="history-gazette-2026-03-02.jsonl"'
    checked = check_file(text.splitlines())
    assert (checked.fault, checked.head.number) == (None, 3)
    head = await place.store.read(lambda conn: history.head(conn, place.sites["gazette"].id))
    assert checked.head == head
    assert '"act":"export_history"' in text.splitlines()[-1]
    assert '"moderator_name":"Mo"' in text.splitlines()[-1]


async def test_an_export_for_spreadsheets_holds_no_formula(place: Place, mo: Visitor) -> None:
    await make_owner(place, 1)
    await mo.decide(await place.add_comment(), "reject", reason="=HYPERLINK(1)")
    status, text, _ = await _export(mo, format="csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (status, [row["reason"] for row in rows]) == (200, ["'=HYPERLINK(1)", ""])
    assert [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


async def test_only_an_owner_exports_and_only_their_own(place: Place, mo: Visitor) -> None:
    await place.add_site("herald", "The Herald")
    page = (await mo.get(PATH)).text
    assert "/export" not in page
    token = hidden_fields(page, action="/moderation/sign-out")["csrf_token"]
    before = await place.dump()
    statuses = {}
    for key in ("gazette", "herald", "nothing", ""):
        answer = await mo.post(f"{PATH}/export", {"csrf_token": token, "site": key})
        statuses[key] = answer.status_code
    assert statuses == {"gazette": 403, "herald": 404, "nothing": 404, "": 400}
    assert await place.dump() == before


async def test_a_decision_leads_from_the_history_to_the_comment(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment(name="Ada", status=CommentStatus.SPAM)
    (link,) = set(re.findall(r'href="(/moderation/comments/[a-z2-7]{24})"', (await mo.get(PATH)).text))
    assert urlsplit(link).path.endswith(comment)
    assert "policy" in (await mo.get(PATH)).text
