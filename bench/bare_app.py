"""The reference for reading: an ASGI application that only sends bytes which are already there.

The file with the body, as the service sent it compressed, is named by the environment variable BENCH_BODY.
"""

import os
from pathlib import Path
from typing import Any

_BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
_HEADERS = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"content-encoding", b"br"),
    (b"content-length", str(len(_BODY)).encode()),
]


async def app(scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shapes
    """Answer everything with the same bytes."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})
