"""What was refused to somebody for a reason of security leaves one line a request (拒否の記録).

The line names city, member's id, command or field, error code and route, with the request's id: never what was typed.
Whoever refuses calls :func:`note`, wherever that is; the guard opens :func:`watching` around each request. Sources:
OWASP ASVS 5.0.0, 16.3.2 (refused rights) and 16.3.3 (attempts to get round).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import structlog

from domain.errors import RenkeiError

log: Final = structlog.get_logger("renkei.security")


@dataclass(frozen=True, slots=True)
class Refused:
    """One refusal. ``what``: the command, the field of the schema or the form."""

    error: RenkeiError
    city: str
    member: str
    what: str


_NOTED: Final[ContextVar[list[Refused] | None]] = ContextVar("noted", default=None)


def note(error: RenkeiError, *, city: object = "", member: object = "", what: str = "") -> None:
    """Remember a refusal of the request under way; one that passes several places counts once.

    ``city`` is one that exists, never what somebody wrote into an address.
    """
    noted = _NOTED.get()
    if noted is not None and all(each.error is not error for each in noted):
        noted.append(Refused(error, str(city), str(member), what))


@contextmanager
def watching(route: str) -> Iterator[None]:
    """One request: what was noted in it is told at its end, the first in full and how many there were."""
    noted: list[Refused] = []
    outside = _NOTED.set(noted)
    try:
        yield
    finally:
        _NOTED.reset(outside)
        if noted:
            first = noted[0]
            told = {"city": first.city, "member": first.member, "what": first.what}
            given = {name: value for name, value in told.items() if value}
            log.warning("refused", code=first.error.code, route=route, number=len(noted), **given)
