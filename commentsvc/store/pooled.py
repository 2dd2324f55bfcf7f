"""Whether a connection from the pool is still good: looked at whenever it is taken, asked only after a rest.

To ask costs three ways to the server and back, which is as much as half a post. A server that goes away says so, and
it can be heard before the connection is taken again; only one that was cut off without a word, by a firewall
or a pulled cable, has to be asked. A write that meets such a connection within the short time fails like any other
that the server's end interrupts: its caller is told, and it is never run twice.
"""

import select
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import InvalidatePoolError

ASKED_AFTER_SECONDS = 2.0
_BACK_AT = "commentsvc.back_at"


def check_when_taken(engine: sa.Engine) -> None:
    """Let the pool of an engine on asyncpg look at its connections, instead of asking each (`pool_pre_ping`)."""
    sa.event.listen(engine, "checkin", _note_when)
    sa.event.listen(engine, "checkout", _check)


def _note_when(_connection: object, record: Any) -> None:  # noqa: ANN401 - the pool's own, which it does not export
    record.info[_BACK_AT] = time.monotonic()


def _check(connection: Any, record: Any, _handed_out: object) -> None:  # noqa: ANN401 - as above
    """Refuse a connection that has ended; the pool makes a new one then, and no longer trusts the others.

    Raises:
        InvalidatePoolError: It has ended.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
    back_at = record.info.get(_BACK_AT)
    has_rested = back_at is not None and time.monotonic() - back_at >= ASKED_AFTER_SECONDS
    if has_rested or _has_said_something(connection.driver_connection):
        try:
            connection.ping()
        except Exception as error:
            raise InvalidatePoolError from error


def _has_said_something(connection: Any) -> bool:  # noqa: ANN401 - asyncpg's
    """Whether something waits to be read where nothing was asked: mostly the server's last words."""
    looked_at = select.poll()
    looked_at.register(connection._transport.get_extra_info("socket").fileno(), select.POLLIN)  # noqa: SLF001 - there is no public way
    return bool(looked_at.poll(0))
