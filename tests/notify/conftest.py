"""The service with a moderator, and a real mail server on this machine."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.notify.desk import Desk, open_desk
from tests.support.mail_server import Postbox, open_postbox


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with open_postbox() as box:
        yield box


@pytest.fixture
async def desk(database_url: str, postbox: Postbox) -> AsyncIterator[Desk]:
    async with open_desk(database_url, postbox) as opened:
        yield opened
