from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.emails import EmailAddress
from commentsvc.domain.errors import InvalidInputError
from commentsvc.vault.keys import KeyRing, new_key_ring
from commentsvc.vault.opening import NoPrivateKeyError, Opener, UnopenableAddressError
from commentsvc.vault.sealing import ADDRESS_BYTES, SEALED_BYTES, Sealer

ANNA = EmailAddress("Anna.Petrova+news@example.org")
RING = new_key_ring()


def texts_up_to(limit_bytes: int) -> st.SearchStrategy[str]:
    utf8 = st.characters(codec="utf-8")
    return st.text(utf8, max_size=limit_bytes).filter(lambda text: len(text.encode()) <= limit_bytes)


@given(texts_up_to(ADDRESS_BYTES))
def test_what_was_sealed_opens_to_the_same_address_and_is_always_as_long(text: str) -> None:
    sealed = Sealer(RING).seal(EmailAddress(text))

    assert len(sealed) == SEALED_BYTES == 308
    assert Opener(RING).open(sealed).reveal() == text


def test_the_longest_address_fits_and_a_longer_one_is_told_so(ring: KeyRing) -> None:
    longest = "a" * (ADDRESS_BYTES - len("@example.org")) + "@example.org"
    assert Opener(ring).open(Sealer(ring).seal(EmailAddress(longest))).reveal() == longest

    with pytest.raises(InvalidInputError) as caught:
        Sealer(ring).seal(EmailAddress("a" + longest))
    assert caught.value.fields == {"email": "This address is too long."}


def test_octets_are_counted_and_not_characters(ring: KeyRing) -> None:
    with pytest.raises(InvalidInputError):
        Sealer(ring).seal(EmailAddress("ä" * 128))


def test_two_sealings_of_one_address_have_nothing_in_common_but_the_key_id(ring: KeyRing) -> None:
    first, second = Sealer(ring).seal(ANNA), Sealer(ring).seal(ANNA)

    assert first[:5] == second[:5] == b"\x01" + ring.sealing[0].id
    assert first[5:37] != second[5:37]
    assert sum(a == b for a, b in zip(first[5:], second[5:], strict=True)) < 20


def test_nothing_of_the_address_shows_through(ring: KeyRing, shows: Callable[[bytes, str], bool]) -> None:
    sealed = Sealer(ring).seal(ANNA)

    assert not shows(sealed, ANNA.reveal())
    assert not shows(sealed, "Anna.Petrova+news")
    assert not shows(sealed, "example.org")


def test_the_search_for_traces_would_find_each_of_them(
    traces_of: Callable[[str], list[bytes]], shows: Callable[[bytes, str], bool]
) -> None:
    for trace in traces_of(ANNA.reveal()):
        assert shows(b"\x01\x02\x03" + trace + b"\x04", ANNA.reveal())


def test_the_public_half_seals_and_cannot_open(ring: KeyRing) -> None:
    sealed = Sealer(ring.public_half()).seal(ANNA)

    assert Opener(ring).open(sealed) == ANNA
    with pytest.raises(NoPrivateKeyError, match=ring.sealing[0].id.hex()):
        Opener(ring.public_half()).open(sealed)


def test_another_installations_key_does_not_open_it(ring: KeyRing) -> None:
    sealed, other = Sealer(ring).seal(ANNA), new_key_ring()
    with pytest.raises(NoPrivateKeyError):
        Opener(other).open(sealed)

    same_id = replace(other, sealing=(replace(other.sealing[0], id=ring.sealing[0].id),))
    with pytest.raises(UnopenableAddressError, match="does not open"):
        Opener(same_id).open(sealed)


def test_after_a_rotation_the_new_key_seals_and_both_open(ring: KeyRing, rotated: KeyRing) -> None:
    old, new = Sealer(ring).seal(ANNA), Sealer(rotated).seal(ANNA)

    assert new[1:5] == rotated.sealing[0].id != old[1:5]
    assert Opener(rotated).open(old) == Opener(rotated).open(new) == ANNA
    with pytest.raises(NoPrivateKeyError):
        Opener(ring).open(new)


def test_one_changed_bit_anywhere_is_noticed(ring: KeyRing) -> None:
    sealed, opener = Sealer(ring).seal(ANNA), Opener(ring)

    for position in range(SEALED_BYTES):
        tampered = bytearray(sealed)
        tampered[position] ^= 1
        with pytest.raises((UnopenableAddressError, NoPrivateKeyError)):
            opener.open(bytes(tampered))


@pytest.mark.parametrize("length", [0, 1, SEALED_BYTES - 1, SEALED_BYTES + 1])
def test_another_length_is_refused(ring: KeyRing, length: int) -> None:
    sealed = (Sealer(ring).seal(ANNA) + b"\x00")[:length]

    with pytest.raises(UnopenableAddressError, match="version"):
        Opener(ring).open(sealed)


def test_errors_do_not_quote_the_address(ring: KeyRing) -> None:
    with pytest.raises(InvalidInputError) as caught:
        Sealer(ring).seal(EmailAddress("canary" * 50 + "@example.org"))

    assert "canary" not in repr(caught.value)
    assert "canary" not in str(caught.value)
