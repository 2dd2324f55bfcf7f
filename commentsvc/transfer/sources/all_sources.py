"""Source → who reads its files."""

from collections.abc import Mapping

from commentsvc.domain.emails import AddressOpener
from commentsvc.domain.imports import Reader, Source
from commentsvc.transfer.sources.commentsvc import reader_of_exports
from commentsvc.transfer.sources.isso import read_isso


def readers(opener: AddressOpener) -> Mapping[Source, Reader]:
    """The reader of each source."""
    return {
        Source.COMMENTSVC: reader_of_exports(opener),
        Source.ISSO: read_isso,
    }
