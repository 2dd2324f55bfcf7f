"""Whom to tell of what: subscriptions, the outbox, webhooks."""

import sqlalchemy as sa

from commentsvc.store.schema.columns import at, count, metadata, row_id, to

subscription = sa.Table(
    "subscription",
    metadata,
    row_id(),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("site"),
    to("author"),
    to("comment"),
    to("thread"),
    sa.Column("scope", sa.Text, nullable=False, server_default="replies"),
    sa.Column("frequency", sa.Text, nullable=False, server_default="each"),
    sa.Column("wants_decision", sa.Boolean, nullable=False, server_default=sa.false()),
    at("created_at"),
    at("confirmed_at", nullable=True),
    at("ended_at", nullable=True),
    sa.UniqueConstraint("author_id", "comment_id"),
    sa.Index(None, "comment_id"),
    sa.Index(None, "thread_id", "scope"),
)
"""What the writer of a comment wants to be told. `scope` is a word of `domain.subscriptions.Scope`, `frequency` one of
`Frequency`. Nothing is sent before `confirmed_at`, nothing after `ended_at`."""


_OPEN = sa.text("sent_at IS NULL AND failed_at IS NULL")

outbox = sa.Table(
    "outbox",
    metadata,
    row_id(),
    to("site"),
    to("comment", nullable=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("channel", sa.Text),
    to("moderator", nullable=True),
    to("webhook", nullable=True),
    to("author", nullable=True),
    to("subscription", nullable=True),
    count("attempts"),
    at("created_at"),
    at("due_at"),
    at("claimed_until", nullable=True),
    at("sent_at", nullable=True),
    at("failed_at", nullable=True),
    sa.Column("last_error", sa.Text),
    sa.Index(None, "event", "due_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    sa.Index(None, "channel", "due_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    sa.Index(None, "comment_id"),
    # A reader's notices: what was asked for lately, and what waits to be told in one mail.
    sa.Index(None, "author_id", "event", "created_at"),
)
"""Notices, written with their cause. Without a channel it is an event, of which the worker makes one row for each
recipient; with one, a single mail or call. What is not about one comment (a digest, a test) has none."""

webhook = sa.Table(
    "webhook",
    metadata,
    row_id(),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("site"),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    at("created_at"),
    at("disabled_at", nullable=True),
    at("last_sent_at", nullable=True),
    sa.Column("last_error", sa.Text),
    sa.Index(None, "site_id"),
)
