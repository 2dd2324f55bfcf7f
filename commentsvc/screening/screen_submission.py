"""All judges, in order, and what follows from their findings."""

from collections.abc import Iterable, Sequence

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.rules import Written
from commentsvc.domain.site import HoldPolicy
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.submission import Submission
from commentsvc.screening.decoy import decoy
from commentsvc.screening.facts import Facts, Judge
from commentsvc.screening.flood import flood
from commentsvc.screening.links import links
from commentsvc.screening.repeats import repeats
from commentsvc.screening.screen_by_rules import screen_by_rules
from commentsvc.screening.standing import standing
from commentsvc.screening.too_fast import too_fast

PHASES: Sequence[Judge] = (decoy, too_fast, flood, standing, repeats, links)  # cheap first; the site's rules follow


def screen(submission: Submission, facts: Facts) -> list[Finding]:
    """What there is to remark about a submission: at most one finding a judge of `PHASES`, then those by rules.

    All judges are heard, whatever the first ones say: the moderator reads why.
    """
    found = [finding for judge in PHASES if (finding := judge(submission, facts)) is not None]
    return found + screen_by_rules(_written(submission, facts), facts.rules)


def first_status(findings: Iterable[Finding], policy: HoldPolicy, facts: Facts) -> CommentStatus:
    """Where a new comment starts: `PENDING` or `APPROVED`.

    Never `SPAM`: no finding, however grave, takes a reader's words away unseen. That is for a moderator.
    """
    return CommentStatus.PENDING if is_held(findings, policy, facts) else CommentStatus.APPROVED


def is_held(findings: Iterable[Finding], policy: HoldPolicy, facts: Facts) -> bool:
    """Whether a new comment waits for a moderator.

    ============  ====================================================================================
    policy        holds
    ============  ====================================================================================
    everything    always
    new_authors   unless the writer is trusted (`Facts.is_trusted`), and nothing is flagged
    flagged       if any finding leans to hold or spam
    nothing       if any finding leans to spam, or one by a rule of the site's own leans to hold
    ============  ====================================================================================

    A flooded site holds everything under any policy. A rule of the site's own outweighs trust under every policy: it
    was made on purpose. A typed name or address proves nothing about the author.
    """
    findings = list(findings)
    leanings = {finding.leaning for finding in findings}
    is_flagged = bool(leanings & {Leaning.HOLD, Leaning.SPAM})
    if facts.is_site_flooded:
        return True
    match policy:
        case HoldPolicy.EVERYTHING:
            return True
        case HoldPolicy.NEW_AUTHORS:
            return is_flagged or not facts.is_trusted
        case HoldPolicy.FLAGGED:
            return is_flagged
        case HoldPolicy.NOTHING:  # pragma: no branch - mypy proves that there is no other
            return Leaning.SPAM in leanings or any(_is_wish(finding) for finding in findings)


def _is_wish(finding: Finding) -> bool:
    """Whether a rule of the site's own asks a moderator to look."""
    return finding.rule_id is not None and finding.leaning is Leaning.HOLD


def _written(submission: Submission, facts: Facts) -> Written:
    return Written(
        submission.name, submission.website, submission.source, facts.text, facts.links, author_id=facts.author_id
    )
