"""Text with a real vocabulary: the words of Python's own documentation, drawn one by one.

Frequent words are drawn more often than rare ones, but less so than they stand there. A hundred such comments of 300
characters compress nearly as a hundred real ones do: 2.5 to 1 by brotli 5. Of real ones it was 2.4 to 1, those of the
YouTube Spam Collection (Alberto, Lochter and Almeida 2015) without HTML, short ones joined to about 300 characters.
"""

import itertools
import random  # noqa: TID251 - the same words in every run
import re
from collections import Counter
from functools import cache
from pydoc_data.topics import topics

_FLATTER = 0.8
"""Exponent of the frequencies."""
_SENTENCE_WORDS = 9


def draw_text(seed: int, *, characters: int) -> str:
    """Sentences of about so many characters; another text for each seed, the same in each run."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    words, weights = _vocabulary()
    said: list[str] = []
    length = 0
    while length < characters:
        sentence = chance.choices(words, cum_weights=weights, k=chance.randrange(4, 2 * _SENTENCE_WORDS - 4))
        said.append(" ".join(sentence).capitalize() + chance.choice(".....!?"))
        length += len(said[-1]) + 1
    return " ".join(said)[:characters].rstrip()


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    found = Counter(re.findall(r"[a-z']{1,14}", " ".join(topics.values()).lower()))
    words = sorted(found)
    return words, list(itertools.accumulate(found[word] ** _FLATTER for word in words))
