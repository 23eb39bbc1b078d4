"""The city's challenges as its own people see them, published or not: one row a challenge (課題一覧)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from domain.challenge import (
    CHALLENGE,
    ChallengeEvent,
    Closed,
    ContactNamed,
    Edited,
    Extended,
    Published,
    Raised,
    Result,
    Reviewed,
    Revised,
    Stage,
    StepCorrected,
)
from domain.roles import Role
from domain.values import Code, Sealed
from projections.model import Fact, Opened, ReadModel

NOBODY: Final = "nobody"
WAITING_FOR: Final = {
    Stage.RAISED: Role.DESK_OFFICER,
    Stage.RETURNED: Role.DEPARTMENT_OFFICER,
    Stage.ACCEPTED: Role.DESK_OFFICER,
}
"""Whose turn it is; where no role stands, nobody's."""


def waits(stage: Stage, department: UUID | None) -> str:
    """Whose turn it is; what no department raised goes back to the desk."""
    who = WAITING_FOR.get(stage, NOBODY)
    return Role.DESK_OFFICER if who == Role.DEPARTMENT_OFFICER and department is None else who


@dataclass(frozen=True, slots=True)
class Inside:
    """What it said before it was published, to which it goes back where that was a mistake."""

    title: Sealed
    description: Sealed
    fields: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed besides title and description, by reference.

    ``note`` says how it ended; ``reason`` why it was accepted, returned or extended; ``contact`` whom to ask.
    """

    conditions: Sealed | None = None
    city_offers: Sealed | None = None
    note: Sealed | None = None
    contact: Sealed | None = None
    reason: Sealed | None = None
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """One challenge as it stands; ``title`` and ``description`` are the published ones once there are any."""

    id: UUID
    version: int
    position: int
    stage: Stage
    waiting_for: str
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
        waiting_for=WAITING_FOR[Stage.RAISED],
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
    stage = Stage(CHALLENGE.steps[type(event)].after(row.stage, event))
    told = _told(replace(row, stage=stage), fact, event)
    return replace(told, waiting_for=waits(stage, told.department))


def _told(row: ChallengeRow, fact: Fact, event: ChallengeEvent) -> ChallengeRow:
    """The row with what an event tells."""
    words = row.words
    match event:
        case Edited():
            return replace(
                row,
                department=event.department,
                fields=event.fields,
                plan_fields=event.plan_fields,
                title=event.title,
                description=event.description,
            )
        case Reviewed(reason=reason):
            return replace(row, words=replace(words, reason=reason))
        case ContactNamed(contact=contact):
            return replace(row, words=replace(words, contact=contact))
        case Published():
            return replace(
                row,
                public_id=event.public_id,
                fields=event.fields,
                due_on=event.due_on,
                sample=event.sample,
                title=event.title,
                description=event.description,
                words=Words(event.conditions, event.city_offers, contact=words.contact, inside=_inside(row)),
                published_at=fact.recorded_at,
            )
        case Revised():
            return replace(
                row,
                fields=event.fields,
                title=event.title,
                description=event.description,
                words=replace(words, conditions=event.conditions, city_offers=event.city_offers),
            )
        case Extended(due_on=day, reason=reason):
            return replace(row, due_on=day, words=replace(words, reason=reason))
        case Closed(result=result, note=note):
            return replace(row, result=result, words=replace(words, note=note))
        case StepCorrected(to=to):
            again = replace(row, result=None, words=replace(words, note=None))
            return again if to is Stage.PUBLISHED else _not_published(again)
        case Raised():
            raise ValueError("the challenge begins twice")
        case _:
            assert_never(event)


def _inside(row: ChallengeRow) -> Inside:
    return Inside(row.title, row.description, row.fields)


def _not_published(row: ChallengeRow) -> ChallengeRow:
    """Without what was published, by mistake, and what was said of a review that does not hold."""
    before = row.words.inside or _inside(row)
    return replace(
        row,
        public_id=None,
        published_at=None,
        due_on=None,
        title=before.title,
        description=before.description,
        fields=before.fields,
        words=Words(contact=row.words.contact),
    )


CHALLENGES: Final = ReadModel(
    name="challenges",
    table="renkei.challenges",
    row=ChallengeRow,
    aggregates=frozenset({"challenge"}),
    change=change,
)
