"""The description of moderation for scripts."""

from typing import Any

from commentsvc.domain.acts import Act
from commentsvc.domain.findings import Leaning
from commentsvc.domain.own_words import BY_AUTHOR, BY_MODERATOR
from commentsvc.domain.reports import ReportReason
from commentsvc.domain.status import CommentStatus, Decision
from commentsvc.web.openapi_parts import (
    Part,
    answer,
    array,
    body_of,
    nullable,
    objects,
    operation,
    parameter,
    path_id,
    problem,
    problem_fields,
    ref,
    string,
)

SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "From /moderation/account/tokens; no cookie counts.",
    }
}
_BASE = "/api/v1/moderation"
_ID = string(pattern="^[a-z2-7]{24}$", description="Public id of a comment.")
_BATCH = string(description="What was done in one go, and is undone in one go.")
_COUNT: Part = {"type": "integer", "minimum": 0}
_STATUS = string(enum=[str(status) for status in CommentStatus])
_SITE = parameter("site", string(minLength=1), description="Key of a site; all of one's own if it is left out.")
_LIMIT = parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}, description="At most so many.")
_READING = (400, 401, 404, 429, 503)
_DECIDING = (400, 401, 403, 413, 415, 422, 429, 503)


def paths() -> dict[str, Any]:
    """Every address below /api/v1/moderation."""
    return {**_comments(), **_decisions(), **_reports(), **_counting()}


def schemas() -> dict[str, Any]:
    """What their answers are made of."""
    moment = string(format="date-time")
    moved = {"from": nullable(_STATUS), "to": nullable(_STATUS)}
    entry = {
        "act": string(enum=[str(act) for act in Act]),
        **moved,
        "moderator": nullable(string(description="Display name; null: the site's own policy, or the writer.")),
        "reason": nullable(string()),
        "batch": _BATCH,
        "at": moment,
    }
    faster = {"status": _STATUS, "decision": entry["act"], "moderator": entry["moderator"], "at": moment}
    return {
        "HeldComment": _held(moment),
        "PastDecision": objects(entry),
        "HistoryEntry": objects(
            entry | {"number": {"type": "integer", "minimum": 1}, "subject": string(), "comment": nullable(_ID)}
        ),
        "DecisionRefused": objects(
            problem_fields()
            | {"decided": nullable(objects(faster)) | {"description": "Who decided what first; null: nobody has."}},
            optional={"fields", "decided"},
        ),
        "DecidedMany": objects(
            {
                "batch": _BATCH,
                "decided": array(_ID),
                "skipped": array(
                    objects({"id": string(), **faster}, optional=set(faster)),
                    description="Nothing was done to them; who decided otherwise, or nothing if they are gone.",
                ),
            }
        ),
    }


def _comments() -> dict[str, Any]:
    listed = parameter("status", _STATUS, description="pending if it is left out.")
    after = parameter("after", _ID, description="Cursor: the `next` of the page before.")
    return {
        f"{_BASE}/comments": {
            "get": _for_scripts(
                "readHeldComments",
                "Comments in one status; the waiting ones oldest first, all others newest first.",
                [listed, _SITE, after, _LIMIT],
                {"200": answer(objects({"comments": array(ref("HeldComment")), "next": nullable(_ID)}))}
                | problem(*_READING),
            )
        },
        f"{_BASE}/comments/{{id}}": {
            "get": _for_scripts(
                "readHeldComment",
                "One comment with everything that was decided about it.",
                [path_id("Of the comment.")],
                {"200": answer(objects({"comment": ref("HeldComment"), "history": array(ref("PastDecision"))}))}
                | problem(*_READING),
            )
        },
    }


def _decisions() -> dict[str, Any]:
    wish = {
        "decision": string(enum=[str(decision) for decision in Decision]),
        "seen": nullable(string(enum=[str(status) for status in CommentStatus])),
        "reason": nullable(string(description="For the history; at most 500 characters.")),
        "message": nullable(string(description="For the writer; at most 500 characters.")),
    }
    optional = {"seen", "reason", "message"}
    done = objects({"comment": _ID, "decision": wish["decision"], "status": _STATUS, "batch": _BATCH})
    seen_words = string(description="As the comment had it; without, nothing is approved that its writer has changed.")
    one = wish | {"words": nullable(seen_words)}
    several = wish | {"comments": array(string(), minItems=1, maxItems=100)}
    return {
        f"{_BASE}/comments/{{id}}/decisions": {
            "post": _for_scripts(
                "decideComment",
                "Carry out one decision, unless the comment has another status, or other words, than was seen.",
                [path_id("Of the comment.")],
                {"200": answer(done)} | problem(404, *_DECIDING) | problem(409, schema="DecisionRefused"),
                body=body_of(objects(one, optional=optional | {"words"})),
            )
        },
        f"{_BASE}/decisions": {
            "post": _for_scripts(
                "decideComments",
                "The same decision on several comments.",
                [],
                {"200": answer(ref("DecidedMany"))} | problem(*_DECIDING),
                body=body_of(objects(several, optional=optional)),
            )
        },
        f"{_BASE}/undo": {
            "post": _for_scripts(
                "undoDecisions",
                "Put back what was decided in one go, unless somebody has decided on it since.",
                [],
                {"200": answer(ref("DecidedMany"))} | problem(*_DECIDING),
                body=body_of(objects({"batch": string()})),
            )
        },
    }


def _reports() -> dict[str, Any]:
    said = {
        "reason": string(enum=[str(reason) for reason in ReportReason]),
        "text": nullable(string()),
        "at": string(format="date-time"),
    }
    reported = objects({"comment": ref("HeldComment"), "reports": array(objects(said))})
    kept = objects({"comment": _ID, "status": _STATUS})
    return {
        f"{_BASE}/reported": {
            "get": _for_scripts(
                "readReported",
                "Public comments with reports that nobody has dealt with, those reported last first.",
                [_SITE, _LIMIT],
                {"200": answer(objects({"comments": array(reported)}))} | problem(*_READING),
            )
        },
        f"{_BASE}/comments/{{id}}/keep": {
            "post": _for_scripts(
                "keepReported",
                "Keep a reported comment as it is; its reports no longer count.",
                [path_id("Of the comment.")],
                {"200": answer(kept)} | problem(404, 409, *_DECIDING),
                body=body_of(objects({})),
            )
        },
    }


def _counting() -> dict[str, Any]:
    site = parameter("site", string(minLength=1), is_required=True, description="Key of a site.")
    after = parameter("after", _COUNT | {"maximum": 10**17}, description="Only entries after this number.")
    page = objects({"entries": array(ref("HistoryEntry")), "next": nullable({"type": "integer"})})
    counts = objects({str(status): _COUNT for status in CommentStatus})
    return {
        f"{_BASE}/history": {
            "get": _for_scripts(
                "readHistory",
                "What was done on a site, oldest first.",
                [site, after, _LIMIT],
                {"200": answer(page)} | problem(*_READING),
            )
        },
        f"{_BASE}/counts": {
            "get": _for_scripts(
                "countHeldComments",
                "How many comments are in each status; counted no further than `up_to`.",
                [_SITE],
                {"200": answer(objects({"counts": counts, "up_to": _COUNT}))} | problem(*_READING),
            )
        },
    }


def _held(moment: Part) -> Part:
    record = dict.fromkeys(("approved", "rejected", "spam"), _COUNT)
    author = {"name": string(), "website": nullable(string()), **record, "first_seen_at": nullable(moment)}
    finding = {
        "phase": string(),
        "leaning": string(enum=[str(leaning) for leaning in Leaning]),
        "words": string(),
        "trigger": nullable(string()),
    }
    return objects(
        {
            "id": _ID,
            "site": string(),
            "url": string(description="Of the article."),
            "title": nullable(string()),
            "parent": nullable(_ID),
            "author": objects(author),
            "source": string(),
            "html": string(),
            "status": _STATUS,
            "findings": array(objects(finding)),
            "created_at": moment,
            "decided_at": nullable(moment),
            "edited_at": nullable(moment),
            "edited_by": nullable(string(enum=[BY_AUTHOR, BY_MODERATOR], description="Who changed its words last.")),
            "words": string(description="Mark of its words, to be sent along with a decision about them."),
        }
    )


def _for_scripts(
    operation_id: str, summary: str, parameters: list[Part], responses: Part, *, body: Part | None = None
) -> Part:
    return operation(operation_id, summary, parameters, responses, body=body) | {"security": [{"token": []}]}
