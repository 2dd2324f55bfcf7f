"""What is held about a person: asked for by mail, shown, taken along, erased."""

import statistics
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from commentsvc.domain.site import EmailPolicy, SitePolicy
from commentsvc.domain.status import Decision
from commentsvc.store import erasing
from commentsvc.store.schema import decision, thread
from tests.rights.conftest import ADA, People
from tests.store.count_statements import listening
from tests.support.inside import problem_code, row_counts
from tests.support.service import ARTICLE

pytestmark = pytest.mark.anyio


async def test_asking_answers_the_same_bytes_for_known_and_unknown_addresses(people: People) -> None:
    await people.service.publish(email=ADA)
    answers = [await people.ask(email) for email in (ADA, "nobody@mail.example", ADA.upper())]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1
    known, nobody, upper = await people.mails()
    assert (nobody, upper) == (None, known)
    assert known is not None


async def test_asking_takes_as_long_for_unknown_addresses(people: People) -> None:
    """Two samples, taken in turns; the medians differ by less than what any network adds."""
    await people.service.publish(email=ADA)
    times: dict[str, list[float]] = {ADA: [], "nobody@mail.example": []}
    for _ in range(20):
        for email, taken in times.items():
            begin = time.perf_counter()
            assert (await people.ask(email)).status_code == 200
            taken.append(time.perf_counter() - begin)
    known, unknown = (statistics.median(taken) for taken in times.values())
    assert 0.6 < known / unknown < 1.7


async def test_at_most_three_mails_and_ten_questions(people: People) -> None:
    await people.service.publish(email=ADA)
    for _ in range(5):
        assert (await people.ask(ADA)).status_code == 200
    assert [each is not None for each in await people.mails()] == [True] * 3 + [False] * 2
    people.service.clock.advance(timedelta(hours=6))
    await people.ask(ADA)
    assert (await people.mails())[-1] is not None
    answers = [await people.ask(f"n{number}@mail.example", ip="10.200.0.1") for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@mail.example", "a@b", "ada@mail.example\r\nBcc: x@y.example"])
async def test_what_is_no_address_is_told_at_its_field(people: People, email: str) -> None:
    answer = await people.ask(email)
    assert answer.status_code == 422
    assert "does not look like an email address" in answer.text
    assert await people.mails() == []


async def test_looking_changes_nothing(people: People) -> None:
    await people.service.publish(email=ADA)
    token = await people.token()
    before = await row_counts(people.service)
    pages = [
        await people.service.client.get("/own/data", params={"site": "news"}),
        await people.show(token),
        await people.export(token),
        await people.export(token, "html"),
    ]
    assert {page.status_code for page in pages} == {200}
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}
    assert await row_counts(people.service) == before


async def test_the_page_and_the_files_have_all_of_one_address_and_nothing_of_another(people: People) -> None:
    service = people.service
    root = await service.publish(email=ADA, name="Ada", body="Mine, published.", website="https://ada.example/")
    refused = (await service.submit(email=ADA, name="Ada", body="Mine, refused."))["comment"]["id"]
    await service.decide(refused, Decision.REJECT)
    await service.submit(email=ADA, name="Impostor", body="Waiting, in her name.", notify=True)
    await service.publish(email="bo@mail.example", name="Balthasar", body="Of somebody else.", parent=root)
    token = await people.token()
    answers = [await people.show(token), await people.export(token), await people.export(token, "html")]
    for answer in answers:
        for words in ("Mine, published.", "Mine, refused.", "Waiting, in her name.", "Impostor"):
            assert words in answer.text
        assert "Of somebody else" not in answer.text
        assert "Balthasar" not in answer.text
        assert ADA not in answer.text
    told = answers[1].json()
    assert (told["format"], told["version"], told["site"]["key"]) == ("commentsvc.person", 1, "news")
    assert [each["status"] for each in told["comments"]] == ["pending", "rejected", "approved"]
    assert {each["url"] for each in told["comments"]} == {ARTICLE}
    assert told["author"]["record"] == {"approved": 1, "rejected": 1, "spam": 0}
    assert [each["confirmed_at"] for each in told["subscriptions"]] == [None]
    assert told["comments"][1]["decisions"][0]["act"] == "reject"
    assert "moderator" not in told["comments"][1]["decisions"][0]
    names = [answer.headers["content-disposition"] for answer in answers[1:]]
    assert names == [f'attachment; filename="comments-news-2026-11-22.{form}"' for form in ("json", "html")]


async def test_the_address_goes_and_the_words_stay(people: People) -> None:
    public_id = await people.service.publish(email=ADA, name="Ada", body="Words.")
    token = await people.token()
    answer = await people.erase(token, what="address", sure="yes")
    assert answer.status_code == 200
    assert "<p><strong>Email</strong></p>" in answer.text
    (comment,) = (await people.service.thread())["comments"]
    assert (comment["id"], comment["author"]["name"]) == (public_id, "Ada")
    again = await people.show(token)
    assert (again.status_code, problem_code(again)) == (403, "invalid_token")
    await people.ask(ADA)
    assert await people.mails() == [None]


async def test_everything_goes_and_the_replies_stay(people: People) -> None:
    service = people.service
    taken = await service.submit(email=ADA, name="Ada", body="Words of hers.")
    root = taken["comment"]["id"]
    await service.decide(root)
    await service.publish(email="bo@mail.example", name="Bo", body="An answer.", parent=root)
    revisions = await service.store.read(_revisions)
    answer = await people.erase(await people.token(), what="words", sure="yes")
    assert "Everything</strong> · 1 comment" in answer.text
    shown = str(await service.thread())
    assert await service.store.read(_revisions) == [each + 1 for each in revisions]
    assert "Words of hers" not in shown
    assert "An answer" in shown
    own = await service.client.post("/own", data={"receipt": taken["receipt"]})
    assert "Its words were erased" in own.text


def _revisions(conn: sa.Connection) -> list[int]:
    return list(conn.execute(sa.select(thread.c.revision)).scalars())


async def test_a_database_without_the_words_has_none_of_their_bytes(people: People, tmp_path: Path) -> None:
    """On SQLite, once the answer has come; PostgreSQL keeps what it will overwrite in its own time."""
    canary = "xylophonic" * 3
    await people.service.publish(email=ADA, name=f"N{canary}", body=f"W{canary}")
    files = sorted(tmp_path.glob("comments.db*"))
    assert not files or any(canary.encode() in file.read_bytes() for file in files)
    await people.erase(await people.token(), what="words", sure="yes")
    assert not any(canary.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize("fields", [{"what": "words"}, {"sure": "yes"}, {"what": "all", "sure": "yes"}])
async def test_nothing_is_erased_without_a_choice_and_a_tick(people: People, fields: dict[str, str]) -> None:
    await people.service.publish(email=ADA, body="Still there.")
    token = await people.token()
    answer = await people.erase(token, **fields)
    assert answer.status_code == 422
    assert "Nothing was erased" in answer.text
    assert "Still there." in (await people.show(token)).text


async def test_a_link_lasts_an_hour_and_is_nobody_elses(people: People) -> None:
    await people.service.publish(email=ADA)
    token = await people.token()
    for wrong in ("x", token[:-1] + ("A" if token[-1] != "A" else "B"), ""):
        assert (await people.erase(wrong, what="words", sure="yes")).status_code == 403
        assert (await people.export(wrong)).status_code == 403
    people.service.clock.advance(timedelta(minutes=59))
    assert (await people.show(token)).status_code == 200
    people.service.clock.advance(timedelta(minutes=2))
    assert (await people.show(token)).status_code == 403


@pytest.mark.parametrize("what", ["name", "words"])
async def test_many_comments_go_in_portions_that_are_one_line_of_the_history(
    people: People, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A transaction is short, so that others get on; what is answered stays as an empty place."""
    monkeypatch.setattr(erasing, "PORTION", 2)
    mine = [await people.service.publish(email=ADA, name="Ada", body=f"Ada {number}.") for number in range(3)]
    mine.append(await people.service.publish(email=ADA, name="Ada", parent=mine[0]))
    theirs = await people.service.publish(email="bob@mail.example", parent=mine[1])
    token = await people.token()
    with listening(people.service.store) as heard:
        assert (await people.erase(token, what=what, sure="yes")).status_code == 200
    assert heard.commits >= 3
    page = await people.service.thread()
    left = {each["id"]: each["author"] and each["author"]["name"] for each in page["comments"]}
    if what == "name":
        assert set(left) == {*mine, theirs}
        assert [left[each] for each in mine] == ["deleted"] * 4
    else:
        assert set(left) == {mine[1], theirs}
        assert page["thread"]["count"] == 1
    query = sa.select(decision.c.batch, decision.c.details).where(decision.c.decision == "erase")
    entries = await people.service.store.read(lambda conn: conn.execute(query.order_by(decision.c.number)).all())
    assert len({entry.batch for entry in entries}) == 1
    counted = "names" if what == "name" else "words"
    assert [entry.details for entry in entries] == [{counted: 2}, {counted: 2}, {"addresses": 1}]


@pytest.mark.parametrize("path", ["/own/data", "/own/data/erase", "/own/data/export"])
async def test_another_sites_page_cannot_send_the_forms(people: People, path: str) -> None:
    await people.service.publish(email=ADA)
    fields = {"t": await people.token(), "what": "words", "sure": "yes"} if "/e" in path else {"site": "news"}
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = await people.service.client.post(path, data=fields, headers=headers)
    assert (answer.status_code, problem_code(answer)) == (403, "cross_site_request")
    assert (await people.service.client.post(path, data={"x": "y"})).status_code == 400


async def test_the_privacy_page_follows_the_policy(people: People) -> None:
    page = await people.service.client.get("/privacy", params={"site": "news"})
    assert page.status_code == 200
    assert page.headers["cache-control"].startswith("public, max-age=")
    assert "set-cookie" not in page.headers
    for words in ("90 days", "30 days", "The Press, Bern", "comment.submission_fingerprint", "/own/data?site=news"):
        assert words in page.text
    await people.service.change_policy(SitePolicy(email=EmailPolicy.OPTIONAL, address_days=7, refused_days=None))
    page = await people.service.client.get("/privacy", params={"site": "news"})
    assert "7 days after you last wrote" in page.text
    assert "refused or deleted: for ever" in page.text
    assert "without an email address" in page.text
    assert (await people.service.client.get("/privacy", params={"site": "none"})).status_code == 404


async def test_pages_lead_there(people: People) -> None:
    page = await people.service.client.get("/read", params={"site": "news", "url": ARTICLE})
    assert 'href="/privacy?site=news"' in page.text
