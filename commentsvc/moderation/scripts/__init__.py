"""Moderation for scripts: the same store, the same rules, as JSON. Stands behind ``behind_token(scripts.routes)``."""

from starlette.routing import Route

from commentsvc.moderation.scripts.decide import decide_many, decide_one, undo
from commentsvc.moderation.scripts.read_comments import count_comments, read_comment, read_comments
from commentsvc.moderation.scripts.read_history import read_history
from commentsvc.moderation.scripts.settle_reports import keep_reported, read_reported

BASE = "/api/v1/moderation"

routes = [
    Route(f"{BASE}/comments", read_comments, methods=["GET"]),
    Route(f"{BASE}/comments/{{id}}", read_comment, methods=["GET"]),
    Route(f"{BASE}/comments/{{id}}/decisions", decide_one, methods=["POST"]),
    Route(f"{BASE}/comments/{{id}}/keep", keep_reported, methods=["POST"]),
    Route(f"{BASE}/reported", read_reported, methods=["GET"]),
    Route(f"{BASE}/decisions", decide_many, methods=["POST"]),
    Route(f"{BASE}/undo", undo, methods=["POST"]),
    Route(f"{BASE}/history", read_history, methods=["GET"]),
    Route(f"{BASE}/counts", count_comments, methods=["GET"]),
]
