"""One JSON line an occurrence, on standard error: names of things, never what a person typed."""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType

import structlog

FRAMES = 5
"""Places on the way to an error that are told."""


class _Library(logging.Formatter):
    """A library's warning: who and what kind, not the text, which may quote statements and values."""

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0] if record.exc_info else None
        told = {"event": "library", "logger": record.name, "level": record.levelname.lower()}
        at = {"timestamp": datetime.fromtimestamp(record.created, UTC).isoformat()}
        return json.dumps(told | ({"kind": kind.__name__} if kind else {}) | at)


def configure() -> None:
    """Set up logging for this process; the libraries' own warnings go the same way, and so do errors nobody foresaw."""
    said = logging.StreamHandler(sys.stderr)
    said.setFormatter(_Library())
    logging.basicConfig(handlers=[said], level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    sys.excepthook = lambda kind, _error, trace: unforeseen(kind, trace)
    threading.excepthook = lambda args: unforeseen(args.exc_type, args.exc_traceback)


@contextmanager
def at_hand() -> Iterator[None]:
    """While somebody gives a command at a terminal: what is only noted stays off the screen, warnings do not.

    Anywhere else, a file or a pipe, standard error is the log, and nothing is left out.
    """
    before = structlog.get_config()["wrapper_class"]
    if sys.stderr.isatty():
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(wrapper_class=before)


def unforeseen(kind: type[BaseException], trace: TracebackType | None) -> None:
    """Log an error that ends a thread or the program: its kind and the places it came from, without its text."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    structlog.get_logger().error("unforeseen", kind=kind.__name__, at=places)
