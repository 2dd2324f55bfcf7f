"""Anchors under which other programs showed a comment: ``isso-12``, ``comment-34``, ``remark42__comment-…``."""

import re
from collections.abc import Iterator

from commentsvc.domain.imports import Source

LONGEST_ANCHOR = 240
_ID = r"([\w-]{1,200})"
_ANCHORS: tuple[tuple[re.Pattern[str], tuple[Source, ...]], ...] = (
    (re.compile(r"isso-(\d{1,18})", re.ASCII), (Source.ISSO,)),
    (re.compile(r"comment-(\d{1,18})", re.ASCII), (Source.WORDPRESS, Source.DISQUS)),
    (re.compile(r"comment-([a-z2-7]{24})"), (Source.COMMENTSVC,)),
    (re.compile(rf"remark42__comment-{_ID}", re.ASCII), (Source.REMARK42,)),
    (re.compile(rf"commento-{_ID}", re.ASCII), (Source.COMMENTO, Source.COMENTARIO)),
    (re.compile(rf"comentario-{_ID}", re.ASCII), (Source.COMENTARIO,)),
    (re.compile(r"atk-comment-(\d{1,18})", re.ASCII), (Source.ARTALK,)),
    (re.compile(r"(\w{1,40})", re.ASCII), (Source.WALINE,)),
)


def meanings(anchor: str) -> Iterator[tuple[Source, str]]:
    """Source and id there of each comment that an anchor could mean.

    Args:
        anchor: Without its ``#``.
    """
    for pattern, sources in _ANCHORS:
        found = pattern.fullmatch(anchor)
        if found is not None:
            yield from ((source, found[1]) for source in sources)
