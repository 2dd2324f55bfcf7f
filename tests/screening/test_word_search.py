import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.normal_text import normal_text
from commentsvc.screening.word_search import SearchedText
from tests.support.processor_time import least_seconds_of

FOUND = [
    ("casino", "The best CASINO in town", "CASINO"),
    ("Casino", "casino", "casino"),
    ("casino", "(casino)", "casino"),
    ("casino", "online-casino.example/x", "casino"),
    ("work from home", "Work-from   HOME!", "Work-from   HOME"),
    ("work from home", "work\nfrom\u00a0home", "work\nfrom\u00a0home"),
    ("bit.ly", "see https://bit.ly/abc", "bit.ly"),
    ("don't", "I don\u2019t", "don\u2019t"),
    ("casino", "c\u200ba\u00ads\u2060ino now", "c\u200ba\u00ads\u2060ino"),
    ("casino", "\uff23\uff21\uff33\uff29\uff2e\uff2f", "\uff23\uff21\uff33\uff29\uff2e\uff2f"),
    ("casino", "\U0001d41casino", "\U0001d41casino"),
    ("casino", "Ⓒⓐⓢⓘⓝⓞ", "Ⓒⓐⓢⓘⓝⓞ"),
    ("café", "un cafe\u0301 noir", "caf\u00e9"),
    ("cafe\u0301", "un café noir", "café"),
    ("straße", "in der STRASSE", "STRASSE"),
    ("казино", "Лучшее КАЗИНО!", "КАЗИНО"),
    ("赌场", "网上赌场游戏", "赌场"),
    ("赌场", "赌 场", "赌 场"),
    ("casino", "这是casino吗", "casino"),
    ("カジノ", "オンラインカジノで", "カジノ"),
    ("カジノ", "\uff76\uff7c\uff9e\uff89", "\uff76\uff7c\uff9e\uff89"),
    ("คาสิโน", "เล่นคาสิโนออนไลน์", "คาสิโน"),
    ("무료", "무료로 드립니다", "무료"),
    ("무료", unicodedata.normalize("NFD", "무료로"), "무료"),
    ("मुफ़्त", "यह मुफ़्त है", "मुफ़्त"),
    ("كازينو", "أفضل كازينو هنا", "كازينو"),
    ("$$$", "Earn $$$ now", "$$$"),
    ("c++", "I like C++.", "c++"),
    ("!!!", "Wow!!!", "!!!"),
    ("🔥🔥", "sale🔥🔥🔥", "🔥🔥"),
    ("4u", "only 4U", "4U"),
]
NOT_FOUND = [
    ("art", "party"),
    ("art", "arts"),
    ("art", "a rt"),
    ("casino", "cas\u0301ino"),
    ("cafe", "café"),
    ("work from home", "work from a home"),
    ("4u", "44u"),
    ("赌场", "赌了场"),
    ("กา", "กำ"),
    ("คน", "คนี้"),
    ("कत", "किताब"),
    ("$$$", "$$"),
    ("", "anything"),
    ("   ", "any   thing"),
    ("\u200b", "any\u200bthing"),
    ("casino", ""),
    ("casino", "\u0301"),
]


@pytest.mark.parametrize(("pattern", "text", "spelled"), FOUND)
def test_a_word_is_found_as_its_writer_spelled_it(pattern: str, text: str, spelled: str) -> None:
    assert SearchedText(text).find(pattern) == unicodedata.normalize("NFC", spelled)


@pytest.mark.parametrize(("pattern", "text"), NOT_FOUND)
def test_other_words_are_left_alone(pattern: str, text: str) -> None:
    assert SearchedText(text).find(pattern) is None


_WORD = st.from_regex(r"[abcéC赌场กß][abcé赌场กß\u0301\u0e34]{0,3}", fullmatch=True)


@given(st.lists(_WORD, min_size=1, max_size=8), st.integers(0, 7), st.integers(1, 3))
def test_every_run_of_words_of_a_text_is_found(words: list[str], first: int, count: int) -> None:
    run = words[first % len(words) :][:count]

    found = SearchedText(" , ".join(words)).find("-".join(run))

    assert found is not None
    # Spaces do not count: without a dictionary nobody can tell where a Thai or Chinese word ends.
    assert normal_text(found).replace(" ", "") == normal_text(" ".join(run)).replace(" ", "")


SLOW = {
    "letters": "a" * 5_000,
    "words": "a " * 2_500,
    "ideographs": "赌" * 5_000,
    "ligatures of 18": "\ufdfa" * 5_000,
    "marks in the wrong order": "a" + "\u0315\u0300\u0327\u0334" * 1_250,
    "marks on marks": "a" + "\u0344" * 4_999,
    "squared words": "\u3316" * 5_000,
    "fractions": "\u2153" * 5_000,
    "emoji": "\U0001f44d\U0001f3fd" * 2_500,
    "sharp s": "ß" * 5_000,
    "invisible": "\u200b" * 5_000,
    "all of Unicode": "".join(chr(0x3400 + i * 7) for i in range(5_000)),
}
BUDGET_SECONDS = 0.05


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW.keys())
def test_no_text_takes_long(text: str) -> None:
    """The longest source there is."""
    patterns = ["a" * 50 + "b", "a a a b", "赌" * 20 + "场", "$$$", *(f"word{i}" for i in range(100))]

    def search() -> None:
        searched = SearchedText(text)
        assert all(searched.find(pattern) is None for pattern in patterns)

    assert least_seconds_of(search, limit_seconds=BUDGET_SECONDS) < BUDGET_SECONDS


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW.keys())
def test_no_text_takes_long_to_compare(text: str) -> None:
    assert least_seconds_of(lambda: normal_text(text), limit_seconds=BUDGET_SECONDS) < BUDGET_SECONDS
