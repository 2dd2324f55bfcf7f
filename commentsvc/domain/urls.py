"""Web addresses: of articles, of origins, of a reader's own website."""

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

from commentsvc.domain.errors import MalformedUrlError, UnknownHostError
from commentsvc.domain.site import Site

URL_CHARACTERS = 2_048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi"
    r"|mkt_tok|vero_id|oly_anon_id|oly_enc_id|ref_src|s_cid)"
)
_PATH_SAFE = "-._~!$&'()*+,;=:@/"
_QUERY_SAFE = "-._~!$'()*,;:@/?"
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\\<>\"^`{|}]")


def canonical_url(raw: str, *, site: Site) -> str:
    """Reduce an article's address to the one spelling its thread is filed under.

    Lower-cases scheme and host, drops fragment, default port, user name and tracking parameters, resolves dot
    segments, decodes what needs no percent sign, and sorts the remaining parameters. Idempotent.

    Args:
        raw: Absolute http(s) URL as the embed sent it, at most 2,048 characters.
        site: Its host, with port if there is one, must be among `site.hosts`.

    Returns:
        ASCII, at most 2,048 characters, no fragment: ``https://example.org/a?page=2``.

    Raises:
        MalformedUrlError: Not an absolute http(s) URL (422, `malformed_url`).
        UnknownHostError: No host of this site (403, `unknown_host`).

    Source:
        RFC 3986 sections 5.2.4, 6.2.2 and 6.2.3; RFC 6596 (canonical link relation).
    """
    parts = _split_http(raw)
    host = _host_and_port(parts)
    if host not in site.hosts:
        raise UnknownHostError(f"{host} is no host of {site.key}")
    path = _remove_dot_segments(_normal_escapes(parts.path, _PATH_SAFE)) or "/"
    url = urlunsplit((parts.scheme.lower(), host, path, _normal_query(parts.query), ""))
    if len(url) > URL_CHARACTERS:
        raise MalformedUrlError("too long")
    return url


def normal_origin(raw: str) -> str:
    """An origin as browsers send it: ``https://example.org``, ``http://127.0.0.1:8001``.

    Args:
        raw: An http(s) URL without path, query or fragment; a single trailing slash is forgiven.

    Raises:
        MalformedUrlError: Anything else.

    Source:
        RFC 6454 section 6.2.
    """
    parts = _split_http(raw)
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username is not None:
        raise MalformedUrlError("an origin has no path")
    return f"{parts.scheme.lower()}://{_host_and_port(parts)}"


def website_url(raw: str) -> str:
    """A reader's own website, checked: absolute, http(s), no user name or password.

    Returns:
        ASCII, with a path: ``https://example.org/``.

    Raises:
        MalformedUrlError: Anything else.
    """
    parts = _split_http(raw)
    if parts.username is not None or parts.password is not None:
        raise MalformedUrlError("credentials in a website")
    host = _host_and_port(parts)
    path = _normal_escapes(parts.path, _PATH_SAFE) or "/"
    query = _normal_escapes(parts.query, _QUERY_SAFE + "&=+")
    return urlunsplit((parts.scheme.lower(), host, path, query, _normal_escapes(parts.fragment, _QUERY_SAFE + "&=+")))


def host_of(url: str) -> str:
    """The host that a link leads to, lower-case and without ``www.``; IDN stays as punycode; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _split_http(raw: str) -> SplitResult:
    text = raw.strip()
    if not text or len(text) > URL_CHARACTERS or _FORBIDDEN.search(text):
        raise MalformedUrlError("length or characters")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise MalformedUrlError("does not parse") from None
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname or not text.partition(":")[2].startswith("//"):
        raise MalformedUrlError("not http(s) or no host")
    if "[" in parts.netloc and (":" not in parts.hostname or "%" in parts.hostname):
        raise MalformedUrlError("in brackets stands an IPv6 address, without a zone")
    return parts


def _host_and_port(parts: SplitResult) -> str:
    host = _ascii_host(parts.hostname or "")
    default = _DEFAULT_PORTS[parts.scheme.lower()]
    return host if parts.port in {None, default} else f"{host}:{parts.port}"


def _ascii_host(host: str) -> str:
    try:
        if ":" in host:
            return f"[{IPv6Address(host).compressed}]"
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise MalformedUrlError("host") from None
    ascii_host = ascii_host.lower()
    if not _HOST.fullmatch(ascii_host):
        raise MalformedUrlError("host")
    return ascii_host.removesuffix(".")


def _normal_escapes(text: str, safe: str) -> str:
    """Percent-encoding in one spelling: unreserved characters bare, everything else as upper-case escapes.

    Escapes of reserved characters stay escapes, because ``%2F`` and ``/`` mean different things.
    """
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", text)
    return "".join(_one_escape(piece) if i % 2 else quote(piece, safe=safe) for i, piece in enumerate(pieces))


def _one_escape(escape: str) -> str:
    char = unquote_to_bytes(escape)
    return char.decode("ascii") if re.fullmatch(rb"[A-Za-z0-9._~-]", char) else escape.upper()


def _normal_query(query: str) -> str:
    pairs = sorted(_normal_escapes(pair, _QUERY_SAFE + "=+") for pair in query.split("&") if pair)
    return "&".join(pair for pair in pairs if not _TRACKING.fullmatch(pair.partition("=")[0].lower()))


def _remove_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)
