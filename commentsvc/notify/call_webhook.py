"""Calls of webhooks, signed so that a receiver can tell ours from anybody's."""

import base64
import hmac
from collections.abc import Iterable
from http import HTTPStatus

from commentsvc.domain.clock import Clock
from commentsvc.domain.notices import WebhookSecrets
from commentsvc.notify.deliveries import DeliveryError
from commentsvc.notify.notice_ids import notice_id
from commentsvc.notify.post_pinned import PinnedPost
from commentsvc.notify.write_call import write_call
from commentsvc.store import notices, webhooks
from commentsvc.store.engine import Store
from commentsvc.store.outbox import Notice


class CallWebhook:
    """Calls one webhook with one notice.

    Args:
        store: Where the notice's content is, and where the result is written down.
        post: Reaches the public internet and nothing else.
        secrets: To sign with.
        public_url: Where browsers reach the service.
        clock: For the signed moment.
    """

    def __init__(
        self, store: Store, post: PinnedPost, secrets: WebhookSecrets, *, public_url: str, clock: Clock
    ) -> None:
        self._store, self._post, self._secrets = store, post, secrets
        self._public_url, self._clock = public_url, clock

    async def deliver(self, notice: Notice) -> bool:
        """Call, unless the webhook is switched off or what it would be told is no longer so.

        Returns:
            Whether it was called.

        Raises:
            DeliveryError: It could not be reached, or did not answer with success.
        """
        call = await self._store.read(lambda conn: notices.call(conn, notice))
        if call is None:
            return False
        call_id = f"msg_{notice_id(notice)}"
        body = write_call(call, call_id, made_at=notice.created_at, public_url=self._public_url)
        headers = signed_headers(call_id, int(self._clock().timestamp()), body, secrets=self._secrets.of(call.webhook))
        try:
            _check(await self._post.post(call.url, body, headers))
        except DeliveryError as error:
            await self._note(notice, str(error))
            raise
        await self._note(notice, None)
        return True

    async def rest(self) -> None:
        """Nothing is kept open."""

    async def _note(self, notice: Notice, why: str | None) -> None:
        webhook_id, now = notice.webhook_id, self._clock()
        if webhook_id is not None:
            await self._store.write(lambda conn: webhooks.note_result(conn, webhook_id, now=now, why=why))


def signed_headers(call_id: str, at: int, body: bytes, *, secrets: Iterable[bytes]) -> dict[str, str]:
    """Headers of one call; one signature for each secret, so that a receiver may know an older one.

    Args:
        call_id: Without a dot.
        at: Seconds since 1970.
        body: Exactly what is sent.
        secrets: Newest first.

    Source:
        Standard Webhooks 1.0.0, "Webhook headers" and "Signature scheme": HMAC-SHA-256 over ``id.timestamp.body``.
    """
    signed = f"{call_id}.{at}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "commentsvc",
        "webhook-id": call_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _check(status: int) -> None:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise DeliveryError(f"it answered {status}; redirects are not followed")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise DeliveryError(f"it answered {status}")
