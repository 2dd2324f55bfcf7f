"""Judge: authors that the site's moderators want to be told about."""

from collections.abc import Sequence

from commentsvc.domain.findings import Finding
from commentsvc.domain.rules import Rule, Written
from commentsvc.screening.rule_findings import gravest_first, rule_finding


def author_rule(written: Written, rules: Sequence[Rule]) -> list[Finding]:
    """The rule about the author under whose sealed address, or receipt, the comment is filed.

    Anybody can type an address, so this may be somebody else. It only makes a moderator look.
    """
    about = str(written.author_id)
    return [
        rule_finding("author_rule", rule, "There is a rule about this author", None)
        for rule in gravest_first(rules)
        if rule.pattern == about
    ]
