"""Links in mails to readers: to their subscription, out of it, and to what is held about them."""

from datetime import timedelta

from commentsvc.domain.errors import InvalidTokenError
from commentsvc.web.tokens import Purpose, Signer

SUBSCRIPTION_PATH = "/subscription"
UNSUBSCRIBE_PATH = "/unsubscribe"
DATA_PATH = "/own/data"
DATA_VALID_FOR = timedelta(hours=1)
_AS_LONG_AS_MAILS_ARE_KEPT = timedelta(days=3_650)
"""Whoever finds an old mail must still be able to end what it belongs to."""


class ReaderLinks:
    """Makes and reads the links.

    Args:
        signer: Of the service.
        public_url: Where browsers reach it.
    """

    def __init__(self, signer: Signer, public_url: str) -> None:
        self._signer, self._public_url = signer, public_url

    def subscription(self, public_id: str) -> str:
        """Where a subscription is shown, confirmed, changed and ended."""
        return self._link(SUBSCRIPTION_PATH, Purpose.SUBSCRIPTION, {"subscription": public_id})

    def unsubscribe(self, public_id: str) -> str:
        """Where a subscription is ended, by a button or by a mail program."""
        return self._link(UNSUBSCRIBE_PATH, Purpose.UNSUBSCRIBE, {"subscription": public_id})

    def data(self, author_public_id: str) -> str:
        """Where somebody sees what is held about them, for an hour."""
        return self._link(DATA_PATH, Purpose.OWN_DATA, {"author": author_public_id})

    def read_subscription(self, token: str) -> str:
        """Public id of the subscription that a link shows.

        Raises:
            InvalidTokenError: It is not ours, or for another purpose (403).
        """
        return self._read(Purpose.SUBSCRIPTION, token, "subscription", _AS_LONG_AS_MAILS_ARE_KEPT)

    def read_unsubscribe(self, token: str) -> str:
        """Public id of the subscription that a link ends.

        Raises:
            InvalidTokenError: It is not ours, or for another purpose (403).
        """
        return self._read(Purpose.UNSUBSCRIBE, token, "subscription", _AS_LONG_AS_MAILS_ARE_KEPT)

    def read_data(self, token: str) -> str:
        """Public id of the author whose data a link shows.

        Raises:
            InvalidTokenError: It is not ours, for another purpose, or older than an hour (403).
        """
        return self._read(Purpose.OWN_DATA, token, "author", DATA_VALID_FOR)

    def _link(self, path: str, purpose: Purpose, claims: dict[str, str]) -> str:
        return f"{self._public_url}{path}?t={self._signer.sign(purpose, claims)}"

    def _read(self, purpose: Purpose, token: str, of: str, max_age: timedelta) -> str:
        public_id = self._signer.verify(purpose, token, max_age=max_age).get(of)
        if not isinstance(public_id, str):
            raise InvalidTokenError("other claims")
        return public_id
