"""Foreign HTML becomes a source of ours: sanitised, written as a source, and rendered from that like any other."""

import re
from typing import NoReturn

from commentsvc.domain.comment import Rendered
from commentsvc.domain.errors import InvalidInputError
from commentsvc.markup.render_source import render, render_html
from commentsvc.markup.write_source import source_of

LESS_THAN_SIGNS = 400
_LINK = re.compile(r"</?a(?: [^>]*)?>")


def convert_html(html: str, *, limit_characters: int) -> tuple[str, Rendered]:
    """The source for some HTML, and what it renders to.

    What readers see is rendered from the source alone, so it is as safe as if it had been written here, and stays so
    when it is rendered anew.

    Args:
        html: Any whatever.
        limit_characters: Of the source; the HTML may have three times as many.

    Raises:
        InvalidInputError: `fields["body"]` says in a sentence what stands in the way (422, `invalid_input`).
    """
    if len(html) > 3 * limit_characters:
        _refuse(f"The comment has {len(html):,} characters of HTML.")
    if html.count("<") > LESS_THAN_SIGNS:
        _refuse(f"The comment has more than {LESS_THAN_SIGNS} HTML tags.")
    wanted = render_html(html)
    source = source_of(wanted.tree, is_escaped=False)
    rendered = render(source, limit_characters=limit_characters)
    if _without_links(rendered) == _without_links(wanted):
        return source, rendered
    source = source_of(wanted.tree, is_escaped=True)
    return source, render(source, limit_characters=limit_characters)


def _without_links(rendered: Rendered) -> str:
    return _LINK.sub("", rendered.html)


def _refuse(sentence: str) -> NoReturn:
    raise InvalidInputError("markup", fields={"body": sentence})
