"""What a webhook is sent, in the format that its owner chose."""

import json
from datetime import datetime

from commentsvc.domain.clock import wire_time
from commentsvc.domain.comment import HeldComment
from commentsvc.domain.notices import Event, WebhookFormat
from commentsvc.domain.text import clean_line
from commentsvc.store.notices import Call, Told

_EXCERPT_CHARACTERS = 300


def write_call(call: Call, call_id: str, *, made_at: datetime, public_url: str) -> bytes:
    """The body of one call, JSON in UTF-8.

    Args:
        call: What it tells; never an address.
        call_id: The same at each attempt.
        made_at: When it happened, in UTC.
        public_url: Where browsers reach the service.
    """
    told = _chat(call, public_url) if call.format is WebhookFormat.CHAT else _facts(call, public_url)
    same = {} if call.format is WebhookFormat.CHAT else {"id": call_id, "at": wire_time(made_at)}
    return json.dumps(told | same, ensure_ascii=False).encode()


def _facts(call: Call, public_url: str) -> dict[str, object]:
    return {
        "event": call.event,
        "site": {"key": call.site.key, "name": call.site.name},
        "comment": None if call.told is None else _comment(call.told, public_url),
    }


def _comment(told: Told, public_url: str) -> dict[str, object]:
    comment = told.comment
    return {
        "id": comment.id,
        "parent": None if comment.parent is None else comment.parent.id,
        "status": comment.status,
        "name": comment.name,
        "website": comment.website,
        "text": comment.source,
        "article": {"url": comment.thread_url, "title": comment.thread_title},
        "findings": [finding.words for finding in comment.findings],
        "created_at": wire_time(comment.created_at),
        "appeal": told.appeal,
        "moderate_at": _page(comment, public_url),
    }


def _chat(call: Call, public_url: str) -> dict[str, object]:
    """One message, as Slack, Mattermost and others take it; a reader's words call nobody and link nowhere."""
    if call.told is None:
        return {"text": f"A test call for {_plain(call.site.name)}. It works."}
    comment = call.told.comment
    begins = "Appeal by" if call.event is Event.COMMENT_APPEALED else "New comment by"
    words = clean_line(call.told.appeal or comment.source)
    excerpt = words if len(words) <= _EXCERPT_CHARACTERS else f"{words[:_EXCERPT_CHARACTERS].rstrip()}…"
    title = comment.thread_title or comment.thread_url
    head = f"{begins} {_plain(comment.name)} on “{_plain(title)}”"
    return {"text": f"{head}\n> {_plain(excerpt)}\n{_page(comment, public_url)}"}


def _plain(text: str) -> str:
    """Without what chat services make links, mentions and formats of.

    Source:
        Slack, "Formatting text for app surfaces": escape ``&``, ``<``, ``>``; Mattermost mentions begin with ``@``, and
        its links and images with ``[``.
    """
    escaped = clean_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in ("@", "[", "://"):
        escaped = escaped.replace(mark, f"{mark}\u2060")
    return escaped


def _page(comment: HeldComment, public_url: str) -> str:
    return f"{public_url}/moderation/comments/{comment.id}"
