"""People: moderators' accounts, the sites' members, and the gate in front of moderators' pages."""

from starlette.routing import Route

from commentsvc.accounts.accept_invitation import answer_invitation, show_invitation
from commentsvc.accounts.account import change_password, show_account, sign_out
from commentsvc.accounts.gate import before_sign_in, behind_sign_in, opened_from_mail
from commentsvc.accounts.invite import invite
from commentsvc.accounts.members import change_role, remove_member, show_members, withdraw_invitation
from commentsvc.accounts.own_sessions import end_other_sessions, end_session
from commentsvc.accounts.return_paths import ACCOUNT, INVITATION, LINK, SECOND_FACTOR, SIGN_IN, SIGN_IN_CODE, SITES
from commentsvc.accounts.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    end_second_factor,
    renew_recovery_codes,
    show_second_factor,
)
from commentsvc.accounts.sign_in import show_sign_in, sign_in
from commentsvc.accounts.sign_in_by_code import leave_for_sign_in, sign_in_by_code
from commentsvc.accounts.sign_in_by_link import show_link, sign_in_by_link
from commentsvc.accounts.token_gate import behind_token
from commentsvc.accounts.token_pages import PATH as TOKENS
from commentsvc.accounts.token_pages import add_token, remove_token, show_tokens

__all__ = ["behind_sign_in", "behind_token", "opened_from_mail", "routes"]

_MEMBERS = f"{SITES}/{{key}}/members"

routes = [
    *before_sign_in(
        [
            Route(SIGN_IN, show_sign_in, methods=["GET"]),
            Route(SIGN_IN, sign_in, methods=["POST"]),
            Route(SIGN_IN_CODE, leave_for_sign_in, methods=["GET"]),
            Route(SIGN_IN_CODE, sign_in_by_code, methods=["POST"]),
            Route(LINK, show_link, methods=["GET"]),
            Route(LINK, sign_in_by_link, methods=["POST"]),
            Route(INVITATION, show_invitation, methods=["GET"]),
            Route(INVITATION, answer_invitation, methods=["POST"]),
        ]
    ),
    *behind_sign_in(
        [
            Route(ACCOUNT, show_account, methods=["GET"]),
            Route(f"{ACCOUNT}/password", change_password, methods=["POST"]),
            Route(f"{ACCOUNT}/sessions/end-others", end_other_sessions, methods=["POST"]),
            Route(f"{ACCOUNT}/sessions/{{id}}/end", end_session, methods=["POST"]),
            Route(SECOND_FACTOR, show_second_factor, methods=["GET"]),
            Route(SECOND_FACTOR, begin_second_factor, methods=["POST"]),
            Route(f"{SECOND_FACTOR}/confirm", confirm_second_factor, methods=["POST"]),
            Route(f"{SECOND_FACTOR}/recovery-codes", renew_recovery_codes, methods=["POST"]),
            Route(f"{SECOND_FACTOR}/off", end_second_factor, methods=["POST"]),
            Route(_MEMBERS, show_members, methods=["GET"]),
            Route(f"{_MEMBERS}/invitations", invite, methods=["POST"]),
            Route(f"{_MEMBERS}/invitations/{{id}}/withdraw", withdraw_invitation, methods=["POST"]),
            Route(f"{_MEMBERS}/{{number}}/role", change_role, methods=["POST"]),
            Route(f"{_MEMBERS}/{{number}}/remove", remove_member, methods=["POST"]),
            Route(TOKENS, show_tokens, methods=["GET"]),
            Route(TOKENS, add_token, methods=["POST"]),
            Route(f"{TOKENS}/remove", remove_token, methods=["POST"]),
            Route("/moderation/sign-out", sign_out, methods=["POST"]),
        ]
    ),
]
