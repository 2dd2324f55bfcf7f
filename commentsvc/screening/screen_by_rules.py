"""A site's own rules, each kind heard by its judge."""

from collections.abc import Iterable, Mapping

from commentsvc.domain.findings import Finding
from commentsvc.domain.rules import Rule, RuleKind, Written
from commentsvc.screening.author_rule import author_rule
from commentsvc.screening.facts import RuleJudge
from commentsvc.screening.link_count import link_count
from commentsvc.screening.link_domain import link_domain
from commentsvc.screening.name_rule import name_rule
from commentsvc.screening.word_list import word_list

RULE_PHASES: Mapping[RuleKind, RuleJudge] = {
    RuleKind.AUTHOR: author_rule,
    RuleKind.NAME: name_rule,
    RuleKind.LINK_DOMAIN: link_domain,
    RuleKind.LINKS: link_count,
    RuleKind.WORD: word_list,
}
"""In the order in which a moderator reads what they say."""


def screen_by_rules(written: Written, rules: Iterable[Rule]) -> list[Finding]:
    """A finding for each rule that is met, at most ten a kind; each has its `rule_id`."""
    by_kind: dict[RuleKind, list[Rule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.kind, []).append(rule)
    return [finding for kind, judge in RULE_PHASES.items() for finding in judge(written, by_kind.get(kind, ()))]
