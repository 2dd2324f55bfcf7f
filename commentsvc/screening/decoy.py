"""Judge: the field that readers never see."""

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts


def decoy(submission: Submission, _: Facts) -> Finding | None:
    """Readers never see the decoy field; only robots fill it in."""
    if submission.is_decoy_filled:
        return Finding("decoy", Leaning.SPAM, "The hidden field was filled in, as robots do")
    return None
