"""The moderation queue and the decisions. Its pages stand behind the gate: ``behind_sign_in(moderation.routes)``."""

from starlette.routing import Route

from commentsvc.moderation.bulk import ask_bulk, continue_bulk, show_bulk, start_bulk, undo_bulk
from commentsvc.moderation.decide_comment import decide_comment
from commentsvc.moderation.lists import PATHS, show_list
from commentsvc.moderation.save_search import forget_search, save_search
from commentsvc.moderation.search import show_search
from commentsvc.moderation.search_query import PATH as SEARCH
from commentsvc.moderation.show_comment import show_comment

routes = [
    *(Route(path, show_list, methods=["GET"]) for path in PATHS.values()),
    Route("/moderation/comments/{id}", show_comment, methods=["GET"]),
    Route("/moderation/comments/{id}/decisions", decide_comment, methods=["POST"]),
    Route(SEARCH, show_search, methods=["GET"]),
    Route("/moderation/searches", save_search, methods=["POST"]),
    Route("/moderation/searches/{saved}/removal", forget_search, methods=["POST"]),
    Route("/moderation/bulk", ask_bulk, methods=["GET"]),
    Route("/moderation/bulk", start_bulk, methods=["POST"]),
    Route("/moderation/bulk/{bulk}", show_bulk, methods=["GET"]),
    Route("/moderation/bulk/{bulk}", continue_bulk, methods=["POST"]),
    Route("/moderation/bulk/{bulk}/undo", undo_bulk, methods=["POST"]),
]
