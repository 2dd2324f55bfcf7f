from dataclasses import replace

import pytest

from commentsvc.vault.keys import KeyedSecret, KeyFileError, KeyRing, SealingKey, new_key_ring, signing_id


def test_a_new_ring_has_one_key_of_each_kind_and_no_two_rings_share_one(ring: KeyRing) -> None:
    other = new_key_ring()

    assert (len(ring.signing), len(ring.index), len(ring.sealing)) == (1, 1, 1)
    assert ring.signing[0] != other.signing[0]
    assert ring.index[0].secret != other.index[0].secret
    assert ring.sealing[0].private != other.sealing[0].private


def test_nothing_prints_a_secret(ring: KeyRing) -> None:
    shown = f"{ring!r} {ring} {ring.index[0]!r} {ring.index[0]} {ring.sealing[0]!r} {ring.sealing}"
    private = ring.sealing[0].private
    assert private is not None

    for secret in (ring.signing[0], ring.index[0].secret, private, ring.sealing[0].public):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown
    assert shown.startswith("KeyRing(***)")


def test_the_public_half_can_seal_but_not_open(ring: KeyRing) -> None:
    half = ring.public_half()

    assert ring.may_open
    assert not half.may_open
    assert half.sealing[0].public == ring.sealing[0].public
    assert half.index == ring.index


@pytest.mark.parametrize("name", ["signing", "index", "sealing"])
def test_a_ring_without_a_key_of_each_kind_is_refused(ring: KeyRing, name: str) -> None:
    fields = {"signing": ring.signing, "index": ring.index, "sealing": ring.sealing, name: ()}

    with pytest.raises(KeyFileError, match=f"no {name} key"):
        KeyRing(**fields)  # type: ignore[arg-type]  # one of them is empty on purpose


GUESSABLE = {
    "zeros": bytes(32),
    "one letter": b"a" * 40,
    "a repeated default": b"changeme" * 8,
    "a sentence": b"this is the secret of our site, keep it",
    "a sequence, as in examples": bytes(range(32)),
    "every third byte": bytes(range(0, 128, 3)),
    "a backward sequence": bytes(range(200, 100, -1)),
    "hexadecimal": b"8c1f0a5be7d2394476aa0e91bc53f7d8",
}


@pytest.mark.parametrize("secret", GUESSABLE.values(), ids=GUESSABLE.keys())
def test_a_secret_that_a_person_typed_is_refused(ring: KeyRing, secret: bytes) -> None:
    with pytest.raises(KeyFileError, match="default or was typed"):
        replace(ring, signing=(secret,))
    with pytest.raises(KeyFileError, match="default or was typed"):
        replace(ring, index=(KeyedSecret(b"\x01\x02\x03\x04", secret),))


def test_a_short_secret_is_refused_even_behind_a_good_one(ring: KeyRing) -> None:
    with pytest.raises(KeyFileError, match="fewer than 32 bytes"):
        replace(ring, signing=(*ring.signing, ring.signing[0][:31]))


def test_a_guessable_private_key_is_refused(ring: KeyRing) -> None:
    with pytest.raises(KeyFileError, match="default or was typed"):
        replace(ring, sealing=(SealingKey(b"\x01\x02\x03\x04", ring.sealing[0].public, bytes(32)),))


def test_two_keys_with_one_id_are_refused(ring: KeyRing) -> None:
    with pytest.raises(KeyFileError, match="index key needs an id of its own"):
        replace(ring, index=ring.index * 2)
    with pytest.raises(KeyFileError, match="sealing key needs an id of its own"):
        replace(ring, sealing=ring.sealing * 2)


def test_an_id_of_another_length_is_refused(ring: KeyRing) -> None:
    with pytest.raises(KeyFileError, match="an id of its own, 4 bytes"):
        replace(ring, index=(replace(ring.index[0], id=b"\x01"),))


@pytest.mark.parametrize("half", ["public", "private"])
def test_a_sealing_key_of_another_length_is_refused(ring: KeyRing, half: str) -> None:
    pair = ring.sealing[0]
    public, private = pair.public, pair.private
    assert private is not None
    short = SealingKey(pair.id, public[:31], private) if half == "public" else SealingKey(pair.id, public, private[:31])

    with pytest.raises(KeyFileError, match="does not have 32 bytes"):
        replace(ring, sealing=(short,))


def test_halves_of_two_pairs_are_refused(ring: KeyRing) -> None:
    with pytest.raises(KeyFileError, match="do not match"):
        replace(ring, sealing=(replace(ring.sealing[0], public=new_key_ring().sealing[0].public),))


def test_a_public_key_that_is_none_is_refused(ring: KeyRing) -> None:
    """What is sealed with all zeros, or with words, is sealed for nobody or for everybody."""
    for public in (bytes(32), b"an example of a public key, 32 b", bytes(range(32))):
        with pytest.raises(KeyFileError, match="default or was typed by hand"):
            replace(ring, sealing=(SealingKey(b"abcd", public, None),))


def test_one_secret_for_two_purposes_is_refused(ring: KeyRing) -> None:
    for change in (
        {"signing": ring.signing * 2},
        {"index": (KeyedSecret(b"abcd", ring.signing[0]),)},
        {"sealing": (*ring.sealing, replace(ring.sealing[0], id=b"abcd"))},
    ):
        with pytest.raises(KeyFileError, match="stands twice"):
            replace(ring, **change)


def test_a_signing_key_is_called_by_an_id_that_tells_nothing_of_it(ring: KeyRing) -> None:
    other = new_key_ring()

    assert signing_id(ring.signing[0]) == signing_id(ring.signing[0]) != signing_id(other.signing[0])
    assert len(signing_id(ring.signing[0])) == 4
