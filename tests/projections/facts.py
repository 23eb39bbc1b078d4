"""Events as the runner hands them to a read model, and a short way to fold them. People and places are real ones."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.circumstances import Channel, Circumstances
from domain.values import Audience, CityCode, Day, Sealed
from projections.model import ENCODER, Fact, ReadModel, decoder
from tenants.mapper import TOPICS

SAPPORO: Final = CityCode("011002")
FILE: Final = UUID(int=10)
SATO: Final = UUID(int=15)
SUZUKI: Final = UUID(int=16)
BEGINNING: Final = datetime(2026, 11, 1, 9, tzinfo=UTC)


def at(step: int) -> datetime:
    """When the event with this version was recorded."""
    return BEGINNING + timedelta(hours=step)


def words(text: str, audience: Audience = Audience.PUBLIC) -> Sealed:
    """What was typed, as the log knows it; :func:`opened` knows the text."""
    return Sealed(FILE, audience, hashlib.sha256(text.encode()).digest())


def opened(*texts: str, erased: Iterable[str] = ()) -> dict[bytes, str | None]:
    """What the runner opens: these texts, and those that were erased."""
    there: dict[bytes, str | None] = {words(text).commitment: text for text in texts}
    return there | {words(text).commitment: None for text in erased}


def fact(event: Any, version: int = 1, day: date = date(2026, 11, 1), **beside: Any) -> Fact:
    """An event at its place in its aggregate; its position is a hundred more than its version."""
    circumstances = Circumstances(Day(day), Channel.DESK, FILE, 2026, **beside)
    topic = TOPICS[type(event)]
    return Fact(SAPPORO, 100 + version, FILE, version, topic, event, circumstances, SATO, 2, at(version))


def folded(model: ReadModel[Any], events: Iterable[Any], texts: Mapping[bytes, str | None] | None = None) -> Any:
    """The row after these events, each kept and loaded again on the way as the runner does it between batches."""
    row = None
    for version, event in enumerate(events, 1):
        row = model.change(row, fact(event, version), texts or {})
        if row is not None:
            (row,) = decoder(model.row).decode(ENCODER.encode([row]))
    return row
