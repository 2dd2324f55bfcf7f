"""Packaged files by a fixed map: no path of a request ever reaches the disk."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.domain.errors import NotFoundError
from commentsvc.web import cors
from commentsvc.web.encoding import Coding, Encoded, encode, respond
from commentsvc.web.front import Never, true_until
from commentsvc.web.parts import part

_MEDIA_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
}
_LANGUAGES = "languages/"
_RELEASED = "released/"
"""Scripts of former releases: an older `embed.js` in somebody's cache finds here what belongs to it."""
_QUALITIES = {"": 11, _LANGUAGES: 5, _RELEASED: 11}
"""Of brotli, by folder: there are many languages, and at its best each would cost as much as it saves."""
_EMBED, _COUNTS = "embed.js", "counts.js"
_OF_THE_EMBED = {"embed": _EMBED, "tools": "embed-tools.js", "counts": _COUNTS}
"""First part of a name with a version → file; a page may pin them."""
_VERSION_LETTERS = 16
_EMBED_CACHE = "public, max-age=300, s-maxage=3600, stale-while-revalidate=86400, stale-if-error=604800"
_LANGUAGE_CACHE = "public, max-age=86400, s-maxage=3600, stale-while-revalidate=604800, stale-if-error=604800"
_VERSIONED_CACHE = "public, max-age=31536000, immutable"


class StaticFiles:
    """The files in `commentsvc/web/static`, each read and compressed once in a process, when it is first asked for."""

    def find_version(self, name: str) -> Encoded:
        """A script of the embed by a name with its version, ``tools-0123456789abcdef.js``.

        Raises:
            NotFoundError: There is none of this name, or no longer.
        """
        for kind, file in _OF_THE_EMBED.items():
            script = self.find(file)
            if name == f"{kind}-{version_of(script.bodies[Coding.IDENTITY])}.js":
                return script
        return self.find(f"{_RELEASED}{name}")

    def address(self, name: str) -> str:
        """Path of a file with its version, to be cached for ever: ``/static/pages.css?v=1f2e…``."""
        return f"/static/{name}?v={self.find(name).etag}"

    def find(self, name: str) -> Encoded:
        """The file.

        Raises:
            NotFoundError: There is none of this name.
        """
        if name not in _paths():
            raise NotFoundError
        return _encoded(name)


@dataclass(frozen=True, slots=True)
class PinnedScript:
    """A script under a name that never means another one."""

    path: str
    integrity: str
    """As the attribute of that name takes it: ``sha384-…``."""


def pin(kind: str) -> PinnedScript:
    """The script of this kind (``embed``, ``counts``) as a page can pin it.

    Source:
        Subresource Integrity (W3C), section 3.1.
    """
    script = (files("commentsvc.web") / "static" / _OF_THE_EMBED[kind]).read_bytes()
    digest = base64.b64encode(hashlib.sha384(script).digest()).decode()
    return PinnedScript(f"/embed/{kind}-{version_of(script)}.js", f"sha384-{digest}")


def version_of(script: bytes) -> str:
    """What stands in a script's name: the beginning of its SHA-256, in hexadecimal."""
    return hashlib.sha256(script).hexdigest()[:_VERSION_LETTERS]


@cache
def _paths() -> dict[str, Traversable]:
    """Name → file."""
    folder = files("commentsvc.web") / "static"
    return {
        f"{prefix}{entry.name}": entry
        for prefix in _QUALITIES
        if (folder / prefix).is_dir()
        for entry in (folder / prefix).iterdir()
        if _ending(entry.name) in _MEDIA_TYPES
    }


@cache
def _encoded(name: str) -> Encoded:
    quality = _QUALITIES[name[: name.rfind("/") + 1]]
    return encode(_paths()[name].read_bytes(), media_type=_MEDIA_TYPES[_ending(name)], brotli_quality=quality)


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


async def serve_embed(request: Request) -> Response:
    """GET /embed.js: the one script that articles load."""
    cors.allow(request, cors.EVERYBODY)
    true_until(request, Never.MOVES)
    return respond(request, part(request, StaticFiles).find(_EMBED), cache_control=_EMBED_CACHE)


async def serve_counts(request: Request) -> Response:
    """GET /counts.js: the script of pages that list articles."""
    cors.allow(request, cors.EVERYBODY)
    true_until(request, Never.MOVES)
    return respond(request, part(request, StaticFiles).find(_COUNTS), cache_control=_EMBED_CACHE)


async def serve_version(request: Request) -> Response:
    """GET /embed/NAME: the same script under a name with its version, and what it loads once readers act."""
    cors.allow(request, cors.EVERYBODY)
    found = part(request, StaticFiles).find_version(request.path_params["name"])
    return respond(request, found, cache_control=_VERSIONED_CACHE)


async def serve_language(request: Request) -> Response:
    """GET /languages/NAME: the embed's words in another language than English."""
    cors.allow(request, cors.EVERYBODY)
    found = part(request, StaticFiles).find(f"{_LANGUAGES}{request.path_params['name']}")
    return respond(request, found, cache_control=_LANGUAGE_CACHE)


async def serve_static(request: Request) -> Response:
    """GET /static/NAME: styles and scripts of our own pages."""
    found = part(request, StaticFiles).find(request.path_params["name"])
    return respond(request, found, cache_control=_VERSIONED_CACHE)
