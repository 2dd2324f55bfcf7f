"""Passwords: argon2id in worker threads, few at a time, and the same work for moderators who do not exist."""

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from commentsvc.domain.errors import InvalidInputError, SignInBusyError

T = TypeVar("T")

FEWEST_CHARACTERS = 12
MOST_BYTES = 1_024
AT_ONCE = 2
WAITING = 10
_RETRY_AFTER_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of checking a password."""

    is_right: bool
    new_hash: str | None = None
    """To store instead of the old one, which was made with other parameters."""


class Passwords:
    """Hashes and checks passwords.

    One check takes about 0.1 s of a core and 64 MiB, so at most `AT_ONCE` run and `WAITING` wait.

    Args:
        hasher: With the parameters for new hashes.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _hash_of_nothing(self._hasher)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._running = 0

    async def verify(self, stored: str | None, password: str) -> Verified:
        """Check a password; exactly one verification, whether or not there is a hash to check against.

        Raises:
            SignInBusyError: Too many are waiting.
        """
        return await self._in_thread(lambda: self._verify(stored, _normal(password)))

    async def hash(self, password: str) -> str:
        """Hash a new password.

        Raises:
            InvalidInputError: It is too short or too long; the field is ``new_password``.
            SignInBusyError: Too many are waiting.
        """
        normal = _normal(password)
        if len(normal) < FEWEST_CHARACTERS:
            raise InvalidInputError(fields={"new_password": f"Please take at least {FEWEST_CHARACTERS} characters."})
        if len(normal.encode()) > MOST_BYTES:
            raise InvalidInputError(fields={"new_password": "That is too long."})
        return await self._in_thread(lambda: self._hasher.hash(normal))

    def _verify(self, stored: str | None, password: str) -> Verified:
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return Verified(is_right=False)
        if stored is None:
            return Verified(is_right=False)
        is_outdated = self._hasher.check_needs_rehash(stored)
        return Verified(is_right=True, new_hash=self._hasher.hash(password) if is_outdated else None)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._running >= AT_ONCE + WAITING:
            raise SignInBusyError(retry_after_seconds=_RETRY_AFTER_SECONDS)
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._running -= 1


def _normal(password: str) -> str:
    """One form for the same characters, however a keyboard composes them (NIST SP 800-63B section 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """A hash with the current parameters that no known password has, made without the work of making one."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode("ascii").rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"
