"""Readers have a say: they like comments."""

import sqlalchemy as sa
from alembic import op

from commentsvc.store.schema.columns import RowId

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
