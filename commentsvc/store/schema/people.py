"""Moderators, the sites they look after, and what lets them in."""

import sqlalchemy as sa

from commentsvc.store.schema.columns import RowId, at, metadata, row_id, sealed, to

moderator = sa.Table(
    "moderator",
    metadata,
    row_id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("blind_index", sa.LargeBinary, nullable=False, unique=True),
    sealed("sealed_email", nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("sealed_totp_secret", sa.LargeBinary),
    at("totp_confirmed_at", nullable=True),
    sa.Column("totp_last_step", sa.BigInteger),
    at("created_at"),
    at("disabled_at", nullable=True),
)


membership = sa.Table(
    "membership",
    metadata,
    sa.Column("moderator_id", RowId, sa.ForeignKey("moderator.id"), primary_key=True),
    sa.Column("site_id", RowId, sa.ForeignKey("site.id"), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("notices", sa.Text, nullable=False, server_default="none"),
    at("digest_sent_at", nullable=True),
    at("created_at"),
    sa.Index(None, "site_id"),
)


session = sa.Table(
    "session",
    metadata,
    sa.Column("id_digest", sa.LargeBinary, primary_key=True),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("moderator"),
    sa.Column("device", sa.Text, nullable=False),
    at("created_at"),
    at("seen_at"),
    sa.Index(None, "moderator_id"),
)


sign_in_link = sa.Table(
    "sign_in_link",
    metadata,
    sa.Column("id_digest", sa.LargeBinary, primary_key=True),
    to("moderator"),
    at("expires_at"),
    at("used_at", nullable=True),
    sa.Index(None, "moderator_id"),
)


recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("moderator_id", RowId, sa.ForeignKey("moderator.id"), primary_key=True),
    sa.Column("code_digest", sa.LargeBinary, primary_key=True),
    at("used_at", nullable=True),
)

invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("id_digest", sa.LargeBinary, primary_key=True),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("site"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    to("moderator", name="invited_by"),
    at("created_at"),
    at("expires_at"),
    at("registered_at", nullable=True),
    at("used_at", nullable=True),
    sa.Index(None, "site_id"),
)
"""`name` is what the owner calls the invited person; `registered_at` when an account was asked for with the link."""

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("id_digest", sa.LargeBinary, primary_key=True),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("moderator"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("may_decide", sa.Boolean, nullable=False),
    at("created_at"),
    at("expires_at", nullable=True),
    at("used_at", nullable=True),
    sa.Index(None, "moderator_id"),
)

feed_link = sa.Table(
    "feed_link",
    metadata,
    sa.Column("id_digest", sa.LargeBinary, primary_key=True),
    sa.Column("public_id", sa.Text, nullable=False, unique=True),
    to("moderator"),
    to("site"),
    at("created_at"),
    sa.Index(None, "moderator_id"),
)
