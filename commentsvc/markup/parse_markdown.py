"""Markdown as readers of comments expect it: the CommonMark of markdown-it-py, with fewer surprises.

No images, headings, tables, indented code, reference links or raw blocks: readers do not know them, and each turns
words into something else by accident. Rulers (``---``) stay visible as text.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from commentsvc.markup.check_source import check_depth
from commentsvc.markup.markdown_blocks import filled_list, filled_quote, plain_fence
from commentsvc.markup.markdown_inlines import bare_address, known_tag, shrug

MAX_NESTING = 20

_FACE = re.compile(r"(?m)^([ \t]*(?:>[ \t]*)*)>(?=[.:;=_~^<|@/\\,]|-[._]|[3oOxX0](?:[._]|\s|\Z))")
_FACE_SIGN = "\ufdd0"  # no character by definition; `clean_characters` lets none through


def markdown_html(source: str) -> str:
    """HTML of a cleaned source: not yet safe, possibly misnested where the reader mixed in tags.

    Raises:
        InvalidInputError: Quotes or lists are nested too deeply (422, `invalid_input`).
    """
    # `>.<` and `>:(` at the start of a line are faces, not quotes.
    tokens = _PARSER.parse(_FACE.sub(r"\1" + _FACE_SIGN, source), {})
    # The parser drops without a word what is nested deeper.
    check_depth(max((token.level for token in tokens), default=0), MAX_NESTING - 2)
    html: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return html.replace(_FACE_SIGN, "&gt;")


def _render_ruler(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f"<p>{tokens[at].markup[1:]}</p>\n"  # the parser counts one too many


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"breaks": True, "html": True, "maxNesting": MAX_NESTING})
    parser.disable(["code", "heading", "lheading", "html_block", "reference", "image"])
    parser.enable("strikethrough")
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("fence", plain_fence, interrupts)
    parser.block.ruler.at("blockquote", filled_quote, interrupts)
    parser.block.ruler.at("list", filled_list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.before("escape", "shrug", shrug)
    parser.inline.ruler.before("escape", "bare_address", bare_address)
    parser.inline.ruler.at("html_inline", known_tag)
    parser.add_render_rule("hr", _render_ruler)
    return parser


_PARSER = _make_parser()
