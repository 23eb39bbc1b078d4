"""What a read model is: a table, the events it listens to, and a pure function from event to row change.

A row belongs to one aggregate and remembers the version and position of the last event it has seen; so an event is
never applied twice, and what spans aggregates is a query, never a stored counter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from domain.circumstances import Circumstances
from domain.values import CityCode
from tenants.mapper import fields_of, read_sealed, written_sealed

Opened = Mapping[bytes, str | None]
"""Commitment to published text; ``None`` when its key was erased (a tombstone)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event with all that stands beside it in the log."""

    city: CityCode
    position: int
    id: UUID
    version: int
    topic: str
    event: Any
    circumstances: Circumstances
    actor: UUID
    policy_version: int
    recorded_at: datetime


class Row(Protocol):
    """Frozen dataclass or msgspec struct; its fields are the table's columns except city and generation."""

    @property
    def id(self) -> UUID:
        """The aggregate."""

    @property
    def version(self) -> int:
        """The last version it has seen."""


R = TypeVar("R", bound=Row)

Change = Callable[[R | None, Fact, Opened], R | None]
"""Row before, event, published texts → row after; ``None`` removes the row or leaves it out."""


@dataclass(frozen=True, slots=True)
class ReadModel(Generic[R]):
    """One read model.

    ``table`` with its schema; ``aggregates`` the first halves of the topics it listens to; ``log`` for a table that
    gets one row an event and never changes one (key: id and version); ``public`` for the commons: it is given the
    published texts, and a quarantined aggregate is hidden.
    """

    name: str
    table: str
    row: type[R]
    aggregates: frozenset[str]
    change: Change[R]
    log: bool = False
    public: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a row fills, in order."""
        return fields_of(self.row)

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns after city and generation."""
        return ("id", "version") if self.log else ("id",)

    def listens_to(self, topic: str) -> bool:
        """Whether an event of this topic can change a row."""
        return topic.partition(".")[0] in self.aggregates


ENCODER: Final = msgspec.json.Encoder(enc_hook=written_sealed)


def decoder(row: type[R]) -> msgspec.json.Decoder[list[R]]:
    """Reads a JSON list of rows."""
    return msgspec.json.Decoder(list[row], dec_hook=read_sealed)  # type: ignore[valid-type]
