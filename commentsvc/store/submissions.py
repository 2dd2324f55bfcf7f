"""Submissions on their way in: what screening asks, and the new row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import Rendered, Thread, Tree
from commentsvc.domain.errors import ForeignParentError, IdempotencyKeyReusedError, UnknownParentError
from commentsvc.domain.findings import Finding
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.links import link_domains
from commentsvc.domain.notices import Event
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.submission import Submission
from commentsvc.store import outbox, row_ids, search_index, subscriptions
from commentsvc.store.insert_together import Row, insert_together
from commentsvc.store.schema import comment, comment_finding, comment_link, subscription
from commentsvc.store.search_index import Indexed
from commentsvc.store.subscriptions import Written


@dataclass(frozen=True, slots=True)
class Parent:
    """The comment replied to."""

    row_id: int
    root_row_id: int


@dataclass(frozen=True, slots=True)
class ProvenAuthor:
    """The writer of an earlier comment, proven by its receipt."""

    author_id: int
    pseudonym: bytes
    is_confirmed: bool
    """Whether a mail to the author's address was answered for this very comment."""


@dataclass(frozen=True, slots=True)
class Once:
    """What makes a submission happen only once."""

    digest: bytes
    """Of the idempotency key."""
    fingerprints: tuple[bytes, ...]
    """Keyed, of the whole submission, newest key first: the same key with other content is an error."""


def repeated(conn: Connection, site_id: int, once: Once) -> str | None:
    """Public id of the comment that this same submission already made.

    Raises:
        IdempotencyKeyReusedError: The key came with other content.
    """
    query = sa.select(comment.c.public_id, comment.c.submission_fingerprint).where(
        comment.c.site_id == site_id, comment.c.idempotency_digest == once.digest
    )
    row = conn.execute(query).first()
    return None if row is None else same_submission(row.public_id, row.submission_fingerprint, once)


def same_submission(public_id: str | None, fingerprint: bytes | None, once: Once) -> str | None:
    """The comment that an idempotency key led to, if it did.

    Raises:
        IdempotencyKeyReusedError: The key came with other content.
    """
    if public_id is not None and fingerprint not in once.fingerprints:
        raise IdempotencyKeyReusedError
    return public_id


def parent_of(conn: Connection, thread: Thread, public_id: str) -> Parent:
    """The approved comment with this public id, to reply to.

    Raises:
        UnknownParentError: There is none, or it is not public.
        ForeignParentError: It stands in another thread of the same site.
    """
    columns = (comment.c.id, comment.c.root_id, comment.c.status, comment.c.thread_id)
    query = sa.select(*columns).where(comment.c.public_id == public_id, comment.c.site_id == thread.site_id)
    row = conn.execute(query).first()
    if row is None:
        raise UnknownParentError
    return as_parent(*row, thread)


def as_parent(row_id: int | None, root_id: int | None, status: str | None, thread_id: int, thread: Thread) -> Parent:
    """A comment, if there is one, as what is replied to.

    Raises:
        UnknownParentError: There is none, or it is not public.
        ForeignParentError: It stands in another thread of the same site.
    """
    if row_id is None or status != CommentStatus.APPROVED:
        raise UnknownParentError
    if thread_id != thread.id:
        raise ForeignParentError
    return Parent(row_id, root_id or row_id)


def proven_author(conn: Connection, site_id: int, public_id: str) -> ProvenAuthor | None:
    """Whose comment this is; None if it is gone, or its words are."""
    own = sa.and_(subscription.c.comment_id == comment.c.id, subscription.c.author_id == comment.c.author_id)
    query = (
        sa.select(comment.c.author_id, comment.c.pseudonym, subscription.c.confirmed_at)
        .outerjoin(subscription, own)
        .where(comment.c.public_id == public_id, comment.c.site_id == site_id, comment.c.erased_at.is_(None))
    )
    row = conn.execute(query).first()
    return None if row is None else ProvenAuthor(row.author_id, row.pseudonym, row.confirmed_at is not None)


def proven_count(conn: Connection, proven: ProvenAuthor) -> int:
    """Approved comments that are the same person's by receipts, each proven by the one before it, up to 100.

    Comments under the same typed address do not count: only a receipt carries a pseudonym on.
    """
    is_theirs = sa.and_(comment.c.author_id == proven.author_id, comment.c.pseudonym == proven.pseudonym)
    some = sa.select(comment.c.id).where(is_theirs, comment.c.status == CommentStatus.APPROVED).limit(100).subquery()
    return conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()


def same_text_count(conn: Connection, site_id: int, text_digest: bytes, *, since: datetime) -> int:
    """Comments of the site with the same normalised text, among the newest 100 of them."""
    is_same = sa.and_(comment.c.site_id == site_id, comment.c.text_digest == text_digest)
    return int(conn.execute(sa.select(count_of_newest(is_same, since))).scalar_one())


def own_count(conn: Connection, author_id: int, *, since: datetime) -> int:
    """Comments by the same author, among their newest 100."""
    return int(conn.execute(sa.select(count_of_newest(comment.c.author_id == author_id, since))).scalar_one())


def add(  # noqa: PLR0913 - the whole of a new comment, each part named
    conn: Connection,
    thread: Thread,
    submission: Submission,
    rendered: Rendered,
    *,
    author_id: int,
    pseudonym: bytes,
    parent: Parent | None,
    findings: list[Finding],
    status: CommentStatus,
    text_digest: bytes,
    once: Once | None,
    now: datetime,
    is_confirmed: bool = False,
    row_id: int | None = None,
    new_author: Row | None = None,
    told: Event | None = None,
) -> str:
    """Write the new comment and, if its writer wants mail, the subscription.

    It is confirmed by itself only if the writer is proven to be the confirmed reader of the author's address.

    Args:
        conn: In a transaction that writes.
        thread: Where.
        submission: What its writer typed.
        rendered: The same as it is shown.
        author_id: Whose.
        pseudonym: Of the writer.
        parent: What it replies to.
        findings: What screening saw.
        status: The first one.
        text_digest: Of its normalised text.
        once: What makes it happen only once.
        now: When.
        is_confirmed: Whether the writer is the confirmed reader of the author's address.
        row_id: What `row_ids.next_of` gave for it; it is asked for otherwise.
        new_author: The author's row, if there is none yet.
        told: What its moderators are to hear of it.

    Returns:
        Its public id.

    Raises:
        OutrunError: Somebody else wrote the same submission or author meanwhile.
    """
    if row_id is None:
        row_id = int(conn.execute(sa.select(row_ids.next_of(conn.dialect.name, comment))).scalar_one())
    public_id = new_public_id()
    values = {
        "id": row_id,
        "public_id": public_id,
        "site_id": thread.site_id,
        "thread_id": thread.id,
        "parent_id": parent.row_id if parent else None,
        "root_id": parent.root_row_id if parent else None,
        "author_id": author_id,
        "pseudonym": pseudonym,
        "name": submission.name,
        "website": submission.website,
        "source": submission.source,
        "html": rendered.html,
        "tree": rendered.tree,
        "text": rendered.text,
        "text_digest": text_digest,
        "rendered_with": rendered.version,
        "status": status,
        "findings": [finding.as_json() for finding in findings],
        "idempotency_digest": once.digest if once else None,
        "submission_fingerprint": once.fingerprints[0] if once else None,
        "created_at": now,
    }
    document = Indexed(
        row_id=row_id,
        site_id=thread.site_id,
        status=status,
        author_id=author_id,
        thread_id=thread.id,
        created_at=now,
        name=submission.name,
        text=rendered.text,
        title=thread.title or "",
        phases=[finding.phase for finding in findings],
        rules=[finding.rule_id for finding in findings if finding.rule_id is not None],
        domains=link_domains(rendered.tree),
    )
    rows = [
        *([new_author] if new_author else ()),
        (comment, values),
        *_link_rows(row_id, thread.site_id, rendered.tree, status),
        *_finding_rows(row_id, thread.site_id, findings),
        search_index.row_of(conn, document),
        *([outbox.event_row(told, row_id, site_id=thread.site_id, now=now)] if told else ()),
    ]
    insert_together(conn, rows)
    if submission.wish.is_any:
        written = Written(row_id, thread.site_id, thread.id, author_id)
        subscriptions.subscribe(conn, written, submission.wish, is_proven=is_confirmed, now=now)
    return public_id


def note_links(conn: Connection, row_id: int, site_id: int, tree: Tree, status: CommentStatus) -> None:
    """Write down where a comment's links lead."""
    insert_together(conn, _link_rows(row_id, site_id, tree, status))


def note_findings(conn: Connection, row_id: int, site_id: int, findings: Iterable[Finding]) -> None:
    """Write down what screening saw, to search and to count by."""
    insert_together(conn, _finding_rows(row_id, site_id, findings))


def _link_rows(row_id: int, site_id: int, tree: Tree, status: CommentStatus) -> list[Row]:
    same = {"comment_id": row_id, "site_id": site_id, "status": status}
    return [(comment_link, same | {"domain": domain}) for domain in sorted(link_domains(tree))]


def _finding_rows(row_id: int, site_id: int, findings: Iterable[Finding]) -> list[Row]:
    same: dict[str, object] = {"comment_id": row_id, "site_id": site_id}
    return [
        (comment_finding, same | {"phase": finding.phase, "leaning": finding.leaning, "rule_id": finding.rule_id})
        for finding in findings
    ]


def count_of_newest(same: sa.ColumnElement[bool], since: datetime | sa.BindParameter[datetime]) -> sa.ScalarSelect[int]:
    """How many of the newest 100 comments that are alike in something came since then.

    No more are looked at, and they are found by what they are alike in: searched for by the moment as well, SQLite
    goes through all of the site's comments of that time instead.
    """
    alike = sa.select(comment.c.created_at).where(same).order_by(comment.c.id.desc()).limit(100)
    newest = alike.correlate_except(comment).subquery()
    return sa.select(sa.func.count()).select_from(newest).where(newest.c.created_at >= since).scalar_subquery()
