"""Decisions, their history, rules, and what helps to decide."""

import sqlalchemy as sa

from commentsvc.store.schema.columns import RowId, at, count, metadata, row_id, to

decision = sa.Table(
    "decision",
    metadata,
    row_id(),
    to("site"),
    sa.Column("number", sa.BigInteger, nullable=False),
    to("comment", nullable=True),
    sa.Column("subject", sa.Text, nullable=False),
    to("moderator", nullable=True),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("from_status", sa.Text),
    sa.Column("to_status", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("batch", sa.Text, nullable=False),
    at("created_at"),
    sa.Column("previous_hash", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("site_id", "number"),
    sa.Index(None, "batch", "site_id", "number"),
    sa.Index(None, "comment_id", "id"),
    # The history's pages: the entries of some days, of one moderator, of one kind.
    sa.Index(None, "site_id", "created_at"),
    sa.Index(None, "site_id", "moderator_id", "number"),
    sa.Index(None, "site_id", "decision", "number"),
)

"""The history: append-only, numbered and hash-chained per site. `decision` is a word of `domain.acts.Act`."""

history_head = sa.Table(
    "history_head",
    metadata,
    sa.Column("site_id", RowId, sa.ForeignKey("site.id"), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
"""The last entry of each site's history; locked by whoever writes the next one."""

rule = sa.Table(
    "rule",
    metadata,
    row_id(),
    to("site"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("pattern", sa.Text, nullable=False),
    sa.Column("leaning", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    to("author", nullable=True),
    to("moderator", nullable=True),
    count("hits"),
    at("last_hit_at", nullable=True),
    at("created_at"),
    at("expires_at", nullable=True),
    sa.UniqueConstraint("site_id", "kind", "pattern"),
)


claim = sa.Table(
    "claim",
    metadata,
    sa.Column("comment_id", RowId, sa.ForeignKey("comment.id"), primary_key=True),
    to("moderator"),
    at("expires_at"),
    sa.Index(None, "moderator_id"),
)
"""Who is looking at a waiting comment just now. It asks others to take another one; it locks nothing."""

canned_reason = sa.Table(
    "canned_reason",
    metadata,
    row_id(),
    to("site"),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    count("position"),
    sa.UniqueConstraint("site_id", "label"),
)

appeal = sa.Table(
    "appeal",
    metadata,
    sa.Column("comment_id", RowId, sa.ForeignKey("comment.id"), primary_key=True),
    to("site"),
    sa.Column("text", sa.Text, nullable=False),
    at("created_at"),
    at("answered_at", nullable=True),
    sa.Index(None, "site_id", "answered_at", "comment_id"),
)

report = sa.Table(
    "report",
    metadata,
    sa.Column("comment_id", RowId, sa.ForeignKey("comment.id"), primary_key=True),
    sa.Column("reader", sa.LargeBinary, primary_key=True),
    to("site"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("is_counted", sa.Boolean, nullable=False),
    at("created_at"),
    at("settled_at", nullable=True),
    sa.Index(None, "site_id", "settled_at", "comment_id"),
)
"""What readers find wrong with a public comment: `reason` is a word of `domain.reports.ReportReason`, `reader` a keyed
mark of 16 bytes, another one for each comment. After `settled_at` a moderator has decided, and it no longer counts."""

saved_search = sa.Table(
    "saved_search",
    metadata,
    row_id(),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("moderator"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    at("created_at"),
    sa.UniqueConstraint("moderator_id", "name"),
)

bulk = sa.Table(
    "bulk",
    metadata,
    row_id(),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("moderator"),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("batch", sa.Text, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    count("done"),
    count("skipped"),
    sa.Column("last_comment_id", RowId, nullable=False),
    sa.Column("next_comment_id", RowId, nullable=False),
    at("created_at"),
    at("finished_at", nullable=True),
    sa.Index(None, "moderator_id"),
)
"""One decision over a whole search, carried out in portions; it ends at the last comment there was at its start."""
