"""Every table. Names and meaning are the contract of exports and migrations; columns may grow."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=_NAMING)

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite numbers rows only in an INTEGER PRIMARY KEY."""


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite keeps it as text without the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; hand SQLite the bare UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give back an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> sa.Column[int]:
    return sa.Column("id", RowId, primary_key=True, autoincrement=True)


def _to(table: str, *, name: str | None = None, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name or f"{table}_id", RowId, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _at(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcTime, nullable=nullable)


site = sa.Table(
    "site",
    metadata,
    _id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    _count("revision"),
    _at("created_at"),
)

site_origin = sa.Table(
    "site_origin",
    metadata,
    sa.Column("site_id", RowId, sa.ForeignKey("site.id"), primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    _count("position"),
    sa.Index(None, "origin"),
)

thread = sa.Table(
    "thread",
    metadata,
    _id(),
    _to("site"),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.true()),
    _count("revision"),
    _count("approved_count"),
    sa.Column("pseudonym_salt", sa.LargeBinary, nullable=False),
    _at("created_at"),
    sa.UniqueConstraint("site_id", "address"),
)

author = sa.Table(
    "author",
    metadata,
    _id(),
    _to("site"),
    sa.Column("blind_index", sa.LargeBinary),
    sa.Column("sealed_email", sa.LargeBinary),
    _count("approved_count"),
    _count("rejected_count"),
    _count("spam_count"),
    _at("first_seen_at"),
    sa.UniqueConstraint("site_id", "blind_index"),
)

comment = sa.Table(
    "comment",
    metadata,
    _id(),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    _to("site"),
    _to("thread"),
    _to("comment", name="parent_id", nullable=True),
    _to("comment", name="root_id", nullable=True),
    _to("author"),
    sa.Column("pseudonym", sa.LargeBinary, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("website", sa.Text),
    sa.Column("badge", sa.Text),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("tree", sa.JSON, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("text_digest", sa.LargeBinary, nullable=False),
    sa.Column("rendered_with", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("is_visible", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("findings", sa.JSON, nullable=False),
    _count("likes"),
    _count("reply_count"),
    _count("state_version"),
    sa.Column("idempotency_digest", sa.LargeBinary),
    sa.Column("submission_fingerprint", sa.LargeBinary),
    _at("created_at"),
    _at("edited_at", nullable=True),
    _at("decided_at", nullable=True),
    sa.UniqueConstraint("site_id", "idempotency_digest"),
    # A reader's pages: roots of a thread, replies of a root, both by age, only what may be seen.
    sa.Index(
        "ix_comment_visible_roots",
        "thread_id",
        "id",
        sqlite_where=sa.text("is_visible AND root_id IS NULL"),
        postgresql_where=sa.text("is_visible AND root_id IS NULL"),
    ),
    sa.Index(
        "ix_comment_visible_top",
        "thread_id",
        "likes",
        "id",
        sqlite_where=sa.text("is_visible AND root_id IS NULL"),
        postgresql_where=sa.text("is_visible AND root_id IS NULL"),
    ),
    sa.Index(
        "ix_comment_visible_replies",
        "root_id",
        "id",
        sqlite_where=sa.text("is_visible AND root_id IS NOT NULL"),
        postgresql_where=sa.text("is_visible AND root_id IS NOT NULL"),
    ),
    # Feeds: a site's or a thread's newest approved comments.
    sa.Index(None, "site_id", "status", "id"),
    sa.Index(None, "thread_id", "status", "id"),
    # Screening: the same text, the same author.
    sa.Index(None, "site_id", "text_digest", "id"),
    sa.Index(None, "author_id", "id"),
    # A tombstone asks whether it still has children.
    sa.Index(None, "parent_id"),
    sa.Index(None, "rendered_with"),
)

moderator = sa.Table(
    "moderator",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("blind_index", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("sealed_email", sa.LargeBinary, nullable=False),
    sa.Column("password_hash", sa.Text),
    _at("created_at"),
    _at("disabled_at", nullable=True),
)

membership = sa.Table(
    "membership",
    metadata,
    sa.Column("moderator_id", RowId, sa.ForeignKey("moderator.id"), primary_key=True),
    sa.Column("site_id", RowId, sa.ForeignKey("site.id"), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    _at("created_at"),
    sa.Index(None, "site_id"),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id_digest", sa.LargeBinary, primary_key=True),
    _to("moderator"),
    _at("created_at"),
    _at("seen_at"),
    sa.Index(None, "moderator_id"),
)

sign_in_link = sa.Table(
    "sign_in_link",
    metadata,
    sa.Column("id_digest", sa.LargeBinary, primary_key=True),
    _to("moderator"),
    _at("expires_at"),
    _at("used_at", nullable=True),
    sa.Index(None, "moderator_id"),
)

decision = sa.Table(
    "decision",
    metadata,
    _id(),
    _to("site"),
    _to("comment"),
    _to("moderator", nullable=True),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("from_status", sa.Text, nullable=False),
    sa.Column("to_status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    _at("created_at"),
    sa.Index(None, "comment_id", "id"),
    sa.Index(None, "site_id", "id"),
    sa.Index(None, "moderator_id", "id"),
)

subscription = sa.Table(
    "subscription",
    metadata,
    _id(),
    _to("site"),
    _to("author"),
    _to("comment"),
    _at("created_at"),
    _at("confirmed_at", nullable=True),
    sa.UniqueConstraint("author_id", "comment_id"),
    sa.Index(None, "comment_id"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    _to("site"),
    _to("comment"),
    sa.Column("event", sa.Text, nullable=False),
    _count("attempts"),
    _at("created_at"),
    _at("due_at"),
    _at("sent_at", nullable=True),
    sa.Index(None, "sent_at", "due_at"),
    sa.Index(None, "comment_id"),
)

rule = sa.Table(
    "rule",
    metadata,
    _id(),
    _to("site"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Column("leaning", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    _at("created_at"),
    _at("expires_at", nullable=True),
    sa.UniqueConstraint("site_id", "kind", "pattern"),
)


setting = sa.Table(
    "setting",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)
