"""The lines of a site's export: JSON, one a line. docs/export-format.md describes them.

The first is the head, then each thread and each comment has one, at last the end with how many there were.
"""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from commentsvc.domain.clock import wire_time
from commentsvc.domain.exports import (
    FORMAT,
    KIND_OF_FILE,
    Addresses,
    ExportedComment,
    ExportedStatuses,
    ExportedThread,
)
from commentsvc.domain.site import Site


class ExportWriter:
    """Spells an export, and counts.

    Args:
        write: Takes each line, with its end.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.threads, self.comments = 0, 0

    def head(self, site: Site, *, statuses: ExportedStatuses, addresses: Addresses, now: datetime) -> None:
        """The first line."""
        self._line({
            "file": KIND_OF_FILE,
            "format": FORMAT,
            "site": site.key,
            "name": site.name,
            "origins": list(site.origins),
            "created_at": wire_time(now),
            "statuses": statuses,
            "addresses": addresses,
        })  # fmt: skip

    def thread(self, thread: ExportedThread) -> None:
        """A thread, before any of its comments."""
        self.threads += 1
        self._line({
            "thread": thread.address,
            "url": thread.url,
            "title": thread.title,
            "open": thread.is_open,
            "created_at": wire_time(thread.created_at),
        })  # fmt: skip

    def comment(self, comment: ExportedComment) -> None:
        """A comment, after the one that it answers."""
        self.comments += 1
        content = {
            "comment": comment.id,
            "parent": comment.parent,
            "in": comment.thread,
            "status": comment.status,
            "name": comment.name,
            "website": comment.website,
            "key": comment.key,
            "badge": comment.badge,
            "source": comment.source,
            "html": comment.html,
            "created_at": wire_time(comment.created_at),
            "edited_at": _time(comment.edited_at),
            "edited_by": comment.edited_by,
            "likes": comment.likes,
            "pinned_at": _time(comment.pinned_at),
            "empty": comment.is_empty,
        }
        if comment.sealed is not None:
            content["sealed"] = base64.b64encode(comment.sealed).decode("ascii")
        self._line(content)

    def end(self) -> None:
        """The last line: without it, an export is cut off."""
        self._line({"end": True, "threads": self.threads, "comments": self.comments})

    def _line(self, content: dict[str, Any]) -> None:
        # In ASCII, so that nothing in it can give orders to a terminal.
        self._write(json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n")


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else wire_time(moment)
