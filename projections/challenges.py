"""The city's challenges as its own people see them, published or not: one row a challenge (課題一覧)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from domain.challenge import ChallengeEvent, Closed, Published, Raised, Result, Stage
from domain.values import Code, Sealed
from projections.model import Fact, Opened, ReadModel


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed besides title and description, by reference; ``note`` says how it ended."""

    conditions: Sealed | None = None
    city_offers: Sealed | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """One challenge as it stands; ``title`` and ``description`` are the published ones once there are any."""

    id: UUID
    version: int
    position: int
    stage: Stage
    department: UUID | None
    public_id: UUID | None
    fields: tuple[Code, ...]
    plan_fields: tuple[Code, ...]
    due_on: date | None
    result: Result | None
    sample: bool
    title: Sealed
    description: Sealed
    words: Words
    recorded_at: datetime
    published_at: datetime | None
    updated_at: datetime


def raised(fact: Fact, event: Raised) -> ChallengeRow:
    """The first row of a challenge."""
    return ChallengeRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        stage=Stage.RAISED,
        department=event.department,
        public_id=None,
        fields=event.fields,
        plan_fields=event.plan_fields,
        due_on=None,
        result=None,
        sample=event.sample,
        title=event.title,
        description=event.description,
        words=Words(),
        recorded_at=fact.recorded_at,
        published_at=None,
        updated_at=fact.recorded_at,
    )


def change(before: ChallengeRow | None, fact: Fact, opened: Opened) -> ChallengeRow | None:
    """The row after an event; pure."""
    del opened
    event: ChallengeEvent = fact.event
    if isinstance(event, Raised):
        return raised(fact, event)
    if before is None:
        raise ValueError("the challenge has no beginning")
    row = replace(before, version=fact.version, position=fact.position, updated_at=fact.recorded_at)
    match event:
        case Published():
            return replace(
                row,
                stage=Stage.PUBLISHED,
                public_id=event.public_id,
                fields=event.fields,
                due_on=event.due_on,
                sample=event.sample,
                title=event.title,
                description=event.description,
                words=Words(event.conditions, event.city_offers),
                published_at=fact.recorded_at,
            )
        case Closed(result=result, note=note):
            return replace(row, stage=Stage.CLOSED, result=result, words=replace(row.words, note=note))
        case _:
            assert_never(event)


CHALLENGES: Final = ReadModel(
    name="challenges",
    table="renkei.challenges",
    row=ChallengeRow,
    aggregates=frozenset({"challenge"}),
    change=change,
)
