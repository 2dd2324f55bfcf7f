"""WordPress: what *Tools → Export* writes, WXR (RSS with the namespace ``http://wordpress.org/export/1.2/``).

``<channel>`` has a ``<wp:author>`` for whoever writes articles, then an ``<item>`` for each article: `title`, `link`,
`comment_status`, `status`, `post_password`, and a ``<wp:comment>`` for each comment: `comment_id`, `comment_author`,
`comment_author_email`, `comment_author_url`, `comment_author_IP`, `comment_date_gmt`, `comment_content`,
`comment_approved` (1, 0, spam, trash), `comment_type`, `comment_parent`, `comment_user_id`, as
wp-admin/includes/export.php has it. The anchor of a comment is ``#comment-ID``.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import Element

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.imports import Fault, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.read_lines import opened
from commentsvc.transfer.sources.safe_xml import local_name, parts, words

_STATUS = {
    "1": SourceStatus.APPROVED,
    "approve": SourceStatus.APPROVED,
    "0": SourceStatus.PENDING,
    "hold": SourceStatus.PENDING,
    "spam": SourceStatus.SPAM,
}
_PUBLIC = {"publish", "inherit", ""}
_NOBODY = {"", "0"}
_GAP = re.compile(r"\n[ \t]*\n\s*")
_COMMENT_TYPES = {"", "comment"}


def read_wordpress(path: Path) -> Iterator[Item | Fault]:
    """The comments in an export of WordPress.

    Raises:
        ImportFileError: It is none.
    """
    writers: set[str] = set()
    comments: list[Item | Fault] = []
    with opened(path) as file:
        for element in parts(file, root="rss", level=2, inner={"comment"}):
            match local_name(element):
                case "author":
                    writers.add(words(element, "author_id"))
                case "comment":
                    comments.append(_item(element, writers))
                case "item":
                    yield from _of_article(element, comments)
                    comments = []
                case _:
                    pass


def _of_article(article: Element, comments: list[Item | Fault]) -> Iterator[Item | Fault]:
    """What stood in an article, once the article itself is known."""
    is_open = words(article, "comment_status") != "closed"
    thread = SourceThread(words(article, "link"), unescape(words(article, "title")) or None, is_open)
    is_public = words(article, "status") in _PUBLIC and not words(article, "post_password")
    for each in comments:
        if isinstance(each, Item):
            each.thread = thread
            each.status = each.status if is_public else SourceStatus.HIDDEN
        yield each


def _item(comment: Element, writers: set[str]) -> Item | Fault:
    item_id, user = words(comment, "comment_id"), words(comment, "comment_user_id")
    created_at = read_fields.moment(words(comment, "comment_date_gmt")) or read_fields.moment(
        words(comment, "comment_date")
    )
    if not item_id:
        return Fault("", read_fields.NO_ID)
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    email, parent = words(comment, "comment_author_email"), words(comment, "comment_parent")
    is_comment = words(comment, "comment_type") in _COMMENT_TYPES
    status = _STATUS.get(words(comment, "comment_approved"), SourceStatus.DELETED)
    return Item(
        id=item_id[: read_fields.LONGEST_ID],
        thread=SourceThread(""),
        parent=None if parent in _NOBODY else parent,
        status=status if is_comment else SourceStatus.NO_COMMENT,
        name=unescape(words(comment, "comment_author")),
        email=EmailAddress(email) if email else None,
        website=words(comment, "comment_author_url"),
        body=paragraphs(words(comment, "comment_content")),
        is_html=True,
        created_at=created_at,
        has_badge=user not in _NOBODY and user in writers,
        account=None if user in _NOBODY else user,
    )


def paragraphs(text: str) -> str:
    """What WordPress keeps: HTML in which lines end as they were typed; it makes paragraphs when it shows them."""
    some = _GAP.split(text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "".join("<p>" + each.replace("\n", "<br>") + "</p>" for each in some if each)
