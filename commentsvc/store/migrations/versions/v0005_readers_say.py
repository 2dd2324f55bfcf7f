"""Readers have a say: they like comments, and report them."""

import sqlalchemy as sa
from alembic import op

from commentsvc.store.schema.columns import RowId, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it."""
    op.create_table(
        "comment_like",
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("reader", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_like_comment_id")),
        sa.PrimaryKeyConstraint("comment_id", "reader", name=op.f("pk_comment_like")),
    )
    op.create_table(
        "report",
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("reader", sa.LargeBinary(), nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("settled_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_report_comment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_report_site_id")),
        sa.PrimaryKeyConstraint("comment_id", "reader", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_site_id_settled_at_comment_id"), "report", ["site_id", "settled_at", "comment_id"])
    op.add_column("comment", sa.Column("held_by_reports_at", UtcTime(), nullable=True))
