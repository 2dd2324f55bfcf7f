"""Small facts about the installation itself."""

import sqlalchemy as sa

from commentsvc.store.schema.columns import metadata

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)
