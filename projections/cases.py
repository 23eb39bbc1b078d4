"""The city's cases as its own people see them: one row a case, what it tells by reference (事例一覧)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from domain.case import (
    CASE,
    CaseEvent,
    Closed,
    Content,
    Origin,
    Published,
    Revised,
    ShownAgain,
    Stage,
    StepCorrected,
    Withdrawn,
)
from domain.values import Code, Sealed
from projections.model import Fact, Opened, ReadModel


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as it stands; ``content`` holds everything it tells."""

    id: UUID
    version: int
    position: int
    stage: Stage
    origin: Origin
    public_id: UUID
    method: Code
    fields: tuple[Code, ...]
    challenge: UUID | None
    proposal: UUID | None
    sample: bool
    title: Sealed
    content: Content
    recorded_at: datetime
    updated_at: datetime
    project: UUID | None = None


def published(fact: Fact, event: Published) -> CaseRow:
    """The first row of a case."""
    return CaseRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        stage=Stage.OPEN,
        origin=event.origin,
        public_id=event.public_id,
        method=event.content.method,
        fields=event.content.fields,
        challenge=event.challenge,
        proposal=event.proposal,
        sample=event.sample,
        title=event.content.title,
        content=event.content,
        recorded_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        project=event.project,
    )


def change(before: CaseRow | None, fact: Fact, opened: Opened) -> CaseRow | None:
    """The row after an event; pure."""
    del opened
    event: CaseEvent = fact.event
    if isinstance(event, Published):
        return published(fact, event)
    if before is None:
        raise ValueError("the case has no beginning")
    stage = Stage(CASE.steps[type(event)].after(before.stage, event))
    row = replace(before, stage=stage, version=fact.version, position=fact.position, updated_at=fact.recorded_at)
    match event:
        case Revised(content=told) | ShownAgain(content=told):
            return replace(row, method=told.method, fields=told.fields, title=told.title, content=told)
        case Closed() | Withdrawn() | StepCorrected():
            return row
        case _:
            assert_never(event)


CASES: Final = ReadModel(
    name="cases",
    table="renkei.cases",
    row=CaseRow,
    aggregates=frozenset({"case"}),
    change=change,
)
