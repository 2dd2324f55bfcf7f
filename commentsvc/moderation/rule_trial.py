"""Trying rules against what readers have written already; nothing is changed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.requests import Request

from commentsvc.domain.clock import Clocks
from commentsvc.domain.rules import PastComment, Rule
from commentsvc.moderation.rule_words import outcome_counts, trial_in_words
from commentsvc.screening.try_rules import Trial, try_rules
from commentsvc.store import recent_comments
from commentsvc.store.engine import Store
from commentsvc.web.parts import part

LAST_COMMENTS = 1_000
EXAMPLES = 20
SECONDS = 2.0
"""What is not looked at by then is left out, and the page tells how many were."""
_AT_ONCE = 100
"""Comments read in one go; between two portions others are served."""


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """A trial as its page shows it."""

    sentence: str
    counts: list[tuple[str, int]]
    examples: tuple[PastComment, ...]
    """The newest; at most 20."""
    more: int
    """Found besides the examples."""


async def try_out(request: Request, site_id: int, wanted: Sequence[Rule], *, before: Sequence[Rule] = ()) -> ShownTrial:
    """Try rules against the site's last 1,000 comments, in a thread beside the service.

    Args:
        request: Tells the store and the clock.
        site_id: Row id.
        wanted: The rules as they would be.
        before: What is there now instead, to compare with.
    """
    comments = await _recent(part(request, Store), site_id)
    trial = await asyncio.to_thread(_try, request, wanted, comments)
    earlier = await asyncio.to_thread(_try, request, before, comments[: trial.looked_at]) if before else None
    is_same = earlier is not None and earlier.met == trial.met
    return ShownTrial(
        sentence=trial_in_words(trial, before=None if is_same else earlier),
        counts=outcome_counts(trial.met),
        examples=trial.met[:EXAMPLES],
        more=max(len(trial.met) - EXAMPLES, 0),
    )


async def _recent(store: Store, site_id: int) -> list[PastComment]:
    """In portions; a comment that moves from one to the next, because a new one comes meanwhile, counts once."""
    found: dict[str, PastComment] = {}
    for skipped in range(0, LAST_COMMENTS, _AT_ONCE):
        portion = await store.read(_portion(site_id, skipped))
        found |= {comment.id: comment for comment in portion}
        if len(portion) < _AT_ONCE:
            break
    return list(found.values())


def _portion(site_id: int, skipped: int) -> Callable[[Connection], list[PastComment]]:
    return lambda conn: recent_comments.recent(conn, site_id, skipped=skipped, limit=_AT_ONCE)


def _try(request: Request, rules: Sequence[Rule], comments: Sequence[PastComment]) -> Trial:
    monotonic = part(request, Clocks).monotonic
    end = monotonic() + SECONDS
    return try_rules(rules, comments, is_time_up=lambda: monotonic() > end)
