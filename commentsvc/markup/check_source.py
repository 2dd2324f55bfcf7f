"""Checks that need no parsing, linear in the length, so that no input can make the parsers slow."""

import re
from typing import NoReturn

from commentsvc.domain.errors import InvalidInputError
from commentsvc.domain.limits import Limits
from commentsvc.domain.text import has_visible_text

LESS_THAN_SIGNS = 200
ATTRIBUTES = 4
TAG_CHARACTERS = 2_100
LINKS = 10
SIGNS = 500
"""Line breaks, tags and formatting signs; 5,000 characters of program text have about 250. Each costs up to 50 µs."""
PIECES = 1_000
"""Beginnings and ends of paragraphs, quotes, lists and items as the parser counts them: 200 items, 330 paragraphs."""

_CHARACTERS = Limits().source_characters
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(r"(?<![^\s\"'])[^\s\"'=<>/]+\s*=")
_SIGN = re.compile(r"\*+|_+|~+|`+|[<\[\]\\&]|\r\n?|[\n\u2028\u2029]")
_BLANKS = str.maketrans("", "", "\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that leave no ink


def check_source(source: str, *, limit_characters: int = _CHARACTERS) -> None:
    """Refuse what would take the parsers long, and what is no comment at all.

    Raises:
        InvalidInputError: `fields["body"]` says in a sentence what stands in the way (422, `invalid_input`).
    """
    if len(source) > limit_characters:
        _refuse(f"Your comment has {len(source):,} characters; please shorten it to {limit_characters:,}.")
    check_visible(source)
    if source.count("<") > LESS_THAN_SIGNS:
        _refuse(f"Your comment has more than {LESS_THAN_SIGNS} “<” signs; please use fewer HTML tags.")
    if len(_SIGN.findall(source)) > SIGNS:
        _refuse(f"Your comment has more than {SIGNS} line breaks and formatting signs; please use fewer.")
    for tag in _TAG.findall(source):
        _check_tag(tag)


def check_visible(text: str) -> None:
    """Refuse a text without ink: nothing but space, markup or invisible characters."""
    if not has_visible_text(text if text.isascii() else text.translate(_BLANKS)):
        _refuse("Please write something.")


def check_links(count: int) -> None:
    """Refuse more links than a comment may have."""
    if count > LINKS:
        _refuse(f"Your comment has {count} links; please use at most {LINKS}.")


def check_depth(depth: int, limit: int) -> None:
    """Refuse quotes in quotes and lists in lists beyond what the parser would show."""
    if depth > limit:
        _refuse("Quotes and lists are nested too deeply; please use fewer levels.")


def check_pieces(count: int) -> None:
    """Refuse many deep quotes, because the sanitiser takes long over them."""
    if count > PIECES:
        _refuse("Your comment has too many quotes, list items and paragraphs; please use fewer.")


def _check_tag(tag: str) -> None:
    if len(tag) > TAG_CHARACTERS:
        _refuse(f"An HTML tag is longer than {TAG_CHARACTERS:,} characters; please shorten it.")
    if tag.count("=") > ATTRIBUTES and len(_ATTRIBUTE.findall(_without_values(tag))) > ATTRIBUTES:
        _refuse(f"An HTML tag has more than {ATTRIBUTES} attributes; please remove some.")


def _without_values(tag: str) -> str:
    return re.sub(r"=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"']+)", "= ", tag)


def _refuse(sentence: str) -> NoReturn:
    raise InvalidInputError("markup", fields={"body": sentence})
