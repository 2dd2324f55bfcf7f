import json

import pytest

from commentsvc.vault.key_file import serialise
from commentsvc.vault.keys import KeyFileError, KeyRing
from commentsvc.vault.locked_keys import is_locked, lock, unlock

PASSPHRASE = "a passphrase of a few words"


def test_what_is_locked_opens_with_its_passphrase_and_shows_nothing(ring: KeyRing) -> None:
    content = serialise(ring)
    locked = lock(content, PASSPHRASE)

    assert is_locked(locked)
    assert not is_locked(content)
    assert unlock(locked, PASSPHRASE) == content
    for secret in json.loads(content)["signing"]:
        assert secret.encode() not in locked
    assert lock(content, PASSPHRASE) != locked


def damaged(locked: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(locked) | changes).encode()


def test_another_passphrase_or_a_damaged_file_is_told_without_details(ring: KeyRing) -> None:
    locked = lock(serialise(ring), PASSPHRASE)
    tried = [
        (locked, PASSPHRASE + "."),
        (damaged(locked, salt="AAAA"), PASSPHRASE),
        (damaged(locked, box="AAAA"), PASSPHRASE),
        (damaged(locked, box=5), PASSPHRASE),
        (damaged(locked, box="*"), PASSPHRASE),
        (b"[]", PASSPHRASE),
        (b"{}", PASSPHRASE),
        (b"\xff", PASSPHRASE),
    ]
    for raw, passphrase in tried:
        with pytest.raises(KeyFileError, match="does not open with this passphrase") as caught:
            unlock(raw, passphrase)
        assert caught.value.__suppress_context__
