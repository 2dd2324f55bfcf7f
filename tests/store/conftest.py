"""A store on an empty database of its own, once for each engine, and what fills it."""

from collections.abc import AsyncIterator

import pytest

from commentsvc.store.engine import Store
from tests.store.make_comments import Make, new_make


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = Store(database_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def make(store: Store) -> Make:
    """Makes the smallest valid things, on one site."""
    return await new_make(store)
