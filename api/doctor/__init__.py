"""`renkei doctor`: what is unsafe or broken in this deployment, one line each, with what to do (点検).

A check is a function from a :class:`Look` to what it finds; one that finds nothing is well. Each module holds those of
one subject in ``CHECKS``; ``examination.py`` lists the modules. Nothing is changed by looking.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

from psycopg import Connection

from api.settings import Settings
from api.signing.settings import here
from tenants.database.walls import Row


class Level(IntEnum):
    """How bad it is; FAIL ends the command with status 1."""

    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found and what to do, in both languages."""

    level: Level
    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a check may look at. ``database``: an administrator's connection, where a check asked for it."""

    settings: Settings
    connection: Connection[Row] | None = None

    @property
    def database(self) -> Connection[Row]:
        """The administrator's connection."""
        assert self.connection is not None  # noqa: S101 - the check said that it needs one
        return self.connection

    @property
    def exposed(self) -> bool:
        """Whether others than this machine can reach the program: by itself, or through a proxy on this machine."""
        return not here(self.settings.host) or self.behind_proxy

    @property
    def behind_proxy(self) -> bool:
        """Whether browsers reach it under an address that is not this machine's own, so by what stands before it."""
        address = self.settings.sign_in.address
        return address is not None and not here(urlsplit(address).hostname or "")


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``en``, ``ja``: what is said when all is well; ``tables``: it needs renkei's tables."""

    name: str
    en: str
    ja: str
    run: Callable[[Look], Iterator[Finding]]
    database: bool = False
    tables: bool = False


def warn(en: str, ja: str) -> Finding:
    """Something that should be otherwise."""
    return Finding(Level.WARN, en, ja)


def fail(en: str, ja: str) -> Finding:
    """Something that must not stay as it is."""
    return Finding(Level.FAIL, en, ja)


def named(things: list[str], most: int = 5) -> str:
    """The first of a list, and how many more there are."""
    return ", ".join(things[:most]) + (f" (+{len(things) - most})" if len(things) > most else "")
