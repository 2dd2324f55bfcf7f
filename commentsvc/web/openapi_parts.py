"""Small pieces of an OpenAPI description."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

Part = dict[str, Any]

_PROBLEM = {
    400: "The request was not understood.",
    401: "No valid token.",
    403: "This is not for the page that asks.",
    404: "There is nothing here.",
    409: "Things have changed meanwhile.",
    413: "Too large.",
    415: "Not JSON.",
    422: "Fields need another look.",
    429: "Too often; Retry-After says when again.",
    503: "Not just now; Retry-After says when again.",
}


_COME_AGAIN = frozenset({429, 503})
_RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds."}}


def string(**rules: object) -> Part:
    """A text."""
    return {"type": "string", **rules}


def array(items: Part, **rules: object) -> Part:
    """A list."""
    return {"type": "array", "items": items, **rules}


def nullable(schema: Part) -> Part:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Part:
    """A named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def objects(properties: Mapping[str, Part], *, optional: Collection[str] = ()) -> Part:
    """An object with these properties and no others."""
    required = sorted(set(properties) - set(optional))
    return {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }


def parameter(
    name: str, schema: Part, *, is_required: bool = False, description: str = "", explode: bool = False
) -> Part:
    """A parameter of the query."""
    part: Part = {"name": name, "in": "query", "required": is_required, "schema": schema}
    if description:
        part["description"] = description
    return part | {"style": "form", "explode": True} if explode else part


def path_id(description: str) -> Part:
    """The public id in an address."""
    schema = string(pattern="^[a-z2-7]{24}$")
    return {"name": "id", "in": "path", "required": True, "schema": schema, "description": description}


def header(name: str, schema: Part, description: str) -> Part:
    """A header of the request."""
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": description}


def in_path(name: str, schema: Part) -> Part:
    """A part of the address."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def body_of(schema: Part, media_type: str = "application/json") -> Part:
    """The request's body."""
    return {"required": True, "content": {media_type: {"schema": schema}}}


def answer(schema: Part, description: str = "Done.", media_type: str = "application/json") -> Part:
    """A successful answer."""
    return {"description": description, "content": {media_type: {"schema": schema}}}


def problem_fields() -> dict[str, Part]:
    """What every problem document has; `fields` may be missing."""
    return {
        "type": string(),
        "title": string(description="A sentence for the reader."),
        "status": {"type": "integer"},
        "code": string(description="For programs; see docs/errors.md."),
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    }


def problem(*statuses: int, schema: str = "Problem") -> Part:
    """The errors that an operation may answer with, all in one shape."""
    return {
        str(status): {
            "description": _PROBLEM[status],
            "content": {"application/problem+json": {"schema": ref(schema)}},
        }
        | ({"headers": _RETRY_AFTER} if status in _COME_AGAIN else {})
        for status in statuses
    }


def problem_page(*statuses: int) -> Part:
    """The errors that a page for people may answer with, each a page."""
    return {
        str(status): {"description": _PROBLEM[status], "content": {"text/html; charset=utf-8": {"schema": string()}}}
        | ({"headers": _RETRY_AFTER} if status in _COME_AGAIN else {})
        for status in statuses
    }


def operation(
    operation_id: str, summary: str, parameters: Sequence[Part], responses: Part, *, body: Part | None = None
) -> Part:
    """One method of one path."""
    part: Part = {
        "operationId": operation_id,
        "summary": summary,
        "parameters": list(parameters),
        "responses": responses,
    }
    return part | {"requestBody": body} if body is not None else part
