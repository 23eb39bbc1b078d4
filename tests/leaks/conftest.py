"""The world of the leak tests, made once for all of them."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from tenants.database.embedded import EmbeddedPostgres
from tests.leaks.askers import Asker, askers
from tests.leaks.book import whole_world
from tests.leaks.running import running
from tests.leaks.walk import Walk

CLIENT = ("httpx", "httpcore")
"""What these tests ask with: it logs what it is told, which says nothing of the program."""


class Noted(logging.Handler):
    """Everything that libraries log."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.exc_info or ''} {record.exc_text or ''}")


@dataclass
class Leaks:
    """The walk over the world, who asks, and what was logged meanwhile."""

    walk: Walk
    askers: list[Asker]
    noted: Noted
    said: list[Any] = field(default_factory=list)

    def asker(self, name: str, city: str) -> Asker:
        """By name and city."""
        return next(each for each in self.askers if (each.name, each.city) == (name, city))

    def log(self) -> list[str]:
        """All lines so far."""
        return [*self.noted.lines, *map(repr, self.said)]


@pytest.fixture(scope="package")
def leaks(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leaks]:
    noted, root = Noted(), logging.getLogger()
    level = root.level
    root.addHandler(noted)
    root.setLevel(logging.INFO)
    for name in CLIENT:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        with capture_logs() as said, running(server, tmp_path_factory.mktemp("leaks")) as app:
            world = whole_world(app)
            found = askers(world)
            app.desk.catch_up()
            yield Leaks(Walk(world), found, noted, said)
    finally:
        root.removeHandler(noted)
        root.setLevel(level)
