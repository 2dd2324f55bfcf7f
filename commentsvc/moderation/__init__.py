"""The moderation queue and the decisions. Its pages stand behind the gate: ``behind_sign_in(moderation.routes)``."""

from starlette.routing import Route

from commentsvc.moderation.change_notices import add_webhook, change_feed, change_webhook, choose_wish
from commentsvc.moderation.claim_comments import claim_comments
from commentsvc.moderation.decide_by_mail import decide_by_mail, show_mailed
from commentsvc.moderation.decide_comment import decide_comment
from commentsvc.moderation.decide_several import decide_several
from commentsvc.moderation.like_comments import decide_like, show_like
from commentsvc.moderation.lists import show_list
from commentsvc.moderation.mail_links import PATH as MAIL
from commentsvc.moderation.places import PATHS
from commentsvc.moderation.read_queue_feed import FEED, read_queue_feed
from commentsvc.moderation.show_comment import show_card, show_comment
from commentsvc.moderation.show_notices import show_notices
from commentsvc.moderation.stream_events import stream_events
from commentsvc.moderation.undo_decisions import undo_decisions

_NOTICES = "/moderation/sites/{key}/notices"

routes = [
    *(Route(path, show_list, methods=["GET"]) for path in PATHS.values()),
    Route("/moderation/comments/{id}", show_comment, methods=["GET"]),
    Route("/moderation/comments/{id}/card", show_card, methods=["GET"]),
    Route("/moderation/comments/{id}/decisions", decide_comment, methods=["POST"]),
    Route(_NOTICES, show_notices, methods=["GET"]),
    Route(_NOTICES, choose_wish, methods=["POST"]),
    Route(f"{_NOTICES}/feed", change_feed, methods=["POST"]),
    Route(f"{_NOTICES}/webhooks", add_webhook, methods=["POST"]),
    Route(f"{_NOTICES}/webhooks/{{id}}", change_webhook, methods=["POST"]),
    Route("/moderation/comments/{id}/like", show_like, methods=["GET"]),
    Route("/moderation/comments/{id}/like/decisions", decide_like, methods=["POST"]),
    Route("/moderation/decisions", decide_several, methods=["POST"]),
    Route("/moderation/undo", undo_decisions, methods=["POST"]),
    Route("/moderation/claims", claim_comments, methods=["POST"]),
    Route("/moderation/events", stream_events, methods=["GET"]),
]

mailed_routes = [
    Route(MAIL, show_mailed, methods=["GET"]),
    Route(MAIL, decide_by_mail, methods=["POST"]),
]
"""Opened from a mail, without a session: ``opened_from_mail(moderation.mailed_routes)``."""

routes_by_secret = [Route(FEED, read_queue_feed, methods=["GET"])]
"""For whoever knows the address."""
