"""What came from elsewhere."""

import sqlalchemy as sa

from commentsvc.store.schema.columns import RowId, metadata, to

import_ledger = sa.Table(
    "import_ledger",
    metadata,
    sa.Column("thread_id", RowId, sa.ForeignKey("thread.id"), primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("source_id", sa.Text, primary_key=True),
    to("comment"),
)
"""Which comment of ours is which one of another program's: nothing comes in twice, and old anchors lead somewhere.
`source` is a word of `domain.imports.Source`. By thread, because two blogs may number their comments alike."""
