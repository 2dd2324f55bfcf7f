"""What is asked over HTTP: the public address and its clock, and an article's page."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from typing_extensions import override

from commentsvc.doctor.findings import Finding, State, ok
from commentsvc.domain.errors import MalformedUrlError
from commentsvc.domain.site import Site
from commentsvc.domain.urls import normal_origin

_SECONDS = 10
_LONGEST_BYTES = 2 * 1024 * 1024
_MOST_APART = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer."""

    status: int
    headers: Message
    body: bytes


def fetch(url: str) -> Fetched | None:
    """GET an address that the operator named; None if nobody answers."""
    if not url.startswith(("http://", "https://")):
        return None
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme was looked at
            return Fetched(answer.status, answer.headers, answer.read(_LONGEST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            return Fetched(error.code, error.headers, b"")
    except (OSError, HTTPException, ValueError):
        return None


def check_public(public_url: str, now: datetime, *, has_proxies: bool) -> Iterator[Finding]:
    """The public address answers as the service does, through a proxy that is trusted, and its clock is ours."""
    answer = fetch(f"{public_url}/healthz")
    if answer is None:
        fix = "Start the service and its proxy, or run the doctor where COMMENTSVC_PUBLIC_URL can be reached."
        yield Finding("public_url", State.UNKNOWN, "Nobody answers at the public address from here.", fix)
        return
    if answer.status != 200 or not _is_ours(answer.body):  # noqa: PLR2004 - HTTP's number
        fix = "Let the proxy hand every path on to the service, and check COMMENTSVC_PUBLIC_URL."
        yield Finding("public_url", State.PROBLEM, f"Something else answers there (status {answer.status}).", fix)
    else:
        yield ok("public_url", "A comment service answers there.")
    has_proxy = "Server" in answer.headers or "Via" in answer.headers  # our own answers have neither
    if has_proxy and not has_proxies:
        fix = "Name its network in COMMENTSVC_TRUSTED_PROXIES."
        yield Finding("proxy", State.PROBLEM, "A proxy is in front and not trusted: all share one rate limit.", fix)
    elif has_proxy:
        yield ok(
            "proxy", "A proxy is in front, and some network is trusted; whether it is the proxy's shows no answer."
        )
    yield from judge_clock(answer.headers.get("Date"), now)


def judge_clock(date: str | None, now: datetime) -> Iterator[Finding]:
    """Our clock beside an answer's `Date`."""
    try:
        apart = abs(parsedate_to_datetime(date or "").astimezone(UTC) - now)
    except ValueError:
        yield Finding("clock", State.UNKNOWN, "The answer has no date to compare with.")
        return
    seconds = int(apart.total_seconds())
    if apart > _MOST_APART:
        fix = "Let both machines set their clocks by NTP."
        yield Finding("clock", State.PROBLEM, f"The clocks are {seconds:,} seconds apart.", fix)
    else:
        yield ok("clock", "The clocks agree to a minute.")


def check_page(url: str, public_url: str, sites: list[Site]) -> Iterator[Finding]:
    """An article: the tag, the canonical link, its policy, and no mixture of http and https."""
    answer = fetch(url)
    if answer is None or answer.status != 200:  # noqa: PLR2004 - HTTP's number
        status = "nobody answers" if answer is None else f"status {answer.status}"
        yield Finding("page", State.PROBLEM, f"The page cannot be read ({status}).", "Check the address after --page.")
        return
    page = _Page()
    page.feed(answer.body.decode("utf-8", "replace"))
    yield from _tag(page, url, public_url, sites)
    yield from _canonical(page, url, sites)
    yield from judge_policy(", ".join(answer.headers.get_all("Content-Security-Policy") or []), public_url)
    if url.startswith("https://") and public_url.startswith("http://"):
        fix = "Set COMMENTSVC_PUBLIC_URL to an https address and paste the tag anew."
        yield Finding(
            "mixed_content", State.PROBLEM, "The page is https, the comments are http: browsers block it.", fix
        )


def judge_policy(policy: str, public_url: str) -> Iterator[Finding]:
    """Whether a Content-Security-Policy lets the embed load and call us; names what to add."""
    rules = {words[0].lower(): words[1:] for part in policy.split(";") if (words := part.split())}
    missing = [
        f"{name} {public_url}"
        for name in ("script-src", "connect-src")
        if (allowed := rules.get(name, rules.get("default-src"))) is not None
        and not {public_url, "*", f"{urlsplit(public_url).scheme}:"} & set(allowed)
    ]
    if missing:
        fix = f"Add to the Content-Security-Policy: {'; '.join(missing)}"
        yield Finding("csp", State.PROBLEM, "The page's policy keeps the comments out.", fix)
    else:
        yield ok("csp", "The page's policy lets the comments in." if policy else "The page has no policy in its head.")


def _tag(page: "_Page", url: str, public_url: str, sites: list[Site]) -> Iterator[Finding]:
    keys = [site for source, site in page.scripts if urljoin(url, source) == f"{public_url}/embed.js"]
    known = {site.key for site in sites}
    if not keys:
        fix = f'Paste: <script async src="{public_url}/embed.js" data-site="KEY"></script>'
        yield Finding("tag", State.PROBLEM, "The page does not load the comments.", fix)
    elif keys[0] not in known:
        fix = "Use the key that `commentsvc site list` shows as data-site."
        yield Finding("tag", State.PROBLEM, "The tag names a site that is not registered here.", fix)
    else:
        yield ok("tag", "The page loads the comments of a site that is registered.")


def _canonical(page: "_Page", url: str, sites: list[Site]) -> Iterator[Finding]:
    origins = {origin for site in sites for origin in site.origins}
    if _origin(url) not in origins:
        fix = "Add it: `commentsvc site edit KEY --origin ORIGIN`, together with those it has."
        yield Finding("origin", State.PROBLEM, "The page's origin belongs to no site.", fix)
    if page.canonical is None:
        fix = '<link rel="canonical" href="…"> keeps the comments together when the address has parameters.'
        yield Finding("canonical", State.WARNING, "The page has no canonical link.", fix)
    elif _origin(urljoin(url, page.canonical)) not in origins:
        fix = "Let the canonical link name an origin of the site, or add that origin to the site."
        yield Finding("canonical", State.PROBLEM, "The canonical link leads to a host of no site.", fix)
    else:
        yield ok("canonical", "The canonical link is on a host of a site.")


def _origin(url: str) -> str | None:
    parts = urlsplit(url)
    try:
        return normal_origin(f"{parts.scheme}://{parts.netloc}")
    except MalformedUrlError:
        return None


def _is_ours(body: bytes) -> bool:
    try:
        content: object = json.loads(body)
    except ValueError:
        return False
    return content == {"status": "alive"}


class _Page(HTMLParser):
    """The parts of a page that we look at."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[tuple[str, str]] = []
        self.canonical: str | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" in given:
            self.scripts.append((given["src"], given.get("data-site", "")))
        elif tag == "link" and "canonical" in given.get("rel", "").lower().split():
            self.canonical = given.get("href")
