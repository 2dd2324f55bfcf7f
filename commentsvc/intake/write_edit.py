"""A comment's new words, ready, take the place of the former ones: screened like a new comment, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from commentsvc.domain.comment import AuthorRecord, OwnComment, Thread
from commentsvc.domain.errors import ThreadClosedError
from commentsvc.domain.findings import Finding
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import NO_WISH
from commentsvc.intake.write_submission import (
    SAME_AUTHOR_WITHIN,
    SAME_TEXT_WITHIN,
    Prepared,
    facts_of,
    own,
    surroundings_of,
    takes_comments,
)
from commentsvc.screening.facts import Facts
from commentsvc.screening.screen_submission import is_held, screen
from commentsvc.screening.too_fast import FASTEST_SECONDS
from commentsvc.store import own_words, queue, rules, threads
from commentsvc.store.edits import NewText

_OF_THE_SENDING = frozenset({"decoy", "too_fast"})
"""Judges of how a comment was sent: what they remarked of it stays."""


@dataclass(frozen=True, slots=True)
class Change:
    """All that can be known before the transaction begins."""

    site: Site
    comment: str
    """Public id."""
    new: NewText
    is_site_flooded: bool
    at: datetime
    """Exactly; the time to change a comment ends by it."""
    now: datetime
    """To the minute, as it is stored."""


def write(conn: Connection, change: Change) -> OwnComment:
    """The transaction: may it still be changed, how suspicious is it now, and the row.

    Raises:
        UnknownCommentError: It is gone (404).
        EditNotPossibleError: It can no longer be changed (409).
        ThreadClosedError: The article takes no comments any more (409).
    """
    row = own_words.editable(conn, change.comment, change.site, at=change.at)
    if row.source == change.new.source:
        return own(conn, change.comment)
    thread = threads.by_id(conn, row.thread_id)
    if not takes_comments(thread, change.site, change.now):
        raise ThreadClosedError
    prepared = _as_submission(change, row, thread)
    facts = _facts(conn, prepared, row)
    before = [queue.as_finding(stored) for stored in row.findings]
    findings = [each for each in before if each.phase in _OF_THE_SENDING] + screen(prepared.submission, facts)
    waits = row.status == CommentStatus.APPROVED and is_held(findings, change.site.policy.holds_now, facts)
    own_words.edit(conn, row, change.new, findings, is_held=waits, now=change.now)
    rules.count_hits(conn, _rules_in(findings) - _rules_in(before), now=change.now)
    return own(conn, change.comment)


def _as_submission(change: Change, row: Any, thread: Thread) -> Prepared:  # noqa: ANN401 - a comment's row
    """The comment as if it came in now, by the writer whom its receipt proves."""
    submission = Submission(
        address=thread.address,
        url=thread.url,
        title=thread.title,
        parent=None,
        name=row.name,
        email=None,
        website=row.website,
        source=change.new.source,
        wish=NO_WISH,
        is_decoy_filled=False,
        seconds_to_write=FASTEST_SECONDS,
    )
    return Prepared(
        site=change.site,
        submission=submission,
        rendered=change.new.rendered,
        text_digest=change.new.text_digest,
        blind_indexes=[],
        sealed_email=None,
        proof=change.comment,
        once=None,
        is_site_flooded=change.is_site_flooded,
        now=change.now,
    )


def _facts(conn: Connection, prepared: Prepared, row: Any) -> Facts:  # noqa: ANN401 - a comment's row
    """What the judges are told, without the comment itself: it is no earlier one, and vouches for nothing.

    Else whoever had one comment approved could put anything in its place.
    """
    met = surroundings_of(conn, prepared)
    facts = facts_of(conn, prepared, met, row.author_id, met.proven)
    was_public = int(row.status == CommentStatus.APPROVED)
    is_same_text = row.text_digest == prepared.text_digest and row.created_at >= prepared.now - SAME_TEXT_WITHIN
    is_recent = row.created_at >= prepared.now - SAME_AUTHOR_WITHIN
    return replace(
        facts,
        record=_without(facts.record, was_public, row.created_at),
        proven_approved=max(0, facts.proven_approved - was_public),
        same_text_count=facts.same_text_count - is_same_text,
        own_recent_count=max(0, facts.own_recent_count - is_recent),
    )


def _without(record: AuthorRecord, was_public: int, created_at: datetime) -> AuthorRecord:
    left = replace(record, approved=max(0, record.approved - was_public))
    is_first = record.first_seen_at is None or record.first_seen_at >= created_at
    return AuthorRecord() if is_first and not (left.approved or left.rejected or left.spam) else left


def _rules_in(findings: list[Finding]) -> set[int]:
    return {finding.rule_id for finding in findings if finding.rule_id is not None}
