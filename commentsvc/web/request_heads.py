"""The head of a request is bounded: request line and headers together."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LIMIT_BYTES = 32 * 1024
_PIECE_BYTES = 4 * 1024


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's fast parser; by itself it would collect headers without end.

    What has come is parsed in pieces, and after each it is known whether a head is still open. That costs an ordinary
    request next to nothing; counting each header would cost as much as a tenth of the answer.
    """

    _is_head_open = False
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Parse; refuse a head that is longer than `LIMIT_BYTES`, or by one piece at most."""
        if len(data) <= _PIECE_BYTES:
            self._parse(data)
            return
        for start in range(0, len(data), _PIECE_BYTES):
            if self.transport.is_closing():
                return
            self._parse(data[start : start + _PIECE_BYTES])

    def _parse(self, piece: bytes) -> None:
        super().data_received(piece)
        if self._is_head_open and not self.transport.is_closing():
            self._head_bytes += len(piece)
            if self._head_bytes > LIMIT_BYTES:
                self.send_400_response("Invalid HTTP request received.")

    def on_message_begin(self) -> None:
        """A new head."""
        self._is_head_open, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> Any:  # noqa: ANN401 - the library's own
        """The head is whole; what follows is the body, which is counted where it is read."""
        self._is_head_open = False
        return super().on_headers_complete()
