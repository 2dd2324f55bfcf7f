"""Names that look like a reserved one are found, whatever they are written with; real names are not."""

import itertools

import pytest
from confusable_homoglyphs.confusables import confusables_data

from commentsvc.screening.look_alikes import look, looks_like_any

RESERVED = ("Moderator", "Mo Okoro", "Ian Ibsen")


def _disguises(name: str) -> list[str]:
    """The name with one letter at a time written as each single sign that the table calls its double."""
    return [
        name[:i] + double["c"] + name[i + 1 :]
        for i, char in enumerate(name)
        for double in itertools.islice(confusables_data.get(char, []), 20)
        if double["c"].isalpha()
    ]


@pytest.mark.parametrize("name", RESERVED)
def test_fifty_disguises_of_a_reserved_name_are_found(name: str) -> None:
    disguises = _disguises(name)
    assert len(disguises) >= 50
    assert [each for each in disguises if not looks_like_any(each, RESERVED)] == []


@pytest.mark.parametrize(
    "name",
    [
        "moderator", "MODERATOR", "Moderator!", "M o d e r a t o r", "\u041coderator", "M\u043ed\u0435r\u0430t\u043er",
        "M0derat0r", "Moderat\u043er", "M\u00f3derator", "\uff2d\uff4f\uff44\uff45\uff52\uff41\uff54\uff4f\uff52",
        "\U0001d40c\U0001d428derator", "Rnoderator", "lan lbsen", "1an Ibsen", "mo okoro", "Mo\u200bderator",
    ],
)  # fmt: skip
def test_what_reads_the_same_is_found(name: str) -> None:
    assert looks_like_any(name, RESERVED)


@pytest.mark.parametrize(
    "name",
    [
        "\u041c\u0430\u0440\u0438\u044f \u0418\u0432\u0430\u043d\u043e\u0432\u0430",
        "Ada",
        "Mo",
        "Okoro",
        "Ian",
        "Moderata",
        "李小龙",
        "محمد",
        "",
        "!!!",
    ],
)
def test_real_names_are_free(name: str) -> None:
    assert not looks_like_any(name, RESERVED)


def test_a_skeleton_is_its_own_look() -> None:
    for char in itertools.islice(confusables_data, 2_000):
        assert look(look(char)) == look(char) or len(look(char)) > 1
