"""One JSON line an occurrence, on standard error: names of things, never what a person typed."""

import logging
import sys

import structlog


def configure() -> None:
    """Set up logging for this process; the libraries' own warnings go the same way."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format='{"event": "library", "logger": "%(name)s"}')
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
