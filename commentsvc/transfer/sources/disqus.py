"""Disqus: the XML that its panel sends (``<disqus>``, namespace ``http://disqus.com``), mostly as ``.xml.gz``.

First each ``<thread dsq:id>`` with `link`, `title`, `isClosed`, `isDeleted`; then each ``<post dsq:id>`` with
`message` as HTML, `createdAt`, `isDeleted`, `isSpam`, `author` (`name`, `username`, `isAnonymous`, in older files
`email`), `ipAddress`, ``<thread dsq:id>`` and ``<parent dsq:id>``. The anchor of a comment is ``#comment-ID``.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.imports import Fault, Item, SourceStatus, SourceThread
from commentsvc.transfer.sources import read_fields
from commentsvc.transfer.sources.read_lines import opened
from commentsvc.transfer.sources.safe_xml import child, local_name, parts, reference, words

_YES = "true"


def read_disqus(path: Path) -> Iterator[Item | Fault]:
    """The posts of an export of Disqus.

    Raises:
        ImportFileError: It is none.
    """
    threads: dict[str, tuple[SourceThread, bool]] = {}
    with opened(path) as file:
        for element in parts(file, root="disqus", level=1):
            match local_name(element):
                case "thread":
                    thread = SourceThread(
                        words(element, "link"), words(element, "title") or None, words(element, "isClosed") != _YES
                    )
                    threads[reference(element)] = thread, words(element, "isDeleted") == _YES
                case "post":
                    yield _item(element, threads)
                case _:
                    pass


def _item(post: Element, threads: dict[str, tuple[SourceThread, bool]]) -> Item | Fault:
    item_id = reference(post)
    created_at = read_fields.moment(words(post, "createdAt"))
    found = threads.get(reference(child(post, "thread")))
    if not item_id:
        return Fault("", read_fields.NO_ID)
    if found is None:
        return Fault(item_id, "It belongs to no thread.")
    if created_at is None:
        return Fault(item_id, read_fields.NO_TIME)
    thread, is_hidden = found
    author = child(post, "author")
    writer = post if author is None else author
    email, account = words(writer, "email"), words(writer, "username")
    return Item(
        id=item_id,
        thread=thread,
        parent=reference(child(post, "parent")) or None,
        status=SourceStatus.HIDDEN if is_hidden else _status(post),
        name=words(writer, "name"),
        email=EmailAddress(email) if email else None,
        body=words(post, "message"),
        is_html=True,
        created_at=created_at,
        account=account if account and words(writer, "isAnonymous") != _YES else None,
    )


def _status(post: Element) -> SourceStatus:
    if words(post, "isSpam") == _YES:
        return SourceStatus.SPAM
    return SourceStatus.DELETED if words(post, "isDeleted") == _YES else SourceStatus.APPROVED
