"""What the catalogues hold, and how a language says it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from babel import Locale

from commentsvc.words.catalogues import Message, catalogue, languages
from commentsvc.words.speech import Speech, speech
from tests.guard.sources import ROOT

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SAME_AS_ENGLISH = {name: {"underArticle"} for name in ("da", "nb", "sv")}
"""Language → keys whose text is the same word in English."""
OTHERS = [name for name in languages() if name != "en"]


def _own(language: str) -> dict[str, Message]:
    found = json.loads((ROOT / "commentsvc/words/catalogues" / f"{language}.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def _texts(said: Message) -> Iterator[tuple[str, str]]:
    yield from [("other", said)] if isinstance(said, str) else said.items()


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", languages())
def test_a_language_says_all_that_english_says_with_its_own_plural_forms(language: str) -> None:
    english, own = _own("en"), _own(language)
    assert list(own) == list(english)
    forms = {*Locale.parse(language, sep="-").plural_form.tags, "other"}
    for key, said in own.items():
        assert isinstance(said, str) == isinstance(english[key], str), key
        if not isinstance(said, str):
            assert said.keys() == forms, key


@pytest.mark.parametrize("language", languages())
def test_every_text_keeps_its_placeholders_and_a_number_may_be_a_word(language: str) -> None:
    english = _own("en")
    for key, said in _own(language).items():
        wanted = _placeholders(dict(_texts(english[key]))["other"])
        for form, text in _texts(said):
            may_lack = {"{n}"} if form in {"zero", "one", "two"} else set()
            assert text == text.strip(), key
            assert set(wanted) - may_lack <= set(_placeholders(text)) <= set(wanted), f"{key}.{form}: {text}"


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_left_in_english(language: str) -> None:
    english = {text for said in _own("en").values() for _, text in _texts(said)}
    same = {key for key, said in _own(language).items() for _, text in _texts(said) if text in english}
    assert same == SAME_AS_ENGLISH.get(language, set())


def test_sentences_shared_with_the_embed_are_as_the_embed_has_them() -> None:
    for file in sorted((ROOT / "embed/languages").iterdir()):
        assert (ROOT / "commentsvc/words/embed" / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.parametrize("language", languages())
def test_no_sentence_stands_in_both_places(language: str) -> None:
    embeds = json.loads((ROOT / "embed/languages" / f"{language}.json").read_text("utf-8"))
    assert _own(language).keys() & embeds.keys() == set()
    assert catalogue(language).keys() >= _own(language).keys()


def test_english_writes_times_and_numbers_as_ever() -> None:
    assert speech("en").moment(AT) == "22 November 2026, 09:30 UTC"
    assert speech("en").number(1234) == "1,234"


def test_a_language_without_a_catalogue_is_spoken_as_english() -> None:
    assert speech("tlh").language == "en"


def test_what_is_more_than_text_comes_as_it_stands() -> None:
    made_up = Speech("en", {"commentsOn": "On {title} by {name}"})
    assert list(made_up.pieces("commentsOn", "title", name="Ada")) == ["On ", "{title}", " by ", "Ada"]
