"""Moderators see that the panic switch is on, and can still come in and read."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy.engine import Connection

from commentsvc.domain.site import Panic
from commentsvc.domain.status import CommentStatus
from commentsvc.store import policies, sites
from commentsvc.store.read_only import LOOK_SECONDS, set_read_only
from tests.support.moderation import Place

pytestmark = pytest.mark.anyio


async def _turn(place: Place, to: Panic) -> None:
    def job(conn: Connection) -> None:
        (only,) = sites.all_sites(conn)
        policies.change(conn, only, lambda it: replace(it, panic=to), moderator_id=None, now=place.time.now)

    await place.store.write(job)


async def _set_read_only(place: Place, *, is_on: bool) -> None:
    await place.store.write(partial(set_read_only, is_on=is_on), always=True)
    place.time.pass_by(seconds=LOOK_SECONDS)


async def test_every_page_says_what_holds_now(place: Place) -> None:
    mo = await place.signed_in()
    assert "panic switch" not in (await mo.get("/moderation")).text
    for to, words in ((Panic.HOLD, "every new comment waits for now"), (Panic.FREEZE, "nobody can post or change")):
        await _turn(place, to)
        shown = (await mo.get("/moderation")).text
        assert f"The Gazette: {words}" in shown
        assert "has turned the panic switch on" in shown


async def test_read_only_lets_moderators_in_and_decides_nothing(place: Place) -> None:
    comment = await place.add_comment()
    await _set_read_only(place, is_on=True)
    mo = await place.signed_in()
    assert "Nothing can be changed just now" in (await mo.get("/moderation")).text
    before = await place.dump()
    assert (await mo.decide(comment, "approve")).status_code == 503
    assert await place.dump() == before
    await _set_read_only(place, is_on=False)
    assert (await mo.decide(comment, "approve")).status_code == 303
    assert (await place.statuses())[comment] == CommentStatus.APPROVED
