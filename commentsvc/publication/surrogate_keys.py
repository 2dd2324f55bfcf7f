"""Keys under which a cache in front of us may throw answers away before their time.

A thread's answers carry a key made of its address, lists of a whole site one made of the site's key, and all of them
one more, for when it is no longer known what moved. They are hashes of what everybody knows who sees the page; threads
of two sites with one address share a key, and are asked for once too often.
"""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from commentsvc.publication.reading import ReadingPolicy
from commentsvc.web.parts import part

HEADER = "Surrogate-Key"
EVERYTHING = "commentsvc"
"""On every answer that has a key at all."""
_LETTERS = 20


def thread_key(address: str) -> str:
    """Of a thread and its replies, whether or not anybody has written there yet."""
    return f"t-{_hash(address)}"


def list_key(site_key: str) -> str:
    """Of what changes with any thread of a site: counts and feeds."""
    return f"l-{_hash(site_key)}"


def under(request: Request, key: str, answer: Response) -> Response:
    """The answer, with its key for caches where this installation purges any."""
    if part(request, ReadingPolicy).has_purge:
        answer.headers[HEADER] = f"{key} {EVERYTHING}"
    return answer


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_LETTERS]
