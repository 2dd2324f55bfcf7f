"""Asking somebody who is signed in for their password again, before something that a stolen session must not do."""

from starlette.requests import Request

from commentsvc.accounts.attempts import count_attempt
from commentsvc.accounts.passwords import Passwords
from commentsvc.accounts.sessions import CurrentSession
from commentsvc.domain.errors import InvalidInputError, TooManyRequestsError
from commentsvc.web.parts import part


async def check_password(request: Request, session: CurrentSession, password: str) -> None:
    """Check the password of the moderator whose session it is.

    Raises:
        InvalidInputError: It is wrong, or was tried too often; the field is ``current_password``.
        SignInBusyError: Too many are waiting.
    """
    try:
        count_attempt(request, str(session.moderator.id))
    except TooManyRequestsError:
        raise InvalidInputError(fields={"current_password": "Too many attempts. Please wait five minutes."}) from None
    if not (await part(request, Passwords).verify(session.moderator.password_hash, password)).is_right:
        raise InvalidInputError(fields={"current_password": "That is not your current password."})
