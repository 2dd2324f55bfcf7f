"""Moderators' accounts: sign-in, sessions, passwords, and the gate in front of their pages."""

from starlette.routing import Route

from commentsvc.accounts.account import change_password, show_account, sign_out
from commentsvc.accounts.gate import before_sign_in, behind_sign_in, opened_from_mail
from commentsvc.accounts.return_paths import ACCOUNT, LINK, SIGN_IN
from commentsvc.accounts.sign_in import show_sign_in, sign_in
from commentsvc.accounts.sign_in_by_link import show_link, sign_in_by_link

__all__ = ["behind_sign_in", "opened_from_mail", "routes"]

routes = [
    *before_sign_in(
        [
            Route(SIGN_IN, show_sign_in, methods=["GET"]),
            Route(SIGN_IN, sign_in, methods=["POST"]),
            Route(LINK, show_link, methods=["GET"]),
            Route(LINK, sign_in_by_link, methods=["POST"]),
        ]
    ),
    *behind_sign_in(
        [
            Route(ACCOUNT, show_account, methods=["GET"]),
            Route(f"{ACCOUNT}/password", change_password, methods=["POST"]),
            Route("/moderation/sign-out", sign_out, methods=["POST"]),
        ]
    ),
]
