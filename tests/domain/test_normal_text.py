import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.normal_text import calm, normal_text

SAME = [
    ("Check out my channel", "CHECK  OUT\tmy\nchannel!!!"),
    ("buy now", "\uff42\uff55\uff59\u3000\uff2e\uff2f\uff37"),
    ("buy now", "b\u200bu\u00ady n\u2060ow\ufeff"),
    ("buy now", "buy\u00a0now"),
    ("buy now", "“buy” — now…"),
    ("caf\u00e9", "cafe\u0301"),
    ("strasse", "Straße"),
    ("fish", "\ufb01sh"),
    ("don t", "don't"),
    ("❤", "❤\ufe0f"),
    ("ｶﾞ", "ガ"),
    ("σοφος", "ΣΟΦΟΣ"),
    ("!!!", "  !!! "),
]
DIFFERENT = [
    ("buy now", "buynow"),
    ("cafe", "café"),
    ("1 of 2", "1 of 3"),
    ("👍", "👎"),
    ("!!!", "???"),
    ("赌场", "赌"),
    ("किताब", "कताब"),
    ("$5", "5"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_texts_that_read_the_same_are_the_same(one: str, other: str) -> None:
    assert normal_text(one) == normal_text(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_texts_that_read_differently_stay_different(one: str, other: str) -> None:
    assert normal_text(one) != normal_text(other)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = normal_text(text)

    assert normal_text(once) == once
    assert once == " ".join(once.split())


def test_nothing_visible_is_nothing() -> None:
    assert not normal_text("")
    assert not normal_text(" \u200b\u200d\ufe0f\n")


def test_more_marks_on_a_letter_than_any_language_has_are_left_out() -> None:
    marks = "\u0300\u0315" * 100

    assert calm(f"a{marks}b{marks}") == f"a{marks[:30]}b{marks[:30]}"
    assert calm("นี้ é\u0301 किताब") == "นี้ é\u0301 किताब"
    assert normal_text(f"a{marks}") == normal_text(f"a{marks[:30]}")
