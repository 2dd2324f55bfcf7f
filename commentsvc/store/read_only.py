"""The panic switch over the whole installation: nothing is written any more, until it is turned off."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

from commentsvc.domain.errors import StorageUnavailableError
from commentsvc.domain.site import Panic
from commentsvc.store import sites
from commentsvc.store.remembered import recall, remember

T = TypeVar("T")

LOOK_SECONDS = 2.0
"""Other processes obey so much later at most."""
_NAME = "read_only"
_RETRY_AFTER_SECONDS = 60


class Read(Protocol):
    """Runs a job that only reads."""

    def __call__(self, job: Callable[[Connection], T], /) -> Awaitable[T]:
        """Run it."""
        ...


def is_read_only(conn: Connection) -> bool:
    """Whether nothing may be written."""
    return recall(conn, _NAME) is True


def set_read_only(conn: Connection, *, is_on: bool) -> None:
    """Turn it on or off, for every service and worker of this database."""
    remember(conn, _NAME, is_on)


def panics(conn: Connection) -> list[str]:
    """What the panic switch does just now, a sentence for the installation and each site; nothing if it is off."""
    told = ["Nothing is written: the installation is read-only."] if is_read_only(conn) else []
    pressed = [site for site in sites.all_sites(conn) if site.policy.panic is not Panic.OFF]
    return told + [f"The site {site.key} is set to {site.policy.panic}." for site in pressed]


class ReadOnlySwitch:
    """Refuses what would be written while the switch is on.

    Args:
        monotonic: Seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._looked_at = float("-inf")
        self._is_on = False

    async def check(self, read: Read) -> None:
        """Look whether it is on, if that was not done just now.

        Raises:
            StorageUnavailableError: It is (503).
        """
        if self._monotonic() - self._looked_at >= LOOK_SECONDS:
            self._is_on = await read(is_read_only)
            self._looked_at = self._monotonic()
        if self._is_on:
            raise StorageUnavailableError("read only", retry_after_seconds=_RETRY_AFTER_SECONDS)
