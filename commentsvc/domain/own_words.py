"""What the writer of a comment may still do with its words, who else did, and which words somebody has seen."""

import hashlib
from datetime import datetime, timedelta

from commentsvc.domain.status import CommentStatus

BY_AUTHOR = "author"
BY_MODERATOR = "moderator"
EDITABLE = frozenset({CommentStatus.PENDING, CommentStatus.APPROVED})


def may_edit_until(
    status: CommentStatus, created_at: datetime, *, minutes: int, edited_by: str | None, is_erased: bool
) -> datetime | None:
    """The moment from which on its writer may no longer change a comment; None: they may not at all.

    What a moderator has changed stays so: the writer could put back what was taken out.

    Args:
        status: Of the comment.
        created_at: Of the comment.
        minutes: By the site's policy; 0: never.
        edited_by: Who changed its words last.
        is_erased: Whether its words are gone.
    """
    if status not in EDITABLE or is_erased or edited_by == BY_MODERATOR or minutes == 0:
        return None
    return created_at + timedelta(minutes=minutes)


def words_mark(source: str) -> str:
    """16 hexadecimal digits that other words do not have: whoever decides sends those along that were shown."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]
