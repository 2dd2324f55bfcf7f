"""A comment's card: all that a moderator needs to decide, gathered in a few statements for a whole page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection

from commentsvc.domain.comment import HeldComment
from commentsvc.domain.status import CommentStatus
from commentsvc.moderation.mark_triggers import marked_html
from commentsvc.moderation.show_difference import difference
from commentsvc.store import claims, likes, queue
from commentsvc.web.signed_in import SignedIn

LIKES_UP_TO = 100


def with_surroundings(
    conn: Connection, comments: Sequence[HeldComment], me: SignedIn, now: datetime
) -> list[HeldComment]:
    """The same comments with what else waits and is like them, who looks at them, and what their last edit changed."""
    waiting = [each.id for each in comments if each.status is CommentStatus.PENDING]
    edited = [each.id for each in comments if each.edited_at is not None]
    alike = likes.count(conn, waiting, up_to=LIKES_UP_TO) if waiting else {}
    held = claims.held(conn, waiting, but_by=me.moderator_id, now=now) if waiting else {}
    former = queue.former_sources(conn, edited) if edited else {}
    return [
        replace(
            each,
            marked_html=marked_html(each.tree, each.findings),
            difference=difference(former[each.id], each.source) if each.id in former else (),
            likes=tuple(alike.get(each.id, ())),
            looked_at_by=held.get(each.id),
        )
        for each in comments
    ]
