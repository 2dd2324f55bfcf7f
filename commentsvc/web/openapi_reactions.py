"""The description of what readers do with comments that are there."""

from typing import Any

from commentsvc.domain.reports import REPORT_CHARACTERS, ReportReason
from commentsvc.domain.status import CommentStatus
from commentsvc.web.openapi_parts import (
    Part,
    answer,
    body_of,
    header,
    nullable,
    objects,
    operation,
    parameter,
    path_id,
    problem,
    problem_page,
    ref,
    string,
)

_READER = string(
    pattern="^[A-Za-z0-9_-]{22,64}$",
    description="Random, made by the reader's device, for this comment or for all. Only a keyed digest of it "
    "and of the comment is stored.",
)
_COMMENT = path_id("Of the comment.")
_RECEIPT = header("Authorization", string(), "`Bearer` and the comment's receipt.")
_REASON = string(enum=[str(reason) for reason in ReportReason])
_TEXT = string(maxLength=REPORT_CHARACTERS, description="For the moderators.")
_BOOLEAN: Part = {"type": "boolean"}
_COUNT: Part = {"type": "integer", "minimum": 0}


def paths() -> dict[str, Any]:
    """Their addresses."""
    return {
        "/api/v1/comments/{id}": {"patch": _edit(), "delete": _delete()},
        "/api/v1/comments/{id}/likes": {"post": _like()},
        "/api/v1/comments/{id}/reports": {"post": _report()},
        "/report": _report_page(),
    }


def _report() -> Part:
    fields = {"reader": _READER, "reason": _REASON, "text": nullable(_TEXT)}
    return operation(
        "reportComment",
        "Tell the moderators what is wrong with a public comment; the answer is the same each time.",
        [_COMMENT],
        {"202": answer(objects({}), "The moderators are told.")} | problem(400, 403, 404, 413, 415, 422, 429, 503),
        body=body_of(objects(fields, optional={"text"})),
    )


def _report_page() -> Part:
    html = {"200": answer(string(), "A page.", "text/html; charset=utf-8")}
    fields = {"comment": string(), "reader": string(), "reason": _REASON, "text": string(), "form_token": string()}
    return {
        "get": operation(
            "askReport",
            "A public comment, and a form to report it without JavaScript.",
            [parameter("comment", string(pattern="^[a-z2-7]{24}$"), is_required=True)],
            html | problem_page(400, 404, 503),
        ),
        "post": operation(
            "sendReport",
            "That form; a refused one is answered with the form, what was typed still in it.",
            [],
            html | problem_page(400, 403, 404, 413, 415, 422, 429, 503),
            body=body_of(objects(fields, optional={"text"}), "application/x-www-form-urlencoded"),
        ),
    }


def _edit() -> Part:
    return operation(
        "editOwn",
        "Change the words of one's own comment, until `may_edit_until`; what the site's policy holds waits again.",
        [_COMMENT, _RECEIPT],
        {"200": answer(objects({"comment": ref("OwnComment")}))} | problem(400, 403, 404, 409, 413, 415, 422, 429, 503),
        body=body_of(objects({"body": string(description="As for a new comment.")})),
    )


def _delete() -> Part:
    status = string(enum=[str(status) for status in CommentStatus])
    return operation(
        "deleteOwn",
        "Delete one's own comment, its words with it, at any time; a second time the answer is the same.",
        [_COMMENT, _RECEIPT],
        {"200": answer(objects({"status": status}))} | problem(403, 404, 429, 503),
    )


def _like() -> Part:
    return operation(
        "likeComment",
        "Like a public comment, or no longer; each reader counts once, and the same again changes nothing.",
        [_COMMENT],
        {"200": answer(objects({"likes": _COUNT, "liked": _BOOLEAN}))}
        | problem(400, 403, 404, 413, 415, 422, 429, 503),
        body=body_of(objects({"reader": _READER, "liked": _BOOLEAN})),
    )
