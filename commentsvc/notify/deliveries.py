"""What every way of telling somebody has in common."""

from typing import Protocol

from commentsvc.store.outbox import Notice


class DeliveryError(Exception):
    """It could not be sent now; the message is a fixed sentence and never holds an address."""


class RefusedForGoodError(DeliveryError):
    """It was refused in a way that trying again cannot change."""


class AwayError(DeliveryError):
    """Whoever takes what is sent this way cannot be reached; that holds for all that wait just as well."""


class Delivery(Protocol):
    """One way of telling: by mail, by a webhook."""

    async def deliver(self, notice: Notice) -> bool:
        """Tell it, unless nobody wants to know any more.

        Returns:
            Whether somebody was told.

        Raises:
            AwayError: Not this time, and none of the others either.
            DeliveryError: Not this time.
        """
        ...

    async def rest(self) -> None:
        """Let go of connections; the next notice opens them again."""
        ...
