"""The lists of comments and their addresses, made from checked values only."""

from collections.abc import Mapping
from urllib.parse import urlencode

from commentsvc.domain.status import CommentStatus

COUNT_UP_TO = 1_000

PATHS: Mapping[CommentStatus, str] = {
    CommentStatus.PENDING: "/moderation",
    CommentStatus.APPROVED: "/moderation/approved",
    CommentStatus.REJECTED: "/moderation/rejected",
    CommentStatus.SPAM: "/moderation/spam",
    CommentStatus.DELETED: "/moderation/deleted",
}
"""The five lists; also the only pages that a decision leads back to."""
REPORTED = "/moderation/reported"
"""Public comments with reports."""


def list_address(status: CommentStatus, *, anchor: str | None = None, **query: str | None) -> str:
    """Path and query of a list, from checked values only.

    Args:
        status: Which list.
        anchor: Public id of the comment to scroll to.
        query: ``site``, ``after``, ``done``, ``comment``, ``batch``, ``skipped``; those that are None are left out.
    """
    given = urlencode({name: value for name, value in query.items() if value})
    return PATHS[status] + (f"?{given}" if given else "") + (f"#c-{anchor}" if anchor else "")
