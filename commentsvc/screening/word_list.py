"""Judge: the words that the site's moderators want to be told about."""

from collections.abc import Iterator, Sequence
from itertools import islice

from commentsvc.domain.findings import Finding
from commentsvc.domain.rules import Rule, Written
from commentsvc.screening.rule_findings import MOST_FINDINGS, gravest_first, rule_finding
from commentsvc.screening.word_search import SearchedText


def word_list(written: Written, rules: Sequence[Rule]) -> list[Finding]:
    """The words of the list that occur, the gravest first; of equally grave ones as the list has them.

    The source is searched as well as its words, because a link's address stands only there, and a word that markup
    cuts in two only in the words.
    """
    return list(islice(_found(written, rules), MOST_FINDINGS)) if rules else []


def _found(written: Written, rules: Sequence[Rule]) -> Iterator[Finding]:
    places = dict.fromkeys((written.source, written.text, written.name, written.website or ""))
    texts = [SearchedText(place) for place in places]
    for rule in gravest_first(rules):
        trigger = next(filter(None, (text.find(rule.pattern) for text in texts)), None)
        if trigger is not None:
            yield rule_finding("word_list", rule, f"\u201c{trigger}\u201d is on this site's word list", trigger)
