"""Finished bytes: the same answer plain, gzipped and in brotli, each with its own strong ETag."""

import gzip
import hashlib
from dataclasses import dataclass
from enum import StrEnum

import brotli
from starlette.requests import Request
from starlette.responses import Response

_WORTH_IT_BYTES = 256
_QUICK_BROTLI = 5
_QUICK_GZIP = 6


class Coding(StrEnum):
    """Content codings, best first."""

    BROTLI = "br"
    GZIP = "gzip"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Encoded:
    """One answer in every coding."""

    bodies: dict[Coding, bytes]
    etag: str
    """Opaque, without quotes and coding."""
    media_type: str


def encode(body: bytes, *, media_type: str, brotli_quality: int = _QUICK_BROTLI, etag: str | None = None) -> Encoded:
    """Compress once, to send often.

    Args:
        body: The plain bytes.
        media_type: With charset.
        brotli_quality: 0 to 11; 11 for what is made once at start.
        etag: What identifies the content; by default a digest of the body.
    """
    bodies = {Coding.IDENTITY: body}
    if len(body) >= _WORTH_IT_BYTES:
        bodies[Coding.GZIP] = gzip.compress(body, _QUICK_GZIP, mtime=0)
        bodies[Coding.BROTLI] = brotli.compress(body, quality=brotli_quality)
    return Encoded(bodies, etag or hashlib.sha256(body).hexdigest()[:24], media_type)


def accepted_coding(request: Request) -> Coding:
    """The best coding that the client takes."""
    return best_coding(request.headers.get("accept-encoding", ""))


def best_coding(accepted: str) -> Coding:
    """The best coding that an `Accept-Encoding` names; one with ``q=0`` it does not.

    Source:
        RFC 9110 section 12.5.3.
    """
    offered = {
        name.strip().lower()
        for name, _, weight in (part.partition(";") for part in accepted.split(","))
        if weight.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    }
    return next((coding for coding in (Coding.BROTLI, Coding.GZIP) if coding in offered), Coding.IDENTITY)


def tagged(etag: str, coding: Coding) -> str:
    """The strong ETag of one coding's bytes: ``"1f2e…-br"``."""
    return f'"{etag}-{coding}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client already has the answer with this ETag."""
    return is_among(tag, request.headers.get("if-none-match", ""))


def is_among(tag: str, known: str) -> bool:
    """Whether an `If-None-Match` names this ETag.

    Source:
        RFC 9110 section 13.1.2: weak comparison, several tags, or ``*``.
    """
    tags = [part.strip().removeprefix("W/") for part in known.split(",")]
    return tag in tags or "*" in tags


def respond(request: Request, encoded: Encoded, *, cache_control: str) -> Response:
    """The answer in the best coding, or 304 if the client has it."""
    coding = accepted_coding(request)
    if coding not in encoded.bodies:
        coding = Coding.IDENTITY
    headers = {
        "ETag": tagged(encoded.etag, coding),
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
    }
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if coding is not Coding.IDENTITY:
        headers["Content-Encoding"] = coding
    return Response(encoded.bodies[coding], headers=headers, media_type=encoded.media_type)
