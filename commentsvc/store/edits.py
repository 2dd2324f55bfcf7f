"""A comment's words, changed: the former ones are kept beside it, the history holds only digests."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import CommentChangedError, UnknownCommentError
from commentsvc.domain.own_words import BY_MODERATOR
from commentsvc.domain.status import CommentStatus
from commentsvc.store import history, moves, search_index, submissions
from commentsvc.store.locks import locked_comment
from commentsvc.store.schema import comment, comment_link, comment_version, site


@dataclass(frozen=True, slots=True)
class Editable:
    """What a form for changing a comment begins with."""

    id: str
    name: str
    site_key: str
    source: str
    status: CommentStatus
    version: int
    """Moves with every decision and edit: what was seen when the form was opened."""


@dataclass(frozen=True, slots=True)
class NewText:
    """What a comment is to say."""

    source: str
    rendered: Rendered
    text_digest: bytes
    salt: bytes
    """At least 16 random bytes, for the digests of this edit."""


def editable(conn: Connection, public_id: str, *, site_ids: Collection[int]) -> Editable:
    """The comment as it is now.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
    """
    query = (
        sa.select(comment, site.c.key.label("site_key"))
        .join(site, site.c.id == comment.c.site_id)
        .where(comment.c.public_id == public_id, comment.c.site_id.in_(site_ids))
    )
    row = conn.execute(query).first()
    if row is None:
        raise UnknownCommentError
    status = CommentStatus(row.status)
    return Editable(row.public_id, row.name, row.site_key, row.source, status, row.state_version)


def edit(
    conn: Connection,
    public_id: str,
    new: NewText,
    *,
    site_ids: Collection[int],
    moderator_id: int,
    seen: int,
    reason: str,
    now: datetime,
) -> None:
    """Replace a comment's words, unless somebody changed it meanwhile.

    Args:
        conn: In a transaction.
        public_id: Of the comment.
        new: What it is to say.
        site_ids: Sites that the moderator looks after.
        moderator_id: Who.
        seen: `Editable.version` when the form was opened.
        reason: For the history.
        now: When.

    Raises:
        UnknownCommentError: Absent, or another site's (404).
        CommentChangedError: It is not as it was seen (409).
    """
    row = locked_comment(conn, public_id, site_ids)
    if row.state_version != seen or row.erased_at is not None:
        raise CommentChangedError(f"seen {seen}, is {row.state_version}")
    keep_former(conn, row, new.salt, by=BY_MODERATOR, moderator_id=moderator_id, now=now)
    put_words(conn, row, new, CommentStatus(row.status), by=BY_MODERATOR, now=now)
    if row.status == CommentStatus.APPROVED:
        moves.move_on(conn, [row.thread_id])
    history.write(
        conn,
        Act.EDIT,
        site_id=row.site_id,
        comment_id=row.id,
        subject=row.public_id,
        moderator_id=moderator_id,
        reason=reason,
        details={"before": digest(row.source, new.salt), "after": digest(new.source, new.salt)},
        now=now,
    )


def digest(source: str, salt: bytes) -> str:
    """What the history says of a text: 64 hexadecimal digits that mean nothing once the salt is gone."""
    return hmac.digest(salt, source.encode(), hashlib.sha256).hex()


def keep_former(
    conn: Connection,
    row: Any,  # noqa: ANN401 - a comment's row
    salt: bytes,
    *,
    by: str,
    moderator_id: int | None,
    now: datetime,
) -> None:
    """Keep what a comment says beside it, before somebody changes it; `by` is a word of `domain.own_words`."""
    former = {
        "comment_id": row.id,
        "source": row.source,
        "salt": salt,
        "edited_by": by,
        "moderator_id": moderator_id,
        "replaced_at": now,
    }
    conn.execute(sa.insert(comment_version).values(former))


def put_words(
    conn: Connection,
    row: Any,  # noqa: ANN401 - a comment's row
    new: NewText,
    status: CommentStatus,
    *,
    by: str,
    now: datetime,
) -> None:
    """Let a comment say something else, in its row, among the links and in the index.

    Args:
        conn: In a transaction; the comment's thread is locked.
        row: As it was before the transaction changed anything.
        new: What it is to say.
        status: In which it is now.
        by: Who does it.
        now: When.
    """
    conn.execute(sa.update(comment).where(comment.c.id == row.id).values(_values(row, new, by, now)))
    conn.execute(sa.delete(comment_link).where(comment_link.c.comment_id == row.id))
    submissions.note_links(conn, row.id, row.site_id, new.rendered.tree, status)
    search_index.renew(conn, [row.id])


def _values(row: Any, new: NewText, by: str, now: datetime) -> dict[str, object]:  # noqa: ANN401 - a comment's row
    return {
        "source": new.source,
        "html": new.rendered.html,
        "tree": new.rendered.tree,
        "text": new.rendered.text,
        "text_digest": new.text_digest,
        "rendered_with": new.rendered.version,
        "edited_at": now,
        "edited_by": by,
        "held_by_reports_at": None,  # new words: reports may hold them once more
        "state_version": row.state_version + 1,
    }
