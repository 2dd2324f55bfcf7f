"""Readers' links from mails, opened by a real browser that runs every script: a page that is looked at does nothing."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from commentsvc.store.schema import comment, subscription
from commentsvc.web.reader_links import ReaderLinks
from tests.support.live_place import LISTEN, LivePlace
from tests.support.moderation import Place

_LINKS = ("subscription", "unsubscribe")
_FRAMES = """async () => {
  for (let number = 0; number < 30; number += 1) {
    await new Promise((done) => requestAnimationFrame(done));
  }
  await new Promise((done) => requestIdleCallback(done));
}"""
"""Whatever a page does by itself, by a timer of a moment or when it is idle, it has done by then."""
_LONG_SECONDS = 600


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LivePlace]:
    """One comment, whose writer has asked for mail and not confirmed."""
    with LivePlace(tmp_path) as place:
        place.do(_fill)
        yield place


async def _fill(place: Place) -> None:
    await place.add_site()
    await place.add_comment("A thoughtful remark.")
    columns = [subscription.c[name] for name in ("public_id", "site_id", "author_id", "comment_id", "thread_id")]
    whose = sa.select(
        sa.literal(secrets.token_hex(12)), comment.c.site_id, comment.c.author_id, comment.c.id, comment.c.thread_id
    )
    at = sa.literal(place.time.now, subscription.c.created_at.type)
    query = sa.insert(subscription).from_select([*columns, subscription.c.created_at], whose.add_columns(at))
    await place.store.write(lambda conn: conn.execute(query))


@pytest.mark.parametrize("kind", _LINKS)
def test_a_page_that_stays_open_changes_nothing_until_its_button_is_pressed(
    chromium: Browser, live: LivePlace, kind: str
) -> None:
    async def link(place: Place) -> str:
        public_id = await place.store.read(lambda conn: conn.execute(sa.select(subscription.c.public_id)).scalar_one())
        links: ReaderLinks = place.app.state.parts[ReaderLinks]
        return str(getattr(links, kind)(public_id))

    address, before = live.do(link), live.do(Place.dump)
    with chromium.new_context(java_script_enabled=True) as context:
        sent: list[str] = []
        context.on("request", lambda request: sent.append(request.method))
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.clock.install()  # so that minutes pass in a moment, for every timer of the page
        page.goto(address, wait_until="networkidle")
        expect(page.get_by_role("button").first).to_be_visible()
        page.clock.run_for(_LONG_SECONDS * 1_000)
        page.clock.resume()
        page.evaluate(_FRAMES)
        page.reload(wait_until="networkidle")
        page.evaluate(_FRAMES)
        assert set(sent) == {"GET"}
        assert live.do(Place.dump) == before
        page.get_by_role("button").first.click()
        page.wait_for_load_state("networkidle")
        assert "POST" in sent
        assert live.do(Place.dump) != before, "the link was good all the time"
