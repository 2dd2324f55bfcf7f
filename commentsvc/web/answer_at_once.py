"""A kept answer goes onto the wire as soon as the request's head is read, without a task of its own."""

from typing import TYPE_CHECKING, Any, cast

from commentsvc.web.front import Front
from commentsvc.web.request_heads import BoundedHeads

if TYPE_CHECKING:
    from starlette.types import Scope
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_STATUS_LINES = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}


class AnswersAtOnce(BoundedHeads):
    """uvicorn's protocol, which asks the application's front before it starts a task.

    Everything that is not the plain case goes the library's own way: a connection that ends after this answer, earlier
    requests of it that wait, a client that does not read what it is sent, a service that is full.
    """

    def shutdown(self) -> None:
        """The service ends: let go of what would last for ever, before anybody waits for it."""
        begin_to_end = getattr(self.app, "begin_to_end", None)
        if begin_to_end is not None:
            begin_to_end()
        super().shutdown()

    def _start_asgi_task(self, cycle: "RequestResponseCycle", app: Any) -> None:  # noqa: ANN401 - the library's own
        front = getattr(app, "front", None)
        is_plain = cycle.keep_alive and not self.pipeline and not self.flow.write_paused
        if not is_plain or not isinstance(front, Front):
            super()._start_asgi_task(cycle, app)
            return
        answer = front.kept_answer(cast("Scope", cycle.scope))
        if answer is None:
            super()._start_asgi_task(cycle, app)
            return
        lines = [_STATUS_LINES[answer.status]]
        for name, value in cycle.default_headers:
            lines += (name, b": ", value, b"\r\n")
        self.transport.writelines([*lines, answer.head, answer.body])
        cycle.response_started = cycle.response_complete = True
        self.on_response_complete()
