"""Imports: everything once, in its order, as safe as what is written here, and no address where one could be read."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.exports import Addresses, ExportedStatuses
from commentsvc.domain.imports import ImportFileError, Source, StatusChoice
from commentsvc.domain.pseudonyms import thread_key
from commentsvc.domain.status import Decision
from commentsvc.domain.text import is_xml_text
from commentsvc.markup import render
from commentsvc.store import importing, rerendering, search_index, threads
from commentsvc.store.engine import Store
from commentsvc.store.schema import author, comment, decision, import_ledger, outbox, thread
from commentsvc.transfer.export_site import export_site
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.opening import Opener
from tests.hostile.payloads import hostile_payloads
from tests.hostile.strict_reader import faults_in
from tests.store.make_comments import ARTICLE, NOW, Make, decide, new_make
from tests.system.canaries import Canary, Search, ipv4
from tests.transfer.importing import Import, numbers
from tests.transfer.make_isso import BEGAN, make_isso
from tests.transfer.test_sources import ARTALK, COMENTARIO, COMMENTO, DISQUS, REMARK42, WALINE, wp_comment, wxr

pytestmark = pytest.mark.anyio
READERS = [Canary(number, ipv4(number)) for number in range(3)]
HERE = "It is here already."


@pytest.fixture
def take(make: Make, ring: KeyRing) -> Import:
    return Import(make, ring)


async def by_source_id(make: Make) -> dict[str, Any]:
    """Everything that was imported, by its id in the source."""
    rows = {row.id: row for row in await make.rows(comment)}
    return {each.source_id: rows[each.comment_id] for each in await make.rows(import_ledger)}


def minute(number: int) -> datetime:
    return datetime.fromtimestamp(BEGAN, UTC).replace(second=0, microsecond=0) + timedelta(minutes=number)


async def test_comments_come_with_all_that_is_known_of_them(
    take: Import, make: Make, ring: KeyRing, tmp_path: Path
) -> None:
    reader = READERS[0]
    rows: list[dict[str, Any]] = [
        {"text": "Hello *there*", "website": "ada.example", "likes": 3, "email": reader.email, "modified": BEGAN + 600},
        {"parent": 1, "email": "no address"},
        {"mode": 2},
        {"author": " \u202e", "email": reader.email.lower(), "tid": 2},
    ]
    path = make_isso(tmp_path / "isso.db", rows, uris=["/a", "https://news.example/b?utm_source=x#frag"])
    assert numbers(await take(Source.ISSO, path)) == {"found": 4, "new": 4}
    assert take.told == []
    found = await by_source_id(make)
    first, second, third, fourth = (found[str(number)] for number in range(1, 5))
    assert (first.name, first.website, first.likes) == ("Reader 1", "https://ada.example/", 3)
    assert (first.source, first.html) == ("Hello *there*", "<p>Hello <em>there</em></p>")
    assert (first.created_at, first.edited_at, first.edited_by) == (minute(1), minute(10), "author")
    assert (second.parent_id, second.root_id) == (first.id, first.id)
    assert [each.status for each in (first, second, third)] == ["approved", "approved", "pending"]
    assert fourth.name == "Anonymous"
    assert first.author_id == fourth.author_id
    people = {row.id: row for row in await make.rows(author)}
    assert Opener(ring).open(people[first.author_id].sealed_email).reveal() == reader.mailbox
    assert people[first.author_id].approved_count == 2
    assert people[second.author_id].blind_index is None
    places = {row.address: row for row in await make.rows(thread)}
    assert set(places) == {"https://news.example/a", "https://news.example/b"}
    assert (places[ARTICLE].title, places[ARTICLE].approved_count) == ("Title 1", 2)
    assert places[ARTICLE].created_at == minute(1)
    assert [(each.id, each.replies) for each in (await make.page()).comments] == [
        (first.public_id, 1),
        (second.public_id, 0),
    ]
    ids = [row.id for row in await make.rows(comment)]
    assert await make.store.read(lambda conn: search_index.out_of_step(conn, ids)) == []
    assert await make.rows(outbox) == []
    told = [(row.decision, row.details) for row in await make.rows(decision)]
    assert told == [("import_comments", {"source": "isso", "comments": 4})]
    keys = {thread_key(each.pseudonym, salt=places[ARTICLE].pseudonym_salt) for each in found.values()}
    assert len(keys) == 4, "an address that somebody typed makes nobody known"


async def test_a_second_run_doubles_nothing_and_adds_what_is_new(take: Import, make: Make, tmp_path: Path) -> None:
    path = make_isso(tmp_path / "isso.db", [{}, {"parent": 1}])
    await take(Source.ISSO, path)
    before = await make.rows(comment)
    assert numbers(await take(Source.ISSO, path)) == {"found": 2, "known": 2}
    assert take.told == [("1", "skipped", HERE), ("2", "skipped", HERE)]
    assert await make.rows(comment) == before
    assert len(await make.rows(decision)) == 1
    later = make_isso(tmp_path / "later.db", [{}, {"parent": 1}, {"parent": 2}])
    assert numbers(await take(Source.ISSO, later)) == {"found": 3, "new": 1, "known": 2}
    found = await by_source_id(make)
    assert found["3"].parent_id == found["2"].id
    assert found["3"].root_id == found["1"].id


async def test_a_part_that_names_what_came_before_hangs_on_it(take: Import, make: Make, tmp_path: Path) -> None:
    await take(Source.ISSO, make_isso(tmp_path / "one.db", [{}]))
    await take(Source.ISSO, make_isso(tmp_path / "two.db", [{"id": 2, "parent": 1}, {"id": 3, "parent": 99}]))
    assert take.told == [("3", "changed", "What it answers is not here: it stands by itself.")]
    found = await by_source_id(make)
    assert (found["2"].parent_id, found["3"].parent_id) == (found["1"].id, None)


async def test_the_same_numbers_in_another_blog_are_other_comments(take: Import, make: Make, tmp_path: Path) -> None:
    await take(Source.ISSO, make_isso(tmp_path / "one.db", [{}]))
    done = await take(Source.ISSO, make_isso(tmp_path / "two.db", [{}], uris=["/other"]))
    assert numbers(done) == {"found": 1, "new": 1}
    assert len(await make.rows(comment)) == 2


async def test_a_dry_run_tells_the_same_and_changes_nothing(take: Import, make: Make, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"mode": 4}, {"parent": 1}, {"text": ""}, {"mode": 4}, {"tid": 9}]
    path = make_isso(tmp_path / "isso.db", rows)
    tables = (comment, thread, author, import_ledger, decision)
    before = [await make.rows(table) for table in tables]
    dry = await take(Source.ISSO, path, is_dry=True)
    told = take.told
    assert [await make.rows(table) for table in tables] == before
    wet = await take(Source.ISSO, path)
    assert numbers(dry) == numbers(wet) == {"found": 5, "new": 2, "empty": 1, "skipped": 3, "faults": 2}
    assert told == take.told
    assert len(await make.rows(comment)) == 2


async def test_an_interrupted_import_goes_on_where_it_was(take: Import, make: Make, tmp_path: Path) -> None:
    path = make_isso(tmp_path / "isso.db", [{"parent": number or None} for number in range(350)])

    class Interrupted(Exception):  # noqa: N818 - it is none
        pass

    class Breaking:
        """A store whose process ends before a later portion is written."""

        written = 0

        async def read(self, job: Any) -> Any:
            return await make.store.read(job)

        async def write(self, job: Any) -> Any:
            self.written += 1
            if self.written == 4:
                raise Interrupted
            return await make.store.write(job)

    breaking: Any = Breaking()
    with pytest.raises(Interrupted):
        await take(Source.ISSO, path, store=breaking)
    assert len(await make.rows(comment)) == 200
    assert numbers(await take(Source.ISSO, path)) == {"found": 350, "new": 150, "known": 200}
    found = await by_source_id(make)
    assert len(found) == len(await make.rows(comment)) == 350
    assert all(found[str(n)].parent_id == found[str(n - 1)].id for n in range(2, 351))
    assert {row.root_id for name, row in found.items() if name != "1"} == {found["1"].id}
    (place,) = await make.rows(thread)
    assert place.approved_count == 350


async def test_a_portion_comes_whole_or_not_at_all(take: Import, make: Make, tmp_path: Path) -> None:
    path = make_isso(tmp_path / "isso.db", [{}, {}])
    seen: list[Any] = []

    class Failing:
        async def read(self, job: Any) -> Any:
            return await make.store.read(job)

        async def write(self, job: Any) -> Any:
            def failing(conn: Any) -> Any:
                seen.append(job(conn))
                if isinstance(seen[-1], importing.Added):
                    raise ZeroDivisionError

            return await make.store.write(failing)

    failing: Any = Failing()
    with pytest.raises(ZeroDivisionError):
        await take(Source.ISSO, path, store=failing)
    assert await make.rows(comment) == await make.rows(import_ledger) == await make.rows(thread) == []


async def test_two_imports_at_once_double_nothing(
    take: Import, make: Make, ring: KeyRing, tmp_path: Path, database_url: str
) -> None:
    path = make_isso(tmp_path / "isso.db", [{"email": READERS[0].email} for _ in range(250)])
    other = Store(database_url)
    await other.open()
    second = Import(make, ring)
    try:
        async with anyio.create_task_group() as both:
            both.start_soon(partial(take, Source.ISSO, path))
            both.start_soon(partial(second, Source.ISSO, path, store=other))
    finally:
        await other.close()
    assert len(await make.rows(comment)) == len(await make.rows(import_ledger)) == 250
    assert len(await make.rows(author)) == 1


async def test_deleted_and_spam_stay_away_but_for_the_places_of_what_was_answered(
    take: Import, make: Make, tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"mode": 4, "text": "gone words", "author": "Gone"},
        {"parent": 1},
        {"mode": 4, "text": "gone words"},
        {"mode": 4, "text": "gone words"},
        {"mode": 4, "text": "gone words", "parent": 4},
    ]
    done = await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))
    assert numbers(done) == {"found": 5, "new": 2, "empty": 1, "skipped": 3}
    deleted = "It is deleted in its source."
    assert take.told == [
        ("1", "changed", f"Only its place is kept, for what answers it. {deleted}"),
        *((number, "skipped", deleted) for number in ("3", "4", "5")),
    ]
    found = await by_source_id(make)
    assert (found["1"].status, found["1"].name, found["1"].source) == ("deleted", "deleted", "")
    assert found["1"].erased_at is not None
    assert [(each.is_tombstone, each.name) for each in (await make.page()).comments] == [
        (True, ""),
        (False, "Reader 2"),
    ]
    assert not any("gone" in f"{row.source}{row.text}{row.html}" for row in await make.rows(comment))


@pytest.mark.parametrize("choice", [StatusChoice.APPROVED, StatusChoice.PENDING])
async def test_where_they_stand_can_be_chosen(take: Import, make: Make, tmp_path: Path, choice: StatusChoice) -> None:
    path = make_isso(tmp_path / "isso.db", [{}, {"mode": 2, "parent": 1}, {"mode": 4}])
    await take(Source.ISSO, path, status=choice)
    assert [row.status for row in await make.rows(comment)] == [choice, choice]
    shown = (await make.page()).comments
    assert len(shown) == (2 if choice is StatusChoice.APPROVED else 0)
    if choice is StatusChoice.PENDING:
        child = (await by_source_id(make))["2"].public_id
        await make.store.write(lambda conn: decide(conn, child, Decision.APPROVE, [make.site.id]))
        assert [each.is_tombstone for each in (await make.page()).comments] == [True, False]


async def test_parents_may_come_after_their_replies_and_rings_are_broken(
    take: Import, make: Make, tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"parent": 2, "created": BEGAN + 60},
        {"created": BEGAN + 3_600},
        {"parent": 4},
        {"parent": 5},
        {"parent": 3},
        {"parent": 5},
        {"parent": 7},
    ]
    done = await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))
    assert numbers(done) == {"found": 7, "new": 7}
    found = await by_source_id(make)
    assert found["1"].parent_id == found["2"].id
    assert found["3"].parent_id is None
    assert found["5"].parent_id == found["3"].id
    assert found["4"].parent_id == found["5"].id
    assert found["6"].parent_id == found["5"].id
    assert found["7"].parent_id is None
    assert [each for each, outcome, _ in take.told if outcome == "changed"] == ["3", "7"]


async def test_they_stand_in_the_order_of_their_times(take: Import, make: Make, tmp_path: Path) -> None:
    rows = [{"created": BEGAN + 60 * (10 - number)} for number in range(5)]
    await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))
    times = [each.created_at for each in (await make.page()).comments]
    assert times == sorted(times)


async def test_times_that_cannot_be_are_no_times(take: Import, make: Make, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"created": "never"}, {"created": 1e300}, {"created": -1.0}, {"created": 4e9}]
    done = await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))
    assert numbers(done) == {"found": 4, "new": 1, "skipped": 3, "faults": 3}
    assert {reason for _, _, reason in take.told} == {"Its time cannot be read."}
    (row,) = await make.rows(comment)
    assert row.created_at == NOW, "nothing is written in the future"


async def test_articles_are_found_under_their_one_spelling_or_not_at_all(
    take: Import, make: Make, tmp_path: Path
) -> None:
    uris = [
        "/a?b=1",
        "http://news.example/a?utm_medium=x&b=1",
        "http://old.example/a?b=1#top",
        "HTTPS://NEWS.example:443/a?b=1",
        "https://evil.example/a",
        "javascript:alert(1)",
        "//evil.example/a",
    ]
    rows = [{"tid": number} for number in range(1, len(uris) + 1)]
    done = await take(
        Source.ISSO, make_isso(tmp_path / "isso.db", rows, uris=uris), old_origins=("http://old.example",)
    )
    assert numbers(done) == {"found": 7, "new": 4, "skipped": 3, "faults": 3}
    assert [row.address for row in await make.rows(thread)] == ["https://news.example/a?b=1"]
    assert {each for each, _, _ in take.told} == {"5", "6", "7"}


async def test_no_address_or_ip_is_where_it_could_be_read(
    take: Import, make: Make, ring: KeyRing, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        {"email": each.email, "remote_addr": each.ip, "text": "" if n == 2 else "x"} for n, each in enumerate(READERS)
    ]
    await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))
    search = Search.of(READERS)
    stored = repr([await make.rows(table) for table in (comment, author, thread, decision, import_ledger)]).encode()
    files = b"".join(path.read_bytes() for path in tmp_path.glob("comments.db*"))
    for content in (stored, files, repr(take.remarks).encode(), caplog.text.encode()):
        assert search.hits(content, "an import") == []
    assert search.hits((tmp_path / "isso.db").read_bytes(), "its source") != [], "they would be found"
    people = await make.rows(author)
    assert [row.blind_index for row in people] == [
        BlindIndex(ring).of(_address(each), site_key="news") for each in READERS[:2]
    ]


def _address(reader: Canary) -> Any:
    return EmailAddress(reader.mailbox)


async def test_hostile_bodies_names_and_titles_are_as_safe_as_those_written_here(
    take: Import, make: Make, tmp_path: Path
) -> None:
    payloads = hostile_payloads()[::20]
    rows = [{"text": text or "x", "author": text, "website": text} for text in payloads]
    await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))
    stored = await make.rows(comment)
    assert len(stored) > 200
    assert [fault for row in stored for fault in faults_in(row.html)] == []
    outdated = await make.store.read(partial(rerendering.outdated, version=-1, after_row_id=0, limit=10_000))
    assert len(outdated) == len(stored), "and each can be rendered anew from its source"


async def test_a_chain_of_many_thousand_replies_is_taken(take: Import, make: Make, tmp_path: Path) -> None:
    many = 2_000
    rows = [{"parent": number or None, "text": "x"} for number in range(many)]
    assert numbers(await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))) == {"found": many, "new": many}
    root = (await by_source_id(make))["1"]
    assert root.reply_count == many - 1


async def test_what_is_no_database_of_isso_is_refused_in_a_sentence(take: Import, make: Make, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("nothing of the kind" * 1_000)
    (tmp_path / "empty").write_bytes(b"")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE comments (x)")
    other.execute("CREATE VIEW threads AS SELECT 1 AS id, 'x' AS uri, 'y' AS title")
    other.commit()
    other.close()
    for name in ("text", "empty", "other.db"):
        with pytest.raises(ImportFileError, match=r"^The file is no database of Isso\.$"):
            await take(Source.ISSO, tmp_path / name)
    with pytest.raises(ImportFileError, match="There is no file"):
        await take(Source.ISSO, tmp_path / "none")
    assert await make.rows(comment) == []


async def export_to(make: Make, path: Path, addresses: Addresses = Addresses.NONE) -> Path:
    with path.open("wb") as file:
        await export_site(
            make.store, make.site, file.write, statuses=ExportedStatuses.ALL, addresses=addresses, now=NOW
        )
    return path


async def test_our_own_export_comes_back_as_it_was(
    store: Store, make: Make, take: Import, ring: KeyRing, tmp_path: Path, other_url: str
) -> None:
    rows = [{"email": each.email} for each in READERS] + [{"parent": 1, "mode": 2}, {"mode": 4}, {"parent": 5}]
    await take(Source.ISSO, make_isso(tmp_path / "isso.db", rows))
    first = (await by_source_id(make))["1"]
    await store.write(
        lambda conn: conn.execute(
            sa.update(comment).where(comment.c.id == first.id).values(pinned_at=NOW, badge="Moderator")
        )
    )
    await store.write(lambda conn: threads.set_open(conn, first.thread_id, is_open=False))
    path = await export_to(make, tmp_path / "export.jsonl", Addresses.SEALED)
    other = Store(other_url)
    await other.open()
    try:
        there = await new_make(other)
        done = await Import(there, ring)(Source.COMMENTSVC, path)
        assert numbers(done) == {"found": 6, "new": 6, "empty": 1}
        again = await export_to(there, tmp_path / "again.jsonl")
        plain = await export_to(make, tmp_path / "plain.jsonl")
        assert _alike(again) == _alike(plain)
        people = [row for row in await there.rows(author) if row.sealed_email is not None]
        assert {Opener(ring).open(row.sealed_email).reveal() for row in people} == {each.mailbox for each in READERS}
        (place,) = await there.rows(thread)
        assert not place.is_open
    finally:
        await other.close()


def _alike(path: Path) -> list[Any]:
    """The lines of an export but for what is another one everywhere."""
    lines = [json.loads(line) for line in path.read_bytes().splitlines()][1:]
    for line in lines:
        line.pop("key", None)
        line["pinned_at"] = bool(line.get("pinned_at"))
    return lines


async def test_an_export_that_comes_back_where_it_was_written_doubles_nothing(
    make: Make, take: Import, tmp_path: Path
) -> None:
    root = await make.comment()
    path = await export_to(make, tmp_path / "export.jsonl")
    await make.comment(parent=root)
    later = await export_to(make, tmp_path / "later.jsonl")
    before = await make.rows(comment)
    for each, number in ((path, 1), (later, 2)):
        assert numbers(await take(Source.COMMENTSVC, each, is_dry=True)) == {"found": number, "known": number}
        assert numbers(await take(Source.COMMENTSVC, each)) == {"found": number, "known": number}
    assert await make.rows(comment) == before
    lines = [json.loads(line) for line in later.read_text().splitlines()]
    lines[-2] |= {"comment": "a2" * 12}
    later.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert numbers(await take(Source.COMMENTSVC, later)) == {"found": 2, "new": 1, "known": 1}
    new = (await make.rows(comment))[-1]
    assert (new.public_id, new.parent_id) == ("a2" * 12, before[0].id)


async def test_without_the_private_key_sealed_addresses_are_left_out(make: Make, take: Import, tmp_path: Path) -> None:
    await take(Source.ISSO, make_isso(tmp_path / "isso.db", [{"email": READERS[0].email}]))
    path = await export_to(make, tmp_path / "export.jsonl", Addresses.SEALED)
    there = await make.other_site()
    line = path.read_text().replace("https://news.example", there.site.origins[0])
    path.write_text(line)
    stranger = Import(there, new_key_ring())
    assert numbers(await stranger(Source.COMMENTSVC, path)) == {"found": 1, "new": 1}
    assert [row.sealed_email is None for row in await make.rows(author)] == [False, True]
    ids = [row.public_id for row in await make.rows(comment)]
    assert len(set(ids)) == 2, "a public id that is taken becomes another one"


async def test_an_export_that_is_cut_off_or_none_is_refused_whole(make: Make, take: Import, tmp_path: Path) -> None:
    await make.comment()
    whole = (await export_to(make, tmp_path / "export.jsonl")).read_bytes()
    there = await make.other_site()
    lines = whole.splitlines(keepends=True)
    damaged = {
        "The export is cut off": b"".join(lines[:-1]),
        "is not what must stand there": b"".join([*lines[:2], b"{\n", *lines[2:]]),
        "The file is no export of commentsvc": b"{}\n",
        "The file is empty": b"",
        "has format 9": whole.replace(b'"format":1', b'"format":9'),
        "longer than any comment": lines[0] + b"x" * 2_000_000,
        "zip archive": b"PK\x03\x04" + whole,
        "cannot be unpacked": b"\x1f\x8b" + whole,
    }
    for why, content in damaged.items():
        (tmp_path / "damaged").write_bytes(content)
        with pytest.raises(ImportFileError, match=why):
            await Import(there, take.ring)(Source.COMMENTSVC, tmp_path / "damaged")
    assert len(await make.rows(comment)) == 1


FILES: dict[Source, Any] = {
    Source.DISQUS: DISQUS,
    Source.WORDPRESS: wxr(wp_comment(1) + wp_comment(2, comment_parent="1") + wp_comment(3, comment_type="pingback")),
    Source.REMARK42: "".join(json.dumps(line) + "\n" for line in REMARK42),
    Source.COMMENTO: COMMENTO,
    Source.COMENTARIO: COMENTARIO,
    Source.ARTALK: ARTALK,
    Source.WALINE: WALINE,
}


@pytest.mark.parametrize("source", FILES)
async def test_a_program_s_comments_come_once_with_a_reply_below_its_parent(
    take: Import, make: Make, ring: KeyRing, tmp_path: Path, source: Source
) -> None:
    content = FILES[source]
    path = tmp_path / "file"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    done = await take(source, path)
    assert done.new >= 2
    before = await make.rows(comment)
    replies = [row for row in before if row.parent_id is not None]
    assert len(replies) == 1
    assert replies[0].root_id == before[0].id
    assert before[0].status == "approved"
    titles = {row.id: row.title for row in await make.rows(thread)}
    has_titles = source not in {Source.COMMENTO, Source.WALINE}
    assert ("rticle" in (titles[before[0].thread_id] or "")) == has_titles
    again = await take(source, path)
    assert (again.new, again.known) == (0, done.new)
    assert await make.rows(comment) == before
    stored = repr([before, await make.rows(author), await make.rows(thread)])
    assert "203.0.113.7" not in stored
    assert "reader.example" not in stored
    people = [row.sealed_email for row in await make.rows(author) if row.sealed_email is not None]
    assert {Opener(ring).open(each).reveal() for each in people} == {"ada@reader.example"}


async def test_who_signed_in_there_is_known_within_a_thread_here(take: Import, make: Make, tmp_path: Path) -> None:
    comments = [wp_comment(number, comment_user_id="1" if number < 3 else "2") for number in range(1, 4)]
    path = tmp_path / "wordpress.xml"
    path.write_text(wxr("".join(comments)))
    await take(Source.WORDPRESS, path)
    one, two, three = [row.pseudonym for row in await make.rows(comment)]
    assert one == two != three


async def test_hostile_html_is_as_safe_as_what_is_written_here(take: Import, make: Make, tmp_path: Path) -> None:
    payloads = [text for text in hostile_payloads()[::20] if all(is_xml_text(char) for char in text)]
    texts = [f"<![CDATA[{text.replace(']]>', ']] >')}]]>" for text in payloads]
    path = tmp_path / "wordpress.xml"
    path.write_text(
        wxr("".join(wp_comment(number, comment_content=text, comment_author=text) for number, text in enumerate(texts)))
    )
    done = await take(Source.WORDPRESS, path)
    stored = await make.rows(comment)
    assert done.new == len(stored) > 100
    assert [fault for row in stored for fault in faults_in(row.html)] == []
    assert [row.id for row in stored if row.erased_at is None and render(row.source).html != row.html] == []
