"""The whole way of a source, in one place."""

from commentsvc.domain.comment import Rendered
from commentsvc.domain.limits import Limits
from commentsvc.markup.build_tree import TreeBuilder
from commentsvc.markup.check_source import check_links, check_source, check_visible
from commentsvc.markup.clean_characters import clean_characters
from commentsvc.markup.parse_markdown import markdown_html
from commentsvc.markup.sanitise import sanitise
from commentsvc.markup.serialise_tree import html_of, links_of, text_of

MARKUP_VERSION = 1
"""Raised with every change that renders some source differently; ``commentsvc rerender`` looks at it."""

_CHARACTERS = Limits().source_characters


def render(source: str, *, limit_characters: int = _CHARACTERS) -> Rendered:
    """Turn a reader's words into what is shown.

    Markdown, and the few HTML tags that readers know; any other tag stays visible as the text it is. Single
    newlines break the line. Bare web addresses become links.

    Args:
        source: As written.
        limit_characters: At most this many; times are measured for the default.

    Raises:
        InvalidInputError: `fields["body"]` says in a sentence what stands in the way (422, `invalid_input`).
    """
    check_source(source, limit_characters=limit_characters)
    rendered = render_html(markdown_html(clean_characters(source)))
    check_visible(rendered.text)
    check_links(len(rendered.links))
    return rendered


def render_html(html: str) -> Rendered:
    """Sanitise any HTML whatever; what comes out goes in again unchanged."""
    builder = TreeBuilder()
    sanitise(html, builder)
    tree = builder.finish()
    return Rendered(html_of(tree), tree, text_of(tree), links_of(tree), MARKUP_VERSION)
