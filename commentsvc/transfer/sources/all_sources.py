"""Source → who reads its files."""

from collections.abc import Mapping

from commentsvc.domain.emails import AddressOpener
from commentsvc.domain.imports import Reader, Source
from commentsvc.transfer.sources.artalk import read_artalk
from commentsvc.transfer.sources.comentario import read_comentario
from commentsvc.transfer.sources.commento import read_commento
from commentsvc.transfer.sources.commentsvc import reader_of_exports
from commentsvc.transfer.sources.disqus import read_disqus
from commentsvc.transfer.sources.isso import read_isso
from commentsvc.transfer.sources.remark42 import read_remark42
from commentsvc.transfer.sources.waline import read_waline
from commentsvc.transfer.sources.wordpress import read_wordpress


def readers(opener: AddressOpener) -> Mapping[Source, Reader]:
    """The reader of each source."""
    return {
        Source.COMMENTSVC: reader_of_exports(opener),
        Source.ISSO: read_isso,
        Source.DISQUS: read_disqus,
        Source.WORDPRESS: read_wordpress,
        Source.REMARK42: read_remark42,
        Source.COMMENTO: read_commento,
        Source.COMENTARIO: read_comentario,
        Source.ARTALK: read_artalk,
        Source.WALINE: read_waline,
    }
