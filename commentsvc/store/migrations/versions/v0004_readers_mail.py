"""Mail to readers, their rights, and retention: subscriptions grow, notices know their reader, words can be erased."""

import sqlalchemy as sa
from alembic import op

from commentsvc.domain.ids import new_public_id
from commentsvc.store.schema.columns import RowId, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SUBSCRIPTION = sa.table(
    "subscription",
    sa.column("id", RowId),
    sa.column("public_id", sa.Text),
    sa.column("comment_id", RowId),
    sa.column("thread_id", RowId),
)
_COMMENT = sa.table("comment", sa.column("id", RowId), sa.column("thread_id", RowId))


def upgrade() -> None:
    """Let the tables grow; wishes that there are keep their meaning: mail for replies, each, once confirmed."""
    op.add_column("author", sa.Column("public_id", sa.Text(), nullable=True))
    op.add_column("author", sa.Column("last_told_at", UtcTime(), nullable=True))
    op.add_column("author", sa.Column("muted_at", UtcTime(), nullable=True))
    op.create_index("uq_author_public_id", "author", ["public_id"], unique=True)
    op.add_column("comment", sa.Column("erased_at", UtcTime(), nullable=True))
    refused = sa.text("erased_at IS NULL AND decided_at IS NOT NULL AND status <> 'approved'")
    op.create_index(
        "ix_comment_refused", "comment", ["site_id", "decided_at"], sqlite_where=refused, postgresql_where=refused
    )
    _grow_subscriptions()
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("author_id", RowId, nullable=True))
        table.add_column(sa.Column("subscription_id", RowId, nullable=True))
        table.create_foreign_key(op.f("fk_outbox_author_id"), "author", ["author_id"], ["id"])
        table.create_foreign_key(op.f("fk_outbox_subscription_id"), "subscription", ["subscription_id"], ["id"])
    op.create_index(op.f("ix_outbox_author_id_event_created_at"), "outbox", ["author_id", "event", "created_at"])


def _grow_subscriptions() -> None:
    with op.batch_alter_table("subscription") as table:
        table.add_column(sa.Column("public_id", sa.Text(), nullable=True))
        table.add_column(sa.Column("thread_id", RowId, nullable=True))
        table.add_column(sa.Column("scope", sa.Text(), server_default="replies", nullable=False))
        table.add_column(sa.Column("frequency", sa.Text(), server_default="each", nullable=False))
        table.add_column(sa.Column("wants_decision", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("ended_at", UtcTime(), nullable=True))
    conn = op.get_bind()
    theirs = _COMMENT.c.id == _SUBSCRIPTION.c.comment_id
    found = sa.select(_SUBSCRIPTION.c.id, _COMMENT.c.thread_id).join(_COMMENT, theirs)
    for row in conn.execute(found).all():
        values = {"public_id": new_public_id(), "thread_id": row.thread_id}
        conn.execute(sa.update(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == row.id).values(values))
    with op.batch_alter_table("subscription") as table:
        table.alter_column("public_id", existing_type=sa.Text(), nullable=False)
        table.alter_column("thread_id", existing_type=RowId, nullable=False)
        table.create_unique_constraint(op.f("uq_subscription_public_id"), ["public_id"])
        table.create_foreign_key(op.f("fk_subscription_thread_id"), "thread", ["thread_id"], ["id"])
    op.create_index(op.f("ix_subscription_thread_id_scope"), "subscription", ["thread_id", "scope"])
