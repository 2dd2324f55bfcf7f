"""Judge: links, the reason that most spam is written for."""

import re

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.counted import counted
from commentsvc.screening.facts import Facts

_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)


def links(submission: Submission, facts: Facts) -> Finding | None:
    """More links than the site allows, a link for a name, or nothing but links."""
    remarks = []
    if len(facts.links) > facts.max_links:
        remarks.append(f"{counted(len(facts.links), 'link')} (this site allows {facts.max_links or 'none'})")
    if _WEB_ADDRESS.search(submission.name):
        remarks.append("The name is a web address")
    if facts.links and not _has_own_words(facts.text):
        remarks.append("Nothing but a link")
    if not remarks:
        return None
    trigger = facts.links[0] if facts.links else submission.name
    return Finding("links", Leaning.HOLD, "; ".join(remarks), trigger)


def _has_own_words(text: str) -> bool:
    return any(char.isalnum() for char in _WEB_ADDRESS.sub("", text))
