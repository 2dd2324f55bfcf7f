"""Ids of notices: the same at each attempt, so that a receiver knows a repeated one again."""

import hashlib

from commentsvc.domain.clock import wire_time
from commentsvc.store.outbox import Notice


def notice_id(notice: Notice) -> str:
    """32 hexadecimal digits; they do not tell how many notices there are."""
    told = f"commentsvc.notice.v1 {notice.id} {notice.event} {notice.channel} {wire_time(notice.created_at)}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]
