"""What scripts are told, as JSON: an explicit list, never an address, never a row id."""

from datetime import datetime
from typing import Any

from commentsvc.domain.clock import wire_time
from commentsvc.domain.comment import HeldComment, PastDecision
from commentsvc.domain.reports import ReportedComment
from commentsvc.store.history_pages import PastEntry


def held(comment: HeldComment) -> dict[str, Any]:
    """A comment as moderators see it."""
    record = comment.record
    return {
        "id": comment.id,
        "site": comment.site_key,
        "url": comment.thread_url,
        "title": comment.thread_title,
        "parent": None if comment.parent is None else comment.parent.id,
        "author": {
            "name": comment.name,
            "website": comment.website,
            "approved": record.approved,
            "rejected": record.rejected,
            "spam": record.spam,
            "first_seen_at": optional_time(record.first_seen_at),
        },
        "source": comment.source,
        "html": comment.html,
        "status": comment.status,
        "findings": [
            {"phase": each.phase, "leaning": each.leaning, "words": each.words, "trigger": each.trigger}
            for each in comment.findings
        ],
        "created_at": wire_time(comment.created_at),
        "decided_at": optional_time(comment.decided_at),
        "edited_at": optional_time(comment.edited_at),
        "edited_by": comment.edited_by,
        "words": comment.words_mark,
    }


def reported(found: ReportedComment) -> dict[str, Any]:
    """A comment with what readers say of it; never who they are."""
    reports = [{"reason": each.reason, "text": each.text, "at": wire_time(each.created_at)} for each in found.reports]
    return {"comment": held(found.comment), "reports": reports}


def past(entry: PastDecision) -> dict[str, Any]:
    """One line of a comment's history."""
    return {
        "act": entry.act,
        "from": entry.from_status,
        "to": entry.to_status,
        "moderator": entry.moderator,
        "reason": entry.reason,
        "batch": entry.batch,
        "at": wire_time(entry.created_at),
    }


def entry_of_site(entry: PastEntry) -> dict[str, Any]:
    """One line of a site's history."""
    kind, _, _ = entry.subject.partition(":")
    return {
        "number": entry.number,
        "act": entry.act,
        "subject": kind if ":" in entry.subject else "comment",
        "comment": entry.comment,
        "from": entry.from_status,
        "to": entry.to_status,
        "moderator": entry.moderator,
        "reason": entry.reason,
        "batch": entry.batch,
        "at": wire_time(entry.created_at),
    }


def optional_time(moment: datetime | None) -> str | None:
    """The moment, or null."""
    return None if moment is None else wire_time(moment)
