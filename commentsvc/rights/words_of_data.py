"""What is held about a person, in words for that person."""

from collections.abc import Mapping

from commentsvc.domain.acts import Act
from commentsvc.domain.notices import Event
from commentsvc.domain.rights import Erasure, OwnSubscription
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Frequency, Scope

STATUSES: Mapping[CommentStatus, str] = {
    CommentStatus.PENDING: "Waiting for a moderator",
    CommentStatus.APPROVED: "Published",
    CommentStatus.REJECTED: "Not approved",
    CommentStatus.SPAM: "Marked as spam",
    CommentStatus.DELETED: "Deleted",
}
ACTS: Mapping[str, str] = {
    Act.APPROVE: "Published",
    Act.REJECT: "Not approved",
    Act.MARK_SPAM: "Marked as spam",
    Act.DELETE: "Deleted",
    Act.RESTORE: "Put back into the queue",
    Act.UNDO: "A decision was taken back",
    Act.EDIT: "Edited by you, and waiting for a moderator again",
    Act.DELETE_OWN: "Deleted by you",
    Act.HOLD_REPORTED: "Reported by readers, and waiting for a moderator again",
}
ERASURES: Mapping[Erasure, tuple[str, str]] = {
    Erasure.ADDRESS: (
        "The address",
        "The sealed address, its index, and all wishes to be told by mail. Comments stay as they are, with the name.",
    ),
    Erasure.NAME: (
        "The address and the name",
        "The name and website of every comment as well. The words stay, under \u201cdeleted\u201d.",
    ),
    Erasure.WORDS: (
        "Everything",
        "The words as well, with former versions, messages and appeals. Where others replied, an empty place stays.",
    ),
}
"""Label and what it means."""
ERASED: Mapping[Erasure, str] = {
    Erasure.ADDRESS: "The address is erased",
    Erasure.NAME: "The address and the name are erased",
    Erasure.WORDS: "Everything is erased",
}
MAILS: Mapping[str, str] = {
    Event.SUBSCRIPTION_ASKED: "whether you want mails",
    Event.REPLY_PUBLISHED: "about a new comment",
    Event.REPLY_DIGEST: "about the new comments of a day",
    Event.DECISION_TOLD: "about the decision on a comment",
    Event.DATA_ASKED: "with the link to this page",
}
_SCOPES: Mapping[Scope, str] = {
    Scope.NONE: "No new comments",
    Scope.REPLIES: "Replies to your comment",
    Scope.THREAD: "Everything new under the article",
}
_FREQUENCIES: Mapping[Frequency, str] = {Frequency.EACH: "one mail each", Frequency.DAILY: "one mail a day"}


def wish(subscription: OwnSubscription) -> str:
    """``Replies to your comment, one mail each; and the decision on it``."""
    told = f"{_SCOPES[Scope(subscription.scope)]}, {_FREQUENCIES[Frequency(subscription.frequency)]}"
    return f"{told}; and the decision on it" if subscription.wants_decision else told
