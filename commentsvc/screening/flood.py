"""Judge: is the whole site under a flood?"""

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts


def flood(_: Submission, facts: Facts) -> Finding | None:
    """While a site is flooded every comment waits, under any policy (`first_status` sees to it)."""
    if facts.is_site_flooded:
        return Finding("flood", Leaning.HOLD, "This site gets unusually many comments just now")
    return None
