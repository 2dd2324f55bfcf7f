"""A site: one set of origins, one policy, its own moderators."""

from dataclasses import dataclass, field
from enum import StrEnum

DEFAULT_BADGE = "Moderator"
ADDRESS_DAYS = 90
REFUSED_DAYS = 30
EDIT_MINUTES = 15
LANGUAGE = "en"
REPORT_HOLD = 3


class HoldPolicy(StrEnum):
    """Which new comments wait for a moderator."""

    EVERYTHING = "everything"
    NEW_AUTHORS = "new_authors"
    FLAGGED = "flagged"
    NOTHING = "nothing"


class EmailPolicy(StrEnum):
    """Whether the form asks for an e-mail address."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class Panic(StrEnum):
    """What the panic switch of a site does until it is turned off; the rest of the policy stays as it was."""

    OFF = "off"
    HOLD = "hold"
    """Every new comment and every change of one waits, whoever wrote it."""
    FREEZE = "freeze"
    """Nobody can post or change a comment; what is there can be read, reported and decided on."""


@dataclass(frozen=True, slots=True)
class SitePolicy:
    """What a site's owner has decided about its comments."""

    hold: HoldPolicy = HoldPolicy.EVERYTHING
    email: EmailPolicy = EmailPolicy.REQUIRED
    max_links: int = 2
    """More links than this in one comment are a finding."""
    close_after_days: int | None = None
    """A thread closes this long after its first comment; None: never."""
    trust_after: int = 1
    """Under `new_authors`: so many approved comments, proven to be the writer's own, let the next skip the queue."""
    badge: str = DEFAULT_BADGE
    """Stands beside the name of a moderator who replies; no reader can use it as a name."""
    address_days: int | None = ADDRESS_DAYS
    """A reader's address is kept so long after they last wrote or were last written to; None: for ever."""
    refused_days: int | None = REFUSED_DAYS
    """The words of a refused comment are kept so long after the decision; None: for ever."""
    edit_minutes: int = EDIT_MINUTES
    """So long after posting it, a writer may change their own comment; 0: never."""
    language: str = LANGUAGE
    """BCP 47, one of `commentsvc.words`: what readers' pages and mails speak."""
    report_hold: int = REPORT_HOLD
    """So many readers who report a public comment let it wait for a moderator again; 0: none do."""
    panic: Panic = Panic.OFF

    @property
    def holds_now(self) -> HoldPolicy:
        """Which new comments wait as long as the panic switch is where it is."""
        return self.hold if self.panic is Panic.OFF else HoldPolicy.EVERYTHING

    @property
    def is_frozen(self) -> bool:
        """Whether nobody can post just now."""
        return self.panic is Panic.FREEZE


@dataclass(frozen=True, slots=True)
class Site:
    """One site."""

    id: int
    key: str
    name: str
    origins: tuple[str, ...]
    """Normalised, ``https://example.org`` or ``http://127.0.0.1:8001``; the first is the main one."""
    policy: SitePolicy = field(default_factory=SitePolicy)
    revision: int = 0
    """Moves when something changes that readers see on every thread."""

    @property
    def hosts(self) -> frozenset[str]:
        """Host, with port where there is one, of every origin."""
        return frozenset(origin.partition("://")[2] for origin in self.origins)
