"""HTML that is nothing but paragraphs of words, as most comments are: read without a parser.

A parser for any HTML whatever costs more than all else that is done to the words of such a comment. What the grammar
here takes as a whole holds no attribute, no tag but a few that are closed where they were opened, and no ``<``, ``>``
or ``&`` besides. So there is nothing that a sanitiser could drop or mend, and tests hold that bleach reads the same in
all of it. Anything else goes to bleach.
"""

import re

from commentsvc.markup.receiver import Receiver

_WORDS = (
    r"(?:[\t\n\x20-\x25\x27-\x3b\x3d\x3f-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]++"
    r"|&amp;|&lt;)++"
)
"""Characters without controls, surrogates and what is no character; and the two signs that are written as entities."""
_FORMATTED = "|".join(f"<{tag}>{_WORDS}</{tag}>" for tag in ("em", "strong", "code", "s"))
_PLAIN = re.compile(rf"(?:<p>(?:{_WORDS}|<br>|{_FORMATTED})++</p>\n?)++")
_PIECE = re.compile(r"<(/?)([a-z]++)>|([^<]++)")


def is_plain(html: str) -> bool:
    """Whether all of it is paragraphs of words; in time that grows with its length, for nothing is tried twice."""
    return _PLAIN.fullmatch(html) is not None


def read_plain(html: str, receiver: Receiver) -> None:
    """Hand on its pieces, as the sanitiser would."""
    for closing, tag, words in _PIECE.findall(html):
        if words:
            receiver.text(words.replace("&lt;", "<").replace("&amp;", "&"))
        elif closing:
            receiver.close()
        else:
            receiver.open(tag, None)
            if tag == "br":
                receiver.close()
