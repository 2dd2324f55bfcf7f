"""A service that can send mail, with one site, and the link that such a mail would bring."""

from collections.abc import AsyncIterator

import pytest

from commentsvc.domain.emails import EmailAddress
from commentsvc.store import authors
from commentsvc.web.reader_links import ReaderLinks
from tests.support.moderation import Place, open_place


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    contact, sender = "The Gazette, Mill Lane 1", "comments@example.org"
    async with open_place(database_url, privacy_contact=contact, smtp_host="127.0.0.1", mail_from=sender) as opened:
        await opened.add_site()
        yield opened


async def link_of(place: Place, email: str, *, site: str = "gazette") -> str:
    """Path and query of the link that is sent to an address."""
    index = place.index.candidates(EmailAddress(email), site_key=site)
    site_id = place.sites[site].id
    author_id = await place.store.read(lambda conn: authors.find(conn, site_id=site_id, blind_indexes=index))
    assert author_id is not None
    public_id = await place.store.write(lambda conn: authors.public_id_of(conn, author_id))
    links = place.app.state.parts[ReaderLinks]
    return str(links.data(public_id)).removeprefix(place.origin)
