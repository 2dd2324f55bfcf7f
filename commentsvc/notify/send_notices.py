"""Send what is due: claimed in one transaction, sent outside any, marked in another."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.engine import Connection

from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.notices import Channel, next_attempt
from commentsvc.notify.deliveries import AwayError, Delivery, DeliveryError, RefusedForGoodError
from commentsvc.store import outbox
from commentsvc.store.engine import Store
from commentsvc.store.outbox import Notice

log = structlog.get_logger()

AT_ONCE = 10


async def send_notices(
    store: Store, clocks: Clocks, deliveries: Mapping[Channel, Delivery], *, lease: timedelta
) -> int:
    """Claim up to ten notices and send them.

    Between sending and marking there is a moment in which a worker may die. Then the notice is sent a second time when
    its lease has ended, under the same id, by which receivers know it again.

    Returns:
        How many were claimed.
    """
    now, channels = clocks.now(), frozenset(deliveries)
    claimed = await store.write(
        lambda conn: outbox.claim(conn, channels=channels, now=now, until=now + lease, limit=AT_ONCE)
    )
    lanes = [[notice for notice in claimed if notice.channel is channel] for channel in channels]
    await asyncio.gather(*(_send_in_order(store, clocks, deliveries, lane) for lane in lanes if lane))
    return len(claimed)


async def _send_in_order(
    store: Store, clocks: Clocks, deliveries: Mapping[Channel, Delivery], notices: list[Notice]
) -> None:
    """One channel's notices, one after the other; mail shares a connection.

    If the other side is away, the rest is not even written: after a day without a mail server, thousands may wait.
    """
    delivery = deliveries[notices[0].channel]
    try:
        for number, notice in enumerate(notices):
            try:
                await _send(store, clocks, delivery, notice)
            except AwayError as error:
                await _try_later(store, clocks, notices[number:], str(error))
                break
    finally:
        await delivery.rest()


async def _send(store: Store, clocks: Clocks, delivery: Delivery, notice: Notice) -> None:
    try:
        is_told = await delivery.deliver(notice)
    except RefusedForGoodError as error:
        await _give_up(store, clocks, notice, str(error))
    except AwayError:
        raise  # concerns the others too
    except DeliveryError as error:
        await _try_later(store, clocks, [notice], str(error))
    except CommentsvcError:
        raise  # the database is away, and nothing can be marked; the lease brings the notice back
    except Exception as error:
        log.exception("notice_unwritable", code=notice.channel, error=type(error).__name__)
        await _try_later(store, clocks, [notice], f"it could not be written ({type(error).__name__})")
    else:
        await store.write(lambda conn: outbox.settle_told(conn, notice, clocks.now(), is_told=is_told))


async def _try_later(store: Store, clocks: Clocks, notices: Sequence[Notice], why: str) -> None:
    """Put off, in one transaction, what may still be tried; give up what is too old."""
    now = clocks.now()
    moments = [(notice, next_attempt(notice.created_at, notice.attempts, now)) for notice in notices]

    def mark(conn: Connection) -> None:
        for notice, until in moments:
            if until is None:
                outbox.give_up(conn, notice.id, now=now, why=why)
            else:
                outbox.postpone(conn, notice.id, until=until, why=why)

    await store.write(mark)
    for notice, until in moments:
        if until is None:
            log.error("notice_given_up", code=notice.channel, reason=why)
        else:
            log.warning("notice_postponed", code=notice.channel, reason=why)


async def _give_up(store: Store, clocks: Clocks, notice: Notice, why: str) -> None:
    log.error("notice_given_up", code=notice.channel, reason=why)
    await store.write(lambda conn: outbox.give_up(conn, notice.id, now=clocks.now(), why=why))
