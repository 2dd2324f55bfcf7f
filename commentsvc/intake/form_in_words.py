"""What is wrong with a form, in the language of its site; in English it is as it comes."""

from collections.abc import Mapping

from commentsvc.domain.appeals import APPEAL_CHARACTERS
from commentsvc.domain.giveaways import Giveaway
from commentsvc.domain.limits import Limits
from commentsvc.words.catalogues import ENGLISH
from commentsvc.words.speech import Speech

_MALFORMED = {"name", "email", "website"}
_WISHES = {"notify", "notify_decision"}
_TOLD: Mapping[Giveaway, str] = {Giveaway.ADDRESS: "givesAddress", Giveaway.PHONE: "givesPhone"}


def faults_in_words(
    spoken: Speech,
    faults: Mapping[str, str],
    typed: Mapping[str, str],
    limits: Limits,
    *,
    text_characters: int = APPEAL_CHARACTERS,
) -> dict[str, str]:
    """Field → sentence; in other languages than English as the embed tells it.

    Args:
        spoken: The site's language.
        faults: Field → sentence, English.
        typed: What the reader typed, by field.
        limits: Lengths in characters.
        text_characters: Most that `text` may have, which is for the moderators alone.
    """
    if spoken.language == ENGLISH:
        return dict(faults)
    most = {"body": limits.source_characters, "text": text_characters, "name": limits.name_characters}
    return {field: _fault(spoken, field, typed.get(field, ""), most.get(field)) for field in faults}


def warnings_in_words(spoken: Speech, warnings: Mapping[str, Giveaway]) -> dict[str, str]:
    """Field → sentence that names the field: what its writer may not have meant to tell everybody.

    Args:
        spoken: The site's language.
        warnings: As `commentsvc.domain.giveaways.giveaways` finds them.
    """
    return {field: _warning(spoken, field, found) for field, found in warnings.items()}


def _fault(spoken: Speech, field: str, typed: str, most: int | None) -> str:
    if field in _WISHES:
        return spoken.say("notifyNeeds")
    if not typed.strip():
        return spoken.say("fieldMissing")
    if most is not None and len(typed) > most:
        return spoken.say("tooLong", n=len(typed) - most)
    return spoken.say(f"refusals.{field}" if field in _MALFORMED else "refusals.invalid_input")


def _warning(spoken: Speech, field: str, found: Giveaway) -> str:
    label = spoken.say("bodyLabel" if field == "body" else "nameLabel")
    return f"{label}: {spoken.say(_TOLD[found])}"
