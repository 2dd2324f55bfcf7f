"""XML from elsewhere, element by element: no document type, no entities, and nothing that fills the memory."""

from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from commentsvc.domain.imports import ImportFileError

LONGEST_PART_BYTES = 4 * 1024 * 1024
"""Between the ends of two parts that are handed out: an article with all that is in it."""
MOST_ELEMENTS = 20_000
"""In the same space."""
MOST_LEVELS = 32


def parts(file: BinaryIO, *, root: str, level: int, inner: Collection[str] = ()) -> Iterator[Element]:
    """Each element at one level, and those of some names below, as soon as it ends; then it is forgotten.

    Args:
        file: The XML.
        root: Name of the outermost element, without its namespace.
        level: 1 for children of the root, 2 for theirs.
        inner: Names of elements further inside that are handed out as well.

    Raises:
        ImportFileError: It is no such XML, has a document type, or is larger or deeper than it may be.
    """
    watched = _Watched(file)
    open_elements: list[Element] = []
    try:
        for event, element in iterparse(watched, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                open_elements.append(element)
                watched.count(len(open_elements))
                if len(open_elements) == 1 and local_name(element) != root:
                    raise ImportFileError(f"The file is of another kind: it begins with <{local_name(element)[:40]}>.")
                continue
            open_elements.pop()
            if len(open_elements) == level or local_name(element) in inner:
                yield element
                element.clear()
                if open_elements:
                    open_elements[-1].remove(element)
                watched.begin_again()
    except DefusedXmlException:
        raise ImportFileError("The file has a document type of its own, which no export has. It is not read.") from None
    except (ParseError, LookupError, ValueError):
        raise ImportFileError("The file is no XML, or it is cut off or damaged.") from None


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def words(element: Element, name: str) -> str:
    """The text of the first child of that name; empty if there is none."""
    found = child(element, name)
    return "" if found is None else (found.text or "").strip()


def child(element: Element, name: str) -> Element | None:
    """The first child of that name, whatever its namespace."""
    return next((each for each in element if local_name(each) == name), None)


def reference(element: Element | None) -> str:
    """The attribute ``id``, whatever its namespace; empty if there is none."""
    names = {} if element is None else element.attrib
    return next((value.strip() for name, value in names.items() if name.rpartition("}")[2] == "id"), "")


class _Watched:
    """A file that ends a reading which takes in too much at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._bytes, self._elements = file, 0, 0

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self._bytes += len(found)
        if self._bytes > LONGEST_PART_BYTES:
            raise ImportFileError(f"A part of the file has more than {LONGEST_PART_BYTES:,} bytes.")
        return found

    def count(self, level: int) -> None:
        """One more element begins, at this level."""
        self._elements += 1
        if level > MOST_LEVELS:
            raise ImportFileError(f"The file is nested deeper than {MOST_LEVELS} levels.")
        if self._elements > MOST_ELEMENTS:
            raise ImportFileError(f"A part of the file has more than {MOST_ELEMENTS:,} elements.")

    def begin_again(self) -> None:
        """A part has ended."""
        self._bytes, self._elements = 0, 0
