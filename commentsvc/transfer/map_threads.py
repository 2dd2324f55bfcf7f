"""Where a comment's article is here: its address in the source, reduced to the one spelling of a thread."""

from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from commentsvc.domain.errors import MalformedUrlError, UnknownHostError
from commentsvc.domain.imports import SourceThread
from commentsvc.domain.limits import Limits
from commentsvc.domain.site import Site
from commentsvc.domain.text import clean_line
from commentsvc.domain.urls import canonical_url
from commentsvc.store.importing import NewThread

_LIMITS = Limits()


class ThreadMap:
    """Finds the thread for each article; asked once for each.

    Args:
        site: Where the comments are to stand; its first origin is the one that paths are taken to be on.
        former_origins: Where the site was before; an address there is the same one under the first origin.
    """

    def __init__(self, site: Site, former_origins: Collection[str] = ()) -> None:
        self._site, self._former = site, frozenset(former_origins)
        self._schemes = {host: scheme for scheme, _, host in (each.partition("://") for each in reversed(site.origins))}
        self._known: dict[SourceThread, NewThread | str] = {}
        self._together: dict[str, NewThread] = {}

    def find(self, thread: SourceThread) -> NewThread | str:
        """The thread, or a sentence about why there can be none.

        It has the first title of all that were asked for, and is closed if one of them was.
        """
        if thread not in self._known:
            self._known[thread] = found = self._mapped(thread)
            if isinstance(found, NewThread):
                self._together[found.address] = _joined(self._together.get(found.address, found), found)
        known = self._known[thread]
        return self._together[known.address] if isinstance(known, NewThread) else known

    def _mapped(self, thread: SourceThread) -> NewThread | str:
        try:
            url = canonical_url(self._at_home(thread.url.strip()), site=self._site)
        except MalformedUrlError:
            return "Its article has no web address that could be understood."
        except UnknownHostError:
            return "Its article is at none of the site's origins."
        title = clean_line(thread.title or "")[: _LIMITS.title_characters].strip() or None
        address = clean_line(thread.explicit_id or "")[: _LIMITS.thread_id_characters].strip() or url
        return NewThread(address, url, title, thread.is_open)

    def _at_home(self, raw: str) -> str:
        """The same page under the site's own scheme and host."""
        if not self._site.origins:
            return raw
        if raw.startswith("/") and not raw.startswith("//"):
            return self._site.origins[0] + raw
        try:
            parts = urlsplit(raw)
        except ValueError:
            return raw
        host = parts.netloc.lower()
        if f"{parts.scheme.lower()}://{host}" in self._former:
            scheme, _, home = self._site.origins[0].partition("://")
            return urlunsplit((scheme, home, parts.path, parts.query, ""))
        is_ours = f"{parts.scheme.lower()}://{host}" in self._site.origins
        scheme = parts.scheme if is_ours else self._schemes.get(host, parts.scheme)
        return urlunsplit((scheme, parts.netloc, parts.path, parts.query, ""))


def _joined(first: NewThread, other: NewThread) -> NewThread:
    return replace(first, title=first.title or other.title, is_open=first.is_open and other.is_open)
