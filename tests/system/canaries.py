"""Canaries: secrets made up for a test, every form in which they could leak, and a search for all of them at once."""

import base64
import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address

_PREFIX_BYTES = 8
"""Every pattern is at least this long; the search looks at so many bytes at each place."""
_DIGEST_BYTES = 12
"""So much of a digest counts as a hit: a shortened one gives its author away just as well."""
_ZEROS = re.compile(rb"\0{64,}")


@dataclass(frozen=True, slots=True)
class Canary:
    """One reader or moderator who must not be found."""

    number: int
    ip: str

    @property
    def local(self) -> str:
        """Before the @; occurs nowhere else."""
        return f"kanari{self.number:04d}vogel"

    @property
    def domain(self) -> str:
        """After the @; its own too."""
        return f"kaefig{self.number:04d}haus.example"

    @property
    def email(self) -> str:
        """In mixed case, as readers type it."""
        return f"{self.local.title()}@{self.domain.title()}"

    @property
    def mailbox(self) -> str:
        """The same as mail goes there: a domain has no case."""
        return f"{self.local.title()}@{self.domain}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Each of these must be found nowhere, in no form."""
        return (self.email, self.local, self.domain, self.ip)


def ipv4(number: int) -> str:
    """An address of the networks for documentation; long enough not to be found by chance."""
    assert number < 300
    return f"{('203.0.113', '198.51.100', '192.0.2')[number // 100]}.{100 + number % 100}"


def ipv6(number: int) -> str:
    """The same; no two in one /64."""
    return f"2001:db8:{number + 0xA000:x}:c0de:1234:5678:9abc:{number:x}"


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """Name of each form, and the bytes to look for; letters of text forms are lower-case."""
    text = secret.encode()
    yield "plain", text.lower()
    yield "reversed", text.lower()[::-1]
    yield "utf-16", secret.lower().encode("utf-16-le")
    yield "percent-encoded", secret.lower().replace("@", "%40").replace(":", "%3a").encode()
    for case in dict.fromkeys((text, text.lower(), text.upper())):
        yield "hex", case.hex().encode()
        yield from _base64_forms(case)
        for kind in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            yield from _digest_forms(kind, hashlib.new(kind, case).digest())
    if ":" in secret:
        yield from _packed_forms(IPv6Address(secret))


def _base64_forms(content: bytes) -> Iterator[tuple[str, bytes]]:
    """At each of the three places where it may begin within a longer text; the edges depend on the neighbours."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + content).rstrip(b"=")
        inner = encoded[(0, 2, 3)[shift] : len(encoded) - ((len(content) + shift) % 3 > 0)]
        yield f"base64+{shift}", inner
        yield f"base64url+{shift}", inner.translate(bytes.maketrans(b"+/", b"-_"))


def _digest_forms(kind: str, digest: bytes) -> Iterator[tuple[str, bytes]]:
    short = digest[:_DIGEST_BYTES]
    yield f"{kind} raw", short
    yield f"{kind} hex", short.hex().encode()
    yield f"{kind} base64", base64.b64encode(short)
    yield f"{kind} base64url", base64.urlsafe_b64encode(short)


def _packed_forms(address: IPv6Address) -> Iterator[tuple[str, bytes]]:
    yield "packed", address.packed
    yield "network", address.packed[:8]
    yield "packed hex", address.packed.hex().encode()
    yield "exploded", address.exploded.encode()


@dataclass(frozen=True, slots=True)
class Hit:
    """A canary that got out."""

    secret: str
    form: str
    place: str
    around: bytes = field(compare=False)
    """What stands there, for whoever has to find out why; not compared."""


@dataclass
class Search:
    """Looks for every form of many secrets in one pass; letters are compared as they are and lower-cased."""

    by_prefix: dict[bytes, list[tuple[bytes, str, str]]] = field(default_factory=lambda: defaultdict(list))
    numbers: set[int] = field(default_factory=set)
    """The prefixes, as numbers of this machine."""

    @classmethod
    def of(cls, canaries: Iterable[Canary]) -> "Search":
        """For all secrets of these."""
        search = cls()
        for canary in canaries:
            for secret in canary.secrets:
                search.add(secret)
        return search

    def add(self, secret: str) -> None:
        """Look for this, too."""
        for form, pattern in forms(secret):
            assert len(pattern) >= _PREFIX_BYTES, (secret, form)
            prefix = pattern[:_PREFIX_BYTES]
            self.by_prefix[prefix].append((pattern, secret, form))
            self.numbers.add(int.from_bytes(prefix, sys.byteorder))

    def hits(self, content: bytes, place: str) -> list[Hit]:
        """Everything found in this content."""
        content = _ZEROS.sub(b"\0" * 63, content)  # empty pages of a database: no pattern has so many zeros
        lower = content.lower()
        found = list(self._hits(content, place))
        return list(dict.fromkeys(found + list(self._hits(lower, place))))

    def _may_be_in(self, content: bytes) -> bool:
        """Whether any prefix is in there: eight walks in steps of eight bytes, each in C."""
        for start in range(_PREFIX_BYTES):
            end = start + (len(content) - start) // _PREFIX_BYTES * _PREFIX_BYTES
            if end > start and not self.numbers.isdisjoint(memoryview(content)[start:end].cast("Q")):
                return True
        return False

    def _hits(self, content: bytes, place: str) -> Iterator[Hit]:
        known = self.by_prefix
        if not self._may_be_in(content):
            return
        for start in range(len(content) - _PREFIX_BYTES + 1):
            if content[start : start + _PREFIX_BYTES] in known:
                for pattern, secret, form in known[content[start : start + _PREFIX_BYTES]]:
                    if content.startswith(pattern, start):
                        yield Hit(secret, form, place, content[max(0, start - 40) : start + 80])
