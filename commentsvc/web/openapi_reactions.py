"""The description of what readers do with comments that are there."""

from typing import Any

from commentsvc.web.openapi_parts import Part, answer, body_of, objects, operation, path_id, problem, string

_READER = string(
    pattern="^[A-Za-z0-9_-]{22,64}$",
    description="Random, made by the reader's device at its first reaction and kept there. Only a keyed digest of it "
    "and of the comment is stored.",
)
_BOOLEAN: Part = {"type": "boolean"}
_COUNT: Part = {"type": "integer", "minimum": 0}


def paths() -> dict[str, Any]:
    """Their addresses."""
    return {"/api/v1/comments/{id}/likes": {"post": _like()}}


def _like() -> Part:
    return operation(
        "likeComment",
        "Like a public comment, or no longer; each reader counts once, and the same again changes nothing.",
        [path_id("Of the comment.")],
        {"200": answer(objects({"likes": _COUNT, "liked": _BOOLEAN}))}
        | problem(400, 403, 404, 413, 415, 422, 429, 503),
        body=body_of(objects({"reader": _READER, "liked": _BOOLEAN})),
    )
