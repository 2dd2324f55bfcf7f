"""A submission that is ready becomes a comment: met with what there is, screened, and written in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from commentsvc.domain.comment import AuthorRecord, OwnComment, Rendered, Thread
from commentsvc.domain.errors import InvalidInputError, ThreadClosedError
from commentsvc.domain.notices import Event
from commentsvc.domain.own_words import may_edit_until
from commentsvc.domain.pseudonyms import new_pseudonym, thread_key
from commentsvc.domain.site import Site
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts
from commentsvc.screening.look_alikes import looks_like_any
from commentsvc.screening.screen_submission import first_status, screen
from commentsvc.store import authors, decisions, own_comments, rules, submissions, threads
from commentsvc.store.insert_together import Row
from commentsvc.store.submissions import Once, ProvenAuthor
from commentsvc.store.surroundings import Asked, Surroundings, look_around

SAME_TEXT_WITHIN = timedelta(days=1)
SAME_AUTHOR_WITHIN = timedelta(minutes=10)
NOBODYS_NAMES = ("Admin", "Administrator", "Moderator")
"""No reader may be called so, whatever the site calls its badge."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that can be known before the transaction begins."""

    site: Site
    submission: Submission
    rendered: Rendered
    text_digest: bytes
    blind_indexes: list[bytes]
    """Of the address under every key that is still valid, newest first; empty without an address."""
    sealed_email: bytes | None
    proof: str | None
    """Public id of an earlier comment, proven by its receipt."""
    once: Once | None
    is_site_flooded: bool
    now: datetime
    """To the minute: nothing finer is ever stored of when somebody wrote."""


def write(conn: Connection, new: Prepared) -> OwnComment:
    """The transaction: who, under what, how suspicious, and the row."""
    met = surroundings_of(conn, new)
    if new.once is not None and (earlier := met.repeated(new.once)) is not None:
        return own(conn, earlier)
    _check_name(new, met)
    thread = _open_thread(conn, new, met)
    parent = met.parent_in(thread) if new.submission.parent else None
    author_id, new_author = _author(conn, new, met)
    proven = met.proven if met.proven is not None and met.proven.author_id == author_id else None
    pseudonym = new_pseudonym() if proven is None else proven.pseudonym
    facts = facts_of(conn, new, met, author_id, proven)
    findings = screen(new.submission, facts)
    status = first_status(findings, new.site.policy.holds_now, facts)
    public_id = submissions.add(
        conn,
        thread,
        new.submission,
        new.rendered,
        author_id=author_id,
        pseudonym=pseudonym,
        parent=parent,
        findings=findings,
        status=CommentStatus.PENDING,
        text_digest=new.text_digest,
        once=new.once,
        now=new.now,
        is_confirmed=proven is not None and proven.is_confirmed,
        row_id=met.next_comment_id,
        new_author=new_author,
        told=None if status is CommentStatus.APPROVED else Event.COMMENT_PENDING,
    )
    if status is CommentStatus.APPROVED:
        _publish_at_once(conn, new, public_id)
    rules.count_hits(conn, {finding.rule_id for finding in findings if finding.rule_id is not None}, now=new.now)
    return _just_written(new, thread, public_id, pseudonym, status)


def surroundings_of(conn: Connection, new: Prepared) -> Surroundings:
    """What there is besides what was sent."""
    asked = Asked(
        site_id=new.site.id,
        address=new.submission.address,
        parent=new.submission.parent,
        proof=new.proof,
        blind_indexes=new.blind_indexes,
        text_digest=new.text_digest,
        once=new.once,
        now=new.now,
        same_text_since=new.now - SAME_TEXT_WITHIN,
        own_since=new.now - SAME_AUTHOR_WITHIN,
    )
    return look_around(conn, asked)


def _check_name(new: Prepared, met: Surroundings) -> None:
    """No reader writes under a name that looks like the badge, like a moderator's, or like an office on any site.

    Raises:
        InvalidInputError: The name is one of them (422).
    """
    if looks_like_any(new.submission.name, [*NOBODYS_NAMES, new.site.policy.badge, *met.moderators]):
        raise InvalidInputError(fields={"name": "This name belongs to a moderator here. Please choose another one."})


def _open_thread(conn: Connection, new: Prepared, met: Surroundings) -> Thread:
    submission = new.submission
    thread = met.thread or threads.find_or_open(
        conn,
        site_id=new.site.id,
        address=submission.address,
        url=submission.url,
        title=submission.title,
        now=new.now,
    )
    if not takes_comments(thread, new.site, new.now):
        raise ThreadClosedError
    return thread


def takes_comments(thread: Thread, site: Site, now: datetime) -> bool:
    """Whether comments can be written and changed: not frozen, not closed by hand, not closed by age."""
    days = site.policy.close_after_days
    is_too_old = days is not None and now - thread.created_at > timedelta(days=days)
    return thread.is_open and not is_too_old and not site.policy.is_frozen


def _author(conn: Connection, new: Prepared, met: Surroundings) -> tuple[int, Row | None]:
    """Under whom it is filed, and the row of an author who is a new one."""
    if met.author is None:
        index = new.blind_indexes[0] if new.blind_indexes else None
        row = authors.new_row(
            met.next_author_id, site_id=new.site.id, blind_index=index, sealed_email=new.sealed_email, now=new.now
        )
        return met.next_author_id, row
    if met.author.is_address_erased and new.blind_indexes:
        authors.give_address_again(conn, met.author.id, new.sealed_email)
    return met.author.id, None


def facts_of(conn: Connection, new: Prepared, met: Surroundings, author_id: int, proven: ProvenAuthor | None) -> Facts:
    """What the judges are told."""
    record = AuthorRecord() if met.author is None else met.author.record
    return Facts(
        author_id=author_id,
        record=record,
        proven_approved=_proven_approved(conn, proven, record),
        trust_after=new.site.policy.trust_after,
        same_text_count=met.same_text_count,
        own_recent_count=0 if met.author is None else met.author.recent_count,
        links=new.rendered.links,
        text=new.rendered.text,
        max_links=new.site.policy.max_links,
        rules=met.rules,
        is_site_flooded=new.is_site_flooded,
    )


def _proven_approved(conn: Connection, proven: ProvenAuthor | None, record: AuthorRecord) -> int:
    """How many approved comments the writer has proven to be their own.

    A receipt proves the comment it was given for, and those that were proven to be by the same writer before. It does
    not prove the others under the same address: anybody can type that, get a receipt for what they wrote, and come
    back with it. Nor does it help that the address was confirmed once, for whoever typed it now may not be the one
    who reads its mail. Only if the mail was answered for the very comment of the receipt are writer and reader of the
    address the same, and the address's whole record is theirs.
    """
    if proven is None:
        return 0
    return record.approved if proven.is_confirmed else submissions.proven_count(conn, proven)


def _publish_at_once(conn: Connection, new: Prepared, public_id: str) -> None:
    """The site's own policy decides, by the same way as a moderator."""
    decisions.decide(
        conn,
        public_id,
        Decision.APPROVE,
        site_ids=[new.site.id],
        moderator_id=None,
        reason=f"policy: {new.site.policy.hold}",
        now=new.now,
    )


def _just_written(new: Prepared, thread: Thread, public_id: str, pseudonym: bytes, status: CommentStatus) -> OwnComment:
    """The comment as `own` would read it."""
    submission, rendered = new.submission, new.rendered
    return OwnComment(
        id=public_id,
        parent=submission.parent,
        name=submission.name,
        website=submission.website,
        key=thread_key(pseudonym, salt=thread.pseudonym_salt),
        html=rendered.html,
        tree=rendered.tree,
        source=submission.source,
        created_at=new.now,
        edited_at=None,
        edited_by=None,
        likes=0,
        replies=0,
        status=status,
        url=thread.url,
        message=None,
        has_appealed=False,
        has_answer=False,
        may_edit_until=may_edit_until(
            status, new.now, minutes=new.site.policy.edit_minutes, edited_by=None, is_erased=False
        ),
    )


def own(conn: Connection, public_id: str) -> OwnComment:
    """What its writer is told of a comment that is there already."""
    return own_comments.own(conn, [public_id])[public_id][1]
