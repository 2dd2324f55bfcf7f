"""What every finding by a site's own rule has in common."""

from collections.abc import Iterable

from commentsvc.domain.findings import Finding, Leaning
from commentsvc.domain.rules import Rule

MOST_FINDINGS = 10
"""Of one judge on one comment; a moderator reads no more."""

_GRAVEST_FIRST = (Leaning.SPAM, Leaning.HOLD, Leaning.PASS)


def rule_finding(phase: str, rule: Rule, words: str, trigger: str | None) -> Finding:
    """A rule's finding: what was met, and the reason that a moderator gave for the rule."""
    return Finding(phase, rule.leaning, f"{words}: {rule.reason}" if rule.reason else words, trigger, rule.id)


def gravest_first(rules: Iterable[Rule]) -> list[Rule]:
    """Rules that lean to spam before those that lean to hold; equally grave ones as they came."""
    return sorted(rules, key=lambda rule: _GRAVEST_FIRST.index(rule.leaning))
