"""Judge: links to domains that the site's moderators know."""

from collections.abc import Iterator, Sequence

from commentsvc.domain.findings import Finding
from commentsvc.domain.links import link_domain as domain_of
from commentsvc.domain.rules import Rule, Written
from commentsvc.screening.rule_findings import MOST_FINDINGS, gravest_first, rule_finding


def link_domain(written: Written, rules: Sequence[Rule]) -> list[Finding]:
    """The rules whose domain, or something below it, a link or the writer's website leads to; the gravest first."""
    if not rules:
        return []
    met: dict[str, str] = {}
    deepest = max(rule.pattern.count(".") for rule in rules) + 1
    for link in (*written.links, *([written.website] if written.website else [])):
        for domain in _with_those_above(domain_of(link), deepest):
            met.setdefault(domain, link)
    hits = [rule for rule in gravest_first(rules) if rule.pattern in met]
    return [
        rule_finding("link_domain", rule, _words(rule.pattern, met[rule.pattern]), met[rule.pattern])
        for rule in hits[:MOST_FINDINGS]
    ]


def _with_those_above(host: str, deepest: int) -> Iterator[str]:
    """``a.b.example``, ``b.example``, ``example``: those of at most so many labels; a host may have 127."""
    labels = host.split(".")[-deepest:]
    while labels:
        yield ".".join(labels)
        del labels[0]


def _words(domain: str, link: str) -> str:
    host = domain_of(link)
    below = "" if host == domain else f", below {domain}"
    return f"A link leads to {host}{below}, which is on this site's list"
