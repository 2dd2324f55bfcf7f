"""The moderation queue and the decisions. Its pages stand behind the gate: ``behind_sign_in(moderation.routes)``."""

from starlette.routing import Route

from commentsvc.moderation.decide_comment import decide_comment
from commentsvc.moderation.export_history import export_history
from commentsvc.moderation.lists import PATHS, show_list
from commentsvc.moderation.show_comment import show_comment
from commentsvc.moderation.show_history import PATH as HISTORY
from commentsvc.moderation.show_history import show_history
from commentsvc.moderation.show_statistics import PATH as STATISTICS
from commentsvc.moderation.show_statistics import show_statistics

routes = [
    *(Route(path, show_list, methods=["GET"]) for path in PATHS.values()),
    Route("/moderation/comments/{id}", show_comment, methods=["GET"]),
    Route("/moderation/comments/{id}/decisions", decide_comment, methods=["POST"]),
    Route(HISTORY, show_history, methods=["GET"]),
    Route(f"{HISTORY}/export", export_history, methods=["POST"]),
    Route(STATISTICS, show_statistics, methods=["GET"]),
]
