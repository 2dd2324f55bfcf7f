"""A name is one visible line: nothing in it hides, turns the text around it, or is not there at all."""

# ruff: noqa: RUF001 - characters that look alike are what this is about

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.text import clean_line, has_visible_text, is_well_formed, is_xml_text

BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
ZERO_WIDTH = [0x200B, 0x2060, 0xFEFF, 0x00AD, 0x180E, *range(0x2061, 0x2065), *range(0x206A, 0x2070), 0xFFF9, 0xFFFB]
TAGS = list(range(0xE0000, 0xE0080))
CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if not chr(code).isspace()]
PRIVATE = [0xE000, 0xF8FF, 0xF0000, 0x10FFFD, 0xFFFE, 0xFFFF, 0xD800, 0xDFFF]
FILLERS = [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0]
JOINERS = [0x200C, 0x200D]


@pytest.mark.parametrize("code", BIDI + ZERO_WIDTH + TAGS + CONTROLS + PRIVATE + FILLERS, ids=hex)
def test_an_invisible_character_leaves_no_trace_in_a_name(code: int) -> None:
    char = chr(code)
    for name in (f"{char}Ada", f"Ada{char}", f"A{char}da", f"{char}A{char}{char}da{char}"):
        assert clean_line(name) == "Ada"


@pytest.mark.parametrize("code", JOINERS, ids=hex)
@pytest.mark.parametrize(
    "name", ["{}Ada", "Ada{}", "A{}da", "Αδ{}α", "Ад{}а", "4{}2", "é{}a", "a {} b", "می{}", "{}می"]
)
def test_a_joiner_that_joins_nothing_goes(code: int, name: str) -> None:
    assert clean_line(name.format(chr(code))) == clean_line(name.format(""))


@pytest.mark.parametrize(
    "name",
    ["می\u200cخواهم", "क्\u200dष", "ක්\u200dෂ", "👩\u200d💻", "👩🏽\u200d🚀", "❤\ufe0f\u200d🔥", "🏳\ufe0f\u200d🌈 Ada"],
)
def test_a_joiner_that_scripts_and_emoji_need_stays(name: str) -> None:
    assert clean_line(name) == name
    assert any(chr(joiner) in clean_line(name) for joiner in JOINERS)


def test_several_joiners_are_one() -> None:
    assert clean_line("می\u200c\u200d\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("", ""),
        (" \t\r\n\x0b\x0c\x85\u2028\u2029\u3000", ""),
        ("Ada\nLovelace", "Ada Lovelace"),
        ("  Ada \u00a0\u2003  Lovelace ", "Ada Lovelace"),
        ("Ada\u2800Lovelace", "Ada Lovelace"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("ｱ", "ｱ"),
        ("Ада Лавлейс", "Ада Лавлейс"),
        ("عائشة", "عائشة"),
        ("O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("<b>", "<b>"),
        ("a\u200d \u200db", "a b"),
        ("\u200d \u200d a", "a"),
    ],
)
def test_a_line_is_composed_and_single_spaced(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


_NASTY = st.sampled_from(
    "a é ä A\u0301\u0300\u200c\u200d\u202e\u200b \n\u2800\u3164मी\u094dخم👩💻\u1100\u1161\u11a8\u0345\ud800"
)


@given(st.text() | st.lists(_NASTY, max_size=12).map("".join))
def test_a_clean_line_is_clean(raw: str) -> None:
    clean = clean_line(raw)
    assert clean_line(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert clean == " ".join(clean.split())
    assert {unicodedata.category(char) for char in clean if char not in "\u200c\u200d"}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


@pytest.mark.parametrize("text", ["a", "7", "?", "€", "字", "👍", " . ", "\u200bа"])
def test_a_letter_number_symbol_or_mark_can_be_seen(text: str) -> None:
    assert has_visible_text(text)


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b", "\u200d", "\u0301", "\ufe0f", "\u2800", "\u3164", "\uffa0\u115f\u1160"]
)
def test_what_leaves_no_ink_cannot_be_seen(text: str) -> None:
    assert not has_visible_text(text)


@pytest.mark.parametrize(
    ("text", "is_fine"), [("", True), ("a\n👍", True), ("a\x00", False), ("\ud83d", False), ("\udfff", False)]
)
def test_nul_and_lone_surrogates_are_no_text(text: str, is_fine: bool) -> None:  # noqa: FBT001 - the table's column
    assert is_well_formed(text) is is_fine


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_every_other_text_is_well_formed_and_can_be_sent(text: str) -> None:
    assert is_well_formed(text)
    assert text.encode().decode() == text


@pytest.mark.parametrize("code", [0x9, 0xA, 0xD, 0x20, 0x7F, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF], ids=hex)
def test_xml_holds_the_characters_of_its_production(code: int) -> None:
    assert is_xml_text(chr(code))


@pytest.mark.parametrize("code", [0x0, 0x8, 0xB, 0xC, 0xE, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF], ids=hex)
def test_xml_holds_no_other(code: int) -> None:
    assert not is_xml_text(chr(code))
