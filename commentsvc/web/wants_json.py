"""Whether a program asks or a person's browser."""

from starlette.requests import HTTPConnection


def wants_json(request: HTTPConnection) -> bool:
    """Whether the answer is asked for as JSON: only a script does so, and it names it."""
    return "application/json" in request.headers.get("accept", "")
