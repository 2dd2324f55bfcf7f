"""Catalogues of sentences: those that pages and mails share with the embed, and those of their own.

A catalogue is JSON: a key for each sentence, and for it a text with ``{placeholders}``, or a text for each plural form.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

Message = str | Mapping[str, str]
"""A text; or, of one that counts ``{n}``, plural category of CLDR → text."""
Catalogue = Mapping[str, Message]

ENGLISH = "en"
_FOLDERS = ("embed", "catalogues")
_REFUSALS = "refusals"


@cache
def languages() -> tuple[str, ...]:
    """Names (BCP 47) of the languages that pages and mails speak, in alphabetical order."""
    files = resources.files(__package__).joinpath("catalogues").iterdir()
    return tuple(sorted(file.name.removesuffix(".json") for file in files if file.name.endswith(".json")))


@cache
def catalogue(language: str) -> Catalogue:
    """Everything that is said in a language; what refuses is under ``refusals.CODE``.

    Args:
        language: One of `languages`.
    """
    said: dict[str, Message] = {}
    for folder in _FOLDERS:
        found = json.loads(resources.files(__package__).joinpath(folder, f"{language}.json").read_text("utf-8"))
        refusals: Mapping[str, str] = found.pop(_REFUSALS, {})
        said |= found | {f"{_REFUSALS}.{code}": text for code, text in refusals.items()}
    return said
