"""Is this the code that only the moderator's phone, or their sheet of recovery codes, could tell?"""

import re

from sqlalchemy.engine import Connection
from starlette.requests import Request

from commentsvc.accounts.attempts import count_code
from commentsvc.accounts.recovery_codes import digest_of_code
from commentsvc.accounts.totp import step_of
from commentsvc.domain.clock import Clocks
from commentsvc.domain.errors import WrongCodeError
from commentsvc.domain.second_factor import SecretKeeper
from commentsvc.store import second_factors
from commentsvc.store.engine import Store
from commentsvc.web.parts import part

_DIGITS = re.compile(r"[0-9]{6}")


async def check_code(request: Request, moderator_id: int, typed: str) -> None:
    """Take a code of the second factor, or a recovery code; it is used up by it.

    Args:
        request: Tells the network.
        moderator_id: Row id of whoever has to prove themselves.
        typed: Six digits or a recovery code, spaced in any way.

    Raises:
        TooManyRequestsError: Too many were tried for this moderator, or from this network.
        WrongCodeError: It is wrong or was used before (401, `wrong_code`).
    """
    count_code(request, moderator_id)
    digits = re.sub(r"\s", "", typed)
    if not await (_take_step if _DIGITS.fullmatch(digits) else _take_recovery_code)(request, moderator_id, digits):
        raise WrongCodeError


async def _take_step(request: Request, moderator_id: int, digits: str) -> bool:
    store, now = part(request, Store), part(request, Clocks).now()
    keeper = part(request, SecretKeeper)  # type: ignore[type-abstract]  # the table holds one that is concrete
    found = await store.read(lambda conn: second_factors.of_moderator(conn, moderator_id))
    if not found.is_on or found.closed_secret is None:
        return False
    step = step_of(digits, keeper.open(found.closed_secret, moderator_id=moderator_id), now=now)
    if step is None:
        return False
    return await store.write(lambda conn: second_factors.use_step(conn, moderator_id, step), always=True)


async def _take_recovery_code(request: Request, moderator_id: int, typed: str) -> bool:
    now = part(request, Clocks).now()
    digest = digest_of_code(typed, moderator_id=moderator_id)
    if digest is None:
        return False

    def job(conn: Connection) -> bool:
        return second_factors.use_code(conn, moderator_id, digest, now=now)

    return await part(request, Store).write(job, always=True)
