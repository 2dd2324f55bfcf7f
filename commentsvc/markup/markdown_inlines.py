"""Inline rules of Markdown that are ours: bare web addresses, the few HTML tags readers know, one face."""

import re
from html import escape, unescape

from markdown_it.rules_inline import StateInline

_SCHEME = re.compile(r"(?:^|(?<=[^a-zA-Z0-9]))https?\Z", re.IGNORECASE)
_ADDRESS = re.compile(
    r"://(?:(?!&(?:lt|gt|quot|nbsp);)[^\s<>\"`\[\]\\\u3000-\u3003\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f])+"
)
_NAMED = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TRAILING = frozenset(".,:;!?'*_~…")

EMPHASIS_SIGNS = 3
_ORNAMENT = re.compile(r"\*+|_+|~+")
_LONE_ORNAMENT = re.compile(r"[*_~]+(?=[\s!?.,]|\Z)")
_BEFORE_ORNAMENT = frozenset("{(/|-")
_AFTER_ORNAMENT = frozenset("-.^{}|/;:,!?=+%)]>")

_ATTRIBUTE = r"\s+([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?"
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(
    r"<(/?)(a|b|strong|i|em|del|s|strike|code|pre|blockquote|ul|ol|li|p|br)((?:"
    + re.sub(r"\((?!\?)", "(?:", _ATTRIBUTE)
    + r")*)\s*/?>",
    re.IGNORECASE,
)


def bare_address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's call
    """A web address in the text becomes a link; linear, whatever stands there.

    Entities in it are read as characters (``?a=1&amp;b=2``), punctuation after it stays outside, and so does a
    closing parenthesis that was not opened inside.
    """
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.src[max(0, state.pos - 6) : state.pos])
    scheme = _SCHEME.search(state.src[max(0, state.pos - 6) : state.pos])
    found = _ADDRESS.match(state.src, state.pos, state.posMax) if scheme else None
    if scheme is None or found is None or len(rest := trim_address(found[0])) == len("://"):
        return False
    if not silent:
        if not state.pending.endswith(scheme[0]):
            return False
        state.pending = state.pending[: -len(scheme[0])]
        _push_link(state, scheme[0] + _NAMED.sub(lambda named: unescape(named[0]), rest))
    state.pos += len(rest)
    return True


def trim_address(text: str) -> str:
    """An address without the punctuation that belongs to the sentence around it."""
    end = len(text)
    surplus = text.count(")") - text.count("(")
    while end and (text[end - 1] in _TRAILING or (text[end - 1] == ")" and surplus > 0) or text[end - 1] == "("):
        surplus += {")": -1, "(": 1}.get(text[end - 1], 0)
        end -= 1
    return text[:end]


def known_tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's call
    """One of the HTML tags readers know, written anew with nothing but its `href`.

    Any other tag is no markup and stays visible as text. Without attributes, equal tags are equal, and the HTML
    parser keeps at most three of each open: no row of misnested tags becomes slow.
    """
    found = _TAG.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "<" else None
    if found is None:
        return False
    if not silent:
        token = state.push("html_inline", "", 0)
        token.content = _plain_tag(found)
        if found[2] in {"a", "A"}:
            state.linkLevel = max(0, state.linkLevel + (-1 if found[1] else 1))
    state.pos = found.end()
    return True


def ornament(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's call
    """Stars, underscores and tildes that decorate stay visible: ``*****``, ``_______``, ``*-*``, ``*_*``, ``{**}``.

    Emphasis is marked by three signs at most, and begins before a word, a quotation mark or a parenthesis.
    """
    before = state.src[state.pos - 1] if state.pos else " "
    is_opening = before.isspace() or before in _BEFORE_ORNAMENT
    alone = _LONE_ORNAMENT.match(state.src, state.pos, state.posMax) if is_opening else None
    run = alone or _ORNAMENT.match(state.src, state.pos, state.posMax)
    if run is None:
        return False
    if (
        alone is None
        and len(run[0]) <= EMPHASIS_SIGNS
        and not (is_opening and state.src[run.end() : run.end() + 1] in _AFTER_ORNAMENT)
    ):
        return False
    if not silent:
        state.pending += run[0]
    state.pos = run.end()
    return True


def shrug(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's call
    r"""The face ``¯\_(ツ)_/¯`` keeps its arm: there, the backslash escapes nothing."""
    if not state.src.startswith("\\_(", state.pos) or not state.src.startswith("¯", state.pos - 1):
        return False
    if not silent:
        state.pending += "\\_"
    state.pos += len("\\_")
    return True


def _push_link(state: StateInline, address: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": address}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)


def _plain_tag(found: re.Match[str]) -> str:
    name = {"strike": "s"}.get(found[2].lower(), found[2].lower())
    href = None if found[1] or name != "a" else _href_among(found[3])
    return f"<{found[1]}{name}>" if href is None else f'<a href="{escape(href)}">'


def _href_among(attributes: str) -> str | None:
    for name, *values in _ATTRIBUTES.findall(attributes):
        if name.lower() == "href":
            return unescape("".join(values))
    return None
