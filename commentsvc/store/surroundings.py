"""What a submission meets on its way in: all that is known of where it goes and whose it is, in one statement.

A post is what costs a service most, and most of that is what each statement costs by itself. So everything that is
asked before a comment is written is asked at once, and the statement is put together once and not for each post.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.comment import AuthorRecord, Thread
from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import Rule, RuleKind
from commentsvc.store import authors, row_ids, rules, submissions, threads
from commentsvc.store.compiled_once import CompiledOnce
from commentsvc.store.schema import UtcTime, author, comment, membership, moderator, rule, site, subscription, thread
from commentsvc.store.submissions import Once, Parent, ProvenAuthor

_SITES = 256
"""Of so many sites the names and rules are kept as they were read last."""

_earlier, _parent, _proof = comment.alias("earlier"), comment.alias("parent"), comment.alias("proof")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a submission says of itself, as far as it leads to something that is stored."""

    site_id: int
    address: str
    """Of the thread."""
    parent: str | None
    """Public id."""
    proof: str | None
    """Public id of an earlier comment, proven by its receipt."""
    blind_indexes: Sequence[bytes]
    """Of the typed address, newest key first; without one, the author is whoever wrote the earlier comment."""
    text_digest: bytes
    once: Once | None
    now: datetime
    same_text_since: datetime
    own_since: datetime


@dataclass(frozen=True, slots=True)
class KnownAuthor:
    """An author with an earlier comment, or at least with a row."""

    id: int
    is_address_erased: bool
    record: AuthorRecord
    """Nothing at all, not even a first moment, before their first comment."""
    recent_count: int
    """Their comments since `Asked.own_since`, up to 100."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there was when the submission came."""

    thread: Thread | None
    author: KnownAuthor | None
    proven: ProvenAuthor | None
    same_text_count: int
    """The site's comments with the same text since `Asked.same_text_since`, up to 100."""
    moderators: tuple[str, ...]
    """Display names of those who look after the site."""
    rules: tuple[Rule, ...]
    """The site's own that count now, by pattern within each kind."""
    next_comment_id: int
    """Row id for the comment to be written."""
    next_author_id: int
    """Row id for its author, if there is none."""
    _row: Any

    def repeated(self, once: Once) -> str | None:
        """Public id of the comment that this same submission already made.

        Raises:
            IdempotencyKeyReusedError: The key came with other content.
        """
        return submissions.same_submission(self._row.earlier_id, self._row.earlier_fingerprint, once)

    def parent_in(self, opened: Thread) -> Parent:
        """The approved comment to reply to.

        Raises:
            UnknownParentError: There is none, or it is not public.
            ForeignParentError: It stands in another thread of the same site.
        """
        row = self._row
        return submissions.as_parent(row.parent_row_id, row.parent_root, row.parent_status, row.parent_thread, opened)


def look_around(conn: Connection, asked: Asked) -> Surroundings:
    """Everything that is asked before a comment is written."""
    indexes = tuple(asked.blind_indexes)
    values = {
        "site_id": asked.site_id,
        "address": asked.address,
        "parent": asked.parent,
        "proof": asked.proof,
        "text_digest": asked.text_digest,
        "once": asked.once.digest if asked.once else None,
        "now": asked.now,
        "same_text_since": asked.same_text_since,
        "own_since": asked.own_since,
        **{_index(number): value for number, value in enumerate(indexes)},
    }
    row = _question(conn.dialect.name, len(indexes)).run(conn, values).one()
    return Surroundings(
        thread=None if row.id is None else threads.as_thread(row),
        author=None if row.author_id is None else _author(row),
        proven=None if row.proven_id is None else _proven(row),
        same_text_count=row.same_text_count,
        moderators=_names(row.moderators or "[]"),
        rules=_rules(row.rules or "[]"),
        next_comment_id=row.next_comment_id,
        next_author_id=row.next_author_id or 0,
        _row=row,
    )


@cache
def _question(dialect: str, indexes: int) -> CompiledOnce:
    """The one statement, for so many blind indexes of one address."""
    now, site_id = _at("now"), sa.bindparam("site_id", type_=site.c.id.type)
    who = (
        author.c.blind_index.in_([sa.bindparam(_index(each), type_=sa.LargeBinary) for each in range(indexes)])
        if indexes
        else author.c.id == _proof.c.author_id
    )
    is_own = comment.c.author_id == author.c.id
    is_same = sa.and_(comment.c.site_id == site_id, comment.c.text_digest == _blob("text_digest"))
    newest = sa.select(comment.c.created_at).where(is_own).order_by(comment.c.id.desc()).limit(1)
    has_written = newest.correlate_except(comment).scalar_subquery() >= author.c.first_seen_at
    question = (
        sa.select(
            *threads.COLUMNS,
            author.c.id.label("author_id"),
            *authors.RECORD,
            author.c.address_erased_at,
            has_written.label("has_written"),
            submissions.count_of_newest(is_own, _at("own_since")).label("recent_count"),
            _proof.c.author_id.label("proven_id"),
            _proof.c.pseudonym.label("proven_pseudonym"),
            subscription.c.confirmed_at.label("proven_confirmed_at"),
            submissions.count_of_newest(is_same, _at("same_text_since")).label("same_text_count"),
            _parent.c.id.label("parent_row_id"),
            _parent.c.root_id.label("parent_root"),
            _parent.c.status.label("parent_status"),
            _parent.c.thread_id.label("parent_thread"),
            _earlier.c.public_id.label("earlier_id"),
            _earlier.c.submission_fingerprint.label("earlier_fingerprint"),
            _names_as_json(dialect, site_id).label("moderators"),
            _rules_as_json(dialect, site_id, now).label("rules"),
            row_ids.next_of(dialect, comment).label("next_comment_id"),
            sa.case((author.c.id.is_(None), row_ids.next_of(dialect, author))).label("next_author_id"),
        )
        .select_from(site)
        .outerjoin(thread, sa.and_(thread.c.site_id == site_id, thread.c.address == _text("address")))
        .outerjoin(_parent, sa.and_(_parent.c.public_id == _text("parent"), _parent.c.site_id == site_id))
        .outerjoin(_earlier, sa.and_(_earlier.c.site_id == site_id, _earlier.c.idempotency_digest == _blob("once")))
        .outerjoin(
            _proof,
            sa.and_(_proof.c.public_id == _text("proof"), _proof.c.site_id == site_id, _proof.c.erased_at.is_(None)),
        )
        .outerjoin(
            subscription,
            sa.and_(subscription.c.comment_id == _proof.c.id, subscription.c.author_id == _proof.c.author_id),
        )
        .outerjoin(author, sa.and_(author.c.site_id == site_id, who))
        .where(site.c.id == site_id)
        .limit(1)  # while keys change, one address may stand under two of them
    )
    return CompiledOnce(question)


def _names_as_json(dialect: str, site_id: sa.BindParameter[int]) -> sa.ScalarSelect[str]:
    """As one text, so that what has not changed is not read anew; the same for the rules."""
    mine = sa.select(_array_of(dialect, moderator.c.name)).select_from(
        sa.join(moderator, membership, membership.c.moderator_id == moderator.c.id)
    )
    return mine.where(membership.c.site_id == site_id).scalar_subquery()


def _rules_as_json(
    dialect: str, site_id: sa.BindParameter[int], now: sa.BindParameter[datetime]
) -> sa.ScalarSelect[str]:
    of_one = sa.func.json_build_array if dialect == "postgresql" else sa.func.json_array
    parts = (rule.c.kind, rule.c.pattern, rule.c.leaning, rule.c.reason, rule.c.expires_at, rule.c.id)
    mine = sa.select(_array_of(dialect, of_one(*parts))).where(rule.c.site_id == site_id, rules.is_in_force(now))
    return mine.scalar_subquery()


def _array_of(dialect: str, each: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """One JSON text of all rows; None of none on PostgreSQL."""
    if dialect == "postgresql":
        return sa.cast(sa.func.json_agg(each), sa.Text)
    return sa.func.json_group_array(each, type_=sa.Text)


@lru_cache(maxsize=_SITES)
def _names(as_json: str) -> tuple[str, ...]:
    return tuple(json.loads(as_json))


@lru_cache(maxsize=_SITES)
def _rules(as_json: str) -> tuple[Rule, ...]:
    found = [
        Rule(RuleKind(kind), pattern, Leaning(leaning), reason, _moment(expires_at), row_id)
        for kind, pattern, leaning, reason, expires_at, row_id in json.loads(as_json)
    ]
    return tuple(sorted(found, key=lambda each: (each.kind, each.pattern)))


def _moment(text: str | None) -> datetime | None:
    """A moment as either database spells it."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _author(row: Any) -> KnownAuthor:  # noqa: ANN401 - a row of `_question`
    record = authors.as_record(row) if row.has_written else AuthorRecord()
    return KnownAuthor(row.author_id, row.address_erased_at is not None, record, row.recent_count)


def _proven(row: Any) -> ProvenAuthor:  # noqa: ANN401 - a row of `_question`
    return ProvenAuthor(row.proven_id, row.proven_pseudonym, row.proven_confirmed_at is not None)


def _index(number: int) -> str:
    return f"index_{number}"


def _at(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=UtcTime())


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.Text)


def _blob(name: str) -> sa.BindParameter[bytes]:
    return sa.bindparam(name, type_=sa.LargeBinary)
