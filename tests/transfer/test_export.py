"""Exports: a site's threads and comments as lines that anybody can read, and an address in none of them."""

import asyncio
import base64
import json
import threading
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.exports import Addresses, ExportedStatuses
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.store import authors, erasing
from commentsvc.store.engine import Store
from commentsvc.store.schema import comment, decision, thread
from commentsvc.transfer.export_site import export_site
from commentsvc.vault.keys import KeyRing
from commentsvc.vault.opening import Opener
from commentsvc.vault.sealing import Sealer
from tests.store.copy_comments import copy_many
from tests.store.make_comments import ARTICLE, NOW, Make
from tests.system.canaries import Canary, Search, ipv4

pytestmark = pytest.mark.anyio
READER = Canary(0, ipv4(0))
OTHER = "https://news.example/b"


async def export(
    make: Make, statuses: ExportedStatuses = ExportedStatuses.ALL, addresses: Addresses = Addresses.NONE
) -> list[dict[str, Any]]:
    written: list[bytes] = []
    await export_site(make.store, make.site, written.append, statuses=statuses, addresses=addresses, now=NOW)
    assert all(line.endswith(b"\n") and line.isascii() and line.count(b"\n") == 1 for line in written)
    return [json.loads(line) for line in written]


def comments_in(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if "comment" in line]


async def test_everything_of_a_site_is_in_it_and_parents_come_first(store: Store, make: Make) -> None:
    root = await make.comment(source="Größe \u2028 *x*", name="Ada \x1b[31m", website="https://ada.example/")
    reply = await make.comment(parent=root, address=ARTICLE)
    others = [await make.comment(status=status, address=OTHER) for status in CommentStatus]
    stranger = await make.other_site()
    await stranger.comment(address=ARTICLE)
    edited = {"edited_at": NOW + timedelta(hours=1), "edited_by": "moderator", "badge": "Editor", "likes": 3}
    await store.write(lambda conn: conn.execute(sa.update(comment).where(comment.c.public_id == root).values(edited)))
    await store.write(
        lambda conn: conn.execute(sa.update(comment).where(comment.c.public_id == root).values(pinned_at=NOW))
    )
    await store.write(
        lambda conn: conn.execute(sa.update(thread).where(thread.c.address == OTHER).values(is_open=False))
    )

    head, *middle, end = await export(make)
    assert head == {
        "file": "commentsvc export",
        "format": 1,
        "site": "news",
        "name": "News",
        "origins": ["https://news.example"],
        "created_at": "2026-11-22T09:30:00Z",
        "statuses": "all",
        "addresses": "none",
    }
    assert end == {"end": True, "threads": 2, "comments": 2 + len(others)}
    assert middle[:2] == [
        {"thread": ARTICLE, "url": ARTICLE, "title": "An article", "open": True, "created_at": "2026-11-22T09:30:00Z"},
        {"thread": OTHER, "url": OTHER, "title": "An article", "open": False, "created_at": "2026-11-22T09:30:00Z"},
    ]
    first, second, *rest = comments_in(middle)
    key = (await make.page()).comments[0].key
    assert first == {
        "comment": root,
        "parent": None,
        "in": ARTICLE,
        "status": "approved",
        "name": "Ada \x1b[31m",
        "website": "https://ada.example/",
        "key": key,
        "badge": "Editor",
        "source": "Größe \u2028 *x*",
        "html": "<p>Words.</p>",
        "created_at": "2026-11-22T09:30:00Z",
        "edited_at": "2026-11-22T10:30:00Z",
        "edited_by": "moderator",
        "likes": 3,
        "pinned_at": "2026-11-22T09:30:00Z",
        "empty": False,
    }
    assert (second["comment"], second["parent"]) == (reply, root)
    assert [each["status"] for each in rest] == list(CommentStatus)
    told = [row.details for row in await make.rows(decision) if row.decision == "export_comments"]
    assert told == [{"statuses": "all", "addresses": "none"}]


async def test_what_readers_see_alone_keeps_the_places_of_what_they_do_not(make: Make) -> None:
    gone = await make.comment(name="Secret name", source="secret words")
    below = await make.comment(parent=gone)
    await make.comment(status=CommentStatus.PENDING)
    await make.comment(status=CommentStatus.SPAM)
    await make.decide(gone, Decision.REJECT)
    lines = comments_in(await export(make, ExportedStatuses.APPROVED))
    assert [(each["comment"], each["status"], each["empty"]) for each in lines] == [
        (gone, "deleted", True),
        (below, "approved", False),
    ]
    assert (lines[0]["name"], lines[0]["source"], lines[0]["html"], lines[0]["key"]) == ("", "", "", "")
    assert "secret" not in json.dumps(lines).lower()
    assert "secret" in json.dumps(await export(make)).lower(), "the search would find it"


async def test_erased_words_leave_an_empty_place(store: Store, make: Make) -> None:
    one = await make.comment(source="gone soon")
    row = await make.row(one)
    what = partial(erasing.erase_words, rows=[row], is_moved=True, now=NOW)
    await store.write(what)
    (line,) = comments_in(await export(make))
    assert (line["empty"], line["status"], line["name"], line["source"]) == (True, "deleted", "", "")


async def test_addresses_are_left_out_or_sealed_by_choice_and_told(store: Store, make: Make, ring: KeyRing) -> None:
    sealed = Sealer(ring).seal(EmailAddress(READER.email))

    def author(conn: Connection) -> int:
        return authors.find_or_add(conn, site_id=make.site.id, blind_indexes=[b"i" * 36], sealed_email=sealed, now=NOW)

    await make.comment(author_id=await store.write(author))
    search = Search.of([READER])
    for addresses in Addresses:
        lines = await export(make, addresses=addresses)
        assert search.hits(json.dumps(lines).encode(), addresses) == []
        (line,) = comments_in(lines)
        if addresses is Addresses.SEALED:
            assert Opener(ring).open(base64.b64decode(line["sealed"])).reveal() == READER.email
        else:
            assert "sealed" not in line
            assert base64.b64encode(sealed).decode() not in json.dumps(lines)
    told = [row.details["addresses"] for row in await make.rows(decision) if row.decision == "export_comments"]
    assert sorted(told) == ["none", "sealed"]


async def test_it_is_of_one_moment_whatever_is_written_meanwhile(store: Store, make: Make, database_url: str) -> None:
    root = await make.comment()
    await store.write(lambda conn: copy_many(conn, root, 1_000))
    lines: list[bytes] = []
    disturbed: list[bool] = []

    def disturb(_number: int) -> None:
        if not disturbed:
            disturbed.append(True)
            in_a_thread(rename_all(database_url))

    written = await export_site(
        store,
        make.site,
        lines.append,
        statuses=ExportedStatuses.ALL,
        addresses=Addresses.NONE,
        now=NOW,
        advance=disturb,
    )
    assert disturbed
    assert written.comments == 1_001
    assert {each["name"] for each in comments_in([json.loads(line) for line in lines])} == {"Ada"}
    assert {row.name for row in await make.rows(comment)} == {"Changed"}


async def rename_all(url: str) -> None:
    store = Store(url)
    await store.open()
    await store.write(lambda conn: conn.execute(sa.update(comment).values(name="Changed")))
    await store.close()


def in_a_thread(work: Coroutine[Any, Any, None]) -> None:
    """Do it to its end, beside a loop that is busy."""
    thread = threading.Thread(target=asyncio.run, args=(work,))
    thread.start()
    thread.join()
