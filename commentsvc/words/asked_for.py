"""Which of our languages a browser asks for."""

from babel.core import negotiate_locale

from commentsvc.words.catalogues import ENGLISH, languages

_OTHER_NAMES = {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "no": "nb", "no-no": "nb", "nn": "nb"}
"""Lower-case names of languages that their first part does not tell, or that share the catalogue of another."""
_MOST = 20


def asked_for(accept_language: str) -> str:
    """The best-loved language that there is a catalogue of, else English.

    Args:
        accept_language: As the header has it: ``de-AT,de;q=0.9,en;q=0.5``.

    Source:
        RFC 9110 section 12.5.4 (Accept-Language), RFC 4647 section 3.4 (lookup).
    """
    ranked: list[tuple[float, str]] = []
    for each in accept_language.split(",")[:_MOST]:
        name, _, weight = (part.strip() for part in each.partition(";"))
        try:
            rank = float(weight.removeprefix("q=") or 1)
        except ValueError:
            continue
        if rank > 0 and name:
            ranked.append((-rank, _OTHER_NAMES.get(name.lower(), name)))
    wanted = [name for _, name in sorted(ranked, key=lambda found: found[0])]
    return negotiate_locale(wanted, languages(), sep="-") or ENGLISH
