"""A site's own rules: what its moderators want to be told about. A rule leans to hold or spam; it refuses nothing."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commentsvc.domain.errors import InvalidInputError, MalformedUrlError
from commentsvc.domain.findings import Leaning
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.text import clean_line, has_visible_text
from commentsvc.domain.urls import host_of, website_url

MOST_RULES = 1_000
"""In force at one time on one site, so that screening stays quick."""
PATTERN_CHARACTERS = 200
REASON_CHARACTERS = 500
MOST_LINKS = 100

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class RuleKind(StrEnum):
    """What a rule looks at."""

    WORD = "word"
    LINK_DOMAIN = "link_domain"
    NAME = "name"
    AUTHOR = "author"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a site."""

    kind: RuleKind
    pattern: str
    """``work from home``; ``spam.example``, with all below it; ``Admin``, with all that looks like it; the row id of an
    author, never shown; ``5``: more links than five."""
    leaning: Leaning
    """Hold or spam."""
    reason: str | None = None
    """For the moderators who meet what it found."""
    expires_at: datetime | None = None
    """None: for ever."""
    id: int | None = None
    """Row id; None before it is stored."""


@dataclass(frozen=True, slots=True)
class Written:
    """As much of a comment as rules look at."""

    name: str
    website: str | None
    source: str
    text: str
    """The words of the rendered source."""
    links: tuple[str, ...]
    """Every `href` of the rendered source, in order of appearance."""
    author_id: int
    """Row id."""


@dataclass(frozen=True, slots=True)
class PastComment:
    """A comment that a rule can be tried against."""

    id: str
    status: CommentStatus
    created_at: datetime
    written: Written


@dataclass(frozen=True, slots=True)
class AuthorExample:
    """The comment by which moderators know the author that a rule is about."""

    comment: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A stored rule with what has come of it."""

    rule: Rule
    row_id: int
    hits: int
    last_hit_at: datetime | None
    created_at: datetime
    moderator: str | None
    """Who made it; None: whoever runs the service."""
    example: AuthorExample | None
    """Only for a rule about an author; None if no comment of theirs is left."""


def normal_pattern(kind: RuleKind, raw: str) -> str:
    """A pattern as it is stored, from what a moderator typed.

    Words and names keep their spelling. A domain may come as an address, with ``www.`` or ``*.`` before it, and in
    any script: ``https://www.Spam.example/x`` becomes ``spam.example``. The number of links is 0 to 100.

    Raises:
        InvalidInputError: Nothing of this kind; `fields` says why under ``patterns``.
    """
    line = clean_line(raw)
    if not has_visible_text(line) or len(line) > PATTERN_CHARACTERS:
        raise _refused(f"Each needs 1 to {PATTERN_CHARACTERS} characters.")
    match kind:
        case RuleKind.LINK_DOMAIN:
            return _domain(line)
        case RuleKind.LINKS:
            return _number_of_links(line)
        case RuleKind.AUTHOR:
            return _row_id(line)
        case RuleKind.WORD | RuleKind.NAME:  # pragma: no branch - mypy proves that there is no other
            return line


def _domain(line: str) -> str:
    bare = line.removeprefix("*").lstrip(".")
    try:
        host = host_of(website_url(bare if _ADDRESS.match(bare) else f"https://{bare}")).rstrip(".")
    except MalformedUrlError:
        host = ""
    if not host:
        raise _refused(f"\u201c{line}\u201d is no domain: it is like spam.example.")
    return host


def _number_of_links(line: str) -> str:
    is_number = line.isascii() and line.isdigit() and len(line) <= len(str(MOST_LINKS))
    if not is_number or int(line) > MOST_LINKS:
        raise _refused(f"The number of links is 0 to {MOST_LINKS}.")
    return str(int(line))


def _row_id(line: str) -> str:
    if not (line.isascii() and line.isdigit()):
        raise _refused("An author is chosen by a comment of theirs.")
    return line


def _refused(sentence: str) -> InvalidInputError:
    return InvalidInputError(fields={"patterns": sentence})
