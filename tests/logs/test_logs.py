"""What is logged: events with identifiers, never a reader's words, address or network."""

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from commentsvc.logs import set_up_logs
from commentsvc.store.engine import Store
from tests.support import migrated
from tests.support.service import running_service


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Everything since it was last asked for, a line each."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield lambda: [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


Logged = Callable[[], list[dict[str, Any]]]


def test_only_fields_on_the_list_are_written(logged: Logged) -> None:
    set_up_logs()
    structlog.get_logger().info("comment_submitted", comment="c", site="s", body="s3cret", ip="192.0.2.1", email="a@b")
    (line,) = logged()
    assert set(line) == {"event", "level", "timestamp", "comment", "site"}


def test_what_a_library_logs_is_its_template(logged: Logged) -> None:
    set_up_logs()
    logging.getLogger("some.library").warning("cannot read %s of %d", "s3cret", 17)
    (line,) = logged()
    assert (line["event"], line["logger"], line["level"]) == ("cannot read %s of %d", "some.library", "warning")


def test_an_error_of_a_library_is_told_by_kind_and_place(logged: Logged) -> None:
    set_up_logs()
    try:
        int("s3cret")
    except ValueError:
        logging.getLogger("some.library").exception("s3cret was the text")
    (line,) = logged()
    assert (line["event"], line["error"]) == ("library_error", "ValueError")
    assert "test_an_error_of_a_library" in line["where"]
    assert "s3cret" not in json.dumps(line)


def test_levels_between_the_usual_ones_are_no_obstacle(logged: Logged) -> None:
    set_up_logs()
    for level in (5, 35, 45, 70):
        logging.getLogger("some.library").log(level, "event %s", "x")
    assert [line["level"] for line in logged()] == ["warning", "error", "critical"]


def test_what_a_library_only_mentions_is_not_written(logged: Logged) -> None:
    """Its template without the values would say nothing."""
    set_up_logs(level="DEBUG")
    logging.getLogger("some.library").info("context is %s", "x")
    structlog.get_logger().debug("service_started")
    assert [line["event"] for line in logged()] == ["service_started"]


def test_what_is_below_the_level_is_not_written(logged: Logged) -> None:
    set_up_logs(level="ERROR")
    structlog.get_logger().warning("small")
    logging.getLogger("some.library").warning("small")
    structlog.get_logger().error("great")
    assert [line["event"] for line in logged()] == ["great"]
    set_up_logs(level="DEBUG")
    structlog.get_logger().debug("ours")
    logging.getLogger("some.library").debug("theirs")
    assert [line["event"] for line in logged()] == ["ours"]


def test_words_for_a_terminal(capfd: pytest.CaptureFixture[str], logged: Logged) -> None:
    assert logged() == []
    set_up_logs(is_json=False)
    structlog.get_logger().info("service_started", port=8000, body="s3cret")
    line = capfd.readouterr().err
    assert "service_started" in line
    assert "port=8000" in line
    assert "s3cret" not in line


@pytest.mark.anyio
async def test_a_submission_leaves_no_word_in_the_logs(
    capfd: pytest.CaptureFixture[str], logged: Logged, tmp_path: Path
) -> None:
    assert logged() == []
    set_up_logs(level="DEBUG")
    canaries = ("canaryname", "canary@mail.example", "canary words", "canarysite", "198.51.100.77", "canarykey")
    fields = {"name": canaries[0], "email": canaries[1], "body": canaries[2], "website": f"{canaries[3]}.example"}
    async with running_service(migrated.copy_sqlite(tmp_path / "comments.db"), tmp_path) as service:
        headers = {"Idempotency-Key": f"{canaries[5]}-1234"}
        taken = await service.post(service.submission(**fields), ip=canaries[4], headers=headers)
        await service.post(service.submission(**fields, parent="x"), ip=canaries[4])
        await service.post(b'{"canary words', ip=canaries[4])

        async def broken(_: object) -> None:
            raise RuntimeError("canary words")

        store: Any = service.app.state.parts[Store]
        store.write = broken
        failed = await service.post(service.submission(**fields), ip=canaries[4])
    assert (taken.status_code, failed.status_code) == (202, 500)
    written = capfd.readouterr()
    assert "comment_submitted" in written.err
    assert "unhandled_error" in written.err
    for canary in (*canaries, taken.json()["receipt"]):
        assert canary not in written.err + written.out, canary


def test_a_log_that_nobody_reads_any_more_stops_nothing(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    gone = os.fdopen(writing, "w", buffering=1)
    monkeypatch.setattr(sys, "stderr", gone)
    set_up_logs()
    with pytest.raises(BrokenPipeError):
        print("x", file=gone, flush=True)
    structlog.get_logger().info("service_started")
    monkeypatch.undo()
    with contextlib.suppress(BrokenPipeError):
        gone.close()
    assert logged() == []
