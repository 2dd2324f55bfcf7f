"""What is still closed or filed under an older key, and putting it under the newest.

Each such value names its key: sealed addresses and closed secrets after a byte for the version, indexes at their
beginning.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.store import members, merge_authors, moderators
from commentsvc.store.schema import author, comment, moderator, site

_ID_BYTES = 4
_CLEARED_AT_ONCE = 500
REPEATED_WITHIN = timedelta(days=1)
"""So long a submission that is sent again must be known by its fingerprint, before an index key can go."""


@dataclass(frozen=True, slots=True)
class Newest:
    """Ids of the keys that everything is to be under, 4 bytes each."""

    sealing: bytes
    index: bytes


@dataclass(frozen=True, slots=True)
class OldAuthor:
    """An author whose address is under an older key."""

    id: int
    site_id: int
    site_key: str
    sealed_email: bytes = field(repr=False)
    blind_index: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class OldModerator:
    """A moderator with something under an older key."""

    id: int
    sealed_email: bytes = field(repr=False)
    blind_index: bytes = field(repr=False)
    closed_secret: bytes | None = field(repr=False)
    """Of the second factor."""


def old_authors(conn: Connection, newest: Newest, *, after: int, limit: int) -> list[OldAuthor]:
    """Authors with an address, by row id."""
    is_old = sa.or_(_sealed_with(author.c.sealed_email) != newest.sealing, _filed_with(author) != newest.index)
    query = (
        sa.select(author.c.id, author.c.site_id, site.c.key, author.c.sealed_email, author.c.blind_index)
        .join(site, site.c.id == author.c.site_id)
        .where(author.c.id > after, author.c.sealed_email.is_not(None), is_old)
        .order_by(author.c.id)
        .limit(limit)
    )
    return [OldAuthor(*row) for row in conn.execute(query)]


def old_moderators(conn: Connection, newest: Newest, *, after: int, limit: int) -> list[OldModerator]:
    """Moderators, by row id."""
    is_old = sa.or_(
        _sealed_with(moderator.c.sealed_email) != newest.sealing,
        _filed_with(moderator) != newest.index,
        _sealed_with(moderator.c.sealed_totp_secret) != newest.index,
    )
    columns = (
        moderator.c.id,
        moderator.c.sealed_email,
        moderator.c.blind_index,
        moderator.c.sealed_totp_secret,
    )
    query = sa.select(*columns).where(moderator.c.id > after, is_old).order_by(moderator.c.id).limit(limit)
    return [OldModerator(*row) for row in conn.execute(query)]


def renew_author(conn: Connection, old: OldAuthor, *, sealed_email: bytes, blind_index: bytes) -> bool:
    """Put an author's address under the newest keys.

    While one process still filed under an older key, the address may have been filed a second time: then the two
    rows become one.

    Args:
        conn: In a transaction that has locked nothing.
        old: As it was read. If it has changed since, it is left alone: an erased address does not come back.
        sealed_email: The same address, sealed with the newest key.
        blind_index: The same, filed under the newest key.

    Returns:
        Whether it was done.
    """
    keep, twin = old.id, _twin(conn, old, blind_index)
    if twin is not None:
        merge_authors.lock_threads(conn, (old.id, twin))
    if not _is_as_read(conn, old) or _twin(conn, old, blind_index) != twin:
        return False
    if twin is not None:
        keep, gone = sorted((old.id, twin))
        merge_authors.merge(conn, keep=keep, gone=gone)
    values = {"sealed_email": sealed_email} | ({} if old.blind_index is None else {"blind_index": blind_index})
    conn.execute(sa.update(author).where(author.c.id == keep).values(values))
    return True


def renew_moderator(
    conn: Connection,
    old: OldModerator,
    *,
    sealed_email: bytes,
    blind_index: bytes,
    closed_secret: bytes | None,
    nobody: bytes,
    now: datetime,
) -> bool:
    """Put what there is of a moderator under the newest keys.

    If the address was filed a second time meanwhile, the earlier account is the one that it finds from now on; the
    later one is disabled, and every site of theirs can read so in its history. Accounts do not become one: that would
    give one's rights to whoever made the other.

    Args:
        conn: In a transaction that has locked nothing.
        old: As it was read; if it has changed since, it is left alone.
        sealed_email: The same address, sealed with the newest key.
        blind_index: The same, filed under the newest key.
        closed_secret: The second factor's secret, closed with the newest key.
        nobody: An index of the newest key that no address has.
        now: When.

    Returns:
        Whether it was done.
    """
    twin = conn.execute(
        sa.select(moderator.c.id).where(moderator.c.blind_index == blind_index, moderator.c.id != old.id)
    ).scalar_one_or_none()
    later = None if twin is None else max(old.id, twin)
    if later is not None:
        members.write_everywhere(conn, Act.DISABLE_MEMBER, later, now=now)
        moderators.disable(conn, later, now=now)
    if later is not None and later == twin:
        conn.execute(sa.update(moderator).where(moderator.c.id == twin).values(blind_index=nobody))
    values = {
        "sealed_email": sealed_email,
        "blind_index": nobody if later == old.id else blind_index,
        "sealed_totp_secret": closed_secret,
    }
    as_read = (
        moderator.c.id == old.id,
        moderator.c.sealed_email == old.sealed_email,
        moderator.c.blind_index == old.blind_index,
        moderator.c.sealed_totp_secret.is_not_distinct_from(old.closed_secret),
    )
    return conn.execute(sa.update(moderator).where(*as_read).values(values)).rowcount == 1


def uses_of_sealing_key(conn: Connection, key_id: bytes) -> dict[str, int]:
    """What cannot be opened any more without this key: word → how many."""
    return {
        "authors": _count(conn, author, _sealed_with(author.c.sealed_email) == key_id),
        "moderators": _count(conn, moderator, _sealed_with(moderator.c.sealed_email) == key_id),
    }


def uses_of_index_key(conn: Connection, key_id: bytes, *, now: datetime) -> dict[str, int]:
    """What cannot be found, opened or recognised any more without this key: word → how many."""
    is_new = comment.c.created_at > now - REPEATED_WITHIN
    return {
        "authors": _count(conn, author, _filed_with(author) == key_id, author.c.sealed_email.is_not(None)),
        "moderators": _count(conn, moderator, _filed_with(moderator) == key_id),
        "second factors": _count(conn, moderator, _sealed_with(moderator.c.sealed_totp_secret) == key_id),
        "comments of the last day": _count(conn, comment, _fingerprinted_with(key_id), is_new),
    }


def forget_index_key(conn: Connection, key_id: bytes) -> int:
    """Take away up to 500 values under a key that is about to go: they can neither be made anew nor found again.

    Returns:
        How many; 0 when none is left.
    """
    orphans = sa.select(author.c.id).where(_filed_with(author) == key_id, author.c.sealed_email.is_(None))
    ids = conn.execute(orphans.limit(_CLEARED_AT_ONCE)).scalars().all()
    conn.execute(sa.update(author).where(author.c.id.in_(ids)).values(blind_index=None))
    printed = conn.execute(sa.select(comment.c.id).where(_fingerprinted_with(key_id)).limit(_CLEARED_AT_ONCE))
    comment_ids = printed.scalars().all()
    conn.execute(sa.update(comment).where(comment.c.id.in_(comment_ids)).values(submission_fingerprint=None))
    return len(ids) + len(comment_ids)


def _twin(conn: Connection, old: OldAuthor, blind_index: bytes) -> int | None:
    """Another author of the site who has the same address already."""
    if old.blind_index is None:
        return None
    same = (author.c.site_id == old.site_id, author.c.blind_index == blind_index, author.c.id != old.id)
    found: int | None = conn.execute(sa.select(author.c.id).where(*same)).scalar_one_or_none()
    return found


def _is_as_read(conn: Connection, old: OldAuthor) -> bool:
    as_read = (
        author.c.id == old.id,
        author.c.sealed_email == old.sealed_email,
        author.c.blind_index.is_not_distinct_from(old.blind_index),
    )
    return conn.execute(sa.select(author.c.id).where(*as_read).with_for_update()).first() is not None


def _count(conn: Connection, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    return conn.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one()


def _sealed_with(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bytes]:
    return sa.func.substr(column, 2, _ID_BYTES, type_=sa.LargeBinary())


def _filed_with(table: sa.Table) -> sa.ColumnElement[bytes]:
    return sa.func.substr(table.c.blind_index, 1, _ID_BYTES, type_=sa.LargeBinary())


def _fingerprinted_with(key_id: bytes) -> sa.ColumnElement[bool]:
    return sa.func.substr(comment.c.submission_fingerprint, 1, _ID_BYTES, type_=sa.LargeBinary()) == key_id
