"""Secrets of second factors: closed for one moderator, opened with any key of the ring."""

import pytest

from commentsvc.domain.second_factor import SECRET_BYTES
from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.secret_keeper import CLOSED_BYTES, BoxedSecrets, UnopenableSecretError

SECRET = bytes(range(SECRET_BYTES))


def test_a_closed_secret_opens_and_shows_nothing(ring: KeyRing) -> None:
    keeper = BoxedSecrets(ring)
    closed = keeper.close(SECRET, moderator_id=7)
    assert keeper.open(closed, moderator_id=7) == SECRET
    assert len(closed) == CLOSED_BYTES == 65
    assert SECRET not in closed
    assert closed != keeper.close(SECRET, moderator_id=7)


def test_it_opens_for_nobody_else_and_under_no_other_key(ring: KeyRing) -> None:
    closed = BoxedSecrets(ring).close(SECRET, moderator_id=7)
    for keeper, moderator_id in ((BoxedSecrets(ring), 8), (BoxedSecrets(new_key_ring()), 7)):
        with pytest.raises(UnopenableSecretError):
            keeper.open(closed, moderator_id=moderator_id)


def test_after_a_rotation_old_ones_open_and_new_ones_use_the_new_key(ring: KeyRing, rotated: KeyRing) -> None:
    closed = BoxedSecrets(ring).close(SECRET, moderator_id=7)
    assert BoxedSecrets(rotated).open(closed, moderator_id=7) == SECRET
    assert BoxedSecrets(rotated).close(SECRET, moderator_id=7)[1:5] == rotated.index[0].id


def test_the_public_half_of_a_ring_is_enough(ring: KeyRing) -> None:
    closed = BoxedSecrets(ring).close(SECRET, moderator_id=7)
    assert BoxedSecrets(ring.public_half()).open(closed, moderator_id=7) == SECRET


def test_what_is_damaged_does_not_open(ring: KeyRing) -> None:
    keeper = BoxedSecrets(ring)
    closed = keeper.close(SECRET, moderator_id=7)
    damaged = [closed[:at] + bytes([closed[at] ^ 1]) + closed[at + 1 :] for at in range(CLOSED_BYTES)]
    for each in (*damaged, b"", closed[:-1], closed + b"\x00"):
        with pytest.raises(UnopenableSecretError):
            keeper.open(each, moderator_id=7)


@pytest.mark.parametrize("length", [0, 19, 21])
def test_a_secret_of_another_length_is_a_mistake(ring: KeyRing, length: int) -> None:
    with pytest.raises(ValueError, match="length"):
        BoxedSecrets(ring).close(bytes(length), moderator_id=7)
