"""Files that are made to harm whoever reads them: each is refused within a second, and in little memory."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commentsvc.domain.imports import Source
from tests.transfer.test_sources import DISQUS, wp_comment, wxr

SECONDS = 1.0
MORE_KIB = 100 * 1024
READ = """
import json, re, sys, time
from pathlib import Path
from commentsvc.domain.emails import ClosedAddresses
from commentsvc.domain.imports import ImportFileError, Source
from commentsvc.transfer.sources.all_sources import readers

def status(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

source, path = Source(sys.argv[1]), Path(sys.argv[2])
read = readers(ClosedAddresses())[source]
before, began = status("VmHWM"), time.monotonic()
try:
    why = f"{sum(1 for _ in read(path))} read"
except ImportFileError as error:
    why = str(error)
print(json.dumps({"why": why, "seconds": time.monotonic() - began, "kib": status("VmHWM") - before}))
"""
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HEAD = '<?xml version="1.0"?>\n'
BIG = 200 * 1024 * 1024
"""Bytes of what is packed into a few hundred kilobytes."""


def bomb(beginning: str, filling: bytes, end: bytes = b"") -> bytes:
    """gzip around very much of the same."""
    piece = filling * (1024 * 1024 // len(filling))
    return gzip.compress(beginning.encode() + piece * (BIG // len(piece)) + end, compresslevel=1)


DTD = "The file has a document type of its own, which no export has. It is not read."
GROWS = "The file grows more than 100 times when it is unpacked."
NO_JSON = "The file is no JSON, or it is cut off or damaged."
NO_XML = "The file is no XML, or it is cut off or damaged."
HOSTILE: dict[str, tuple[Source, Callable[[], str | bytes], str]] = {
    "a file of the server as an entity": (
        Source.DISQUS,
        lambda: f'{HEAD}<!DOCTYPE disqus [<!ENTITY x SYSTEM "file:///etc/passwd">]><disqus>&x;</disqus>',
        DTD,
    ),
    "an address of the network as an entity": (
        Source.WORDPRESS,
        lambda: f'{HEAD}<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x.dtd"><rss/>',
        DTD,
    ),
    "a parameter entity": (
        Source.WORDPRESS,
        lambda: f'{HEAD}<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x">%x;]><rss/>',
        DTD,
    ),
    "a billion laughs": (
        Source.DISQUS,
        lambda: f'{HEAD}<!DOCTYPE disqus [<!ENTITY l0 "ha">{LAUGHS}]><disqus>&l9;</disqus>',
        DTD,
    ),
    "one entity many times": (
        Source.DISQUS,
        lambda: f'{HEAD}<!DOCTYPE d [<!ENTITY a "{"a" * 100_000}">]><disqus>{"&a;" * 100_000}</disqus>',
        DTD,
    ),
    "a bomb of XML": (Source.DISQUS, lambda: bomb("<disqus><post>", b"a"), GROWS),
    "a bomb of JSON": (Source.WALINE, lambda: bomb('{"type":"', b" "), GROWS),
    "a bomb of lines": (Source.REMARK42, lambda: bomb('{"posts":[],"users":[]}\n', b"\n"), GROWS),
    "a text without end": (
        Source.WORDPRESS,
        lambda: "<rss><channel><item><title>" + "a" * 20_000_000,
        "A part of the file has more than 4,194,304 bytes.",
    ),
    "very many elements": (
        Source.WORDPRESS,
        lambda: "<rss><channel><item>" + "<a/>" * 2_000_000,
        "A part of the file has more than 20,000 elements.",
    ),
    "very many attributes": (
        Source.DISQUS,
        lambda: "<disqus><post " + " ".join(f'a{n}="x"' for n in range(1_000_000)) + "/></disqus>",
        "A part of the file has more than 4,194,304 bytes.",
    ),
    "very deep XML": (
        Source.DISQUS,
        lambda: "<disqus>" + "<a>" * 1_000_000,
        "The file is nested deeper than 32 levels.",
    ),
    "very deep arrays": (Source.ARTALK, lambda: "[" * 5_000_000, "The file is nested too deeply."),
    "very deep objects": (
        Source.COMENTARIO,
        lambda: '{"a":' * 2_000_000,
        "The file is nested too deeply.",
    ),
    "a record without end": (
        Source.COMMENTO,
        lambda: '{"version":1,"comments":[{"markdown":"' + "a" * 50_000_000,
        "A record of the file has more than 1,048,576 characters.",
    ),
    "a line without end": (
        Source.COMMENTSVC,
        lambda: "{" + " " * 50_000_000,
        "Line 1 is longer than any comment: 1,048,576 bytes.",
    ),
    "a number without end": (Source.ARTALK, lambda: "[" + "9" * 50_000_000 + "]", "characters."),
    "an encoding that nobody knows": (
        Source.DISQUS,
        lambda: '<?xml version="1.0" encoding="x-nobody"?><disqus/>',
        NO_XML,
    ),
    "no UTF-8": (Source.WALINE, lambda: b'{"type":"\xff\xfe"}', "The file is no UTF-8."),
    "half a file of XML": (Source.DISQUS, lambda: DISQUS[: len(DISQUS) // 2], NO_XML),
    "half a file of JSON": (Source.WALINE, lambda: '{"type":"waline","data":{"Comment":[', NO_JSON),
    "an archive": (Source.DISQUS, lambda: b"PK\x03\x04" + b"\0" * 100, "zip archive: unpack it"),
    "gzip that is none": (Source.DISQUS, lambda: b"\x1f\x8b" + b"\0" * 100, "cannot be unpacked"),
}


def look(source: Source, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", READ, source, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_at_once_and_in_little_memory(tmp_path: Path, name: str) -> None:
    source, make, why = HOSTILE[name]
    content = make()
    path = tmp_path / "hostile"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = look(source, path)
    assert why in found["why"]
    assert found["seconds"] < SECONDS, found
    assert found["kib"] < MORE_KIB, found


def test_a_long_article_with_many_comments_is_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "wordpress.xml"
    path.write_text(wxr("".join(wp_comment(number, comment_content="w" * 500) for number in range(20_000))))
    assert path.stat().st_size > 10_000_000
    assert look(Source.WORDPRESS, path)["why"] == "20000 read"
