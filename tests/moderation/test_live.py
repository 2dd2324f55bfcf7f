"""What happens meanwhile reaches open pages; claims tell who looks at what."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from commentsvc.domain.errors import TooManyRequestsError
from commentsvc.moderation import live as live_module
from commentsvc.moderation.live import Listener, Live
from commentsvc.moderation.stream_events import _lines
from commentsvc.store import news
from commentsvc.store.news import Cursor
from tests.support.moderation import Place, Visitor

pytestmark = pytest.mark.anyio

DECIDE = {"decision": "approve", "seen": "pending"}


@asynccontextmanager
async def _open_page(place: Place, moderator_id: int = 1, since: Cursor | None = None) -> AsyncIterator[Listener]:
    sites = frozenset(site.id for site in place.sites.values())
    async with place.app.state.parts[Live].listening(moderator_id, sites, since) as listener:
        yield listener


async def _next(listener: Listener, name: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while (event := await listener.events.get()) is not None:
            if event.name == name:
                return dict(event.fields)
    raise AssertionError("the page was let go")


async def test_a_new_comment_and_anothers_decision_arrive(place: Place, mo: Visitor) -> None:
    async with _open_page(place) as page:
        comment = await place.add_comment()
        assert await _next(page, "pending") == {"id": comment}
        assert (await _next(page, "counts"))["pending"] == 1
        await mo.ask(f"/moderation/comments/{comment}/decisions", DECIDE)
        told = await _next(page, "decided")
        assert (told["id"], told["status"], told["moderator"], told["mine"]) == (comment, "approved", "Mo", True)
        assert (await _next(page, "counts"))["pending"] == 0


async def test_another_process_is_heard_too(place: Place, mo: Visitor) -> None:
    """Two services on one database: each looks for itself."""
    other = Live(place.store, lambda: place.time.now)
    async with other.listening(1, frozenset({place.sites["gazette"].id}), None) as page:
        comment = await place.add_comment()
        await mo.ask(f"/moderation/comments/{comment}/decisions", DECIDE)
        assert (await _next(page, "decided"))["id"] == comment


async def test_what_happened_before_the_page_listened_is_not_missed(place: Place, mo: Visitor) -> None:
    cursor = await place.store.read(news.now)
    ids = [await place.add_comment(name=f"Reader {n}") for n in range(3)]
    await mo.ask(f"/moderation/comments/{ids[0]}/decisions", DECIDE)
    async with asyncio.timeout(60):  # PostgreSQL holds news back while anybody on the server writes, in any database
        while not (await place.store.read(lambda conn: news.since(conn, cursor, limit=10))).moved:
            await asyncio.sleep(0.02)
    async with _open_page(place, since=cursor) as page:
        assert [(await _next(page, "pending"))["id"] for _ in range(2)] == ids[1:]
        assert (await _next(page, "decided"))["id"] == ids[0]
        assert await _next(page, "moment") == {}


async def test_other_sites_are_not_told_of(place: Place) -> None:
    await place.add_site("herald", "The Herald")
    own = frozenset({place.sites["gazette"].id})
    async with place.app.state.parts[Live].listening(1, own, None) as page:
        await place.add_comment(site="herald")
        mine = await place.add_comment()
        assert await _next(page, "pending") == {"id": mine}


async def test_a_claim_is_told_to_others_and_ends_by_itself(place: Place, mo: Visitor) -> None:
    ben_id = await place.add_moderator("ben@desk.example", name="Ben")
    ben = await place.signed_in("ben@desk.example")
    ids = [await place.add_comment(name=f"Reader {n}") for n in range(2)]
    async with _open_page(place, ben_id) as page:
        assert (await mo.ask("/moderation/claims", {"comments": ids[0]})).json() == {"claimed": ids[:1], "held": {}}
        assert await _next(page, "claimed") == {"id": ids[0], "moderator": "Mo"}
        told = (await ben.ask("/moderation/claims", {"comments": " ".join(ids)})).json()
        assert told == {"claimed": ids[1:], "held": {ids[0]: "Mo"}}
        assert "<bdi>Mo</bdi> is looking at this" in (await ben.get("/moderation")).text
        assert "<bdi>Mo</bdi> is looking at this" not in (await mo.get("/moderation")).text
        place.time.pass_by(minutes=2)
        assert await _next(page, "claimed") == {"id": ids[0], "moderator": None}
    assert (await ben.ask("/moderation/claims", {"comments": " ".join(ids)})).json()["claimed"] == ids


async def test_a_claim_keeps_nobody_from_deciding(place: Place, mo: Visitor) -> None:
    comment = await place.add_comment()
    await place.add_moderator("ben@desk.example", name="Ben")
    ben = await place.signed_in("ben@desk.example")
    await mo.ask("/moderation/claims", {"comments": comment})
    assert (await ben.ask(f"/moderation/comments/{comment}/decisions", DECIDE)).status_code == 200
    assert (await place.dump())["claim"] == []


async def test_nobody_listens_with_too_many_pages_and_nothing_runs_for_nobody(place: Place) -> None:
    live: Live = place.app.state.parts[Live]
    pages = [live.listening(1, frozenset(), None) for _ in range(live_module.PER_MODERATOR)]
    for page in pages:
        await page.__aenter__()
    with pytest.raises(TooManyRequestsError):
        await live.listening(1, frozenset(), None).__aenter__()
    for page in pages:
        await page.__aexit__(None, None, None)
    assert "moderation-live" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_a_page_that_reads_nothing_is_let_go() -> None:
    listener = Listener(1, frozenset())
    for number in range(600):
        listener.tell(live_module.Event("pending", {"id": number}))
    assert listener.events.qsize() <= 500
    events = [listener.events.get_nowait() for _ in range(listener.events.qsize())]
    assert None in events


async def test_a_stream_is_written_as_browsers_read_it_and_ends_with_the_service(place: Place) -> None:
    async with _open_page(place) as page:
        lines = _lines(page)
        assert await anext(lines) == "retry: 3000\n\n"
        comment = await place.add_comment()
        first = await anext(lines)
        assert first == f"event: pending\ndata: {json.dumps({'id': comment})}\n\n"
        last = await anext(lines)
        assert last.startswith("id: 1.0\nevent: counts\n")
        place.app.state.parts[Live].let_go()
        with pytest.raises(StopAsyncIteration):
            await anext(lines)


async def test_a_cursor_that_is_none_is_refused(mo: Visitor) -> None:
    for since in ("x", "1", "1.2.3", "-1.0", "1.9999999999999999999"):
        assert (await mo.get(f"/moderation/events?since={since}")).status_code == 400


def test_the_place_of_a_page_is_two_numbers() -> None:
    assert str(Cursor(4, 2)) == "4.2"
    assert timedelta(seconds=live_module.EVERY_SECONDS) <= timedelta(seconds=1)
