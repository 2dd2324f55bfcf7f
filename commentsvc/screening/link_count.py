"""Judge: so many links that a rule of the site is about it."""

from collections.abc import Sequence

from commentsvc.domain.findings import Finding
from commentsvc.domain.rules import Rule, Written
from commentsvc.screening.counted import counted
from commentsvc.screening.rule_findings import rule_finding


def link_count(written: Written, rules: Sequence[Rule]) -> list[Finding]:
    """The rule with the highest number of links that is exceeded: hold from three, spam from six is a ladder."""
    count = len(written.links)
    exceeded = [rule for rule in rules if count > int(rule.pattern)]
    if not exceeded:
        return []
    highest = max(exceeded, key=lambda rule: int(rule.pattern))
    words = f"{counted(count, 'link')}, and this site has a rule for more than {highest.pattern}"
    return [rule_finding("link_count", highest, words, written.links[0])]
