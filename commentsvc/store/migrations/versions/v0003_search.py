"""Search: every comment's words and labels in one full-text index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from commentsvc.store import search_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Words hold letters, digits and marks, labels begin with a slash; both come ready-made, so that only spaces part them.
_ON_SQLITE = """
CREATE VIRTUAL TABLE comment_search USING fts5 (tokens, tokenize = "ascii tokenchars '/._-'", columnsize = 0)
"""
# The tokens stand apart from the row itself, so that a page of rows holds many.
_ON_POSTGRESQL = """
CREATE TABLE comment_search (
    comment_id BIGINT CONSTRAINT pk_comment_search PRIMARY KEY
        CONSTRAINT fk_comment_search_comment_id REFERENCES comment (id) ON DELETE CASCADE,
    tokens TSVECTOR NOT NULL
) WITH (toast_tuple_target = 128)
"""
# As the reference does on PostgreSQL.
_FORGET_ON_SQLITE = """
CREATE TRIGGER comment_search_forget AFTER DELETE ON comment
BEGIN DELETE FROM comment_search WHERE rowid = old.id; END
"""
_AT_ONCE = 1_000


def upgrade() -> None:
    """Make the index and fill it."""
    conn = op.get_bind()
    if conn.dialect.name == "sqlite":
        op.execute(_ON_SQLITE)
        op.execute(_FORGET_ON_SQLITE)
        _index_all(conn)
        return
    op.execute(_ON_POSTGRESQL)
    _index_all(conn)
    # New entries go straight into the index: a list of pending ones would be read by every search.
    op.execute("CREATE INDEX ix_comment_search_tokens ON comment_search USING gin (tokens) WITH (fastupdate = off)")


def _index_all(conn: Connection) -> None:
    comment = sa.table("comment", sa.column("id", sa.BigInteger))
    after = 0
    while True:
        query = sa.select(comment.c.id).where(comment.c.id > after).order_by(comment.c.id).limit(_AT_ONCE)
        ids = conn.execute(query).scalars().all()
        if not ids:
            return
        search_index.renew(conn, ids)
        after = ids[-1]
