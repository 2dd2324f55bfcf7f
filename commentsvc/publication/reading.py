"""What publication works with, and how an article's thread is found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection
from starlette.requests import Request

from commentsvc.domain.comment import Thread
from commentsvc.domain.errors import MalformedParameterError
from commentsvc.domain.limits import Limits
from commentsvc.domain.site import Site
from commentsvc.domain.text import clean_line
from commentsvc.domain.urls import canonical_url
from commentsvc.store import threads
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.web.parts import part
from commentsvc.web.spoken_language import speak_as


@dataclass(frozen=True, slots=True)
class ReadingPolicy:
    """Page sizes, and how long answers may be kept."""

    max_age_seconds: int
    shared_max_age_seconds: int
    has_mail: bool
    """Whether this installation sends any, so that forms may offer it."""
    has_purge: bool = False
    """Whether a cache in front of us is told what it may not keep any longer."""
    roots: int = 20
    replies_each: int = 5
    replies: int = 50
    feed_entries: int = 50

    @property
    def cache_control(self) -> str:
        """For everything that is the same for everybody; a cache may serve it for a day while we are down."""
        return (
            f"public, max-age={self.max_age_seconds}, s-maxage={self.shared_max_age_seconds}, "
            "stale-while-revalidate=60, stale-if-error=86400"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Which thread a request is about."""

    site: Site
    url: str
    """Canonical."""
    address: str


async def asked_thread(request: Request, query: dict[str, str]) -> Asked:
    """The site and address in `site`, `url` and `id`.

    Raises:
        UnknownSiteError: No such site (404).
        MalformedUrlError: `url` is none (422).
        UnknownHostError: `url` is not the site's (403).
        MalformedParameterError: `id` is too long (400).
    """
    site = await part(request, SiteDirectory).by_key(query["site"])
    speak_as(request, site)
    url = canonical_url(query["url"], site=site)
    address = clean_line(query.get("id", "")) or url
    if "id" in query and len(address) > part(request, Limits).thread_id_characters:
        raise MalformedParameterError
    return Asked(site, url, address)


def is_open(thread: Thread | None, site: Site, now: datetime) -> bool:
    """Whether the thread takes comments: not frozen, not closed by hand, and not older than the site allows."""
    if site.policy.is_frozen:
        return False
    if thread is None:
        return True
    days = site.policy.close_after_days
    return thread.is_open and (days is None or now - thread.created_at <= timedelta(days=days))


def find(conn: Connection, asked: Asked) -> Thread | None:
    """The thread, if anybody has ever posted there."""
    return threads.find(conn, asked.site.id, asked.address)
