import base64
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import InvalidTokenError
from commentsvc.web.tokens import Purpose, Signer

OLD, NEW, FOREIGN = (bytes(range(start, start + 64, 2)) for start in (0, 1, 100))
NOON = datetime(2026, 11, 22, 12, 0, 0, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLAIMS = {"action": "edit", "comment": "abcdefghijklmnopqrstuvwx", "site": "blog", "version": 3}


class MovableClock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def signer(clock: MovableClock) -> Signer:
    return Signer([OLD], clock)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_says_what_was_signed(signer: Signer, purpose: Purpose) -> None:
    assert signer.verify(purpose, signer.sign(purpose, CLAIMS), max_age=HOUR) == CLAIMS


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=20),
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=200),
        max_size=5,
    )
)
def test_any_claims_come_back_from_a_token_that_is_safe_in_a_url(claims: dict[str, object]) -> None:
    signer = Signer([OLD], MovableClock())

    token = signer.sign(Purpose.RECEIPT, claims)

    assert re.fullmatch(r"[A-Za-z0-9_.-]+", token)
    assert quote(token, safe="") == token
    assert signer.verify(Purpose.RECEIPT, token, max_age=HOUR) == claims


@pytest.mark.parametrize("used_for", Purpose)
@pytest.mark.parametrize("made_for", Purpose)
def test_a_token_is_worth_nothing_for_another_purpose(signer: Signer, made_for: Purpose, used_for: Purpose) -> None:
    token = signer.sign(made_for, CLAIMS)

    if used_for is made_for:
        assert signer.verify(used_for, token, max_age=HOUR) == CLAIMS
    else:
        with pytest.raises(InvalidTokenError):
            signer.verify(used_for, token, max_age=HOUR)


def test_every_other_character_at_every_position_is_noticed(signer: Signer) -> None:
    """One bit flipped, and the next letter of the alphabet: no position of the token is idle."""
    token = signer.sign(Purpose.RECEIPT, CLAIMS)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    for position, char in enumerate(token):
        neighbour = alphabet[(alphabet.find(char) + 1) % 64]
        for other in {chr(ord(char) ^ 1), neighbour} - {char}:
            changed = token[:position] + other + token[position + 1 :]
            with pytest.raises(InvalidTokenError):
                signer.verify(Purpose.RECEIPT, changed, max_age=HOUR)


def test_one_signature_has_one_spelling(signer: Signer) -> None:
    """All 64 last characters: base 64 alone would take four of them for the same bytes."""
    token = signer.sign(Purpose.RECEIPT, CLAIMS)
    accepted = []
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        try:
            signer.verify(Purpose.RECEIPT, token[:-1] + last, max_age=HOUR)
        except InvalidTokenError:
            continue
        accepted.append(last)

    assert accepted == [token[-1]]


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b.c", "token", "\ud800", "é", "A" * 5_000, "A." + "A" * 4_000 + ".A"],
    ids=lambda text: repr(text[:9]),
)
def test_what_never_was_a_token_is_refused(signer: Signer, text: str) -> None:
    with pytest.raises(InvalidTokenError):
        signer.verify(Purpose.RECEIPT, text, max_age=HOUR)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token + "=",
        lambda token: token + "\n",
        lambda token: " " + token,
        lambda token: token + "A",
        lambda token: token[:-1],
        lambda token: "." + token,
        lambda token: token.rpartition(".")[0],
        lambda token: token.replace(".", "..", 1),
        lambda token: token.upper(),
        lambda token: "é" + token,
        lambda token: token[:-10] + "!" + token[-10:],
    ],
)
def test_a_token_with_anything_added_or_taken_away_is_refused(signer: Signer, spoil: Callable[[str], str]) -> None:
    with pytest.raises(InvalidTokenError):
        signer.verify(Purpose.RECEIPT, spoil(signer.sign(Purpose.RECEIPT, CLAIMS)), max_age=HOUR)


def test_a_token_lasts_until_the_last_second_and_not_one_longer(signer: Signer, clock: MovableClock) -> None:
    token = signer.sign(Purpose.SIGN_IN, CLAIMS)

    clock.move(HOUR)
    assert signer.verify(Purpose.SIGN_IN, token, max_age=HOUR) == CLAIMS
    clock.move(timedelta(seconds=1))
    with pytest.raises(InvalidTokenError, match="3601 s ago"):
        signer.verify(Purpose.SIGN_IN, token, max_age=HOUR)


def test_a_token_from_the_future_is_refused_beyond_the_minute_that_clocks_may_differ(
    signer: Signer, clock: MovableClock
) -> None:
    token = signer.sign(Purpose.FORM, CLAIMS)

    clock.move(timedelta(seconds=-60))
    assert signer.verify(Purpose.FORM, token, max_age=HOUR) == CLAIMS
    assert signer.age(Purpose.FORM, token, max_age=HOUR) == timedelta(0)
    clock.move(timedelta(seconds=-1))
    with pytest.raises(InvalidTokenError):
        signer.verify(Purpose.FORM, token, max_age=HOUR)


def test_the_age_of_a_form_is_known_to_the_millisecond(signer: Signer, clock: MovableClock) -> None:
    token = signer.sign(Purpose.FORM, {"site": "blog"})

    clock.move(timedelta(milliseconds=2_999))

    assert signer.age(Purpose.FORM, token, max_age=HOUR) == timedelta(milliseconds=2_999)


def test_the_age_of_an_invalid_token_is_not_told(signer: Signer, clock: MovableClock) -> None:
    token = signer.sign(Purpose.FORM, {"site": "blog"})
    clock.move(HOUR * 2)

    with pytest.raises(InvalidTokenError):
        signer.age(Purpose.FORM, token, max_age=HOUR)


def test_after_a_rotation_old_tokens_hold_until_their_key_leaves(clock: MovableClock) -> None:
    old = Signer([OLD], clock).sign(Purpose.RECEIPT, CLAIMS)
    both, newest_only = Signer([NEW, OLD], clock), Signer([NEW], clock)

    assert both.verify(Purpose.RECEIPT, old, max_age=HOUR) == CLAIMS
    with pytest.raises(InvalidTokenError):
        newest_only.verify(Purpose.RECEIPT, old, max_age=HOUR)
    fresh = both.sign(Purpose.RECEIPT, CLAIMS)
    assert newest_only.verify(Purpose.RECEIPT, fresh, max_age=HOUR) == CLAIMS


def test_another_installations_token_is_forged_here(signer: Signer, clock: MovableClock) -> None:
    with pytest.raises(InvalidTokenError):
        signer.verify(Purpose.RECEIPT, Signer([FOREIGN], clock).sign(Purpose.RECEIPT, CLAIMS), max_age=HOUR)


def test_a_signature_is_hmac_sha_256_under_a_key_derived_for_the_purpose(signer: Signer) -> None:
    body, _, signature = signer.sign(Purpose.RECEIPT, CLAIMS).rpartition(".")

    key = hmac.digest(OLD, b"commentsvc.receipt.v1", "sha256")
    expected = base64.urlsafe_b64encode(hmac.digest(key, body.encode(), "sha256"))
    assert signature == expected.rstrip(b"=").decode()


@pytest.mark.parametrize(
    "content",
    [[1, "form", {}], [2, "receipt", {}], [1, "receipt"], [1, "receipt", []], {}, None, [1, "receipt", {}, 1]],
)
def test_the_content_is_looked_at_even_under_a_good_signature(signer: Signer, content: object) -> None:
    token = signer._serializers[Purpose.RECEIPT].dumps(content)

    with pytest.raises(InvalidTokenError, match="other content"):
        signer.verify(Purpose.RECEIPT, token, max_age=HOUR)


def test_a_signature_over_what_is_no_json_is_refused(signer: Signer) -> None:
    token = signer._serializers[Purpose.RECEIPT].make_signer().sign(b"bm8ganNvbg").decode()

    with pytest.raises(InvalidTokenError):
        signer.verify(Purpose.RECEIPT, token, max_age=HOUR)


def test_errors_do_not_quote_the_token(signer: Signer) -> None:
    token = signer.sign(Purpose.FORM, CLAIMS)

    with pytest.raises(InvalidTokenError) as caught:
        signer.verify(Purpose.RECEIPT, token, max_age=HOUR)

    assert token.rpartition(".")[2] not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_signer_needs_a_secret(clock: MovableClock) -> None:
    with pytest.raises(ValueError, match="secret"):
        Signer([], clock)
