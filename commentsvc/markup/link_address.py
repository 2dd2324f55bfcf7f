"""Where a link in a comment may lead: one rule, after parsing, independent of the sanitiser."""

import re
from urllib.parse import quote

from commentsvc.domain.errors import MalformedUrlError
from commentsvc.domain.urls import URL_CHARACTERS, website_url

ALLOWED_ADDRESS = re.compile(r"^(https?|mailto):")
"""What every `href` in HTML and tree matches."""

_MAILTO = re.compile(r"mailto:[a-z0-9.!#$%*+/=^_{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}", re.IGNORECASE)
_QUOTED = str.maketrans({char: quote(char) for char in "^`{|}"})


def link_address(href: str | None) -> str | None:
    """The address as it is written into HTML and tree, or None: then the link is unwrapped.

    Absolute http(s) with a host and without user name or password, or a plain ``mailto:`` without headers. No
    control characters, no space and no backslash anywhere: browsers skip some of them and read another scheme.

    Returns:
        ASCII, at most 2,048 characters, matching `ALLOWED_ADDRESS`. Idempotent.

    Source:
        RFC 3986 section 3, RFC 6068, WHATWG URL (how browsers forgive).
    """
    text = (href or "").strip(" \t\n")
    if len(text) > URL_CHARACTERS:
        return None
    if _MAILTO.fullmatch(text):
        return "mailto:" + text[len("mailto:") :]
    try:
        address = website_url(text.translate(_QUOTED))
    except MalformedUrlError:
        return None
    return address if ALLOWED_ADDRESS.match(address) and len(address) <= URL_CHARACTERS else None
