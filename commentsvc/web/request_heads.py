"""The head of a request is bounded: request line and headers together."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LIMIT_BYTES = 32 * 1024


class TooLongError(Exception):
    """Raised inside the parser, which then gives up on the connection."""


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's fast parser; by itself it would collect headers without end."""

    _is_head_open = False
    _head_bytes = 0
    _waiting_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Parse; refuse a head that has not ended by now."""
        super().data_received(data)
        if self._is_head_open and not self.transport.is_closing():
            self._waiting_bytes += len(data)
            if self._waiting_bytes > LIMIT_BYTES:
                self.send_400_response("Invalid HTTP request received.")

    def on_message_begin(self) -> None:
        """A new head."""
        self._is_head_open, self._head_bytes, self._waiting_bytes = True, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count one header."""
        self._count(name, value)
        super().on_header(name, value)

    def on_headers_complete(self) -> Any:  # noqa: ANN401 - the library's own
        """The head is whole; what follows is the body, which is counted where it is read."""
        self._is_head_open = False
        return super().on_headers_complete()

    def _count(self, *parts: bytes) -> None:
        self._head_bytes += sum(map(len, parts))
        if self._head_bytes > LIMIT_BYTES:
            raise TooLongError
