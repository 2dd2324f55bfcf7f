"""The description of what readers do with comments that are there."""

from typing import Any

from commentsvc.domain.status import CommentStatus
from commentsvc.web.openapi_parts import (
    Part,
    answer,
    body_of,
    header,
    objects,
    operation,
    path_id,
    problem,
    ref,
    string,
)

_READER = string(
    pattern="^[A-Za-z0-9_-]{22,64}$",
    description="Random, made by the reader's device at its first reaction and kept there. Only a keyed digest of it "
    "and of the comment is stored.",
)
_COMMENT = path_id("Of the comment.")
_RECEIPT = header("Authorization", string(), "`Bearer` and the comment's receipt.")
_BOOLEAN: Part = {"type": "boolean"}
_COUNT: Part = {"type": "integer", "minimum": 0}


def paths() -> dict[str, Any]:
    """Their addresses."""
    return {
        "/api/v1/comments/{id}": {"patch": _edit(), "delete": _delete()},
        "/api/v1/comments/{id}/likes": {"post": _like()},
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
