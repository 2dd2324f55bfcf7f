"""What moderators type into the forms of their pages, checked."""

from collections.abc import Collection, Mapping

from commentsvc.domain.errors import (
    InvalidInputError,
    MalformedParameterError,
    MissingParameterError,
    UnknownCommentError,
    UnknownFieldError,
)
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.text import clean_line

REASON_CHARACTERS = 500


def only(form: Mapping[str, str], names: Collection[str]) -> None:
    """Refuse a form with any other field.

    Raises:
        UnknownFieldError: It has one (400).
    """
    if not form.keys() <= set(names):
        raise UnknownFieldError


def comment_id(public_id: str) -> str:
    """The id in an address, if it has the form of one.

    Raises:
        UnknownCommentError: It does not (404).
    """
    if not is_public_id(public_id):
        raise UnknownCommentError
    return public_id


def line(form: Mapping[str, str], name: str, *, limit: int, missing: str | None = None) -> str:
    """A one-line text, cleaned.

    Args:
        form: Fields.
        name: Of the field.
        limit: In characters.
        missing: What to say if there is nothing in it; None: it may be empty.

    Raises:
        InvalidInputError: Too long, or missing (422).
    """
    text = clean_line(form.get(name, ""))
    if len(text) > limit:
        raise InvalidInputError(fields={name: f"At most {limit} characters, please."})
    if not text and missing is not None:
        raise InvalidInputError(fields={name: missing})
    return text


def yes_or_no(form: Mapping[str, str], name: str) -> bool:
    """A field that says ``yes`` or ``no``.

    Raises:
        MissingParameterError: There is none (400).
        MalformedParameterError: It says something else (400).
    """
    if name not in form:
        raise MissingParameterError
    if form[name] not in {"yes", "no"}:
        raise MalformedParameterError
    return form[name] == "yes"
