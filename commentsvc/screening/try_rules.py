"""What rules would have done to comments that are there already."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from commentsvc.domain.rules import PastComment, Rule
from commentsvc.screening.screen_by_rules import screen_by_rules


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it."""

    looked_at: int
    """Comments, the newest first; fewer than given if the time was up."""
    met: tuple[PastComment, ...]
    """Those that a rule would have found, the newest first."""


def try_rules(rules: Sequence[Rule], comments: Iterable[PastComment], *, is_time_up: Callable[[], bool]) -> Trial:
    """Try rules against comments.

    Args:
        rules: As they would be stored.
        comments: The newest first.
        is_time_up: Asked before each comment; what is left then is not looked at.
    """
    met, looked_at = [], 0
    for comment in comments:
        if is_time_up():
            break
        looked_at += 1
        if screen_by_rules(comment.written, rules):
            met.append(comment)
    return Trial(looked_at, tuple(met))
