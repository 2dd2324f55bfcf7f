"""Judge: what became of the author's earlier comments."""

from commentsvc.domain.comment import AuthorRecord
from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.counted import counted
from commentsvc.screening.facts import Facts


def standing(_: Submission, facts: Facts) -> Finding:
    """What is known of the author; there is always something to say.

    Bad standing counts at once, though anybody can type the address: it only makes a moderator look. Good standing
    counts only with proof. A first comment is remarked as `PASS`: it is no suspicion, and the policy `new_authors`
    holds it by itself.
    """
    record = facts.record
    if record.spam:
        return Finding("standing", Leaning.SPAM, _bad_words(record))
    if record.rejected:
        return Finding("standing", Leaning.HOLD, _bad_words(record))
    return Finding("standing", Leaning.PASS, _good_words(facts))


def _bad_words(record: AuthorRecord) -> str:
    decided = record.approved + record.rejected + record.spam
    verdicts = ((record.rejected, "rejected"), (record.spam, "marked as spam"))
    parts = [f"{count} {'was' if count == 1 else 'were'} {verdict}" for count, verdict in verdicts if count]
    return f"Of {counted(decided, 'earlier comment')} by this author, {' and '.join(parts)}"


def _good_words(facts: Facts) -> str:
    record, proven = facts.record, facts.proven_approved
    if proven and facts.is_trusted:
        return f"Known author: {counted(proven, 'approved comment')}"
    if proven:
        return f"Known author: {counted(proven, 'approved comment')} (this site trusts after {facts.trust_after})"
    if record.approved:
        approved = counted(record.approved, "approved comment")
        return f"{approved} under this e-mail address, but no proof that it is the same person"
    if record.first_seen_at is None:
        return "First comment by this author"
    return "No earlier comment by this author has been decided yet"
