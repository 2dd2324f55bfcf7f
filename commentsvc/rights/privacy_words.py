"""How long each kind of data is kept on a site, by its policy."""

from commentsvc.domain.site import EmailPolicy, SitePolicy
from commentsvc.rights.purposes import Kind


def kept(kind: Kind, policy: SitePolicy) -> str:  # noqa: PLR0911 - a sentence for each kind
    """For how long, in a sentence or two."""
    match kind:
        case Kind.WORDS | Kind.SCREENING:
            return _words(policy)
        case Kind.ADDRESS:
            return (
                f"{_address(policy)} If moderators have made a rule about its author, the keyed number, not the "
                "address, stays as long as the rule."
            )
        case Kind.RECORD:
            return "As long as the comments. Without the address it is a number that leads to nobody."
        case Kind.WISHES:
            return "Until you end it, or the address goes; it goes with it."
        case Kind.MAILS:
            return "30 days."
        case Kind.DECISIONS:
            return (
                "For good; the request for another look and the message shown to you go with the words of the comment."
            )
        case Kind.ARTICLES | Kind.WORKINGS:
            return "As long as the site is registered here."
        case Kind.RULES:
            return "Until the moderators remove them or they end."
        case Kind.MODERATORS:
            return "As long as somebody looks after a site; sessions, links and invitations until they expire."


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
        return "Until you have it erased."
    return (
        f"For {_days(policy.address_days)} after you last wrote or were last written to, or until you have it erased."
    )


def _days(days: int) -> str:
    return f"{days} {'day' if days == 1 else 'days'}"
