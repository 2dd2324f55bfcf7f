"""Once a day, what a site keeps no longer goes: on a clock that is moved, on both databases."""

from datetime import timedelta

import pytest

from commentsvc.app import new_retention
from commentsvc.domain.clock import Clocks
from commentsvc.domain.status import CommentStatus
from commentsvc.rights.retain import Retention, is_overdue
from commentsvc.settings import load_settings
from tests.support.moderation import Place

pytestmark = pytest.mark.anyio


def _retention(place: Place, database_url: str) -> Retention:
    return new_retention(
        load_settings(database_url=database_url), place.store, Clocks(lambda: place.time.now, place.time.monotonic)
    )


async def _run_down(chore: Retention) -> int:
    """Until there is nothing to do for now."""
    total = 0
    while done := await chore.do():
        total += done
    return total


async def test_addresses_and_refused_words_go_on_their_day(place: Place, database_url: str) -> None:
    await place.add_comment("Public words", email="ada@reader.example", status=CommentStatus.APPROVED)
    await place.add_comment("Refused words", email="ben@reader.example", status=CommentStatus.REJECTED)
    chore = _retention(place, database_url)

    async def left() -> tuple[bool, bool, int]:
        await _run_down(chore)
        raw, rows = await place.raw_dump(), await place.dump()
        held = sum(row["sealed_email"] is not None for row in rows["author"])
        return b"Public words" in raw, b"Refused words" in raw, held

    place.time.pass_by(days=29, hours=23)
    assert await left() == (True, True, 2)
    place.time.pass_by(days=1, hours=2)
    assert await left() == (True, False, 2)
    place.time.pass_by(days=58)
    assert await left() == (True, False, 2)
    place.time.pass_by(days=2)
    assert await left() == (True, False, 0)
    acts = [row for row in (await place.dump())["decision"] if row["decision"] == "retention"]
    assert [row["details"] for row in acts] == [{"words": 1}, {"addresses": 2}]


async def test_a_round_is_done_once_a_day_and_told_when_it_is_not(place: Place, database_url: str) -> None:
    chore = _retention(place, database_url)
    assert await is_overdue(place.store, place.time.now)
    await _run_down(chore)
    assert not await is_overdue(place.store, place.time.now)
    await place.add_comment("Refused words", status=CommentStatus.SPAM)
    place.time.pass_by(days=31)
    assert await is_overdue(place.store, place.time.now)
    assert await _run_down(chore) > 0
    assert await _run_down(_retention(place, database_url)) == 0  # another worker has nothing left to do
    assert not await is_overdue(place.store, place.time.now + timedelta(days=1))
