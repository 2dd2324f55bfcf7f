"""Comments as their own writers may see them, asked for by receipt."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import OwnComment
from commentsvc.domain.own_words import BY_MODERATOR, may_edit_until
from commentsvc.domain.pseudonyms import thread_key
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema import appeal, comment, site, thread
from commentsvc.store.sites import as_policy

_parent = comment.alias("parent")


def own(conn: Connection, public_ids: Collection[str]) -> dict[str, tuple[str, OwnComment]]:
    """Public id → (site key, comment), for those that exist."""
    query = (
        sa.select(
            comment,
            thread.c.url.label("thread_url"),
            thread.c.pseudonym_salt,
            site.c.key.label("site_key"),
            site.c.policy.label("site_policy"),
            _parent.c.public_id.label("parent_public_id"),
            appeal.c.created_at.label("appealed_at"),
            appeal.c.answered_at,
        )
        .join(thread, thread.c.id == comment.c.thread_id)
        .join(site, site.c.id == comment.c.site_id)
        .outerjoin(_parent, _parent.c.id == comment.c.parent_id)
        .outerjoin(appeal, appeal.c.comment_id == comment.c.id)
        .where(comment.c.public_id.in_(public_ids))
    )
    return {row.public_id: (row.site_key, _own(row)) for row in conn.execute(query)}


def _own(row: Any) -> OwnComment:  # noqa: ANN401 - a row of the query above
    return OwnComment(
        id=row.public_id,
        parent=row.parent_public_id,
        name=row.name,
        website=row.website,
        key=thread_key(row.pseudonym, salt=row.pseudonym_salt),
        html=row.html,
        tree=row.tree,
        source=row.source,
        created_at=row.created_at,
        edited_at=row.edited_at,
        edited_by=row.edited_by if row.edited_by == BY_MODERATOR else None,
        likes=row.likes,
        replies=row.reply_count,
        status=CommentStatus(row.status),
        url=row.thread_url,
        message=None if row.status == CommentStatus.APPROVED else row.message,
        has_appealed=row.appealed_at is not None,
        has_answer=row.answered_at is not None,
        may_edit_until=may_edit_until(
            CommentStatus(row.status),
            row.created_at,
            minutes=as_policy(row.site_policy).edit_minutes,
            edited_by=row.edited_by,
            is_erased=row.erased_at is not None,
        ),
    )
