"""Everything that happened in a city, one row an event, as people look it up (時系列・経過).

``facts`` are the clear fields of the event, ``words`` points at what was typed; both are written once and never change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from domain.circumstances import ApprovalReference, Channel
from domain.events import DECIDERS
from domain.values import Precision, Sealed
from projections.model import Fact, Opened, ReadModel


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One event. ``words``: path inside the event (``content.partners.0.name``) to what was typed there."""

    id: UUID
    version: int
    position: int
    topic: str
    actor: UUID
    policy_version: int
    occurred_on: date
    precision: Precision
    channel: Channel
    fiscal_year: int
    on_behalf_of: UUID | None
    post: UUID | None
    approval: ApprovalReference | None
    facts: Mapping[str, Any]
    words: Mapping[str, Sealed]
    recorded_at: datetime


def clear(value: object) -> Any:
    """The clear part of an event as plain JSON values; what was typed or left out is not in it."""
    if is_dataclass(value) and not isinstance(value, type):
        told = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: clear(part) for name, part in told if part is not None and not isinstance(part, Sealed)}
    if isinstance(value, tuple | list):
        return [clear(item) for item in value if not isinstance(item, Sealed)]
    return msgspec.to_builtins(value)


def typed(value: object, path: str = "") -> Iterator[tuple[str, Sealed]]:
    """Everything typed in an event, with its path."""
    if isinstance(value, Sealed):
        yield path, value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from typed(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple | list):
        for place, item in enumerate(value):
            yield from typed(item, f"{path}.{place}")


def change(before: TimelineRow | None, fact: Fact, opened: Opened) -> TimelineRow | None:
    """The row of an event; pure."""
    del before, opened
    beside = fact.circumstances
    return TimelineRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        topic=fact.topic,
        actor=fact.actor,
        policy_version=fact.policy_version,
        occurred_on=beside.occurred_on.on,
        precision=beside.occurred_on.precision,
        channel=beside.channel,
        fiscal_year=beside.fiscal_year,
        on_behalf_of=beside.on_behalf_of,
        post=beside.post,
        approval=beside.approval,
        facts=clear(fact.event),
        words=dict(typed(fact.event)),
        recorded_at=fact.recorded_at,
    )


TIMELINE: Final = ReadModel(
    name="timeline",
    table="renkei.timeline",
    row=TimelineRow,
    aggregates=frozenset(decider.name for decider in DECIDERS),
    change=change,
    log=True,
)
