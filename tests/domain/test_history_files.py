"""Exported histories: checked without us, and harmless in spreadsheets."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from commentsvc.domain.acts import Act
from commentsvc.domain.history import BEFORE_THE_FIRST, Entry, Fault, Head, entry_hash
from commentsvc.domain.history_file import as_line, check_file
from commentsvc.domain.history_table import COLUMNS, as_row, guarded, heading
from commentsvc.domain.status import CommentStatus

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"]  # noqa: RUF001 - the wide ones are meant


def _entry(number: int, reason: str | None = None) -> Entry:
    return Entry(
        site_id=7,
        number=number,
        act=Act.REJECT,
        subject="a" * 24,
        moderator_id=3,
        from_status=CommentStatus.PENDING,
        to_status=CommentStatus.REJECTED,
        reason=reason,
        details={"message": "Nö."},
        batch="b" * 24,
        created_at=datetime(2026, 11, 22, 9, 30, number, tzinfo=UTC),
    )


def _lines(count: int = 4) -> tuple[list[str], list[bytes]]:
    lines, hashes, previous = [], [], BEFORE_THE_FIRST
    for number in range(1, count + 1):
        own = entry_hash(previous, _entry(number, f"because {number}"))
        lines.append(as_line(_entry(number, f"because {number}"), previous=previous, own=own, moderator="Mo"))
        hashes.append(own)
        previous = own
    return lines, hashes


def test_an_untouched_file_is_sound_and_tells_its_end() -> None:
    lines, hashes = _lines()
    checked = check_file([*lines, "\n"], wanted=frozenset({2, 9}))
    assert (checked.head, checked.fault, checked.hashes) == (Head(4, hashes[3]), None, {2: hashes[1]})


def test_a_name_may_change_because_no_hash_covers_it() -> None:
    lines, _ = _lines()
    assert check_file([line.replace('"Mo"', '"Maureen"') for line in lines]).fault is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda lines: [lines[0], lines[1].replace("because 2", "because 3"), *lines[2:]], 2),
        (lambda lines: [lines[0], lines[1].replace("reject", "delete"), *lines[2:]], 2),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2),
        (lambda lines: [*lines[:3], lines[3][:-20]], 4),
        (lambda lines: [*lines[:3], "[]", lines[3]], 4),
        (lambda lines: [*lines, '{"entry": 1}'], 5),
        (lambda lines: [*lines, "[" * 100_000], 5),
    ],
)
def test_the_first_line_that_is_not_as_it_was_is_named(change: Callable[[list[str]], list[str]], fault: int) -> None:
    found = check_file(change(_lines()[0]))
    assert isinstance(found.fault, Fault)
    assert found.fault.number == fault
    assert found.head.number == fault - 1


def test_a_line_written_anew_with_its_hash_breaks_the_next_one() -> None:
    lines, hashes = _lines()
    forged = _entry(2, "kinder words")
    lines[1] = as_line(forged, previous=hashes[0], own=entry_hash(hashes[0], forged), moderator="Mo")
    found = check_file(lines)
    assert found.fault == Fault(3, "it is not chained to the entry before it")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    row = as_row(_entry(1, text), previous=b"p", own=b"o", moderator=text)
    (cells,) = csv.reader(io.StringIO(row, newline=""))
    assert [cell for cell in cells if cell.startswith(tuple(each[0] for each in FORMULAS))] == []
    assert dict(zip(COLUMNS, cells, strict=True))["reason"] == f"'{text}"
    assert guarded(text) != text


def test_a_table_says_the_same_as_the_entry() -> None:
    row = as_row(_entry(1, 'a "quoted", reason'), previous=b"p", own=b"o", moderator=None)
    (head,), (cells,) = csv.reader(io.StringIO(heading())), csv.reader(io.StringIO(row))
    told = dict(zip(head, cells, strict=True))
    assert (told["number"], told["act"], told["reason"], told["moderator"]) == ("1", "reject", 'a "quoted", reason', "")
    assert (told["from"], told["to"], told["hash"]) == ("pending", "rejected", b"o".hex())
    assert json.loads(told["details"]) == {"message": "Nö."}
