"""From text to safe HTML and tree.

The way of a source: `check_source` → `clean_characters` → `parse_markdown` → `sanitise` → `build_tree` (with the
link rules) → `serialise_tree`. HTML, text and links are all written from the one tree.
"""

from commentsvc.markup.check_source import check_source
from commentsvc.markup.clean_characters import clean_characters
from commentsvc.markup.render_source import MARKUP_VERSION, render

__all__ = ["MARKUP_VERSION", "check_source", "clean_characters", "render"]
