"""Judge: how long the writing took."""

import math

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts

FASTEST_SECONDS = 3.0


def too_fast(submission: Submission, _: Facts) -> Finding | None:
    """Nobody reads a form and writes a comment within 3 seconds; nor without the form (or with one a day old)."""
    seconds = submission.seconds_to_write
    if seconds is None:
        return Finding("too_fast", Leaning.HOLD, "Sent without opening the form, or more than a day after it")
    if seconds < FASTEST_SECONDS:
        shown = math.floor(max(seconds, 0) * 10) / 10  # never rounded up to the 3.0 that would have been fine
        return Finding("too_fast", Leaning.HOLD, f"Sent {shown:.1f} seconds after the form was opened")
    return None
