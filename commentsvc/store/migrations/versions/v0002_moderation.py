"""Moderation: a chained history, rules, people, notices, and what helps to decide."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from commentsvc.domain.acts import Act
from commentsvc.domain.history import BEFORE_THE_FIRST, Entry, entry_hash
from commentsvc.domain.ids import new_public_id
from commentsvc.domain.links import link_domains
from commentsvc.domain.status import CommentStatus
from commentsvc.store.schema.columns import RowId, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Written out, because Alembic would rebuild the table on SQLite, and others point at it.
_TEAM_ON_SQLITE = (
    "ALTER TABLE comment ADD COLUMN moderator_id INTEGER CONSTRAINT fk_comment_moderator_id REFERENCES moderator (id)"
)
_TEAM_ON_POSTGRESQL = (
    "ALTER TABLE comment ADD COLUMN moderator_id BIGINT CONSTRAINT fk_comment_moderator_id REFERENCES moderator (id)"
)

_COMMENT = sa.table(
    "comment",
    sa.column("id", RowId),
    sa.column("site_id", RowId),
    sa.column("public_id", sa.Text),
    sa.column("status", sa.Text),
    sa.column("findings", sa.JSON),
    sa.column("tree", sa.JSON),
)
_DECISION = sa.table(
    "decision",
    sa.column("id", RowId),
    sa.column("site_id", RowId),
    sa.column("comment_id", RowId),
    sa.column("moderator_id", RowId),
    sa.column("number", sa.BigInteger),
    sa.column("subject", sa.Text),
    sa.column("decision", sa.Text),
    sa.column("from_status", sa.Text),
    sa.column("to_status", sa.Text),
    sa.column("reason", sa.Text),
    sa.column("details", sa.JSON),
    sa.column("batch", sa.Text),
    sa.column("created_at", UtcTime),
    sa.column("previous_hash", sa.LargeBinary),
    sa.column("hash", sa.LargeBinary),
)
_HEAD = sa.table(
    "history_head", sa.column("site_id", RowId), sa.column("number", sa.BigInteger), sa.column("hash", sa.LargeBinary)
)
_FINDING = sa.table(
    "comment_finding",
    sa.column("comment_id", RowId),
    sa.column("site_id", RowId),
    sa.column("phase", sa.Text),
    sa.column("leaning", sa.Text),
)
_LINK = sa.table(
    "comment_link",
    sa.column("comment_id", RowId),
    sa.column("site_id", RowId),
    sa.column("domain", sa.Text),
    sa.column("status", sa.Text),
)
_OLD_ENTRIES = (
    sa.select(_DECISION, _COMMENT.c.public_id)
    .join(_COMMENT, _COMMENT.c.id == _DECISION.c.comment_id)
    .order_by(_DECISION.c.id)
)
_OLD_COMMENTS = sa.select(_COMMENT).order_by(_COMMENT.c.id)


def upgrade() -> None:
    """Make the new tables, let the old ones grow, and chain the history that there is."""
    _grow_people()
    _grow_rules()
    _grow_comments()
    _grow_history()
    _add_people()
    _add_tables()
    _grow_outbox()
    _chain_history()
    _add_findings_and_links()


def _grow_people() -> None:
    """Sessions get a name to end them by; those that there are end, for nobody could tell them apart."""
    op.add_column("moderator", sa.Column("sealed_totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("moderator", sa.Column("totp_confirmed_at", UtcTime(), nullable=True))
    op.add_column("moderator", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    op.add_column("membership", sa.Column("notices", sa.Text(), server_default="none", nullable=False))
    op.add_column("membership", sa.Column("digest_sent_at", UtcTime(), nullable=True))
    op.execute("DELETE FROM session")
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("public_id", sa.Text(), nullable=False))
        table.add_column(sa.Column("device", sa.Text(), nullable=False))
        table.create_unique_constraint(op.f("uq_session_public_id"), ["public_id"])


def _grow_rules() -> None:
    with op.batch_alter_table("rule") as table:
        table.add_column(sa.Column("author_id", RowId, nullable=True))
        table.add_column(sa.Column("moderator_id", RowId, nullable=True))
        table.add_column(sa.Column("hits", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("last_hit_at", UtcTime(), nullable=True))
        table.create_foreign_key(op.f("fk_rule_moderator_id"), "moderator", ["moderator_id"], ["id"])
        table.create_foreign_key(op.f("fk_rule_author_id"), "author", ["author_id"], ["id"])


def _grow_comments() -> None:
    op.add_column("author", sa.Column("confirmed_at", UtcTime(), nullable=True))
    op.add_column("comment", sa.Column("edited_by", sa.Text(), nullable=True))
    op.add_column("comment", sa.Column("pinned_at", UtcTime(), nullable=True))
    op.add_column("comment", sa.Column("message", sa.Text(), nullable=True))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(_TEAM_ON_SQLITE if is_sqlite else _TEAM_ON_POSTGRESQL)
    waits = sa.text("status = 'pending'")
    for name, columns in (
        ("ix_comment_pending_author", ["author_id", "id"]),
        ("ix_comment_pending_text", ["site_id", "text_digest", "id"]),
    ):
        op.create_index(name, "comment", columns, sqlite_where=waits, postgresql_where=waits)
    for name, columns, where in (
        ("ix_comment_pinned", ["thread_id", "pinned_at", "id"], sa.text("pinned_at IS NOT NULL")),
        ("ix_comment_of_moderator", ["moderator_id", "id"], sa.text("moderator_id IS NOT NULL")),
    ):
        op.create_index(name, "comment", columns, sqlite_where=where, postgresql_where=where)
    op.create_index(op.f("ix_comment_site_id_created_at_status"), "comment", ["site_id", "created_at", "status"])


def _grow_history() -> None:
    with op.batch_alter_table("decision") as table:
        table.add_column(sa.Column("number", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("subject", sa.Text(), nullable=True))
        table.add_column(sa.Column("details", sa.JSON(), nullable=True))
        table.add_column(sa.Column("batch", sa.Text(), nullable=True))
        table.add_column(sa.Column("previous_hash", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("hash", sa.LargeBinary(), nullable=True))
        table.alter_column("comment_id", existing_type=RowId, nullable=True)
        table.alter_column("from_status", existing_type=sa.Text(), nullable=True)
        table.alter_column("to_status", existing_type=sa.Text(), nullable=True)


def _grow_outbox() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("channel", sa.Text(), nullable=True))
        table.add_column(sa.Column("moderator_id", RowId, nullable=True))
        table.add_column(sa.Column("webhook_id", RowId, nullable=True))
        table.add_column(sa.Column("claimed_until", UtcTime(), nullable=True))
        table.add_column(sa.Column("failed_at", UtcTime(), nullable=True))
        table.add_column(sa.Column("last_error", sa.Text(), nullable=True))
        table.alter_column("comment_id", existing_type=RowId, nullable=True)
        table.create_foreign_key(op.f("fk_outbox_webhook_id"), "webhook", ["webhook_id"], ["id"])
        table.create_foreign_key(op.f("fk_outbox_moderator_id"), "moderator", ["moderator_id"], ["id"])
    op.drop_index(op.f("ix_outbox_sent_at_due_at"), "outbox")
    is_open = sa.text("sent_at IS NULL AND failed_at IS NULL")
    for column in ("event", "channel"):
        name = op.f(f"ix_outbox_{column}_due_at")
        op.create_index(name, "outbox", [column, "due_at"], postgresql_where=is_open, sqlite_where=is_open)


def _chain_history() -> None:
    """Number and chain the entries that there are, site by site, oldest first; then nobody changes them any more."""
    conn = op.get_bind()
    heads: dict[int, tuple[int, bytes]] = {}
    for row in conn.execute(_OLD_ENTRIES).all():
        number, previous = heads.get(row.site_id, (0, BEFORE_THE_FIRST))
        entry = _entry(row, number + 1)
        new = entry_hash(previous, entry)
        heads[row.site_id] = (number + 1, new)
        chained = {
            "number": number + 1,
            "subject": entry.subject,
            "details": {},
            "batch": entry.batch,
            "previous_hash": previous,
            "hash": new,
        }
        conn.execute(sa.update(_DECISION).where(_DECISION.c.id == row.id).values(chained))
    for site_id, (number, last) in heads.items():
        conn.execute(sa.insert(_HEAD).values(site_id=site_id, number=number, hash=last))
    with op.batch_alter_table("decision") as table:
        for name, kind in (
            ("number", sa.BigInteger()),
            ("subject", sa.Text()),
            ("details", sa.JSON()),
            ("batch", sa.Text()),
            ("previous_hash", sa.LargeBinary()),
            ("hash", sa.LargeBinary()),
        ):
            table.alter_column(name, existing_type=kind, nullable=False)
        table.create_unique_constraint(op.f("uq_decision_site_id_number"), ["site_id", "number"])
        table.create_index(op.f("ix_decision_batch_site_id_number"), ["batch", "site_id", "number"])
        table.drop_index(op.f("ix_decision_site_id_id"))
        table.drop_index(op.f("ix_decision_moderator_id_id"))
        table.create_index(op.f("ix_decision_site_id_created_at"), ["site_id", "created_at"])
        table.create_index(op.f("ix_decision_site_id_moderator_id_number"), ["site_id", "moderator_id", "number"])
        table.create_index(op.f("ix_decision_site_id_decision_number"), ["site_id", "decision", "number"])
    _forbid_changes(conn)


def _entry(row: Any, number: int) -> Entry:  # noqa: ANN401 - a row of the older history
    return Entry(
        site_id=row.site_id,
        number=number,
        act=Act(row.decision),
        subject=row.public_id,
        moderator_id=row.moderator_id,
        from_status=CommentStatus(row.from_status),
        to_status=CommentStatus(row.to_status),
        reason=row.reason,
        details={},
        batch=new_public_id(),
        created_at=row.created_at,
    )


def _forbid_changes(conn: Connection) -> None:
    """A second wall behind the code, which only ever appends."""
    if conn.dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER decision_is_append_only_update BEFORE UPDATE ON decision "
            "BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER decision_is_append_only_delete BEFORE DELETE ON decision "
            "BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_to_change_history() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the history is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER decision_is_append_only BEFORE UPDATE OR DELETE ON decision "
        "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history()"
    )


def _add_findings_and_links() -> None:
    """Write down what was seen in the comments that there are, and where they lead."""
    conn = op.get_bind()
    for row in conn.execute(_OLD_COMMENTS).all():
        same = {"comment_id": row.id, "site_id": row.site_id}
        for finding in row.findings:
            seen = {"phase": finding["phase"], "leaning": finding["leaning"]}
            conn.execute(sa.insert(_FINDING).values(**same, **seen))
        for domain in sorted(link_domains(row.tree)):
            conn.execute(sa.insert(_LINK).values(**same, domain=domain, status=row.status))


def _add_people() -> None:
    op.create_table(
        "api_token",
        sa.Column("id_digest", sa.LargeBinary(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("may_decide", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_api_token_moderator_id")),
        sa.PrimaryKeyConstraint("id_digest", name=op.f("pk_api_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_token_public_id")),
    )
    op.create_index(op.f("ix_api_token_moderator_id"), "api_token", ["moderator_id"], unique=False)
    op.create_table(
        "feed_link",
        sa.Column("id_digest", sa.LargeBinary(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_feed_link_moderator_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_feed_link_site_id")),
        sa.PrimaryKeyConstraint("id_digest", name=op.f("pk_feed_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_feed_link_public_id")),
    )
    op.create_index(op.f("ix_feed_link_moderator_id"), "feed_link", ["moderator_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id_digest", sa.LargeBinary(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("invited_by", RowId, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("registered_at", UtcTime(), nullable=True),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["invited_by"], ["moderator.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_invitation_site_id")),
        sa.PrimaryKeyConstraint("id_digest", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    op.create_index(op.f("ix_invitation_site_id"), "invitation", ["site_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_recovery_code_moderator_id")),
        sa.PrimaryKeyConstraint("moderator_id", "code_digest", name=op.f("pk_recovery_code")),
    )


def _add_tables() -> None:
    op.create_table(
        "bulk",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skipped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_comment_id", RowId, nullable=False),
        sa.Column("next_comment_id", RowId, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_bulk_moderator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_public_id")),
    )
    op.create_index(op.f("ix_bulk_moderator_id"), "bulk", ["moderator_id"], unique=False)
    op.create_table(
        "canned_reason",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_canned_reason_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reason")),
        sa.UniqueConstraint("site_id", "label", name=op.f("uq_canned_reason_site_id_label")),
    )
    op.create_table(
        "history_head",
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_history_head_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_history_head")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_saved_search_moderator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("moderator_id", "name", name=op.f("uq_saved_search_moderator_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_search_public_id")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("disabled_at", UtcTime(), nullable=True),
        sa.Column("last_sent_at", UtcTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_webhook_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webhook_public_id")),
    )
    op.create_index(op.f("ix_webhook_site_id"), "webhook", ["site_id"], unique=False)
    op.create_table(
        "appeal",
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_appeal_comment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_appeal_site_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_appeal")),
    )
    op.create_index(
        op.f("ix_appeal_site_id_answered_at_comment_id"),
        "appeal",
        ["site_id", "answered_at", "comment_id"],
        unique=False,
    )
    op.create_table(
        "claim",
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("moderator_id", RowId, nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_claim_comment_id")),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_claim_moderator_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_moderator_id"), "claim", ["moderator_id"], unique=False)
    op.create_table(
        "comment_finding",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("leaning", sa.Text(), nullable=False),
        sa.Column("rule_id", RowId, nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_finding_comment_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_comment_finding_rule_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_comment_finding_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_finding")),
    )
    op.create_index(op.f("ix_comment_finding_comment_id"), "comment_finding", ["comment_id"], unique=False)
    op.create_index(
        op.f("ix_comment_finding_rule_id_comment_id"), "comment_finding", ["rule_id", "comment_id"], unique=False
    )
    op.create_index(
        op.f("ix_comment_finding_site_id_phase_comment_id"),
        "comment_finding",
        ["site_id", "phase", "comment_id"],
        unique=False,
    )
    op.create_table(
        "comment_link",
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_link_comment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_comment_link_site_id")),
        sa.PrimaryKeyConstraint("comment_id", "domain", name=op.f("pk_comment_link")),
    )
    op.create_index(
        op.f("ix_comment_link_site_id_domain_status_comment_id"),
        "comment_link",
        ["site_id", "domain", "status", "comment_id"],
        unique=False,
    )
    op.create_table(
        "comment_version",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("comment_id", RowId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.Column("moderator_id", RowId, nullable=True),
        sa.Column("replaced_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_version_comment_id")),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_comment_version_moderator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_version")),
    )
    op.create_index(op.f("ix_comment_version_comment_id_id"), "comment_version", ["comment_id", "id"], unique=False)
