"""What a form asks for: a decision, and where to go on afterwards."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from commentsvc.domain.errors import (
    InvalidInputError,
    MalformedParameterError,
    MissingParameterError,
    UnknownFieldError,
)
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.domain.text import clean_line
from commentsvc.moderation.places import list_address
from commentsvc.moderation.search_query import read_spelled, search_address
from commentsvc.web.query import one_of

REASON_CHARACTERS = 500
_BACK = frozenset({"back", "site", "after", "anchor", "search"})
_WISH = frozenset({"decision", "seen", "words", "reason", "message"})
_MARK = re.compile(r"[0-9a-f]{16}")

_Word = TypeVar("_Word", CommentStatus, Decision)


@dataclass(frozen=True, slots=True)
class Wish:
    """A decision as a form of ours asks for it, checked."""

    verb: Decision
    seen: CommentStatus
    """The status that the moderator was shown; if it is another by now, somebody else was faster."""
    words: str | None
    """Mark of the words that the moderator was shown; None: the form is about several comments."""
    reason: str | None
    """For the history."""
    message: str | None
    """For the writer."""


def read_wish(form: Mapping[str, str], *, also: Collection[str] = ()) -> Wish:
    """The decision in a form.

    Args:
        form: Came from a page of ours.
        also: Names of further fields that this form has.

    Raises:
        UnknownFieldError: A field that no such form has.
        MissingParameterError: No decision, or not what was seen.
        MalformedParameterError: A word that is none of ours.
        InvalidInputError: A reason or a message that is too long.
    """
    if not form.keys() <= _WISH | _BACK | set(also):
        raise UnknownFieldError
    verb, seen = _required(Decision, form, "decision"), _required(CommentStatus, form, "seen")
    return Wish(verb, seen, read_mark(form), read_reason(form), _line(form, "message"))


def read_reason(form: Mapping[str, str]) -> str | None:
    """The reason in a form, for the history; None if there is none.

    Raises:
        InvalidInputError: It is too long.
    """
    return _line(form, "reason")


def way_back(form: Mapping[str, str], **done: str | None) -> str:
    """Address of the list or search that the form was sent from, with what was done; from checked values only."""
    if form.get("search"):
        anchor, after = optional_id(form, "anchor"), optional_id(form, "after")
        return search_address(read_spelled(form["search"]), anchor=anchor, after=after, **done)
    return list_address(
        one_of(CommentStatus, form.get("back"), CommentStatus.PENDING),
        anchor=optional_id(form, "anchor"),
        site=form.get("site"),
        after=optional_id(form, "after"),
        **done,
    )


def optional_id(form: Mapping[str, str], name: str) -> str | None:
    """A public id in a field that may be empty.

    Raises:
        MalformedParameterError: It is none.
    """
    given = form.get(name) or None
    if given is not None and not is_public_id(given):
        raise MalformedParameterError
    return given


def read_mark(form: Mapping[str, str]) -> str | None:
    """The mark of what was seen, in a form that may have none.

    Raises:
        MalformedParameterError: It is no mark.
    """
    if "words" in form and not is_mark(form["words"]):
        raise MalformedParameterError
    return form.get("words")


def is_mark(text: str) -> bool:
    """Whether a text has the form of `words_mark`."""
    return _MARK.fullmatch(text) is not None


def _required(words: type[_Word], form: Mapping[str, str], name: str) -> _Word:
    try:
        return words(form[name])
    except KeyError:
        raise MissingParameterError from None
    except ValueError:
        raise MalformedParameterError from None


def _line(form: Mapping[str, str], name: str) -> str | None:
    line = clean_line(form.get(name, ""))
    if len(line) > REASON_CHARACTERS:
        raise InvalidInputError(fields={name: f"At most {REASON_CHARACTERS} characters, please."})
    return line or None
