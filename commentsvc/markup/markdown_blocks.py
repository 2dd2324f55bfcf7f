"""Block rules of Markdown, each a bit narrower than CommonMark so that no word is lost or renumbered."""

import re

from markdown_it.rules_block import StateBlock, blockquote, fence, list_block

_FENCE = re.compile(r"`{3,}[ \t]*[\w+#.-]{0,20}[ \t]*")
_QUOTE = re.compile(r"[> \t]*[^> \t]")
_LIST = re.compile(r"(?:[-+*]|1[.)])[ \t]+\S")
_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])[ \t]+\S")


def plain_fence(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's call
    """Code between rows of backticks.

    Only a single word may follow the opening row; CommonMark would drop a whole sentence there. If the closing
    row is missing, that word was no language and is shown.
    """
    if not _FENCE.fullmatch(_line(state, start_line)) or not fence(state, start_line, end_line, silent):
        return False
    if not silent:
        _show_word_of_open_fence(state, start_line)
    return True


def filled_quote(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - as above
    """A quote whose first line has words: a lone ``>`` stays visible."""
    return bool(_QUOTE.match(_line(state, start_line))) and blockquote(state, start_line, end_line, silent)


def filled_list(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - as above
    """A list whose first item has words, and counts from one: ``2015. What a year`` is no list."""
    pattern = _ITEM if silent and state.listIndent >= 0 else _LIST  # within a list, the parser asks for further items
    return bool(pattern.match(_line(state, start_line))) and list_block(state, start_line, end_line, silent)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _show_word_of_open_fence(state: StateBlock, start_line: int) -> None:
    token = state.tokens[-1]
    last = _line(state, state.line - 1).strip()
    is_closed = state.line - 1 > start_line and not last.strip("`") and len(last) >= len(token.markup)
    if not is_closed and token.info.strip():
        token.content = f"{token.info.strip()}\n{token.content}"
    token.info = ""
