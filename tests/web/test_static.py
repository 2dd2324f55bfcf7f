"""The embed's scripts: one that never changes its name, and names with versions that never change what they are."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commentsvc.web.static import version_of
from tests.support import migrated
from tests.support.service import Service, running_service

pytestmark = pytest.mark.anyio

_FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[Service]:
    """On one engine: what is tested here stands in front of the database."""
    async with running_service(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path) as running:
        yield running


async def test_the_embed_names_the_script_it_loads_later_and_its_hash(quick: Service) -> None:
    embed = (await quick.client.get("/embed.js")).text
    (address,) = set(re.findall(r"/embed/tools-[0-9a-f]{16}\.js", embed))
    tools = await quick.client.get(address)
    digest = base64.b64encode(hashlib.sha256(tools.content).digest()).decode()
    assert (tools.status_code, f"sha256-{digest}" in embed) == (200, True)
    assert tools.headers["cache-control"] == _FOR_EVER
    assert tools.headers["access-control-allow-origin"] == "*"
    assert tools.headers["content-type"].startswith("text/javascript")


async def test_the_embed_has_a_name_with_its_version_that_a_site_can_pin(quick: Service) -> None:
    embed = await quick.client.get("/embed.js")
    pinned = await quick.client.get(f"/embed/embed-{version_of(embed.content)}.js")
    assert (pinned.content, pinned.headers["cache-control"]) == (embed.content, _FOR_EVER)


async def test_a_version_that_is_not_there_is_not_found(quick: Service) -> None:
    for name in (f"embed-{'0' * 16}.js", "embed.js", "tools.js", "..%2fembed.js", "released/x.js"):
        assert (await quick.client.get(f"/embed/{name}")).status_code == 404
