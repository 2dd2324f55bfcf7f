"""The first tables."""

import sqlalchemy as sa
from alembic import op

from commentsvc.store.schema import RowId, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them all."""
    op.create_table(
        "moderator",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("disabled_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderator")),
        sa.UniqueConstraint("blind_index", name=op.f("uq_moderator_blind_index")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "site",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
    )
    op.create_table(
        "author",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("blind_index", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_email", sa.LargeBinary(), nullable=True),
        sa.Column("approved_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejected_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("spam_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_author_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("site_id", "blind_index", name=op.f("uq_author_site_id_blind_index")),
    )
    op.create_table(
        "membership",
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_membership_moderator_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_membership_site_id")),
        sa.PrimaryKeyConstraint("moderator_id", "site_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_site_id"), "membership", ["site_id"], unique=False)
    op.create_table(
        "rule",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("leaning", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_rule_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("site_id", "kind", "pattern", name=op.f("uq_rule_site_id_kind_pattern")),
    )
    op.create_table(
        "session",
        sa.Column("id_digest", sa.LargeBinary(), nullable=False),
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_session_moderator_id")),
        sa.PrimaryKeyConstraint("id_digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_moderator_id"), "session", ["moderator_id"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("id_digest", sa.LargeBinary(), nullable=False),
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_sign_in_link_moderator_id")),
        sa.PrimaryKeyConstraint("id_digest", name=op.f("pk_sign_in_link")),
    )
    op.create_index(op.f("ix_sign_in_link_moderator_id"), "sign_in_link", ["moderator_id"], unique=False)
    op.create_table(
        "site_origin",
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_origin_site_id")),
        sa.PrimaryKeyConstraint("site_id", "origin", name=op.f("pk_site_origin")),
    )
    op.create_index(op.f("ix_site_origin_origin"), "site_origin", ["origin"], unique=False)
    op.create_table(
        "thread",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("is_open", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("approved_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pseudonym_salt", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_thread_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("site_id", "address", name=op.f("uq_thread_site_id_address")),
    )
    op.create_table(
        "comment",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("thread_id", RowId, nullable=False),
        sa.Column("parent_id", RowId, nullable=True),
        sa.Column("root_id", RowId, nullable=True),
        sa.Column("author_id", RowId, nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.Column("rendered_with", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("likes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reply_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("idempotency_digest", sa.LargeBinary(), nullable=True),
        sa.Column("submission_fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("edited_at", UtcTime(), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id")),
        sa.ForeignKeyConstraint(["root_id"], ["comment.id"], name=op.f("fk_comment_root_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_comment_site_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_comment_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_public_id")),
        sa.UniqueConstraint("site_id", "idempotency_digest", name=op.f("uq_comment_site_id_idempotency_digest")),
    )
    op.create_index(op.f("ix_comment_author_id_id"), "comment", ["author_id", "id"], unique=False)
    op.create_index(op.f("ix_comment_parent_id"), "comment", ["parent_id"], unique=False)
    op.create_index(op.f("ix_comment_rendered_with"), "comment", ["rendered_with"], unique=False)
    op.create_index(op.f("ix_comment_site_id_status_id"), "comment", ["site_id", "status", "id"], unique=False)
    op.create_index(
        op.f("ix_comment_site_id_text_digest_id"), "comment", ["site_id", "text_digest", "id"], unique=False
    )
    op.create_index(op.f("ix_comment_thread_id_status_id"), "comment", ["thread_id", "status", "id"], unique=False)
    op.create_index(
        "ix_comment_visible_replies",
        "comment",
        ["root_id", "id"],
        unique=False,
        sqlite_where=sa.text("is_visible AND root_id IS NOT NULL"),
        postgresql_where=sa.text("is_visible AND root_id IS NOT NULL"),
    )
    op.create_index(
        "ix_comment_visible_roots",
        "comment",
        ["thread_id", "id"],
        unique=False,
        sqlite_where=sa.text("is_visible AND root_id IS NULL"),
        postgresql_where=sa.text("is_visible AND root_id IS NULL"),
    )
    op.create_index(
        "ix_comment_visible_top",
        "comment",
        ["thread_id", "likes", "id"],
        unique=False,
        sqlite_where=sa.text("is_visible AND root_id IS NULL"),
        postgresql_where=sa.text("is_visible AND root_id IS NULL"),
    )
    op.create_table(
        "decision",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("moderator_id", RowId, nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_decision_comment_id")),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_decision_moderator_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_decision_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_comment_id_id"), "decision", ["comment_id", "id"], unique=False)
    op.create_index(op.f("ix_decision_moderator_id_id"), "decision", ["moderator_id", "id"], unique=False)
    op.create_index(op.f("ix_decision_site_id_id"), "decision", ["site_id", "id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_outbox_comment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_outbox_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_comment_id"), "outbox", ["comment_id"], unique=False)
    op.create_index(op.f("ix_outbox_sent_at_due_at"), "outbox", ["sent_at", "due_at"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("author_id", RowId, nullable=False),
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_subscription_author_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_subscription_comment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_subscription_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("author_id", "comment_id", name=op.f("uq_subscription_author_id_comment_id")),
    )
    op.create_index(op.f("ix_subscription_comment_id"), "subscription", ["comment_id"], unique=False)
