"""A moderator's own reply, published at once under their name with the site's badge."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import DecisionNotPossibleError
from commentsvc.domain.pseudonyms import new_pseudonym
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.submission import Submission
from commentsvc.domain.subscriptions import NO_WISH
from commentsvc.store import authors, decisions, sites, submissions, threads
from commentsvc.store.locks import locked_comment
from commentsvc.store.schema import comment


@dataclass(frozen=True, slots=True)
class TeamReply:
    """What a moderator writes."""

    name: str
    """Display name of the moderator."""
    source: str
    rendered: Rendered
    text_digest: bytes


def reply(
    conn: Connection,
    parent: str,
    words: TeamReply,
    *,
    site_ids: Collection[int],
    moderator_id: int,
    seen: CommentStatus,
    words_seen: str | None = None,
    now: datetime,
) -> str:
    """Publish a reply; a comment that is not public yet is approved first, with an entry of its own.

    Args:
        conn: In a transaction.
        parent: Public id of the comment that is answered.
        words: What is said, by whom.
        site_ids: Sites that the moderator looks after.
        moderator_id: Who.
        seen: Status of the parent that the moderator was shown.
        words_seen: Mark of the words that they were shown; it counts if the parent is approved with the reply.
        now: When, to the minute.

    Returns:
        Public id of the reply.

    Raises:
        UnknownCommentError: The parent is absent, or another site's (404).
        DecisionNotPossibleError: Its status is not the one seen, or it is deleted; or it is to be approved, and does
            not say what was seen (409).
    """
    row = locked_comment(conn, parent, site_ids)
    if row.status != seen:
        raise DecisionNotPossibleError(f"seen {seen}, is {row.status}")
    mine = [row.site_id]
    if seen is not CommentStatus.APPROVED:
        decisions.decide(
            conn,
            parent,
            Decision.APPROVE,
            site_ids=mine,
            moderator_id=moderator_id,
            reason=None,
            words=words_seen,
            now=now,
        )
    public_id = _add(conn, row.thread_id, parent, words, moderator_id, now)
    (site,) = sites.with_ids(conn, mine)
    signed = {"badge": site.policy.badge, "moderator_id": moderator_id}
    conn.execute(sa.update(comment).where(comment.c.public_id == public_id).values(signed))
    details = {"parent": parent}
    decisions.publish_own(conn, public_id, site_id=row.site_id, moderator_id=moderator_id, details=details, now=now)
    return public_id


def _add(conn: Connection, thread_id: int, parent: str, words: TeamReply, moderator_id: int, now: datetime) -> str:
    """The reply as a comment that waits, by an author without an address."""
    thread = threads.by_id(conn, thread_id)
    author_id, pseudonym = _author(conn, thread.site_id, moderator_id, now)
    return submissions.add(
        conn,
        thread,
        _as_submission(thread.address, thread.url, parent, words),
        words.rendered,
        author_id=author_id,
        pseudonym=pseudonym,
        parent=submissions.parent_of(conn, thread, parent),
        findings=[],
        status=CommentStatus.PENDING,
        text_digest=words.text_digest,
        once=None,
        now=now,
    )


def _as_submission(address: str, url: str, parent: str, words: TeamReply) -> Submission:
    return Submission(
        address=address,
        url=url,
        title=None,
        parent=parent,
        name=words.name,
        email=None,
        website=None,
        source=words.source,
        wish=NO_WISH,
        is_decoy_filled=False,
        seconds_to_write=None,
    )


def _author(conn: Connection, site_id: int, moderator_id: int, now: datetime) -> tuple[int, bytes]:
    """Author and pseudonym of the moderator's earlier replies on this site, new ones before the first."""
    query = (
        sa.select(comment.c.author_id, comment.c.pseudonym)
        .where(comment.c.moderator_id == moderator_id, comment.c.site_id == site_id)
        .order_by(comment.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).first()
    if row is not None:
        return row.author_id, row.pseudonym
    return authors.find_or_add(conn, site_id=site_id, blind_indexes=[], sealed_email=None, now=now), new_pseudonym()
