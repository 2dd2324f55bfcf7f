"""Recovery codes: each stands once for the code of a phone that was lost."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable

HOW_MANY = 10
_BYTES = 10
_FORM = re.compile(r"[a-z2-7]{16}")


def new_codes(token_bytes: Callable[[int], bytes] = secrets.token_bytes) -> list[str]:
    """Ten codes of 80 random bits: ``abcd-efgh-2345-ijkl``."""
    return [_in_groups(base64.b32encode(token_bytes(_BYTES)).decode("ascii").lower()) for _ in range(HOW_MANY)]


def digest_of_code(typed: str, *, moderator_id: int) -> bytes | None:
    """What the database keeps of a code, however it is spaced; None if it is none by its form.

    The codes are random, so a plain digest hides them; the moderator's row id keeps equal ones apart.
    """
    code = re.sub(r"[\s-]", "", typed).lower()
    if not _FORM.fullmatch(code):
        return None
    return hashlib.sha256(b"commentsvc.recovery.v1\x00%d\x00%s" % (moderator_id, code.encode())).digest()


def _in_groups(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
