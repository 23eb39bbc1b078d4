"""What a process remembers of the aggregates it has just seen, so that the next command need not read them again.

A recollection may be old: somebody else may have been faster. So a refusal or an empty answer is never given on its
strength, and the append function refuses what was decided on an old state, an old policy or an erased key.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from domain.values import CityCode
from tenants.keys import Place

R = TypeVar("R")

REMEMBERED: Final = 5_000
"""Aggregates that one process remembers."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """An aggregate after its last command: version and state, the policy's place, the data keys that were looked up.

    ``since``: the day on which it began.
    """

    version: int
    state: Any
    policy_place: int
    keys: tuple[UUID, ...]
    wrapped: dict[Place, bytes]
    since: date | None = None


class Recollections(Generic[R]):
    """By city, kind of aggregate and id; safe between threads. It never spans cities: the city is part of the key."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[CityCode, str, UUID], R] = OrderedDict()
        self._lock = Lock()

    def take(self, city: CityCode, kind: str, aggregate: UUID) -> R | None:
        """The recollection, which is forgotten by being taken: who took it will know better."""
        with self._lock:
            return self._held.pop((city, kind, aggregate), None)

    def look(self, city: CityCode, kind: str, aggregate: UUID) -> R | None:
        """The recollection, which stays."""
        with self._lock:
            return self._held.get((city, kind, aggregate))

    def keep(self, city: CityCode, kind: str, aggregate: UUID, recollection: R) -> None:
        """Remember the newest; the oldest recollections go."""
        with self._lock:
            self._held[city, kind, aggregate] = recollection
            if len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
