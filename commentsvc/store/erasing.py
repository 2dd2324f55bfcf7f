"""Erasing: addresses, names and words, so that nothing of them is left in any table.

What is in a table's rows is overwritten in the caller's transaction. What is left of it in the files is removed by
`Store.scrub` afterwards.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.pseudonyms import new_pseudonym
from commentsvc.domain.rights import DELETED_NAME, Erased, Erasure
from commentsvc.domain.rules import RuleKind
from commentsvc.domain.status import CommentStatus
from commentsvc.store import authors, history, moves, search_index, threads, visibility
from commentsvc.store.engine import Store
from commentsvc.store.schema import (
    appeal,
    author,
    claim,
    comment,
    comment_like,
    comment_link,
    comment_version,
    outbox,
    report,
    rule,
    setting,
    site,
    subscription,
    thread,
)

PORTION = 50
"""Comments erased in one transaction. It holds a lock on each of their threads, and on SQLite all who write wait."""

_OF_AN_ADDRESS = ("sealed_email", "public_id", "confirmed_at", "last_told_at", "muted_at")
_NO_WORDS: Mapping[str, object] = {
    "name": DELETED_NAME,
    "website": None,
    "source": "",
    "html": "",
    "tree": [],
    "text": "",
    "text_digest": b"",
    "findings": [],
    "message": None,
    "idempotency_digest": None,
    "submission_fingerprint": None,
    "pinned_at": None,
    "likes": 0,
}
MOVED = (CommentStatus.APPROVED, CommentStatus.PENDING)
"""A comment in one of these becomes a deleted one with its words; refused ones stay what they are."""
SCRUB_DUE = "scrub_due"
"""The database remembers under this name that the next daily round is to scrub its files."""


async def erase_person(store: Store, author_id: int, what: Erasure, *, act: Act, now: datetime) -> Erased:
    """Erase what is held under one address, a portion of the comments at a time; all entries are one batch.

    Comments go first and the address with the last of them, so that whoever was interrupted can still begin again.

    Args:
        store: Open.
        author_id: Row id.
        what: How much is to go.
        act: Whose doing it is.
        now: When.
    """
    batch, done = new_public_id(), Erased(is_finished=False)
    while not done.is_finished:
        portion = partial(erase_portion, author_id=author_id, what=what, act=act, batch=batch, now=now)
        done += await store.write(partial(portion, after=done.reached))
    return done


def erase_portion(
    conn: Connection,
    *,
    author_id: int,
    what: Erasure,
    act: Act,
    batch: str,
    now: datetime,
    after: int = 0,
    limit: int | None = None,
) -> Erased:
    """Erase up to `limit` (`PORTION`) comments of an author, with an entry in the history that holds counts alone.

    Where it has reached saves the next portion the walk over what is erased. At the end it is looked for what came in
    behind that meanwhile; only if there is nothing, the address goes.
    """
    site_id = conn.execute(sa.select(author.c.site_id).where(author.c.id == author_id)).scalar_one()
    limit = limit or PORTION
    rows = _left(conn, author_id, what, after=after, limit=limit)
    _lock(conn, rows, site_id)
    if what is Erasure.WORDS:
        erase_words(conn, rows, is_moved=True, now=now)
    elif what is Erasure.NAME:
        _erase_names(conn, rows)
    is_through = len(rows) < limit
    is_finished = is_through and not _left(conn, author_id, what, after=0, limit=1)
    done = Erased(
        addresses=erase_addresses(conn, [author_id], now=now) if is_finished else 0,
        names=len(rows) if what is Erasure.NAME else 0,
        words=len(rows) if what is Erasure.WORDS else 0,
        is_finished=is_finished,
        reached=0 if is_through else rows[-1].id,
    )
    write_down(conn, act, site_id, done, now=now, batch=batch)
    return done


def erase_addresses(conn: Connection, author_ids: Collection[int], *, now: datetime) -> int:
    """Take from authors all by which they could be reached or found again; what they wrote stays.

    The blind index of an author whom a rule of the moderators is about stays as long as the rule does: without it, the
    rule would mean nobody.

    Returns:
        How many had an address.
    """
    theirs = author.c.id.in_(author_ids)
    wishes = sa.select(subscription.c.id).where(subscription.c.author_id.in_(author_ids))
    mails = sa.or_(outbox.c.author_id.in_(author_ids), outbox.c.subscription_id.in_(wishes))
    conn.execute(sa.delete(outbox).where(mails))
    conn.execute(sa.delete(subscription).where(subscription.c.author_id.in_(author_ids)))
    found = conn.execute(
        sa.select(sa.func.count()).select_from(author).where(theirs, authors.has_address())
    ).scalar_one()
    nothing: dict[str, object] = dict.fromkeys(_OF_AN_ADDRESS)
    nothing["address_erased_at"] = now
    conn.execute(sa.update(author).where(theirs, author.c.blind_index.is_not(None)).values(nothing))
    conn.execute(sa.update(author).where(theirs, ~is_blocked(now)).values(blind_index=None))
    # Keyed, but made of the address among other things: with the key file, a guess could be tried on them.
    made_of_it = (comment.c.author_id.in_(author_ids), comment.c.submission_fingerprint.is_not(None))
    no_prints = {"submission_fingerprint": None, "idempotency_digest": None}
    conn.execute(sa.update(comment).where(*made_of_it).values(no_prints))
    return int(found)


def erase_words(conn: Connection, rows: Sequence[Any], *, is_moved: bool, now: datetime) -> None:
    """Overwrite comments' words, and whatever else was made of them or said to their writers.

    Args:
        conn: In a transaction; the comments' threads are locked.
        rows: Of comments.
        is_moved: Whether public and waiting ones become deleted ones; else there are none among them.
        now: When.
    """
    ids = [row.id for row in rows]
    if not ids:
        return
    for table in (comment_version, appeal, claim, comment_link, comment_like, report):
        conn.execute(sa.delete(table).where(table.c.comment_id.in_(ids)))
    unsent = (outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    conn.execute(sa.delete(outbox).where(outbox.c.comment_id.in_(ids), *unsent))
    blank: dict[str, object] = {**_NO_WORDS, "erased_at": now, "state_version": comment.c.state_version + 1}
    conn.execute(sa.update(comment).where(comment.c.id.in_(ids)).values(blank))
    _new_pseudonyms(conn, ids)
    if is_moved:
        _move(conn, [row for row in rows if row.status in MOVED], now)
    search_index.renew(conn, ids)


def take_scrub_due(conn: Connection) -> bool:
    """Whether words were erased since the last round without any scrubbing; whoever is told True scrubs."""
    return conn.execute(sa.delete(setting).where(setting.c.name == SCRUB_DUE)).rowcount > 0


def write_down(
    conn: Connection, act: Act, site_id: int, done: Erased, *, now: datetime, batch: str | None = None
) -> None:
    """An entry in the site's history: how much went, and nothing of whose it was."""
    if not done.count:
        return
    key = conn.execute(sa.select(site.c.key).where(site.c.id == site_id)).scalar_one()
    counted = {"addresses": done.addresses, "names": done.names, "words": done.words}
    history.write(
        conn,
        act,
        site_id=site_id,
        subject=f"site:{key}",
        moderator_id=None,
        details={name: number for name, number in counted.items() if number},
        now=now,
        batch=batch,
    )


def is_blocked(now: datetime) -> sa.Exists:
    """Whether a rule that is in force is about this author."""
    in_force = sa.or_(rule.c.expires_at.is_(None), rule.c.expires_at > now)
    return sa.exists().where(rule.c.author_id == author.c.id, rule.c.kind == RuleKind.AUTHOR, in_force)


def _left(conn: Connection, author_id: int, what: Erasure, *, after: int, limit: int) -> Sequence[Any]:
    """Comments of an author, from a row id on, that still hold what is to go, the oldest first."""
    if what is Erasure.ADDRESS:
        return ()
    has_name = sa.or_(comment.c.name != DELETED_NAME, comment.c.website.is_not(None))
    still = comment.c.erased_at.is_(None) if what is Erasure.WORDS else has_name
    columns = (comment.c.id, comment.c.thread_id, comment.c.author_id, comment.c.status)
    mine = sa.select(*columns).where(comment.c.author_id == author_id, comment.c.id > after, still)
    return conn.execute(mine.order_by(comment.c.id).limit(limit)).all()


def _lock(conn: Connection, rows: Sequence[Any], site_id: int) -> None:
    threads.lock(conn, {row.thread_id for row in rows})
    history.lock(conn, [site_id])


def _erase_names(conn: Connection, rows: Sequence[Any]) -> None:
    """Name and website; what screening noted goes too, because it may quote them."""
    ids = [row.id for row in rows]
    if not ids:
        return
    blank: dict[str, object] = {"name": DELETED_NAME, "website": None, "findings": []}
    conn.execute(sa.update(comment).where(comment.c.id.in_(ids)).values(blank))
    _new_pseudonyms(conn, ids)
    search_index.renew(conn, ids)
    _renew_threads(conn, [row for row in rows if row.status == CommentStatus.APPROVED], step=0)


def _new_pseudonyms(conn: Connection, ids: Sequence[int]) -> None:
    """Nothing that readers see tells any more that two comments are by one writer."""
    each = [{"row_id": row_id, "new": new_pseudonym()} for row_id in ids]
    change = sa.update(comment).where(comment.c.id == sa.bindparam("row_id")).values(pseudonym=sa.bindparam("new"))
    conn.execute(change, each)


def _move(conn: Connection, rows: Sequence[Any], now: datetime) -> None:
    """Public and waiting comments become deleted ones; where others answered, an empty place stays."""
    if not rows:
        return
    ids = [row.id for row in rows]
    moved = {"status": CommentStatus.DELETED, "decided_at": now}
    conn.execute(sa.update(comment).where(comment.c.id.in_(ids)).values(moved))
    public = [row for row in rows if row.status == CommentStatus.APPROVED]
    visibility.disappear_all(conn, [row.id for row in public])
    _renew_threads(conn, public, step=-1)
    for author_id in {row.author_id for row in public}:
        gone = sum(row.author_id == author_id for row in public)
        fewer = {"approved_count": author.c.approved_count - gone}
        conn.execute(sa.update(author).where(author.c.id == author_id).values(fewer))


def _renew_threads(conn: Connection, public: Sequence[Any], *, step: int) -> None:
    """Move the revision of every thread in which readers see something else now."""
    counts = Counter(row.thread_id for row in public)
    for number in sorted(set(counts.values())):
        same = [thread_id for thread_id, count in sorted(counts.items()) if count == number]
        moves.move_on(conn, same, {"approved_count": thread.c.approved_count + step * number})
