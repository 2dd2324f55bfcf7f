"""What fills a store."""

import pytest

from commentsvc.store.engine import Store
from tests.store.make_comments import Make, new_make


@pytest.fixture
async def make(store: Store) -> Make:
    """Makes the smallest valid things, on one site."""
    return await new_make(store)
