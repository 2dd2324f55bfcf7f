"""Webhooks: where a site's owner wants to be called, and how the last call went."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.notices import WebhookFormat
from commentsvc.store.schema import outbox, webhook


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook; its address may be a secret by itself, so only owners are shown it."""

    row_id: int
    id: str
    url: str = field(repr=False)
    format: WebhookFormat
    is_enabled: bool
    last_sent_at: datetime | None
    """The last call that was taken."""
    last_error: str | None
    """Of the last call, if it was not."""


def of_site(conn: Connection, site_id: int) -> list[Webhook]:
    """All of a site, oldest first."""
    query = sa.select(webhook).where(webhook.c.site_id == site_id).order_by(webhook.c.id)
    return [_webhook(row) for row in conn.execute(query)]


def one(conn: Connection, public_id: str, *, site_id: int) -> Webhook:
    """One webhook of this site.

    Raises:
        NotFoundError: There is none.
    """
    query = sa.select(webhook).where(webhook.c.public_id == public_id, webhook.c.site_id == site_id)
    row = conn.execute(query).first()
    if row is None:
        raise NotFoundError
    return _webhook(row)


def add(conn: Connection, url: str, kind: WebhookFormat, *, site_id: int, now: datetime) -> str:
    """Make one; its public id."""
    public_id = new_public_id()
    values = {"public_id": public_id, "site_id": site_id, "url": url, "format": kind, "created_at": now}
    conn.execute(sa.insert(webhook).values(values))
    return public_id


def switch(conn: Connection, row_id: int, *, is_on: bool, now: datetime) -> None:
    """Call it from now on, or call it no more."""
    conn.execute(sa.update(webhook).where(webhook.c.id == row_id).values(disabled_at=None if is_on else now))


def remove(conn: Connection, row_id: int) -> None:
    """Forget it, and what it has not been told yet."""
    conn.execute(sa.delete(outbox).where(outbox.c.webhook_id == row_id))
    conn.execute(sa.delete(webhook).where(webhook.c.id == row_id))


def note_result(conn: Connection, row_id: int, *, now: datetime, why: str | None) -> None:
    """Write down how a call went.

    Args:
        conn: In a transaction that writes.
        row_id: The webhook.
        now: When.
        why: What went wrong, without any part of the address; None: it was taken.
    """
    values: dict[str, object] = {"last_error": why} if why is not None else {"last_error": None, "last_sent_at": now}
    conn.execute(sa.update(webhook).where(webhook.c.id == row_id).values(values))


def _webhook(row: Any) -> Webhook:  # noqa: ANN401 - a webhook's row
    return Webhook(
        row_id=row.id,
        id=row.public_id,
        url=row.url,
        format=WebhookFormat(row.format),
        is_enabled=row.disabled_at is None,
        last_sent_at=row.last_sent_at,
        last_error=row.last_error,
    )
