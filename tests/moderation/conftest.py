"""The pages of moderation, on both databases, with one site and one moderator signed in."""

from collections.abc import AsyncIterator

import pytest

from tests.support.moderation import Place, Visitor, open_place


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    async with open_place(database_url) as opened:
        await opened.add_site()
        await opened.add_moderator()
        yield opened


@pytest.fixture
async def mo(place: Place) -> Visitor:
    """Mo, who looks after the Gazette, signed in."""
    return await place.signed_in()
