"""The moderation queue and the decisions. Its pages stand behind the gate: ``behind_sign_in(moderation.routes)``."""

from starlette.routing import Route

from commentsvc.moderation.add_rules import add_rules
from commentsvc.moderation.answer_appeals import dismiss_appeal, show_appeals
from commentsvc.moderation.block_from_comment import block, show_block
from commentsvc.moderation.bulk import ask_bulk, continue_bulk, show_bulk, start_bulk, undo_bulk
from commentsvc.moderation.change_notices import add_webhook, change_feed, change_webhook, choose_wish
from commentsvc.moderation.change_policy import change_policy
from commentsvc.moderation.change_reasons import change_reasons, show_reasons
from commentsvc.moderation.change_rule import change_rule, show_rule
from commentsvc.moderation.claim_comments import claim_comments
from commentsvc.moderation.close_threads import close_thread, show_threads
from commentsvc.moderation.decide_by_mail import decide_by_mail, show_mailed
from commentsvc.moderation.decide_comment import decide_comment
from commentsvc.moderation.decide_several import decide_several
from commentsvc.moderation.edit_comment import edit_comment, show_edit
from commentsvc.moderation.export_history import export_history
from commentsvc.moderation.like_comments import decide_like, show_like
from commentsvc.moderation.lists import show_list
from commentsvc.moderation.mail_links import PATH as MAIL
from commentsvc.moderation.pin_comment import pin_comment
from commentsvc.moderation.places import PATHS, REPORTED
from commentsvc.moderation.read_queue_feed import FEED, read_queue_feed
from commentsvc.moderation.reply_comment import reply_comment, show_reply
from commentsvc.moderation.reveal_address import reveal_address, show_reveal
from commentsvc.moderation.save_search import forget_search, save_search
from commentsvc.moderation.search import show_search
from commentsvc.moderation.search_query import PATH as SEARCH
from commentsvc.moderation.settle_reports import keep_reported, show_reported
from commentsvc.moderation.show_comment import show_card, show_comment
from commentsvc.moderation.show_history import PATH as HISTORY
from commentsvc.moderation.show_history import show_history
from commentsvc.moderation.show_notices import show_notices
from commentsvc.moderation.show_rules import show_rules
from commentsvc.moderation.show_sites import show_site, show_sites
from commentsvc.moderation.show_statistics import PATH as STATISTICS
from commentsvc.moderation.show_statistics import show_statistics
from commentsvc.moderation.stream_events import stream_events
from commentsvc.moderation.undo_decisions import undo_decisions

_NOTICES = "/moderation/sites/{key}/notices"

routes = [
    *(Route(path, show_list, methods=["GET"]) for path in PATHS.values()),
    Route("/moderation/sites", show_sites, methods=["GET"]),
    Route("/moderation/sites/{key}", show_site, methods=["GET"]),
    Route("/moderation/comments/{id}", show_comment, methods=["GET"]),
    Route("/moderation/comments/{id}/card", show_card, methods=["GET"]),
    Route("/moderation/comments/{id}/decisions", decide_comment, methods=["POST"]),
    Route("/moderation/comments/{id}/block", show_block, methods=["GET"]),
    Route("/moderation/comments/{id}/block", block, methods=["POST"]),
    Route("/moderation/sites/{key}/rules", show_rules, methods=["GET"]),
    Route("/moderation/sites/{key}/rules", add_rules, methods=["POST"]),
    Route("/moderation/sites/{key}/rules/policy", change_policy, methods=["POST"]),
    Route("/moderation/sites/{key}/rules/{number}", show_rule, methods=["GET"]),
    Route("/moderation/sites/{key}/rules/{number}", change_rule, methods=["POST"]),
    Route("/moderation/comments/{id}/edit", show_edit, methods=["GET"]),
    Route("/moderation/comments/{id}/reply", show_reply, methods=["GET"]),
    Route("/moderation/comments/{id}/pin", pin_comment, methods=["POST"]),
    Route("/moderation/comments/{id}/reveal", show_reveal, methods=["GET"]),
    Route("/moderation/comments/{id}/reveal", reveal_address, methods=["POST"]),
    Route("/moderation/appeals", show_appeals, methods=["GET"]),
    Route("/moderation/appeals", dismiss_appeal, methods=["POST"]),
    Route(REPORTED, show_reported, methods=["GET"]),
    Route(REPORTED, keep_reported, methods=["POST"]),
    Route("/moderation/threads", show_threads, methods=["GET"]),
    Route("/moderation/threads", close_thread, methods=["POST"]),
    Route("/moderation/sites/{key}/reasons", show_reasons, methods=["GET"]),
    Route("/moderation/sites/{key}/reasons", change_reasons, methods=["POST"]),
    Route(HISTORY, show_history, methods=["GET"]),
    Route(f"{HISTORY}/export", export_history, methods=["POST"]),
    Route(STATISTICS, show_statistics, methods=["GET"]),
    Route(_NOTICES, show_notices, methods=["GET"]),
    Route(_NOTICES, choose_wish, methods=["POST"]),
    Route(f"{_NOTICES}/feed", change_feed, methods=["POST"]),
    Route(f"{_NOTICES}/webhooks", add_webhook, methods=["POST"]),
    Route(f"{_NOTICES}/webhooks/{{id}}", change_webhook, methods=["POST"]),
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

routes_of_texts = [
    Route("/moderation/comments/{id}/edit", edit_comment, methods=["POST"]),
    Route("/moderation/comments/{id}/reply", reply_comment, methods=["POST"]),
]
"""Those whose forms hold a comment's whole text; they take larger ones than all others."""

mailed_routes = [
    Route(MAIL, show_mailed, methods=["GET"]),
    Route(MAIL, decide_by_mail, methods=["POST"]),
]
"""Opened from a mail, without a session: ``opened_from_mail(moderation.mailed_routes)``."""

routes_by_secret = [Route(FEED, read_queue_feed, methods=["GET"])]
"""For whoever knows the address."""
