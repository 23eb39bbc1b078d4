"""Gatherings of all cities to which everybody may come, in plain text (公開の交流イベント).

What is only for the staff is nowhere here, nor who registered. One whose title or description was erased is not shown,
and does not come back; any other erased part is left out.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from domain.gathering import (
    Announced,
    Cancelled,
    GatheringEvent,
    GuestRegistered,
    Held,
    MemberRegistered,
    RegistrationWithdrawn,
    Revised,
    Stage,
    StepCorrected,
)
from projections.model import Fact, Opened, ReadModel
from projections.published import told
from projections.search import grams, searchable


@dataclass(frozen=True, slots=True)
class PublicGatheringRow:
    """One gathering as it stands. ``held_on`` is its day, planned or past; ``register_by`` that day if none was set.

    ``search`` and ``grams`` are for looking it up.
    """

    id: UUID
    version: int
    position: int
    public_id: UUID
    status: Stage
    sample: bool
    title: str
    description: str
    place: str | None
    how_to_register: str | None
    reason: str | None
    held_on: date
    register_by: date
    capacity: int | None
    published_at: datetime
    updated_at: datetime
    search: str
    grams: tuple[str, ...]


def change(before: PublicGatheringRow | None, fact: Fact, opened: Opened) -> PublicGatheringRow | None:
    """The row after an event, or none while the gathering may not be shown; pure."""
    event: GatheringEvent = fact.event
    if isinstance(event, Announced):
        return None if event.public_id is None else _announced(fact, event, event.public_id, opened)
    if before is None:
        return None
    seen = replace(before, version=fact.version, position=fact.position)
    row = replace(seen, updated_at=fact.recorded_at)
    match event:
        case Revised():
            return _worded(row, event, opened)
        case Held(on=on):
            return replace(row, status=Stage.HELD, held_on=on)
        case Cancelled(reason=reason):
            return replace(row, status=Stage.CANCELLED, reason=told(reason, opened))
        case StepCorrected(on=on):
            return replace(row, status=Stage.ANNOUNCED, held_on=on, reason=None)
        case GuestRegistered() | MemberRegistered() | RegistrationWithdrawn():
            return seen  # when somebody registered is nobody's to see
        case _:
            assert_never(event)


def _announced(fact: Fact, event: Announced, public_id: UUID, opened: Opened) -> PublicGatheringRow | None:
    row = PublicGatheringRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        public_id=public_id,
        status=Stage.ANNOUNCED,
        sample=event.sample,
        title="",
        description="",
        place=None,
        how_to_register=None,
        reason=None,
        held_on=event.on,
        register_by=event.on,
        capacity=None,
        published_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        search="",
        grams=(),
    )
    return _worded(row, event, opened)


def _worded(row: PublicGatheringRow, event: Announced | Revised, opened: Opened) -> PublicGatheringRow | None:
    """The row with what is announced, or none when title or description are gone."""
    title, description = told(event.title, opened), told(event.description, opened)
    if title is None or description is None:
        return None
    place, how = told(event.place, opened), told(event.how_to_register, opened)
    found = searchable(title, description, place, how)
    return replace(
        row,
        title=title,
        description=description,
        place=place,
        how_to_register=how,
        held_on=event.on,
        register_by=event.register_by or event.on,
        capacity=event.capacity,
        search=found,
        grams=grams(found),
    )


COMMONS_GATHERINGS: Final = ReadModel(
    name="commons_gatherings",
    table="commons.gatherings",
    row=PublicGatheringRow,
    aggregates=frozenset({"gathering"}),
    change=change,
    public=True,
)
