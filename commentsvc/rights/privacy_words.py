"""How long each kind of data is kept on a site, by its policy."""

from collections.abc import Mapping

from commentsvc.domain.site import EmailPolicy, SitePolicy
from commentsvc.rights.purposes import Kind

_ALWAYS: Mapping[Kind, str] = {
    Kind.RECORD: "As long as the comments. Without the address it is a number that leads to nobody.",
    Kind.WISHES: "Until you end it, or the address goes; it goes with it.",
    Kind.MAILS: "30 days.",
    Kind.REACTIONS: (
        "A like, until you take it back; a report, for 30 days after a moderator has dealt with it. Both go with the "
        "words of the comment."
    ),
    Kind.DECISIONS: (
        "For good; your request for another look and the message that you are shown go with the words of the comment."
    ),
    Kind.ARTICLES: "As long as the site is registered here.",
    Kind.WORKINGS: "As long as the service runs.",
    Kind.RULES: "Until the moderators remove them or they end.",
    Kind.MODERATORS: "As long as somebody looks after a site; sessions, links and invitations until they expire.",
}
_BLOCKED = (
    "If moderators have made a rule about its author, the keyed number, not the address, stays as long as the rule."
)


def kept(kind: Kind, policy: SitePolicy) -> str:
    """For how long, in a sentence or two."""
    if kind in {Kind.WORDS, Kind.SCREENING}:
        return _words(policy)
    return _address(policy) if kind is Kind.ADDRESS else _ALWAYS[kind]


def needed(policy: SitePolicy) -> str:
    """Whether one has to give an address."""
    if policy.email is EmailPolicy.REQUIRED:
        return "This site asks for an e-mail address with each comment."
    return "On this site you can comment without an e-mail address."


def _words(policy: SitePolicy) -> str:
    refused = (
        "those of a comment that was refused or deleted, for ever"
        if policy.refused_days is None
        else f"those of a comment that was refused or deleted, for {_days(policy.refused_days)} after the decision"
    )
    return f"As long as the article has comments; {refused}."


def _address(policy: SitePolicy) -> str:
    if policy.address_days is None:
        return f"Until you have it erased. {_BLOCKED}"
    return (
        f"For {_days(policy.address_days)} after you last wrote or were last written to, or until you have it erased. "
        f"{_BLOCKED}"
    )


def _days(days: int) -> str:
    return f"{days} {'day' if days == 1 else 'days'}"
