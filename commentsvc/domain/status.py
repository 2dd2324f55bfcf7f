"""A comment's status, a moderator's decision, and the one table that joins them."""

from enum import StrEnum

from commentsvc.domain.errors import DecisionNotPossibleError


class CommentStatus(StrEnum):
    """Where a comment stands; these words are used in code, database, exports and on the wire."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SPAM = "spam"
    DELETED = "deleted"


class Decision(StrEnum):
    """What a moderator may do with a comment."""

    APPROVE = "approve"
    REJECT = "reject"
    MARK_SPAM = "mark_spam"
    DELETE = "delete"
    RESTORE = "restore"


_PENDING, _APPROVED, _REJECTED, _SPAM, _DELETED = CommentStatus
_APPROVE, _REJECT, _MARK_SPAM, _DELETE, _RESTORE = Decision

_NEXT: dict[tuple[CommentStatus, Decision], CommentStatus] = {
    (_PENDING, _APPROVE): _APPROVED,
    (_PENDING, _REJECT): _REJECTED,
    (_PENDING, _MARK_SPAM): _SPAM,
    (_PENDING, _DELETE): _DELETED,
    (_APPROVED, _REJECT): _REJECTED,
    (_APPROVED, _MARK_SPAM): _SPAM,
    (_APPROVED, _DELETE): _DELETED,
    (_REJECTED, _APPROVE): _APPROVED,
    (_REJECTED, _MARK_SPAM): _SPAM,
    (_REJECTED, _DELETE): _DELETED,
    (_REJECTED, _RESTORE): _PENDING,
    (_SPAM, _APPROVE): _APPROVED,
    (_SPAM, _REJECT): _REJECTED,
    (_SPAM, _DELETE): _DELETED,
    (_SPAM, _RESTORE): _PENDING,
    (_DELETED, _RESTORE): _PENDING,
}


def next_status(status: CommentStatus, decision: Decision) -> CommentStatus:
    """The status that a decision leads to.

    Raises:
        DecisionNotPossibleError: The table has no such step (409, `decision_not_possible`).
    """
    try:
        return _NEXT[status, decision]
    except KeyError:
        raise DecisionNotPossibleError(f"{decision} on {status}") from None


def possible_decisions(status: CommentStatus) -> tuple[Decision, ...]:
    """The decisions that the table allows from this status, in the order of `Decision`."""
    return tuple(decision for decision in Decision if (status, decision) in _NEXT)
