"""Comments come from elsewhere."""

import sqlalchemy as sa
from alembic import op

from commentsvc.store.schema.columns import RowId

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for what is remembered of it."""
    op.create_table(
        "import_ledger",
        sa.Column("thread_id", RowId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("comment_id", RowId, nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_import_ledger_thread_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_import_ledger_comment_id")),
        sa.PrimaryKeyConstraint("thread_id", "source", "source_id", name=op.f("pk_import_ledger")),
    )
