"""The privacy page says of every column why it is there, and of each kind of data how long it stays."""

import pytest

from commentsvc.domain.site import SitePolicy
from commentsvc.rights.privacy_words import kept
from commentsvc.rights.purposes import COLUMNS, PURPOSES, Kind, columns_of
from commentsvc.store.schema import metadata
from tests.support.moderation import Place

pytestmark = pytest.mark.anyio


def test_every_column_of_every_table_has_a_purpose() -> None:
    """A new one that nobody thought about fails here."""
    schema = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    assert {name: set(columns) for name, columns in COLUMNS.items() if name != "comment_search"} == schema


def test_every_kind_is_explained_and_stands_somewhere() -> None:
    for kind in Kind:
        assert columns_of(kind)
        assert all((PURPOSES[kind].title, PURPOSES[kind].what, PURPOSES[kind].why, PURPOSES[kind].who))
        assert kept(kind, SitePolicy()).endswith(".")


async def test_the_page_tells_what_this_site_does(place: Place) -> None:
    answer = await place.browser().get("/privacy?site=gazette")
    assert answer.headers["cache-control"].startswith("public")
    for words in ("The Gazette, Mill Lane 1", "For 90 days", "for 30 days after the decision", "author.sealed_email"):
        assert words in answer.text
    assert all(PURPOSES[kind].title in answer.text for kind in Kind)
    assert 'href="/own/data?site=gazette"' in answer.text


async def test_a_site_that_does_not_exist_has_none(place: Place) -> None:
    assert (await place.browser().get("/privacy?site=nowhere")).status_code == 404
    assert (await place.browser().get("/own/data?site=nowhere")).status_code == 404
    assert (await place.browser().get("/own/data")).status_code == 400
