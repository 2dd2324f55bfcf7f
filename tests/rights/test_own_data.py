"""What somebody who holds a mailbox sees, takes along and has erased; and that asking tells nobody anything."""

import json

import pytest
import sqlalchemy as sa

from commentsvc.domain.notices import Event
from commentsvc.domain.rights import Erasure
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import outbox
from tests.rights.conftest import link_of
from tests.store.count_statements import listening
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

ADA, BEN = "ada@reader.example", "ben@reader.example"


async def _asked(place: Place) -> list[object]:
    query = sa.select(outbox.c.author_id).where(outbox.c.event == Event.DATA_ASKED).order_by(outbox.c.id)
    return list(await place.store.read(lambda conn: conn.execute(query).scalars().all()))


async def _erase(visitor: Visitor, link: str, what: str, *, sure: str = "yes") -> int:
    token = link.partition("t=")[2]
    answer = await visitor.post("/own/data/erase", {"t": token, "what": what, "sure": sure})
    return answer.status_code


async def test_asking_answers_the_same_and_does_the_same_work_for_known_and_unknown_addresses(place: Place) -> None:
    await place.add_comment(email=ADA)
    visitor, answers, work = place.browser(), [], []
    await visitor.get("/own/data?site=gazette")  # the site is looked up once
    for email in (ADA, "nobody@reader.example"):
        with listening(place.store) as heard:
            answer = await visitor.post("/own/data", {"site": "gazette", "email": email})
        answers.append((answer.status_code, answer.content))
        work.append([statement.split(" ")[0] for statement in heard.statements])
    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    assert work[0] == work[1]
    known, unknown = await _asked(place)
    assert known is not None
    assert unknown is None


async def test_three_mails_in_six_hours_are_the_most_that_one_address_gets(place: Place) -> None:
    await place.add_comment(email=ADA)
    for _ in range(4):
        await place.browser().post("/own/data", {"site": "gazette", "email": ADA.upper()})
    assert [author is not None for author in await _asked(place)] == [True, True, True, False]
    place.time.pass_by(hours=6, minutes=1)
    await place.browser().post("/own/data", {"site": "gazette", "email": ADA})
    assert (await _asked(place))[-1] is not None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"site": "gazette", "email": "nonsense@"}, 422),
        ({"site": "nowhere", "email": ADA}, 404),
        ({"site": "gazette", "email": ADA, "more": "x"}, 400),
    ],
)
async def test_what_cannot_be_asked_is_refused_and_leaves_no_word(
    place: Place, fields: dict[str, str], status: int
) -> None:
    assert (await place.browser().post("/own/data", fields)).status_code == status
    assert await _asked(place) == []


async def test_no_other_sites_page_asks_or_erases(place: Place) -> None:
    await place.add_comment(email=ADA)
    link, before = await link_of(place, ADA), await place.dump()
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path, fields in (
            ("/own/data", {"site": "gazette", "email": ADA}),
            ("/own/data/erase", {"t": link.partition("t=")[2], "what": "words", "sure": "yes"}),
        ):
            assert (await place.browser().post(path, fields, headers)).status_code == 403
    assert await place.dump() == before


async def test_the_link_shows_all_of_ones_own_and_nothing_of_others(place: Place) -> None:
    for status in CommentStatus:
        await place.add_comment(f"Ada wrote what is {status}", email=ADA, status=status)
    await place.add_comment("Ben's own words", name="Benedict", email=BEN, status=CommentStatus.APPROVED)
    link, before = await link_of(place, ADA), await place.dump()
    page = await place.browser().get(link)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert all(f"Ada wrote what is {status}" in page.text for status in CommentStatus)
    assert "Benedict" not in page.text
    assert ADA not in page.text
    await place.browser().http.head(link)
    assert await place.dump() == before


async def test_the_file_holds_everything_and_nobody_elses(place: Place) -> None:
    mine = {await place.add_comment(f"Ada {number}", email=ADA) for number in range(120)}
    await place.add_comment("Ben's own words", name="Benedict", email=BEN)
    token = (await link_of(place, ADA)).partition("t=")[2]
    answer = await place.browser().post("/own/data/export", {"t": token, "format": "json"})
    told = json.loads(answer.content)
    assert {each["id"] for each in told["comments"]} == mine
    assert {each["source"] for each in told["comments"]} == {f"Ada {number}" for number in range(120)}
    assert (told["format"], told["author"]["address"]["is_held"]) == ("commentsvc.person", True)
    assert "attachment" in answer.headers["content-disposition"]
    as_page = await place.browser().post("/own/data/export", {"t": token, "format": "html"})
    for content in (answer.text, as_page.text):
        assert "Ada 119" in content
        assert "Benedict" not in content
        assert "reader.example" not in content
    assert (await place.browser().post("/own/data/export", {"t": token, "format": "pdf"})).status_code == 400


@pytest.mark.parametrize("what", Erasure)
async def test_what_is_chosen_goes_at_once_and_the_link_with_it(place: Place, what: Erasure) -> None:
    root = await place.add_comment("Canary words", name="Canarina", email=ADA, status=CommentStatus.APPROVED)
    await place.add_comment("An answer", name="Ben", email=BEN, parent=root, status=CommentStatus.APPROVED)
    link, visitor = await link_of(place, ADA), place.browser()

    assert await _erase(visitor, link, what) == 200

    raw = await place.raw_dump()
    assert (b"Canarina" in raw) is (what is Erasure.ADDRESS)
    assert (b"Canary words" in raw) is (what is not Erasure.WORDS)
    rows = await place.dump()
    adas = rows["author"][0]
    assert (adas["sealed_email"], adas["blind_index"], adas["address_erased_at"]) == (None, None, place.time.now)
    assert rows["author"][1]["sealed_email"] is not None
    act = next(row for row in rows["decision"] if row["decision"] == "erase")
    assert (act["moderator_id"], act["reason"]) == (None, None)
    assert (await visitor.get(link)).status_code == 403
    thread = (await visitor.get("/api/v1/thread?site=gazette&url=https://gazette.example/bread")).json()
    assert len(thread["comments"]) == 2  # where somebody answered, a place stays
    assert ("Canary words" in json.dumps(thread)) is (what is not Erasure.WORDS)


async def test_nothing_goes_without_a_choice_and_a_tick(place: Place) -> None:
    await place.add_comment(email=ADA)
    link, before = await link_of(place, ADA), await place.dump()
    for what, sure in (("words", ""), ("everything", "yes"), ("", "yes")):
        assert await _erase(place.browser(), link, what, sure=sure) == 422
    assert await place.dump() == before


async def test_whoever_writes_again_after_an_erasure_is_somebody_new(place: Place) -> None:
    await place.add_comment(email=ADA)
    assert await _erase(place.browser(), await link_of(place, ADA), "address") == 200
    again = await place.add_comment("Again", email=ADA)
    page = await place.browser().get(await link_of(place, ADA))
    assert "Again" in page.text
    assert "A thoughtful remark" not in page.text
    assert again in page.text


async def test_the_link_ends_after_an_hour_and_a_changed_one_is_none(place: Place) -> None:
    await place.add_comment(email=ADA)
    link = await link_of(place, ADA)
    place.time.pass_by(minutes=59)
    assert (await place.browser().get(link)).status_code == 200
    assert (await place.browser().get(f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}")).status_code == 403
    place.time.pass_by(minutes=2)
    assert (await place.browser().get(link)).status_code == 403
    assert await _erase(place.browser(), link, "words") == 403
