"""Structured logs with an allow-list of fields: text, addresses and IPs cannot get in by accident."""

import contextlib
import logging
import sys
from functools import partial
from typing import Any

import structlog
from structlog.typing import EventDict

from commentsvc.web.problems import where

ALLOWED_FIELDS = frozenset({
    "event", "level", "timestamp",
    "code", "comment", "count", "decision", "error", "host", "incident", "logger", "moderator", "origin_count", "port",
    "reason", "revision", "seconds", "site", "status", "where",
})  # fmt: skip
"""Identifiers, counts and fixed words. A field of another name is dropped before anything is written."""


def set_up_logs(*, level: str = "INFO", is_json: bool = True) -> None:
    """Send all logs, also those of libraries, to stderr: one event a line.

    Args:
        level: Name of the lowest level written.
        is_json: One JSON object a line; else plain words for a person at a terminal.
    """
    renderer: Any = structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed_fields,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=partial(_PatientLogger, sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler()]
    # Without its values, what a library merely mentions says nothing ("Context impl %s."); a warning's kind does.
    root.setLevel(max(logging.getLevelNamesMapping()[level], logging.WARNING))


def only_allowed_fields(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Drop every field whose name is not on the list."""
    return {name: value for name, value in event.items() if name in ALLOWED_FIELDS}


class _PatientLogger(structlog.PrintLogger):
    """Writes lines, and goes on when nobody reads them any more: a request must not fail because its log line does."""

    def msg(self, message: str) -> None:
        """Write one line."""
        with contextlib.suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class _LibraryHandler(logging.Handler):
    """Writes what a library logs as its fixed template, without the values that were to be filled in."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hand one record to structlog."""
        fields: dict[str, Any] = {"logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            fields |= {"error": type(error).__name__, "where": where(error)}
        template = str(record.msg) if record.args or not record.exc_info else "library_error"
        level = min(record.levelno // 10 * 10, logging.CRITICAL)  # libraries have levels in between
        structlog.get_logger().log(level, template, **fields)
