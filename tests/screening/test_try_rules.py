"""Trying rules on what is there: the same judges, the same answer, in bounded time."""

from collections.abc import Callable
from datetime import UTC, datetime

from commentsvc.domain.findings import Leaning
from commentsvc.domain.rules import PastComment, Rule, RuleKind, Written
from commentsvc.domain.status import CommentStatus
from commentsvc.screening.try_rules import try_rules

CASINO = Rule(RuleKind.WORD, "casino", Leaning.SPAM)
AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_what_a_rule_would_have_found_is_told_in_order(written: Callable[..., Written]) -> None:
    comments = [
        PastComment(str(i), CommentStatus.APPROVED, AT, written(source="casino" if i % 2 else "chess"))
        for i in range(6)
    ]

    trial = try_rules([CASINO], comments, is_time_up=lambda: False)

    assert (trial.looked_at, [each.id for each in trial.met]) == (6, ["1", "3", "5"])


def test_when_the_time_is_up_the_rest_is_left_out(written: Callable[..., Written]) -> None:
    comments = [PastComment(str(i), CommentStatus.SPAM, AT, written(source="casino")) for i in range(6)]
    answers = iter([False, False, True])

    trial = try_rules([CASINO], comments, is_time_up=lambda: next(answers))

    assert (trial.looked_at, len(trial.met)) == (2, 2)
