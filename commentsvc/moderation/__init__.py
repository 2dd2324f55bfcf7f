"""The moderation queue and the decisions. Its pages stand behind the gate: ``behind_sign_in(moderation.routes)``."""

from starlette.routing import Route

from commentsvc.moderation.decide_comment import decide_comment
from commentsvc.moderation.lists import PATHS, show_list
from commentsvc.moderation.show_comment import show_comment
from commentsvc.moderation.show_sites import show_site, show_sites

routes = [
    *(Route(path, show_list, methods=["GET"]) for path in PATHS.values()),
    Route("/moderation/sites", show_sites, methods=["GET"]),
    Route("/moderation/sites/{key}", show_site, methods=["GET"]),
    Route("/moderation/comments/{id}", show_comment, methods=["GET"]),
    Route("/moderation/comments/{id}/decisions", decide_comment, methods=["POST"]),
]
