"""Searching: words in any script, filters, pages, and answers to whatever is typed."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.status import CommentStatus
from commentsvc.store import search_walk
from commentsvc.store.search_frequency import numbers
from tests.store.count_statements import listening
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

_CARD = re.compile(r'<article class="comment card" id="c-([a-z2-7]{24})"')


async def found(visitor: Visitor, query: str) -> list[str]:
    answer = await visitor.get(f"/moderation/search?{query}")
    assert answer.status_code == 200, answer.text
    return _CARD.findall(answer.text)


async def test_words_are_found_without_case_and_accents_wherever_they_stand(place: Place, mo: Visitor) -> None:
    one = await place.add_comment("Un CAFÉ près de l'église, don't you think?", name="Zoë")
    two = await place.add_comment("Tea in the Straße", title="On coffee and bread", email=None)
    for query in ("cafe", "CAFÉ", "eglise", "don't", "zoe", "près cafe", '"cafe pres de"', "“l église”"):
        assert await found(mo, f"q={quote(query)}") == [one], query
    for query in ("strasse", "tea straße", '"in the"'):
        assert await found(mo, f"q={quote(query)}") == [two], query
    assert await found(mo, "q=bread") == [two, one]
    for query in ("caf", '"pres cafe"', "tea cafe", "%25", "zoe un x"):
        assert query == "%25" or await found(mo, f"q={quote(query)}") == [], query


async def test_scripts_without_spaces_are_found_by_what_stands_together(place: Place, mo: Visitor) -> None:
    tokyo = await place.add_comment("昨日は東京タワーへ行きました")
    thai = await place.add_comment("สวัสดีครับ")
    fire = await place.add_comment("so 🔥🔥")
    assert await found(mo, f"q={quote('東京')}") == [tokyo]
    assert await found(mo, f"q={quote('京東')}") == []
    assert await found(mo, f"q={quote('สวัสดี')}") == [thai]
    assert await found(mo, f"q={quote('🔥')}") == [fire]


@pytest.mark.parametrize(
    "typed",
    [
        '"', '""', "a OR b", "NEAR(a b)", "tokens:a", "a*", "-a", "^a", "(", "a)b(", "'; DROP TABLE comment", "a & !b",
        "a:*", "\\", "%", "_", "/s1", "/tpending", "x'--", "a\nb", "\u202e", "é" * 150, "AND NOT x", "NOT a", "{}",
    ],
)  # fmt: skip
async def test_whatever_is_typed_gets_a_plain_answer(place: Place, mo: Visitor, typed: str) -> None:
    await place.add_comment("Plain words.")
    answer = await mo.get(f"/moderation/search?q={quote(typed)}")
    assert answer.status_code in {200, 422}, typed
    assert not _CARD.findall(answer.text)


async def test_what_cannot_be_looked_for_is_said(mo: Visitor) -> None:
    for typed, says in (("!!!", "no word in that"), ("a" * 10_000, "too long"), ("a b " * 200, "too long")):
        answer = await mo.get(f"/moderation/search?q={quote(typed)}")
        assert answer.status_code == 422
        assert says in answer.text
    for query in ("q=%00", "q=%ED%A0%80", "status=x", "author=x", "since=x", "until=2026-02-30", "page=2", "q=a&q=b"):
        assert (await mo.get(f"/moderation/search?{query}")).status_code == 400, query


async def test_each_filter_narrows_and_all_of_them_go_together(place: Place, mo: Visitor) -> None:
    marked = [Finding("repeats", Leaning.HOLD, "Again")]
    spam = await place.add_comment("Buy now", status=CommentStatus.SPAM, findings=marked, email="x@spam.example")
    other = await place.add_comment("Buy bread")
    assert await found(mo, "status=spam") == [spam]
    assert await found(mo, "status=pending") == [other]
    assert await found(mo, "finding=repeats") == [spam]
    assert await found(mo, f"author={spam}") == [spam]
    assert await found(mo, f"thread={spam}") == [other, spam]
    assert await found(mo, "site=gazette&q=buy") == [other, spam]
    assert await found(mo, "since=2026-03-02&until=2026-03-02") == [other, spam]
    assert await found(mo, "since=2026-03-03") == await found(mo, "until=2026-03-01") == []
    assert await found(mo, "domain=nowhere.example") == await found(mo, "rule=word:x") == []
    assert await found(mo, f"q=buy&status=spam&finding=repeats&author={spam}&site=gazette") == [spam]
    assert await found(mo, "") == []


async def test_a_decision_is_seen_at_once_and_leads_back_to_the_search(place: Place, mo: Visitor) -> None:
    one, two = await place.add_comment("Rare words"), await place.add_comment("Rare words")
    page = "/moderation/search?q=rare&status=pending"
    answer = await mo.decide(two, "approve", page=page)
    assert answer.headers["location"].startswith(f"{page}&done=approve&comment={two}&batch=")
    assert answer.headers["location"].endswith(f"#c-{one}")
    assert await found(mo, "q=rare&status=pending") == [one]
    assert await found(mo, "q=rare&status=approved") == [two]
    assert "Approved." in (await mo.get(answer.headers["location"].partition("#")[0])).text


@pytest.mark.parametrize("search", ["q=a&next=//evil.example", "//evil.example", "q=a%00", "status=x", "q=a&q=b", "q"])
async def test_a_decision_leads_nowhere_but_to_a_search(place: Place, mo: Visitor, search: str) -> None:
    comment = await place.add_comment()
    assert (await mo.decide(comment, "approve", search=search)).status_code == 400
    assert (await place.statuses())[comment] == "pending"


async def test_pages_follow_each_other_without_gap_or_repetition(place: Place, mo: Visitor) -> None:
    made = [await place.add_comment("Bread") for _ in range(43)]
    seen: list[str] = []
    path: str | None = "/moderation/search?q=bread"
    while path is not None:
        page = (await mo.get(path)).text
        assert ("43 comments found" in page) == (not seen)
        seen += _CARD.findall(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = None if following is None else following[1].replace("&amp;", "&")
    assert seen == made[::-1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's portions are whole buckets
async def test_a_search_that_takes_long_stops_and_goes_on_from_there(
    place: Place, mo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [await place.add_comment(f"Bread {number}") for number in range(5)]
    monkeypatch.setattr("commentsvc.store.search_walk._FIRST_PORTION", 1)
    monkeypatch.setattr("commentsvc.moderation.search.BUDGET_SECONDS", -1)
    monkeypatch.setattr("commentsvc.store.search_walk.BUCKET", 1)
    page = (await mo.get("/moderation/search?q=0")).text
    assert "Nothing found so far" in page
    pages, seen = 0, list[str]()
    while following := re.search(r'href="([^"]+)" rel="next"', page):
        page, pages = (await mo.get(following[1].replace("&amp;", "&"))).text, pages + 1
        seen += _CARD.findall(page)
    assert pages > 1
    assert seen == made[:1]


async def test_the_same_is_found_bucket_by_bucket_and_at_once(
    place: Place, mo: Visitor, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """PostgreSQL asks its statistics which of the two is quicker; where it has none, it walks."""
    for number in range(12):
        await place.add_comment(f"Bread {number % 3} with {'butter' if number % 2 else 'jam'}")
    queries = ("q=bread", "q=1", "q=bread+jam", "q=%22with+jam%22&status=pending", "q=bread+2&since=2020-01-01", "q=no")

    async def all_found() -> list[list[str]]:
        return [await found(mo, query) for query in queries]

    walked = await all_found()
    assert list(map(len, walked)) == [12, 4, 6, 6, 4, 0]
    if not database_url.startswith("postgresql"):
        return
    await place.store.write(lambda conn: conn.execute(sa.text("ANALYZE comment_search")))
    groups = [(("bread",),), (("1",), ("2", "never"))]
    assert await place.store.read(lambda conn: numbers(conn, groups)) == pytest.approx({"bread": 12, "1": 4, "2": 4})
    ways = set[tuple[bool, bool]]()
    for few, some in ((99, 99), (-1, 99), (-1, -1)):
        monkeypatch.setattr(search_walk, "_FEW", few)
        monkeypatch.setattr(search_walk, "_SOME", some)
        with listening(place.store) as heard:
            assert await all_found() == walked, (few, some)
        searches = [statement for statement in heard.statements if " @@ " in statement]
        ways |= {("generate_series" in statement, "IS true" in statement) for statement in searches}
    assert ways == {(False, True), (True, True)}  # whether by buckets, and whether the comments are looked at


async def test_nothing_of_another_site_is_found_or_told(place: Place, mo: Visitor) -> None:
    await place.add_site("herald", "The Herald")
    foreign, absent = await place.add_comment("Canary words", site="herald"), new_public_id()
    assert await found(mo, "q=canary") == []
    for query in ("author={}", "thread={}", "q=a&author={}"):
        answers = [await mo.get(f"/moderation/search?{query.format(each)}") for each in (foreign, absent)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    answers = [await mo.get(f"/moderation/search?q=a&site={key}") for key in ("herald", "nothing")]
    assert [answer.status_code for answer in answers] == [404, 404]
    pages = [
        (await mo.get(f"/moderation/search?q=a&after={each}")).text.replace(each, "") for each in (foreign, absent)
    ]
    assert pages[0] == pages[1]


async def test_a_search_is_kept_by_name_and_only_for_whoever_kept_it(place: Place, mo: Visitor) -> None:
    await place.add_comment("Bread")
    fields = await mo.hidden("/moderation/search?q=bread", action="/moderation/searches")
    assert (await mo.post("/moderation/searches", fields | {"name": "About bread"})).status_code == 303
    page = (await mo.get("/moderation/search")).text
    assert '<a href="/moderation/search?q=bread"><bdi>About bread</bdi></a>' in page
    await place.add_moderator("ida@desk.example", name="Ida")
    ida = await place.signed_in("ida@desk.example")
    assert "About bread" not in (await ida.get("/moderation/search")).text
    removal = re.search(r'action="(/moderation/searches/[^"]+)"', page)
    assert removal is not None
    idas = await ida.hidden("/moderation", action="/moderation/sign-out")
    assert (await ida.post(removal[1], idas)).status_code == 404
    assert (await mo.post(removal[1], await mo.hidden("/moderation/search", action=removal[1]))).status_code == 303
    assert "About bread" not in (await mo.get("/moderation/search")).text


async def test_time_is_told_in_days_of_utc(place: Place, mo: Visitor) -> None:
    first = await place.add_comment("Bread")
    place.time.now += timedelta(days=400)
    second = await place.add_comment("Bread", email=None)
    mo = await place.signed_in()
    assert await found(mo, "q=bread&until=2026-12-31") == [first]
    assert await found(mo, "q=bread&since=2026-03-03") == [second]
