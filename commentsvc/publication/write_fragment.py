"""A thread for static sites: as HTML to put into a page, and as JSON-LD for machines that read it."""

import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from commentsvc.domain.clock import wire_time
from commentsvc.domain.comment import PublishedComment, Thread
from commentsvc.domain.site import Site
from commentsvc.markup.serialise_tree import text_of
from commentsvc.publication.branches import Reading, grow
from commentsvc.publication.permalinks import permalink
from commentsvc.store import published
from commentsvc.store.published import Sort
from commentsvc.web.pages import Pages

FRAGMENT_COMMENTS = 1_000
"""No page of roots is begun once there are so many; what is left out is linked to."""
_ROOTS, _REPLIES_EACH = 50, 50
_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
"""So that neither HTML nor JavaScript finds anything of its own in the JSON."""

_BRACE_IN_TEXT = re.compile(r"\{(?![\"}])")
"""No brace of the JSON's own, which a name or an end follows; no template begins otherwise."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The comments of a thread, roots oldest first, each followed by its first replies."""

    comments: list[PublishedComment]
    has_more: bool


def shown(conn: Connection, thread: Thread | None) -> Shown:
    """What is published in a thread, up to `FRAGMENT_COMMENTS` and a page more."""
    comments: list[PublishedComment] = []
    after = None
    while thread is not None and len(comments) < FRAGMENT_COMMENTS:
        page = published.roots(conn, thread, sort=Sort.OLDEST, after=after, limit=_ROOTS, replies_each=_REPLIES_EACH)
        comments.extend(page.comments)
        after = page.next
        if after is None:
            break
    return Shown(comments, after is not None)


def as_html(pages: Pages, site: Site, thread: Thread | None, found: Shown, reading: Reading) -> bytes:
    """The comments without a form; links to reply lead to the thread's own page.

    Every brace that opens is written as a reference: generators of static pages evaluate templates (``{{ … }}``,
    ``{% … %}``) in what they include, and nobody's comment is one.
    """
    html = pages.render(
        "publication/fragment.html",
        language=site.policy.language,
        thread=thread,
        branches=grow(found.comments),
        has_more=found.has_more,
        reading=reading,
    )
    return f"{html.strip()}\n".replace("{", "&#123;").encode()


def as_json_ld(site: Site, url: str, thread: Thread | None, found: Shown) -> bytes:
    """The same for `<script type="application/ld+json">`, in which it can be put as it is.

    Source:
        schema.org Article and Comment; HTML Living Standard section 4.12.1.3, restrictions for contents of scripts.
    """
    page = thread.url if thread and thread.revision > 0 else url
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": page,
        "url": page,
        "publisher": {"@type": "Organization", "name": site.name},
        "commentCount": thread.count if thread else 0,
        "comment": [_comment(each, page) for each in found.comments if not each.is_tombstone],
    }
    if thread and thread.revision > 0 and thread.title:
        article["headline"] = thread.title
    text = json.dumps(article, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return _BRACE_IN_TEXT.sub(r"\\u007b", text).encode()


def _comment(comment: PublishedComment, page: str) -> dict[str, Any]:
    url = permalink(page, comment.id)
    entry: dict[str, Any] = {
        "@type": "Comment",
        "@id": url,
        "url": url,
        "author": {"@type": "Person", "name": comment.name},
        "dateCreated": wire_time(comment.created_at),
        "text": text_of(comment.tree),
    }
    if comment.edited_at:
        entry["dateModified"] = wire_time(comment.edited_at)
    if comment.parent:
        entry["parentItem"] = {"@type": "Comment", "@id": permalink(page, comment.parent)}
    return entry
