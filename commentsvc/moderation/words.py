"""What moderators read: statuses, decisions, findings and records in words."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from commentsvc.domain.acts import Act
from commentsvc.domain.comment import HeldComment, Like, Likeness
from commentsvc.domain.findings import Leaning
from commentsvc.domain.status import CommentStatus, Decision, next_status, possible_decisions

LISTS: Mapping[CommentStatus, str] = {
    CommentStatus.PENDING: "Queue",
    CommentStatus.APPROVED: "Approved",
    CommentStatus.REJECTED: "Rejected",
    CommentStatus.SPAM: "Spam",
    CommentStatus.DELETED: "Deleted",
}
EMPTY: Mapping[CommentStatus, str] = {
    CommentStatus.PENDING: "Nothing is waiting. New comments appear here, the oldest first.",
    CommentStatus.APPROVED: "No comment has been approved yet.",
    CommentStatus.REJECTED: "No comment has been rejected.",
    CommentStatus.SPAM: "No comment has been marked as spam.",
    CommentStatus.DELETED: "No comment has been deleted.",
}
STATUSES: Mapping[CommentStatus, str] = {
    CommentStatus.PENDING: "waiting",
    CommentStatus.APPROVED: "approved",
    CommentStatus.REJECTED: "rejected",
    CommentStatus.SPAM: "marked as spam",
    CommentStatus.DELETED: "deleted",
}
BUTTONS: Mapping[Decision, str] = {
    Decision.APPROVE: "Approve",
    Decision.REJECT: "Reject",
    Decision.MARK_SPAM: "Spam",
    Decision.RESTORE: "Back to the queue",
    Decision.DELETE: "Delete",
}
"""In the order in which they stand, the same on every card."""
KEYS: Mapping[Decision, str] = {
    Decision.APPROVE: "a",
    Decision.REJECT: "r",
    Decision.MARK_SPAM: "s",
    Decision.DELETE: "d",
    Decision.RESTORE: "q",
}
"""The key for each, on a page with the moderators' script."""
PAST: Mapping[Act, str] = {
    Act.APPROVE: "approved",
    Act.REJECT: "rejected",
    Act.MARK_SPAM: "marked as spam",
    Act.DELETE: "deleted",
    Act.RESTORE: "put back into the queue",
    Act.UNDO: "put back to where it was",
    Act.EDIT: "edited",
    Act.REPLY: "answered",
    Act.PIN: "pinned",
    Act.UNPIN: "no longer pinned",
    Act.CLOSE_THREAD: "closed",
    Act.OPEN_THREAD: "opened again",
    Act.REVEAL_ADDRESS: "address revealed",
    Act.APPEAL: "appealed",
    Act.DISMISS_APPEAL: "appeal dismissed",
    Act.DELETE_OWN: "deleted with its words",
    Act.HOLD_REPORTED: "held again, as readers reported it",
    Act.DISMISS_REPORTS: "kept, its reports dismissed",
    Act.ADD_RULE: "rule added",
    Act.CHANGE_RULE: "rule changed",
    Act.REMOVE_RULE: "rule removed",
    Act.CHANGE_POLICY: "policy changed",
    Act.CHANGE_REASONS: "canned reasons changed",
    Act.INVITE: "invitation made",
    Act.WITHDRAW_INVITATION: "invitation withdrawn",
    Act.JOIN: "joined",
    Act.CHANGE_ROLE: "role changed",
    Act.REMOVE_MEMBER: "member removed",
    Act.DISABLE_MEMBER: "member shut out",
    Act.ENABLE_MEMBER: "member let in again",
    Act.RESET_SECOND_FACTOR: "second factor taken away",
    Act.ADD_WEBHOOK: "webhook added",
    Act.CHANGE_WEBHOOK: "webhook switched on or off",
    Act.REMOVE_WEBHOOK: "webhook removed",
    Act.EXPORT_HISTORY: "history exported",
    Act.ERASE: "erased by the person themselves",
    Act.ERASE_BY_OPERATOR: "erased by whoever runs the service",
    Act.RETENTION: "kept long enough, and erased",
    Act.EXPORT_ADDRESSES: "sealed addresses exported by whoever runs the service",
    Act.EXPORT_COMMENTS: "comments exported by whoever runs the service",
    Act.IMPORT_COMMENTS: "comments imported by whoever runs the service",
}
"""What was done, for the history."""
_TELLS_WHO = frozenset({
    Act.ERASE, Act.ERASE_BY_OPERATOR, Act.EXPORT_ADDRESSES, Act.EXPORT_COMMENTS, Act.IMPORT_COMMENTS,
})  # fmt: skip
_BY_WRITER = frozenset({Act.APPEAL, Act.EDIT, Act.DELETE_OWN})
_BY_POLICY = frozenset({*(Act(each) for each in Decision), Act.UNDO, Act.RETENTION, Act.HOLD_REPORTED})
LEANINGS: Mapping[Leaning, str] = {
    Leaning.PASS: "Noted",
    Leaning.HOLD: "Needs a look",
    Leaning.SPAM: "Looks like spam",
}
PHASES: Mapping[str, str] = {
    "standing": "Record of the author",
    "repeats": "The same text again",
    "links": "Links",
    "word_list": "Words or rules of the site",
    "flood": "A flood of comments",
    "too_fast": "Sent too fast or too late",
    "decoy": "The hidden field filled in",
    "reports": "Reports of readers",
}
"""What screening phases look at, as a filter."""
VERBS: Mapping[Decision, str] = {
    Decision.APPROVE: "Approve",
    Decision.REJECT: "Reject",
    Decision.MARK_SPAM: "Mark as spam",
    Decision.RESTORE: "Put back into the queue",
    Decision.DELETE: "Delete",
}
"""A decision on many comments, before their number."""

_UNDONE_TOGETHER = "put back to where they were"
_DONE: Mapping[Decision, tuple[str, str]] = {
    Decision.APPROVE: ("Approved.", "is public."),
    Decision.REJECT: ("Rejected.", "is not shown to readers."),
    Decision.MARK_SPAM: ("Marked as spam.", "is not shown to readers."),
    Decision.DELETE: ("Deleted.", "is gone from the article; it can be brought back from here."),
    Decision.RESTORE: ("Back in the queue.", "waits for a decision."),
}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a decision has done: ``Approved. The comment by Ada is public.``."""

    did: str
    name: str
    now: str
    comment: str
    """Public id."""


def confirmation(done: str | None, comment: HeldComment | None) -> Confirmation | None:
    """The sentence after a decision; None if the comment does not stand where that decision leads.

    Args:
        done: Word from the address; anybody can type it, so it is not believed without the comment's own status.
        comment: The one it is about, if the moderator may see it.
    """
    if comment is None or done not in set(Decision):
        return None
    verb = Decision(done)
    if comment.status not in _led_to(verb):
        return None
    did, now = _DONE[verb]
    return Confirmation(did, comment.name, now, comment.id)


def confirmation_of_many(batch: tuple[Act, int] | None, skipped: str | None) -> str | None:
    """``7 comments rejected. 1 was decided otherwise meanwhile and is as it was.``; None if nothing was done.

    Args:
        batch: What the history knows of it.
        skipped: Number from the address; anybody can type it, so it only adds a remark.
    """
    left = int(skipped) if skipped and skipped.isascii() and skipped.isdigit() and len(skipped) < 5 else 0  # noqa: PLR2004 - digits
    remark = f"{left} {'was' if left == 1 else 'were'} decided otherwise meanwhile and left alone." if left else ""
    if batch is None:
        return f"Nothing was changed: {remark}" if remark else None
    act, count = batch
    done = _UNDONE_TOGETHER if act is Act.UNDO and count != 1 else PAST[act]
    did = f"{count} comment{'' if count == 1 else 's'} {done}."
    return f"{did} {remark}".strip()


def alike_in_words(by: Likeness, domain: str | None) -> str:
    """``by the same author``."""
    match by:
        case Likeness.AUTHOR:
            return "by the same author"
        case Likeness.TEXT:
            return "with the same text"
        case Likeness.DOMAIN:  # pragma: no branch - mypy proves that there is no other
            return f"with a link to {domain}"


def like_in_words(like: Like) -> str:
    """``6 more with the same text``."""
    count = f"{like.count - 1}+" if like.is_more else str(like.count)
    return f"{count} more {alike_in_words(like.by, like.domain)}"


def like_question(like: Like) -> str:
    """What is asked before all of them are decided at once."""
    count = "all" if like.is_more else f"all {like.count + 1}"
    return f"Reject {count} that wait {alike_in_words(like.by, like.domain)}?"


@functools.cache
def buttons(status: CommentStatus) -> tuple[tuple[Decision, str], ...]:
    """The decisions that are possible from a status, with their words."""
    possible = possible_decisions(status)
    return tuple((verb, label) for verb, label in BUTTONS.items() if verb in possible)


@functools.lru_cache(maxsize=1_024)
def address_of_thread(site_key: str, address: str) -> str:
    """Where the comments of an article are closed and opened; kept, for a page names the same few articles often."""
    return f"/moderation/threads?{urlencode({'site': site_key, 'address': address})}"


def record_in_words(comment: HeldComment) -> str:
    """``first comment``, or ``3 approved, 1 rejected, first seen 2 March 2026``."""
    record = comment.record
    counts = ((record.approved, "approved"), (record.rejected, "rejected"), (record.spam, "marked as spam"))
    parts = [f"{count} {word}" for count, word in counts if count]
    is_earlier = record.first_seen_at is not None and record.first_seen_at < comment.created_at
    if not parts and not is_earlier:
        return "first comment"
    if record.first_seen_at is not None:
        parts = [*(parts or ["nothing decided yet"]), f"first seen {day_in_words(record.first_seen_at)}"]
    return ", ".join(parts)


def day_in_words(moment: datetime) -> str:
    """``2 March 2026``."""
    return f"{moment.day} {moment:%B %Y}"


def by_whom(act: Act, moderator: str | None) -> str | None:
    """Who did it, for a line of the history; None where `PAST` says it already."""
    if act in _TELLS_WHO:
        return None
    if moderator is not None:
        return moderator
    if act in _BY_WRITER:
        return "the writer"
    return "the site\u2019s policy" if act in _BY_POLICY else "whoever runs the service"


def count_in_words(count: int, *, up_to: int) -> str:
    """``17``; ``999+`` for what was not counted further."""
    return f"{up_to - 1:,}+" if count >= up_to else f"{count:,}"


def _led_to(verb: Decision) -> frozenset[CommentStatus]:
    """Where a decision leads, from wherever it is possible."""
    return frozenset(next_status(status, verb) for status in CommentStatus if verb in possible_decisions(status))
