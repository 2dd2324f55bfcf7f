"""Sites, threads, authors and their comments."""

import sqlalchemy as sa

from commentsvc.store.schema.columns import RowId, at, count, metadata, row_id, sealed, to

site = sa.Table(
    "site",
    metadata,
    row_id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    count("revision"),
    at("created_at"),
)


site_origin = sa.Table(
    "site_origin",
    metadata,
    sa.Column("site_id", RowId, sa.ForeignKey("site.id"), primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    count("position"),
    sa.Index(None, "origin"),
)


thread = sa.Table(
    "thread",
    metadata,
    row_id(),
    to("site"),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.true()),
    count("revision"),
    count("approved_count"),
    sa.Column("pseudonym_salt", sa.LargeBinary, nullable=False),
    at("created_at"),
    sa.UniqueConstraint("site_id", "address"),
)


author = sa.Table(
    "author",
    metadata,
    row_id(),
    to("site"),
    sa.Column("blind_index", sa.LargeBinary),
    sealed("sealed_email", nullable=True),
    count("approved_count"),
    count("rejected_count"),
    count("spam_count"),
    at("first_seen_at"),
    at("confirmed_at", nullable=True),
    sa.Column("public_id", sa.Text),
    at("last_told_at", nullable=True),
    at("muted_at", nullable=True),
    at("address_erased_at", nullable=True),
    sa.UniqueConstraint("site_id", "blind_index"),
    sa.Index("uq_author_public_id", "public_id", unique=True),
)
"""`public_id` is made when a mail first needs a link for this author. After `muted_at` no mail goes there any more.
After `address_erased_at` there is no address any more, even if the index stays because a rule is about this author."""


comment = sa.Table(
    "comment",
    metadata,
    row_id(),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("site"),
    to("thread"),
    to("comment", name="parent_id", nullable=True),
    to("comment", name="root_id", nullable=True),
    to("author"),
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
    count("likes"),
    count("reply_count"),
    count("state_version"),
    sa.Column("idempotency_digest", sa.LargeBinary),
    sa.Column("submission_fingerprint", sa.LargeBinary),
    at("created_at"),
    at("edited_at", nullable=True),
    sa.Column("edited_by", sa.Text),
    at("pinned_at", nullable=True),
    at("decided_at", nullable=True),
    at("erased_at", nullable=True),
    at("held_by_reports_at", nullable=True),
    sa.Column("message", sa.Text),
    to("moderator", nullable=True),
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
    # Moderators: what waits besides this by the same author, with the same text.
    sa.Index(
        "ix_comment_pending_author",
        "author_id",
        "id",
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    ),
    sa.Index(
        "ix_comment_pending_text",
        "site_id",
        "text_digest",
        "id",
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    ),
    # What is pinned in a thread, and what moderators themselves wrote: few of all.
    sa.Index(
        "ix_comment_pinned",
        "thread_id",
        "pinned_at",
        "id",
        sqlite_where=sa.text("pinned_at IS NOT NULL"),
        postgresql_where=sa.text("pinned_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_comment_of_moderator",
        "moderator_id",
        "id",
        sqlite_where=sa.text("moderator_id IS NOT NULL"),
        postgresql_where=sa.text("moderator_id IS NOT NULL"),
    ),
    # Retention: words of refused comments are kept for some days after the decision.
    sa.Index(
        "ix_comment_refused",
        "site_id",
        "decided_at",
        sqlite_where=sa.text("erased_at IS NULL AND decided_at IS NOT NULL AND status <> 'approved'"),
        postgresql_where=sa.text("erased_at IS NULL AND decided_at IS NOT NULL AND status <> 'approved'"),
    ),
    # Moderators: the comments of some days; with their status, so that statistics are counted in the index.
    sa.Index(None, "site_id", "created_at", "status"),
    # A tombstone asks whether it still has children.
    sa.Index(None, "parent_id"),
    sa.Index(None, "rendered_with"),
)


comment_link = sa.Table(
    "comment_link",
    metadata,
    sa.Column("comment_id", RowId, sa.ForeignKey("comment.id"), primary_key=True),
    sa.Column("domain", sa.Text, primary_key=True),
    to("site"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Index(None, "site_id", "domain", "status", "comment_id"),
)
"""Where a comment's links lead; the comment's status stands here too, so that its likes are counted in the index."""

comment_like = sa.Table(
    "comment_like",
    metadata,
    sa.Column("comment_id", RowId, sa.ForeignKey("comment.id"), primary_key=True),
    sa.Column("reader", sa.LargeBinary, primary_key=True),
)
"""Who likes a comment: `reader` is a keyed mark of 16 bytes, another one for each comment. They are counted on the
comment itself."""

comment_finding = sa.Table(
    "comment_finding",
    metadata,
    row_id(),
    to("comment"),
    to("site"),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("leaning", sa.Text, nullable=False),
    to("rule", nullable=True),
    sa.Index(None, "comment_id"),
    sa.Index(None, "site_id", "phase", "comment_id"),
    sa.Index(None, "rule_id", "comment_id"),
)
"""What screening saw, to search and to count by; the words for moderators stand with the comment."""

comment_version = sa.Table(
    "comment_version",
    metadata,
    row_id(),
    to("comment"),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("edited_by", sa.Text, nullable=False),
    to("moderator", nullable=True),
    at("replaced_at"),
    sa.Index(None, "comment_id", "id"),
)
"""What a comment said before an edit. The history holds only salted digests, so that words can be erased."""
