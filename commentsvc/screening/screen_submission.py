"""All judges, in order, and what follows from their findings."""

from collections.abc import Iterable, Sequence

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.site import HoldPolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.submission import Submission
from commentsvc.screening.decoy import decoy
from commentsvc.screening.facts import Facts, Judge
from commentsvc.screening.flood import flood
from commentsvc.screening.links import links
from commentsvc.screening.repeats import repeats
from commentsvc.screening.standing import standing
from commentsvc.screening.too_fast import too_fast
from commentsvc.screening.word_list import word_list

PHASES: Sequence[Judge] = (decoy, too_fast, flood, standing, repeats, links, word_list)  # cheap first


def screen(submission: Submission, facts: Facts) -> list[Finding]:
    """What there is to remark about a submission, at most one finding a judge, in the order of `PHASES`.

    All judges are heard, whatever the first ones say: the moderator reads why.
    """
    return [finding for judge in PHASES if (finding := judge(submission, facts)) is not None]


def first_status(findings: Iterable[Finding], policy: HoldPolicy, facts: Facts) -> CommentStatus:
    """Where a new comment starts: `PENDING` or `APPROVED`.

    Never `SPAM`: no finding, however grave, takes a reader's words away unseen. That is for a moderator.
    """
    return CommentStatus.PENDING if is_held(findings, policy, facts) else CommentStatus.APPROVED


def is_held(findings: Iterable[Finding], policy: HoldPolicy, facts: Facts) -> bool:
    """Whether a new comment waits for a moderator.

    ============  ===============================================================================
    policy        holds
    ============  ===============================================================================
    everything    always
    new_authors   unless the author is proven to have an approved comment, and nothing is flagged
    flagged       if any finding leans to hold or spam
    nothing       if any finding leans to spam
    ============  ===============================================================================

    A flooded site holds everything under any policy. A typed name or address proves nothing about the author.
    """
    leanings = {finding.leaning for finding in findings}
    is_flagged = bool(leanings & {Leaning.HOLD, Leaning.SPAM})
    if facts.is_site_flooded:
        return True
    match policy:
        case HoldPolicy.EVERYTHING:
            return True
        case HoldPolicy.NEW_AUTHORS:
            return is_flagged or not (facts.is_proven_author and facts.record.approved > 0)
        case HoldPolicy.FLAGGED:
            return is_flagged
        case HoldPolicy.NOTHING:  # pragma: no branch - mypy proves that there is no other
            return Leaning.SPAM in leanings
