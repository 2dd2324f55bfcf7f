"""The moderation queue and the decisions. Its pages stand behind the gate: ``behind_sign_in(moderation.routes)``."""

from starlette.routing import Route

from commentsvc.moderation.bulk import ask_bulk, continue_bulk, show_bulk, start_bulk, undo_bulk
from commentsvc.moderation.claim_comments import claim_comments
from commentsvc.moderation.decide_comment import decide_comment
from commentsvc.moderation.decide_several import decide_several
from commentsvc.moderation.like_comments import decide_like, show_like
from commentsvc.moderation.lists import show_list
from commentsvc.moderation.places import PATHS
from commentsvc.moderation.save_search import forget_search, save_search
from commentsvc.moderation.search import show_search
from commentsvc.moderation.search_query import PATH as SEARCH
from commentsvc.moderation.show_comment import show_card, show_comment
from commentsvc.moderation.stream_events import stream_events
from commentsvc.moderation.undo_decisions import undo_decisions

routes = [
    *(Route(path, show_list, methods=["GET"]) for path in PATHS.values()),
    Route("/moderation/comments/{id}", show_comment, methods=["GET"]),
    Route("/moderation/comments/{id}/card", show_card, methods=["GET"]),
    Route("/moderation/comments/{id}/decisions", decide_comment, methods=["POST"]),
    Route(SEARCH, show_search, methods=["GET"]),
    Route("/moderation/searches", save_search, methods=["POST"]),
    Route("/moderation/searches/{saved}/removal", forget_search, methods=["POST"]),
    Route("/moderation/bulk", ask_bulk, methods=["GET"]),
    Route("/moderation/bulk", start_bulk, methods=["POST"]),
    Route("/moderation/bulk/{bulk}", show_bulk, methods=["GET"]),
    Route("/moderation/bulk/{bulk}", continue_bulk, methods=["POST"]),
    Route("/moderation/bulk/{bulk}/undo", undo_bulk, methods=["POST"]),
    Route("/moderation/comments/{id}/like", show_like, methods=["GET"]),
    Route("/moderation/comments/{id}/like/decisions", decide_like, methods=["POST"]),
    Route("/moderation/decisions", decide_several, methods=["POST"]),
    Route("/moderation/undo", undo_decisions, methods=["POST"]),
    Route("/moderation/claims", claim_comments, methods=["POST"]),
    Route("/moderation/events", stream_events, methods=["GET"]),
]
