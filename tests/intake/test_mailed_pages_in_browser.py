"""Readers' links from mails, opened by a real browser that runs every script: a page that is looked at does nothing."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from commentsvc.store import authors
from commentsvc.store.schema import author, comment, subscription
from commentsvc.web.reader_links import ReaderLinks
from tests.support.live_place import LISTEN, LivePlace
from tests.support.moderation import Place

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


def test_pages_that_stay_open_change_nothing_until_a_button_is_pressed(chromium: Browser, live: LivePlace) -> None:
    """All of them in tabs of one browser, in whose clock minutes pass in a moment."""

    async def links(place: Place) -> list[str]:
        made: ReaderLinks = place.app.state.parts[ReaderLinks]
        public_id = await place.store.read(lambda conn: conn.execute(sa.select(subscription.c.public_id)).scalar_one())
        who = await place.store.read(lambda conn: conn.execute(sa.select(author.c.id)).scalar_one())
        whose = await place.store.write(lambda conn: authors.public_id_of(conn, who))
        return [made.unsubscribe(public_id), made.subscription(public_id), made.data(whose)]

    addresses, before = live.do(links), live.do(Place.dump)
    with chromium.new_context(java_script_enabled=True) as context:
        sent: list[str] = []
        context.on("request", lambda request: sent.append(request.method))
        context.add_init_script(LISTEN)
        context.clock.install()
        tabs = [context.new_page() for _ in addresses]
        for tab, address in zip(tabs, addresses, strict=True):
            tab.goto(address, wait_until="networkidle")
            expect(tab.get_by_role("button").first).to_be_visible()
        context.clock.run_for(_LONG_SECONDS * 1_000)
        context.clock.resume()
        for tab in tabs:
            tab.bring_to_front()  # else it is shown no frames
            tab.evaluate(_FRAMES)
            tab.reload(wait_until="networkidle")
            tab.evaluate(_FRAMES)
        assert set(sent) == {"GET"}
        assert live.do(Place.dump) == before
        for tab, press in zip(tabs, (_first_button, _first_button, _erase), strict=True):
            before, sent[:] = live.do(Place.dump), []
            press(tab)
            tab.wait_for_load_state("networkidle")
            assert "POST" in sent
            assert live.do(Place.dump) != before, "the link was good all the time"


def _first_button(tab: Page) -> None:
    tab.get_by_role("button").first.click()


def _erase(tab: Page) -> None:
    tab.get_by_role("radio").first.check()
    tab.get_by_role("checkbox").check()
    tab.get_by_role("button", name="Delete it").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("It is erased")
