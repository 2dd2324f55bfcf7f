"""Every column has a purpose that readers are told."""

from commentsvc.domain.site import SitePolicy
from commentsvc.rights.privacy_words import ABOUT_READERS
from commentsvc.rights.privacy_words import told as words_of
from commentsvc.rights.purposes import COLUMNS, Kind, columns_of
from commentsvc.store.schema import metadata
from commentsvc.words.speech import speech

APART = {"comment_search"}
"""Not in the schema: each database has it in its own form."""


def test_every_column_is_told_of_on_the_privacy_page() -> None:
    there = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    told = {table: set(columns) for table, columns in COLUMNS.items() if table not in APART}
    missing = {f"{table}.{name}" for table, names in there.items() for name in names - told.get(table, set())}
    assert not missing, (
        f"{sorted(missing)}: say in commentsvc/rights/purposes.py what it is for, so that readers are told"
    )
    assert told == there, "a column that is gone still has a purpose"


def test_every_kind_is_explained_and_used() -> None:
    assert all(columns_of(kind) for kind in Kind)
    for kind in ABOUT_READERS:
        said = words_of(speech("en"), kind, SitePolicy())
        assert all([said.title, said.what, said.why, said.kept, said.who])
        assert said.columns == columns_of(kind)
