"""Judge: names that the site's moderators want to be told about."""

from collections.abc import Sequence
from functools import lru_cache

from commentsvc.domain.findings import Finding
from commentsvc.domain.normal_text import fold, normal_text
from commentsvc.domain.rules import Rule, Written
from commentsvc.screening.look_alikes import look
from commentsvc.screening.rule_findings import MOST_FINDINGS, gravest_first, rule_finding


def name_rule(written: Written, rules: Sequence[Rule]) -> list[Finding]:
    """The rules whose name looks the same as the writer's; the gravest first."""
    if not rules:
        return []
    forms = name_forms(written.name)
    hits = [rule for rule in gravest_first(rules) if not forms.isdisjoint(name_forms(rule.pattern))]
    return [rule_finding("name_rule", rule, _words(rule), written.name) for rule in hits[:MOST_FINDINGS]]


@lru_cache(maxsize=10_000)
def name_forms(name: str) -> frozenset[str]:
    """What is the same in names that cannot be told apart: ``Admin``, ``ADMIN``, ``A d m i n`` and ``\u0410dmin``.

    Two forms, because some letters look alike only as capitals and some only as small ones: two names are alike if
    they share one. Never empty.
    """
    bare = normal_text(name).replace(" ", "") or name
    return frozenset({fold(look(bare)), fold(look(name)).replace(" ", "")})


def _words(rule: Rule) -> str:
    return f"The name is, or looks like, \u201c{rule.pattern}\u201d, which is on this site's list"
