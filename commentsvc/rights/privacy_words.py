"""What the privacy page says of each kind of data: what, why, who sees it, and by the site's policy for how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commentsvc.domain.site import EmailPolicy, SitePolicy
from commentsvc.rights.purposes import Kind, columns_of
from commentsvc.words.speech import Speech

_FOR_MODERATORS_ALONE = {Kind.RECORD, Kind.SCREENING, Kind.RULES}
_TITLES: Mapping[Kind, str] = {
    Kind.WORDS: "bodyLabel",
    Kind.ADDRESS: "emailLabel",
    Kind.WISHES: "mailsAsked",
}
"""Kinds whose name is said elsewhere as well; of the others it is ``KIND.title``."""
ABOUT_READERS: Sequence[Kind] = (
    Kind.WORDS,
    Kind.ADDRESS,
    Kind.RECORD,
    Kind.WISHES,
    Kind.MAILS,
    Kind.REACTIONS,
    Kind.SCREENING,
    Kind.DECISIONS,
    Kind.RULES,
)
_GO_WITH_WORDS = {Kind.WORDS, Kind.SCREENING}


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of data, in words for readers."""

    kind: Kind
    title: str
    what: str
    why: str
    kept: str
    who: str
    columns: Sequence[str]


def told(spoken: Speech, kind: Kind, policy: SitePolicy) -> Told:
    """All that is said of a kind that is about readers."""
    title = spoken.say(_TITLES.get(kind, f"{kind}.title"))
    what, why = spoken.say(f"{kind}.what"), spoken.say(f"{kind}.why")
    who = spoken.say("onlyModerators" if kind in _FOR_MODERATORS_ALONE else f"{kind}.who")
    return Told(kind, title, what, why, kept(spoken, kind, policy), who, columns_of(kind))


def kept(spoken: Speech, kind: Kind, policy: SitePolicy) -> str:
    """For how long, in a sentence or two."""
    if kind in _GO_WITH_WORDS:
        return f"{spoken.say('words.kept')} {_refused(spoken, policy)}"
    if kind is Kind.ADDRESS:
        return f"{_address(spoken, policy)} {spoken.say('address.blocked')}"
    return spoken.say(f"{kind}.kept")


def needed(spoken: Speech, policy: SitePolicy) -> str:
    """Whether one has to give an address."""
    return spoken.say("addressNeeded" if policy.email is EmailPolicy.REQUIRED else "addressNotNeeded")


def _refused(spoken: Speech, policy: SitePolicy) -> str:
    if policy.refused_days is None:
        return spoken.say("words.forever")
    return spoken.say("words.refused", time=spoken.days(policy.refused_days))


def _address(spoken: Speech, policy: SitePolicy) -> str:
    if policy.address_days is None:
        return spoken.say("address.kept")
    return spoken.say("address.bounded", time=spoken.days(policy.address_days))
