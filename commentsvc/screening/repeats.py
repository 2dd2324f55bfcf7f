"""Judge: the same again, or too much of the same author."""

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.counted import counted
from commentsvc.screening.facts import Facts

MOST_RECENT = 5
"""A lively discussion has this many comments of one author in ten minutes."""


def repeats(_: Submission, facts: Facts) -> Finding | None:
    """The same words on other articles, and many comments in a row, are how spam is spread by hand."""
    remarks = []
    if facts.same_text_count:
        remarks.append(f"The same text came {counted(facts.same_text_count, 'time')} before in the last 24 hours")
    if facts.own_recent_count > MOST_RECENT:
        remarks.append(f"{counted(facts.own_recent_count, 'comment')} by this author in the last 10 minutes")
    return Finding("repeats", Leaning.HOLD, "; ".join(remarks)) if remarks else None
