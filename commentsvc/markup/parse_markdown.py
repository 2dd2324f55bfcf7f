"""Markdown as readers of comments expect it: the CommonMark of markdown-it-py, with fewer surprises.

No images, headings, tables, indented code, reference links or raw blocks: readers do not know them, and each turns
words into something else by accident. Rulers (``---``) stay visible as text.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from commentsvc.markup.check_source import check_depth, check_links, check_pieces
from commentsvc.markup.markdown_blocks import filled_list, filled_quote, plain_fence
from commentsvc.markup.markdown_inlines import bare_address, known_tag, ornament, shrug

if TYPE_CHECKING:
    from markdown_it.ruler import RuleOptionsType

MAX_NESTING = 20

_SPECIAL = re.compile(r"[\n*_~`<\[\]\\]|:(?=//)|&(?=[#a-zA-Z])")
"""Where an inline rule could begin; the parser takes all before it as text in one step."""

_FACE = re.compile(r"(?m)^([ \t]*(?:>[ \t]*)*)>(?=[.:;=_~^<|@/\\,]|-[._]|[3oOxX0](?:[._]|\s|\Z))")
_FACE_SIGN = "\ufdd0"  # no character by definition; `clean_characters` lets none through


def markdown_html(source: str) -> str:
    """HTML of a cleaned source: not yet safe, possibly misnested where the reader mixed in tags.

    Raises:
        InvalidInputError: Too many links, or quotes and lists too many or too deep (422, `invalid_input`).
    """
    # `>.<` and `>:(` at the start of a line are faces, not quotes.
    tokens = _PARSER.parse(_FACE.sub(r"\1" + _FACE_SIGN, source), {})
    check_pieces(len(tokens))
    # The parser drops without a word what is nested deeper.
    check_depth(max((token.level for token in tokens if token.type != "inline"), default=0), MAX_NESTING - 2)
    html: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    check_links(html.count('<a href="'))  # before the slower half
    return html.replace(_FACE_SIGN, ">")


class _Renderer(RendererHTML):
    """Writes no more entities than HTML needs: the sanitiser takes long over each."""

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return _escaped(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return f"<code>{_escaped(tokens[idx].content)}</code>"

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return f"<pre><code>{_escaped(tokens[idx].content)}</code></pre>\n"

    def softbreak(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return "<br>"

    def hardbreak(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return "<br>"

    def hr(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return f"<p>{tokens[idx].markup[1:]}</p>\n"  # the parser counts one too many


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"breaks": True, "html": True, "maxNesting": MAX_NESTING}, renderer_cls=_Renderer)
    parser.disable(["code", "heading", "lheading", "html_block", "reference", "image"])
    parser.enable("strikethrough")
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("fence", plain_fence, interrupts)
    parser.block.ruler.at("blockquote", filled_quote, interrupts)
    parser.block.ruler.at("list", filled_list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.terminator_re = _SPECIAL
    parser.inline.ruler.before("escape", "shrug", shrug)
    parser.inline.ruler.before("escape", "bare_address", bare_address)
    parser.inline.ruler.before("strikethrough", "ornament", ornament)
    parser.inline.ruler.at("html_inline", known_tag)
    return parser


_PARSER = _make_parser()
