from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.emails import EmailAddress
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing, new_key_ring

ANNA = EmailAddress("Anna.Petrova@example.org")
INDEX = BlindIndex(new_key_ring())


def test_one_author_has_one_value_however_the_address_is_spelled(ring: KeyRing) -> None:
    index = BlindIndex(ring)

    for spelling in ("anna.petrova@example.org", "ANNA.PETROVA@EXAMPLE.ORG", " Anna.Petrova@example.org "):
        assert index.of(EmailAddress(spelling), site_key="blog") == index.of(ANNA, site_key="blog")
    assert index.of(EmailAddress("anna@example.org"), site_key="blog") != index.of(ANNA, site_key="blog")


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_two_sites_cannot_find_out_that_they_share_a_reader(text: str, one: str, other: str) -> None:
    same_site = one == other
    email = EmailAddress(text)

    assert (INDEX.of(email, site_key=one) == INDEX.of(email, site_key=other)) == same_site


def test_the_value_is_the_key_id_and_a_sha_256(ring: KeyRing) -> None:
    value = BlindIndex(ring).of(ANNA, site_key="blog")

    assert len(value) == 36
    assert value[:4] == ring.index[0].id


def test_the_value_cannot_be_made_without_the_key(ring: KeyRing, shows: Callable[[bytes, str], bool]) -> None:
    value = BlindIndex(ring).of(ANNA, site_key="blog")

    assert not shows(value, ANNA.reveal())
    assert not shows(value, "blog" + ANNA.reveal())
    assert BlindIndex(new_key_ring()).of(ANNA, site_key="blog")[4:] != value[4:]


def test_the_uses_of_one_secret_do_not_meet(ring: KeyRing) -> None:
    """An author, a moderator and a fingerprint of the same bytes are three values."""
    index, octets = BlindIndex(ring), ANNA.normal_form().encode()

    values = {index.of(ANNA, site_key=""), index.of_moderator(ANNA), index.fingerprint(octets, site_key="")}

    assert len(values) == 3


def test_a_fingerprint_is_keyed_and_per_site(ring: KeyRing, shows: Callable[[bytes, str], bool]) -> None:
    index, content = BlindIndex(ring), b'{"email":"anna.petrova@example.org"}'
    value = index.fingerprint(content, site_key="blog")

    assert value == index.fingerprint(content, site_key="blog")
    assert value != index.fingerprint(content, site_key="other")
    assert value != index.fingerprint(content + b" ", site_key="blog")
    assert not shows(value, content.decode())


def test_after_a_rotation_authors_are_found_under_both_keys(ring: KeyRing, rotated: KeyRing) -> None:
    before, after = BlindIndex(ring), BlindIndex(rotated)

    found = after.candidates(ANNA, site_key="blog")

    assert [value[:4] for value in found] == [rotated.index[0].id, ring.index[0].id]
    assert found[0] == after.of(ANNA, site_key="blog") != before.of(ANNA, site_key="blog")
    assert found[1] == before.of(ANNA, site_key="blog")
    assert after.moderator_candidates(ANNA)[1] == before.of_moderator(ANNA)
    assert after.fingerprint_candidates(b"x", site_key="blog")[1] == before.fingerprint(b"x", site_key="blog")
