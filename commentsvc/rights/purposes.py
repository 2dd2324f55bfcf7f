"""Why each column of each table is there. A guard fails for a column without an entry, so that none is forgotten."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Kind(StrEnum):
    """A kind of data: a part of the privacy page, whose sentences are ``KIND.title``, ``KIND.what`` and so on."""

    WORDS = "words"
    ADDRESS = "address"
    RECORD = "record"
    WISHES = "wishes"
    MAILS = "mails"
    REACTIONS = "reactions"
    SCREENING = "screening"
    DECISIONS = "decisions"
    ARTICLES = "articles"
    RULES = "rules"
    MODERATORS = "moderators"
    WORKINGS = "workings"


def _columns(kind: Kind, names: str) -> dict[str, Kind]:
    return dict.fromkeys(names.split(), kind)


COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "author": {
        **_columns(Kind.ADDRESS, "blind_index sealed_email public_id address_erased_at"),
        **_columns(Kind.RECORD, "id site_id approved_count rejected_count spam_count first_seen_at confirmed_at"),
        **_columns(Kind.WISHES, "last_told_at muted_at"),
    },
    "comment": {
        **_columns(
            Kind.WORDS,
            "id public_id site_id thread_id parent_id root_id author_id pseudonym name website badge source html tree "
            "text text_digest rendered_with is_visible likes reply_count state_version idempotency_digest "
            "submission_fingerprint created_at edited_at edited_by pinned_at erased_at moderator_id",
        ),
        **_columns(Kind.SCREENING, "findings"),
        **_columns(Kind.DECISIONS, "status decided_at message held_by_reports_at"),
    },
    "comment_version": _columns(Kind.WORDS, "id comment_id source salt edited_by moderator_id replaced_at"),
    "comment_link": _columns(Kind.SCREENING, "comment_id domain site_id status"),
    "comment_like": _columns(Kind.REACTIONS, "comment_id reader"),
    "report": _columns(Kind.REACTIONS, "comment_id reader site_id reason text is_counted created_at settled_at"),
    "comment_finding": _columns(Kind.SCREENING, "id comment_id site_id phase leaning rule_id"),
    "subscription": _columns(
        Kind.WISHES,
        "id public_id site_id author_id comment_id thread_id scope frequency wants_decision created_at confirmed_at "
        "ended_at",
    ),
    "outbox": _columns(
        Kind.MAILS,
        "id site_id comment_id event channel moderator_id webhook_id author_id subscription_id attempts created_at "
        "due_at claimed_until sent_at failed_at last_error",
    ),
    "decision": _columns(
        Kind.DECISIONS,
        "id site_id number comment_id subject moderator_id decision from_status to_status reason details batch "
        "created_at previous_hash hash",
    ),
    "history_head": _columns(Kind.DECISIONS, "site_id number hash"),
    "appeal": _columns(Kind.DECISIONS, "comment_id site_id text created_at answered_at"),
    "claim": _columns(Kind.DECISIONS, "comment_id moderator_id expires_at"),
    "canned_reason": _columns(Kind.DECISIONS, "id site_id label message position"),
    "bulk": _columns(
        Kind.DECISIONS,
        "id public_id moderator_id decision reason query batch total done skipped last_comment_id next_comment_id "
        "created_at finished_at",
    ),
    "rule": _columns(
        Kind.RULES,
        "id site_id kind pattern leaning reason author_id moderator_id hits last_hit_at created_at expires_at",
    ),
    "saved_search": _columns(Kind.RULES, "id public_id moderator_id name query created_at"),
    "site": _columns(Kind.ARTICLES, "id key name policy revision created_at"),
    "site_origin": _columns(Kind.ARTICLES, "site_id origin position"),
    "thread": _columns(
        Kind.ARTICLES, "id site_id address url title is_open revision approved_count pseudonym_salt created_at"
    ),
    "moderator": _columns(
        Kind.MODERATORS,
        "id name blind_index sealed_email password_hash sealed_totp_secret totp_confirmed_at totp_last_step created_at "
        "disabled_at",
    ),
    "membership": _columns(Kind.MODERATORS, "moderator_id site_id role notices digest_sent_at created_at"),
    "session": _columns(Kind.MODERATORS, "id_digest public_id moderator_id device created_at seen_at"),
    "sign_in_link": _columns(Kind.MODERATORS, "id_digest moderator_id expires_at used_at"),
    "recovery_code": _columns(Kind.MODERATORS, "moderator_id code_digest used_at"),
    "invitation": _columns(
        Kind.MODERATORS, "id_digest public_id site_id name role invited_by created_at expires_at registered_at used_at"
    ),
    "api_token": _columns(
        Kind.MODERATORS, "id_digest public_id moderator_id name may_decide created_at expires_at used_at"
    ),
    "feed_link": _columns(Kind.MODERATORS, "id_digest public_id moderator_id site_id created_at"),
    "setting": _columns(Kind.WORKINGS, "name value"),
    "webhook": _columns(
        Kind.WORKINGS, "id public_id site_id url format created_at disabled_at last_sent_at last_error"
    ),
    "import_ledger": _columns(Kind.WORDS, "thread_id source source_id comment_id"),
    "comment_search": _columns(Kind.WORDS, "comment_id tokens"),
}
"""Table → column → what it is for. `comment_search` is the index of the words, which the schema does not name."""


def columns_of(kind: Kind) -> Sequence[str]:
    """Where this kind of data stands: ``comment.name``."""
    return [f"{table}.{name}" for table, columns in COLUMNS.items() for name, each in columns.items() if each is kind]
