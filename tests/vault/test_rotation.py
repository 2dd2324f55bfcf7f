import os
from dataclasses import replace

import pytest

from commentsvc.vault.keys import KeyFileError, KeyRing, signing_id
from commentsvc.vault.rotation import KeyKind, facts, is_older_half, rotated, without


def test_what_is_told_of_keys_is_no_secret(ring: KeyRing) -> None:
    told = facts(ring)

    assert [(each.kind, each.is_newest, each.has_private) for each in told] == [
        ("signing", True, None),
        ("index", True, None),
        ("sealing", True, True),
    ]
    assert [each.has_private for each in facts(ring.public_half())] == [None, None, False]
    assert [each.id for each in told] == [
        signing_id(ring.signing[0]).hex(),
        ring.index[0].id.hex(),
        ring.sealing[0].id.hex(),
    ]
    assert told[0].id not in ring.signing[0].hex()


@pytest.mark.parametrize("kind", KeyKind)
def test_a_rotation_puts_one_new_key_in_front_and_keeps_the_old(ring: KeyRing, kind: KeyKind) -> None:
    after = rotated(ring, [kind])

    for each in KeyKind:
        assert getattr(after, each)[-1:] == getattr(ring, each)
        assert len(getattr(after, each)) == (2 if each is kind else 1)


def test_everything_is_rotated_at_once_with_the_callers_randomness(ring: KeyRing) -> None:
    asked: list[int] = []

    def token_bytes(length: int) -> bytes:
        asked.append(length)
        return os.urandom(length)

    after = rotated(ring, list(KeyKind), token_bytes=token_bytes)

    assert sorted(asked) == [4, 4, 32, 32, 32]
    assert [len(getattr(after, kind)) for kind in KeyKind] == [2, 2, 2]


def test_a_public_half_is_not_rotated(ring: KeyRing) -> None:
    with pytest.raises(KeyFileError, match=r"no private key.*where the whole key file is"):
        rotated(ring.public_half(), list(KeyKind))


def test_an_old_key_is_taken_out_and_the_newest_never(ring: KeyRing, rotated: KeyRing) -> None:
    left = rotated
    for key in facts(rotated):
        if key.is_newest:
            with pytest.raises(KeyFileError, match=f"{key.id} is the newest {key.kind} key"):
                without(rotated, key)
        else:
            left = without(left, key)

    assert left == KeyRing(rotated.signing[:1], rotated.index[:1], rotated.sealing[:1])
    assert left != ring


def test_an_older_half_is_known_by_a_key_that_both_have(ring: KeyRing, rotated: KeyRing) -> None:
    assert is_older_half(ring.public_half(), rotated)
    assert is_older_half(rotated.public_half(), rotated)
    assert not is_older_half(ring, rotated)
    other = replace(rotated, sealing=rotated.sealing[:1]).public_half()
    assert not is_older_half(ring.public_half(), other)
