"""Judge: the words that the site's owner wants to be told about."""

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.submission import Submission
from commentsvc.screening.facts import Facts, WordRule
from commentsvc.screening.word_search import SearchedText

_GRAVEST_FIRST = (Leaning.SPAM, Leaning.HOLD, Leaning.PASS)


def word_list(submission: Submission, facts: Facts) -> Finding | None:
    """The gravest word of the list that occurs; of equally grave ones the first in the list.

    The source is searched as well as its words, because a link's address stands only there, and a word that markup
    cuts in two only in the words.
    """
    if not facts.words:
        return None
    places = dict.fromkeys((submission.source, facts.text, submission.name, submission.website or ""))
    texts = [SearchedText(place) for place in places]
    for rule in sorted(facts.words, key=lambda rule: _GRAVEST_FIRST.index(rule.leaning)):
        trigger = next(filter(None, (text.find(rule.pattern) for text in texts)), None)
        if trigger is not None:
            return Finding("word_list", rule.leaning, _words(rule, trigger), trigger)
    return None


def _words(rule: WordRule, trigger: str) -> str:
    said = f"\u201c{trigger}\u201d is on this site's word list"
    return f"{said}: {rule.reason}" if rule.reason else said
