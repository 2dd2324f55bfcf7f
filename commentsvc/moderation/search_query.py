"""A search in an address: read with suspicion, written from what was read."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl, urlencode

from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.ids import is_public_id
from commentsvc.domain.search import Search
from commentsvc.domain.status import CommentStatus
from commentsvc.domain.text import clean_line, is_well_formed
from commentsvc.web.query import one_of

PATH = "/moderation/search"
NAMES = ("q", "status", "author", "thread", "site", "finding", "rule", "domain", "since", "until")
LONGEST_QUERY = 200
"""Characters of the words looked for."""
_LONGEST_VALUE = 500
_MOST_PARAMETERS = 20


def read_search(given: Mapping[str, str]) -> Search:
    """The search that an address asks for; names that are not a search's are left to others.

    Raises:
        MalformedParameterError: A value that it cannot have. Words may be anything.
    """
    status, author, thread = given.get("status"), given.get("author"), given.get("thread")
    for public_id in (author, thread):
        if public_id and not is_public_id(public_id):
            raise MalformedParameterError
    return Search(
        words=clean_line(given.get("q", "")),
        status=one_of(CommentStatus, status, CommentStatus.PENDING) if status else None,
        author=author or None,
        thread=thread or None,
        site=_word(given.get("site")),
        finding=_word(given.get("finding")),
        rule=_word(given.get("rule")),
        domain=_domain(given.get("domain")),
        since=_day(given.get("since")),
        until=_day(given.get("until")),
    )


def read_spelled(text: str) -> Search:
    """A search from the query of an address that somebody kept or sent back.

    Raises:
        MalformedParameterError: It is none of ours.
    """
    if not is_well_formed(text):
        raise MalformedParameterError
    try:
        pairs = parse_qsl(text, strict_parsing=bool(text), max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise MalformedParameterError from None
    given = dict(pairs)
    if len(given) != len(pairs) or not given.keys() <= set(NAMES) or not all(map(is_well_formed, given.values())):
        raise MalformedParameterError
    search = read_search(given)
    if len(search.words) > LONGEST_QUERY:
        raise MalformedParameterError
    return search


def search_address(search: Search, *, anchor: str | None = None, **query: str | None) -> str:
    """Path and query of a search's page, from checked values only.

    Args:
        search: As it was read.
        anchor: Public id of the comment to scroll to.
        query: ``after``, ``done``, ``comment``; those that are None are left out.
    """
    given = urlencode({**search.query(), **{name: value for name, value in query.items() if value}})
    return PATH + (f"?{given}" if given else "") + (f"#c-{anchor}" if anchor else "")


def all_by(comment: str) -> str:
    """Where all comments by the author of this one are."""
    return search_address(Search(author=comment))


def all_under(comment: str) -> str:
    """Where all comments on the article of this one are."""
    return search_address(Search(thread=comment))


def all_linking(domain: str) -> str:
    """Where all comments with a link to this domain are."""
    return search_address(Search(domain=domain))


def _word(text: str | None) -> str | None:
    word = clean_line(text or "")
    if len(word) > _LONGEST_VALUE:
        raise MalformedParameterError
    return word or None


def _domain(text: str | None) -> str | None:
    """As it is typed or pasted: ``https://www.Shop.example/x`` is ``shop.example``."""
    word = (_word(text) or "").lower()
    host = word.rpartition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    return host.removeprefix("www.") or None


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise MalformedParameterError from None
