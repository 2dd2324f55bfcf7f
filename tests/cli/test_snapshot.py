"""A site as files for static pages, and the tags to paste."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commentsvc.cli.snapshot_site import file_name
from commentsvc.domain.ids import new_public_id
from commentsvc.markup import MARKUP_VERSION
from commentsvc.store import moves, threads
from commentsvc.store.schema import author, comment, thread
from commentsvc.web.static import pin
from tests.cli.conftest import Run
from tests.cli.test_commands import ORIGIN, in_database, ok, site, site_id

Refuse = Callable[..., str]
ARTICLE = f"{ORIGIN}/an-article"
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def news(run: Run) -> Run:
    """A site with comments under two articles."""
    ok(run("site", "add", "news", "--origin", ORIGIN))
    in_database(lambda conn: _publish(conn, ARTICLE))
    in_database(lambda conn: _publish(conn, f"{ORIGIN}/other"))
    return run


def _publish(conn: Connection, url: str) -> None:
    ours = site_id(conn)
    at = threads.find_or_open(conn, site_id=ours, address=url, url=url, title=None, now=LATER)
    who = conn.execute(sa.insert(author).values(site_id=ours, first_seen_at=LATER).returning(author.c.id)).scalar_one()
    values = {
        "public_id": new_public_id(), "site_id": ours, "thread_id": at.id, "author_id": who, "pseudonym": b"p",
        "name": "Ada", "source": "Snapshot words.", "html": "<p>Snapshot words.</p>", "text": "Snapshot words.",
        "tree": [["p", "Snapshot words."]], "text_digest": b"", "findings": [], "rendered_with": MARKUP_VERSION,
        "status": "approved", "is_visible": True, "created_at": LATER,
    }  # fmt: skip
    conn.execute(sa.insert(comment).values(values))
    moves.move_on(conn, [at.id], {"approved_count": thread.c.approved_count + 1})


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_each_thread_is_two_files_that_the_index_names(news: Run, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "comments"
    assert ok(news("snapshot", "--site", "news", "--out", str(out))) == "2 threads; 4 files written, 0 removed.\n"
    index = json.loads((out / "threads.json").read_text("utf-8"))
    name = file_name(ARTICLE)
    assert index[ARTICLE] == {"file": name, "url": ARTICLE, "count": 1}
    assert _names(out) == {"threads.json"} | {
        f"{each['file']}.{end}" for each in index.values() for end in ("html", "json")
    }
    assert "Snapshot words." in (out / f"{name}.html").read_text("utf-8")
    assert json.loads((out / f"{name}.json").read_text("utf-8"))["comment"][0]["text"] == "Snapshot words."


def test_a_second_one_touches_only_what_changed_and_removes_only_its_own(news: Run, tmp_path: Path) -> None:
    out = tmp_path / "comments"
    ok(news("snapshot", "--site", "news", "--out", str(out)))
    foreign = out / f"{'a' * 32}.html"
    foreign.write_text("mine")
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    assert "0 files written, 0 removed" in ok(news("snapshot", "--site", "news", "--out", str(out)))
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before
    in_database(lambda conn: _publish(conn, ARTICLE))
    assert "2 threads; 2 files written, 0 removed" in ok(news("snapshot", "--site", "news", "--out", str(out)))
    in_database(lambda conn: _empty(conn, f"{ORIGIN}/other"))
    assert "1 threads; 0 files written, 2 removed" in ok(news("snapshot", "--site", "news", "--out", str(out)))
    name = file_name(ARTICLE)
    assert _names(out) == {"threads.json", foreign.name, f"{name}.html", f"{name}.json"}


def _empty(conn: Connection, address: str) -> None:
    """As if the last comment of a thread had gone."""
    of = conn.execute(sa.select(thread.c.id).where(thread.c.address == address)).scalar_one()
    conn.execute(comment.update().where(comment.c.thread_id == of).values(is_visible=False, status="rejected"))
    moves.move_on(conn, [of], {"approved_count": 0})


@pytest.mark.parametrize("index", ["", "[]", '{"a": {"file": "../x"}}', '{"a": 1}', "\xff"])
def test_an_index_that_is_not_ours_removes_nothing(news: Run, tmp_path: Path, index: str) -> None:
    (tmp_path / "x.html").write_text("mine")
    out = tmp_path / "comments"
    out.mkdir()
    (out / "threads.json").write_text(index, encoding="latin-1")
    assert "0 removed" in ok(news("snapshot", "--site", "news", "--out", str(out)))
    assert (tmp_path / "x.html").read_text() == "mine"


def test_an_unknown_site_has_neither_files_nor_tags(refuse: Refuse, tmp_path: Path) -> None:
    out = tmp_path / "comments"
    for command in (("snapshot", "--site", "none", "--out", str(out)), ("site", "tag", "none")):
        assert refuse(*command).startswith("There is no site none.")
    assert not out.exists()


def test_the_tags_name_the_newest_scripts_or_just_these(news: Run) -> None:
    assert site().key == "news"
    service = "http://127.0.0.1:8000"
    assert ok(news("site", "tag", "news")).splitlines() == [
        f'<script async src="{service}/{kind}.js" data-site="news"></script>' for kind in ("embed", "counts")
    ]
    pinned = ok(news("site", "tag", "news", "--pinned")).splitlines()
    for kind, tag in zip(("embed", "counts"), pinned, strict=True):
        assert f'src="{service}{pin(kind).path}" data-site="news"' in tag
        assert re.search(r'integrity="sha384-[\w+/]{64}" crossorigin="anonymous"></script>$', tag)
