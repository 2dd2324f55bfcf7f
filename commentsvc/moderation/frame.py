"""What every page of moderation has around it: the lists with their counts, and who asks."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.engine import Connection

from commentsvc.moderation import words
from commentsvc.moderation.panic_in_words import panics
from commentsvc.moderation.places import COUNT_UP_TO, PATHS, REPORTED
from commentsvc.store import news, queue, reasons, reports
from commentsvc.web.signed_in import SignedIn


def frame(conn: Connection, me: SignedIn, *, site_ids: Collection[int] | None = None) -> dict[str, Any]:
    """Values for ``moderation/layout.html``, all of one moment.

    Args:
        conn: In a transaction.
        me: Who asks.
        site_ids: Whose comments are counted; None: all that one looks after.
    """
    mine = me.site_ids if site_ids is None else site_ids
    return {
        "me": me,
        "panics": panics(conn, me.site_ids),
        "words": words,
        "lists": PATHS,
        "counts": queue.counts(conn, site_ids=mine, up_to=COUNT_UP_TO),
        "reported_list": REPORTED,
        "reported_count": reports.count_open(conn, site_ids=mine, up_to=COUNT_UP_TO),
        "count_up_to": COUNT_UP_TO,
        "reasons": reasons.of_sites(conn, me.site_ids),
        "live_cursor": str(news.now(conn)),
    }
