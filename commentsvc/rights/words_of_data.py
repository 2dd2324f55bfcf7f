"""Keys of the words in which a person is told what is held about them."""

from collections.abc import Mapping, Sequence

from commentsvc.domain.acts import Act
from commentsvc.domain.notices import Event
from commentsvc.domain.rights import Erasure, OwnSubscription, ToldDecision
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.subscriptions import Frequency, Scope
from commentsvc.words.speech import Speech

STATUSES: Mapping[str, str] = {
    CommentStatus.PENDING: "statusPending",
    CommentStatus.APPROVED: "isPublished",
    CommentStatus.REJECTED: "statusRejected",
    CommentStatus.SPAM: "statusSpam",
    CommentStatus.DELETED: "statusDeleted",
}
_WAITS_AGAIN = {Act.EDIT, Act.HOLD_REPORTED, Act.RESTORE}
_ACTS: Mapping[str, str] = {
    Act.APPROVE: "isPublished",
    Act.REJECT: "statusRejected",
    Act.MARK_SPAM: "statusSpam",
    Act.DELETE: "statusDeleted",
    Act.UNDO: "takenBack",
    Act.EDIT: "wasEdited",
    Act.DELETE_OWN: "wasDeleted",
    Act.HOLD_REPORTED: "reportedAgain",
}
ERASURES: Mapping[Erasure, str] = {
    Erasure.ADDRESS: "eraseAddressMeans",
    Erasure.NAME: "eraseNameMeans",
    Erasure.WORDS: "eraseWordsMeans",
}
"""What it means."""
_ERASED: Mapping[Erasure, Sequence[str]] = {
    Erasure.ADDRESS: ["emailLabel"],
    Erasure.NAME: ["emailLabel", "nameLabel"],
    Erasure.WORDS: ["eraseWords"],
}
MAILS: Mapping[str, str] = {
    Event.SUBSCRIPTION_ASKED: "doYouWant",
    Event.REPLY_PUBLISHED: "aNewComment",
    Event.REPLY_DIGEST: "aNewComment",
    Event.DECISION_TOLD: "mailOfDecision",
    Event.DATA_ASKED: "heldAboutYou",
}
_SCOPES: Mapping[Scope, str] = {
    Scope.NONE: "noneTold",
    Scope.REPLIES: "notifyReplies",
    Scope.THREAD: "allNewHere",
}
_FREQUENCIES: Mapping[Frequency, str] = {Frequency.EACH: "eachMail", Frequency.DAILY: "dailyMail"}


def erased(spoken: Speech, what: Erasure) -> str:
    """What goes: ``Email, Name``."""
    return ", ".join(spoken.say(key) for key in _ERASED[what])


def became(spoken: Speech, decision: ToldDecision) -> str:
    """What a decision made of a comment: ``edited · Waiting for a moderator``."""
    keys = [_ACTS[decision.act]] if decision.act in _ACTS else []
    status = decision.to_status
    if status is not None and (not keys or (decision.act in _WAITS_AGAIN and status is CommentStatus.PENDING)):
        keys.append(STATUSES[status])
    return " · ".join(spoken.say(key) for key in keys)


def wish(spoken: Speech, subscription: OwnSubscription) -> str:
    """``replies to my comment · one mail for each · The decision on a comment``."""
    keys = [_SCOPES[Scope(subscription.scope)], _FREQUENCIES[Frequency(subscription.frequency)]]
    if subscription.wants_decision:
        keys.append("mailOfDecision")
    return " · ".join(spoken.say(key) for key in keys)
