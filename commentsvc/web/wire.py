"""Comments as JSON: an explicit list of what leaves the server, never a row with something taken out."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from commentsvc.domain.appeals import APPEALABLE, AppealState
from commentsvc.domain.clock import wire_time
from commentsvc.domain.comment import OwnComment, PublishedComment


class Body(StrEnum):
    """The form in which a comment's body is asked for."""

    HTML = "html"
    TREE = "tree"


def published(comment: PublishedComment, body: Body) -> dict[str, Any]:
    """A comment for everybody; a tombstone has no author and an empty body, and says so."""
    author = {"name": comment.name, "website": comment.website, "key": comment.key, "badge": comment.badge}
    wire: dict[str, Any] = {
        "id": comment.id,
        "parent": comment.parent,
        "author": None if comment.is_tombstone else author,
        **_body(comment.html, comment.tree, body),
        "created_at": wire_time(comment.created_at),
        "edited_at": _optional_time(comment.edited_at),
        "edited_by": comment.edited_by,
        "likes": comment.likes,
        "replies": comment.replies,
    }
    marks = {"pinned": comment.is_pinned, "tombstone": comment.is_tombstone}
    return wire | {name: True for name, is_so in marks.items() if is_so}


def own(comment: OwnComment) -> dict[str, Any]:
    """A comment for its own writer: with its status, its source and both forms of the body."""
    return {
        "id": comment.id,
        "parent": comment.parent,
        "author": {"name": comment.name, "website": comment.website, "key": comment.key, "badge": None},
        "html": comment.html,
        "body": comment.tree,
        "source": comment.source,
        "created_at": wire_time(comment.created_at),
        "edited_at": _optional_time(comment.edited_at),
        "edited_by": comment.edited_by,
        "likes": comment.likes,
        "replies": comment.replies,
        "status": comment.status,
        "url": comment.url,
        "message": comment.message,
        "appeal": appeal_state(comment),
        "may_edit_until": _optional_time(comment.may_edit_until),
    }


def appeal_state(comment: OwnComment) -> AppealState | None:
    """What its writer can do or has done about a decision; None: there is nothing to appeal against."""
    if comment.has_appealed:
        return AppealState.ANSWERED if comment.has_answer else AppealState.WAITING
    is_possible = comment.status in APPEALABLE and comment.source  # no words: they were erased
    return AppealState.POSSIBLE if is_possible else None


def _body(html: str, tree: list[object], body: Body) -> dict[str, Any]:
    return {"body": tree} if body is Body.TREE else {"html": html}


def _optional_time(moment: datetime | None) -> str | None:
    return None if moment is None else wire_time(moment)
