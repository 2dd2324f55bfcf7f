"""What webhooks' calls are signed with: derived from the key ring, so that the database holds no secret of theirs."""

from commentsvc.vault.derive_key import derive_key
from commentsvc.vault.keys import KeyRing

_INFO = b"commentsvc.webhook.v1\x00"


class WebhookSecrets:
    """A secret for each webhook and each signing key of the ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._secrets = ring.signing

    def of(self, public_id: str) -> list[bytes]:
        """The secrets of one webhook, newest first, 32 bytes each.

        A call is signed with all of them, so that a receiver that knows an older one goes on while keys are changed.
        """
        return [derive_key(secret, info=_INFO + public_id.encode()) for secret in self._secrets]
