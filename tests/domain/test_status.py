"""Which decision leads where: the whole matrix, written down once more by hand."""

import pytest

from commentsvc.domain.errors import DecisionNotPossibleError
from commentsvc.domain.status import CommentStatus, Decision, next_status, possible_decisions

# Rows: the status before. Columns: approve, reject, mark_spam, delete, restore. A dash: not possible.
MATRIX = """
pending   approved  rejected  spam  deleted  -
approved  -         rejected  spam  deleted  -
rejected  approved  -         spam  deleted  pending
spam      approved  rejected  -     deleted  pending
deleted   -         -         -     -        pending
"""
EXPECTED = [
    (CommentStatus(row.split()[0]), decision, after)
    for row in MATRIX.strip().splitlines()
    for decision, after in zip(Decision, row.split()[1:], strict=True)
]


def test_the_matrix_names_every_status_and_decision() -> None:
    assert {(status, decision) for status, decision, _ in EXPECTED} == {(s, d) for s in CommentStatus for d in Decision}


@pytest.mark.parametrize(("status", "decision", "after"), EXPECTED)
def test_a_decision_leads_where_the_matrix_says(status: CommentStatus, decision: Decision, after: str) -> None:
    if after == "-":
        with pytest.raises(DecisionNotPossibleError, match=f"^{decision} on {status}$"):
            next_status(status, decision)
    else:
        assert next_status(status, decision) is CommentStatus(after)


@pytest.mark.parametrize("status", CommentStatus)
def test_the_possible_decisions_are_those_that_lead_somewhere(status: CommentStatus) -> None:
    possible = tuple(decision for each, decision, after in EXPECTED if each is status and after != "-")
    assert possible_decisions(status) == possible


def test_statuses_and_decisions_are_the_words_of_exports_and_the_wire() -> None:
    assert [str(status) for status in CommentStatus] == ["pending", "approved", "rejected", "spam", "deleted"]
    assert [str(decision) for decision in Decision] == ["approve", "reject", "mark_spam", "delete", "restore"]
