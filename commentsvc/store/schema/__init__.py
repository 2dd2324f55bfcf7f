"""Every table. Names and meaning are the contract of exports and migrations; columns may grow."""

from commentsvc.store.schema.arriving import import_ledger
from commentsvc.store.schema.columns import RowId, UtcTime, metadata
from commentsvc.store.schema.deciding import (
    appeal,
    bulk,
    canned_reason,
    claim,
    decision,
    history_head,
    report,
    rule,
    saved_search,
)
from commentsvc.store.schema.keeping import setting
from commentsvc.store.schema.people import (
    api_token,
    feed_link,
    invitation,
    membership,
    moderator,
    recovery_code,
    session,
    sign_in_link,
)
from commentsvc.store.schema.publishing import (
    author,
    comment,
    comment_finding,
    comment_like,
    comment_link,
    comment_version,
    site,
    site_origin,
    thread,
)
from commentsvc.store.schema.telling import outbox, subscription, webhook

__all__ = [
    "RowId",
    "UtcTime",
    "api_token",
    "appeal",
    "author",
    "bulk",
    "canned_reason",
    "claim",
    "comment",
    "comment_finding",
    "comment_like",
    "comment_link",
    "comment_version",
    "decision",
    "feed_link",
    "history_head",
    "import_ledger",
    "invitation",
    "membership",
    "metadata",
    "moderator",
    "outbox",
    "recovery_code",
    "report",
    "rule",
    "saved_search",
    "session",
    "setting",
    "sign_in_link",
    "site",
    "site_origin",
    "subscription",
    "thread",
    "webhook",
]
