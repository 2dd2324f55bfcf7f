"""From a reader to us: submissions, previews, receipts."""

from starlette.routing import Route

from commentsvc.intake.answer_preflight import answer_preflight, answer_preflight_of_own
from commentsvc.intake.appeal_decision import appeal_decision
from commentsvc.intake.delete_own import delete_own
from commentsvc.intake.edit_own import edit_own
from commentsvc.intake.end_subscription import end_subscription, show_way_out
from commentsvc.intake.like_comment import like_comment
from commentsvc.intake.manage_subscription import change_subscription, show_subscription
from commentsvc.intake.open_form import open_form
from commentsvc.intake.preview_comment import preview_comment
from commentsvc.intake.report_comment import report_comment
from commentsvc.intake.report_form import ask_report, send_report
from commentsvc.intake.show_own import ask_receipt, show_own
from commentsvc.intake.show_receipts import show_receipts
from commentsvc.intake.submit_comment import submit_comment
from commentsvc.intake.submit_form import submit_form
from commentsvc.web.problem_page import errors_as_pages

routes = [
    Route("/api/v1/form", open_form),
    Route("/api/v1/comments", submit_comment, methods=["POST"]),
    Route("/api/v1/comments", answer_preflight, methods=["OPTIONS"]),
    Route("/api/v1/comments/{id}", edit_own, methods=["PATCH"]),
    Route("/api/v1/comments/{id}", delete_own, methods=["DELETE"]),
    Route("/api/v1/comments/{id}", answer_preflight_of_own, methods=["OPTIONS"]),
    Route("/api/v1/preview", preview_comment, methods=["POST"]),
    Route("/api/v1/preview", answer_preflight, methods=["OPTIONS"]),
    Route("/api/v1/receipts", show_receipts, methods=["POST"]),
    Route("/api/v1/receipts", answer_preflight, methods=["OPTIONS"]),
    Route("/api/v1/comments/{id}/appeals", appeal_decision, methods=["POST"]),
    Route("/api/v1/comments/{id}/appeals", answer_preflight, methods=["OPTIONS"]),
    Route("/api/v1/comments/{id}/likes", like_comment, methods=["POST"]),
    Route("/api/v1/comments/{id}/likes", answer_preflight, methods=["OPTIONS"]),
    Route("/api/v1/comments/{id}/reports", report_comment, methods=["POST"]),
    Route("/api/v1/comments/{id}/reports", answer_preflight, methods=["OPTIONS"]),
    Route("/report", errors_as_pages(ask_report), methods=["GET"]),
    Route("/report", errors_as_pages(send_report), methods=["POST"]),
    Route("/own", errors_as_pages(ask_receipt), methods=["GET"]),
    Route("/own", errors_as_pages(show_own), methods=["POST"]),
    Route("/subscription", errors_as_pages(show_subscription), methods=["GET"]),
    Route("/subscription", errors_as_pages(change_subscription), methods=["POST"]),
    Route("/unsubscribe", errors_as_pages(show_way_out), methods=["GET"]),
    Route("/unsubscribe", errors_as_pages(end_subscription), methods=["POST"]),
    Route("/read", errors_as_pages(submit_form), methods=["POST"]),
]
