"""Moderators see what readers report, and decide or keep: by buttons, by script, and only on their own sites."""

import pytest

from commentsvc.domain.reports import ReportReason
from commentsvc.domain.status import CommentStatus
from commentsvc.store import history, reports
from commentsvc.store.reports import NewReport
from tests.moderation.past import add_token, script
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio


async def _report(place: Place, public_id: str, by: str, reason: ReportReason, text: str | None = None) -> None:
    new = NewReport([by.encode().ljust(16)], reason, text, is_counted=True)
    await place.store.write(lambda conn: reports.add(conn, public_id, new, hold_at=0, now=place.time.now))


async def _reported(place: Place, *, name: str = "Ada", site: str = "gazette") -> str:
    public_id = await place.add_comment(status=CommentStatus.APPROVED, name=name, site=site)
    await _report(place, public_id, "one", ReportReason.SPAM, "An <b>advert</b>.")
    await _report(place, public_id, "two", ReportReason.PRIVATE_DATA)
    return public_id


async def test_the_list_shows_reasons_and_words_and_its_number_stands_on_every_list(place: Place, mo: Visitor) -> None:
    assert 'Reported <span class="count">0<' in (await mo.get("/moderation")).text
    assert "No public comment has open reports." in (await mo.get("/moderation/reported")).text
    await _reported(place, name="Zoe")
    page = (await mo.get("/moderation/reported")).text
    assert 'Reported <span class="count">1<' in page
    for told in ("Zoe", "Spam</strong>", "Private data</strong>", "An &lt;b&gt;advert&lt;/b&gt;."):
        assert told in page


async def test_a_decision_from_there_settles_the_reports(place: Place, mo: Visitor) -> None:
    public_id = await _reported(place)
    done = await mo.decide(public_id, "mark_spam", page="/moderation/reported")
    assert done.status_code == 303
    assert (await place.statuses())[public_id] == "spam"
    assert "No public comment" in (await mo.get("/moderation/reported")).text


async def test_a_comment_is_kept_once_and_the_history_says_so(place: Place, mo: Visitor) -> None:
    public_id = await _reported(place)
    form = await mo.hidden("/moderation/reported", action="/moderation/reported")
    assert form["comment"] == public_id
    assert (await mo.post("/moderation/reported", form)).headers["location"] == "/moderation/reported"
    assert (await place.statuses())[public_id] == "approved"
    assert (await mo.post("/moderation/reported", form)).status_code == 409
    own = (await mo.get(f"/moderation/comments/{public_id}")).text
    assert "kept, its reports dismissed by <bdi>Mo</bdi>" in own
    assert "kept, its reports dismissed" in (await mo.get("/moderation/history?site=gazette")).text
    assert await place.store.read(lambda conn: history.first_fault(conn, place.sites["gazette"].id)) is None
    assert (await mo.post("/moderation/reported", form | {"other": "x"})).status_code == 400
    assert (await mo.post("/moderation/reported", {"csrf_token": form["csrf_token"]})).status_code == 400


async def test_a_script_reads_and_keeps(place: Place) -> None:
    public_id = await _reported(place)
    await place.add_site("herald", "The Herald")
    foreign = await _reported(place, site="herald")
    async with script(place, await add_token(place)) as client:
        (found,) = (await client.get("/reported")).json()["comments"]
        assert (found["comment"]["id"], found["comment"]["status"]) == (public_id, "approved")
        assert {(each["reason"], each["text"]) for each in found["reports"]} == {
            ("spam", "An <b>advert</b>."), ("private_data", None),
        }  # fmt: skip
        assert "reader" not in str(found)
        assert (await client.get("/reported?site=gazette&limit=1")).status_code == 200
        assert (await client.get("/reported?site=herald")).json()["code"] == "not_found"
        kept = await client.post(f"/comments/{public_id}/keep", json={})
        assert (kept.status_code, kept.json()) == (200, {"comment": public_id, "status": "approved"})
        assert (await client.post(f"/comments/{public_id}/keep", json={})).json()["code"] == "no_reports"
        assert (await client.post(f"/comments/{public_id}/keep", json={"x": 1})).json()["code"] == "unknown_field"
        for absent in (foreign, "a" * 24, "x"):
            assert (await client.post(f"/comments/{absent}/keep", json={})).json()["code"] == "unknown_comment"
    async with script(place, await add_token(place, may_decide=False)) as client:
        assert (await client.post(f"/comments/{public_id}/keep", json={})).json()["code"] == "read_only_token"
