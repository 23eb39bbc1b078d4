"""The table of records: one row a record of any kind, found by kind, stage, turn, deadline or subject (記録簿)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from domain.values import Sealed
from projections.model import Fact, Opened, ReadModel
from projections.records.agreements import AGREEMENTS, AgreementBody
from projections.records.approvals import APPROVALS, ApprovalBody
from projections.records.consultations import CONSULTATIONS, ConsultationBody
from projections.records.dialogues import DIALOGUES, DialogueBody
from projections.records.gatherings import GATHERINGS, GatheringBody
from projections.records.kind import Kind
from projections.records.notices import NOTICES, NoticeBody
from projections.records.projects import PROJECTS, ProjectBody
from projections.records.selections import SELECTIONS, SelectionBody
from projections.records.sessions import SESSIONS, SessionBody
from projections.records.surveys import SURVEYS, SurveyBody

KINDS: Final[tuple[Kind[Any], ...]] = (
    APPROVALS,
    DIALOGUES,
    SESSIONS,
    AGREEMENTS,
    SURVEYS,
    CONSULTATIONS,
    GATHERINGS,
    NOTICES,
    SELECTIONS,
    PROJECTS,
)
"""Every kind of record there is."""

BY_NAME: Final[Mapping[str, Kind[Any]]] = {kind.process.name: kind for kind in KINDS}

Body = (
    AgreementBody
    | ApprovalBody
    | ConsultationBody
    | DialogueBody
    | GatheringBody
    | NoticeBody
    | ProjectBody
    | SelectionBody
    | SessionBody
    | SurveyBody
)


class RecordRow(Struct, frozen=True):
    """One record as it stands: its head, and all it says in ``content``."""

    id: UUID
    version: int
    position: int
    kind: str
    stage: str
    waiting_for: str
    member: UUID | None
    posts: tuple[UUID, ...]
    department: UUID | None
    departments: tuple[UUID, ...]
    about: UUID | None
    concerns: tuple[UUID, ...]
    also: tuple[str, ...]
    due_on: date | None
    sample: bool
    title: Sealed | None
    content: Body
    recorded_at: datetime
    updated_at: datetime


def change(before: RecordRow | None, fact: Fact, opened: Opened) -> RecordRow | None:
    """The row after an event; pure."""
    del opened
    name = fact.topic.partition(".")[0]
    kind = BY_NAME[name]
    if before is None and fact.version > 1:
        raise ValueError("the record has no beginning")
    body = kind.begin(fact) if before is None else kind.change(before.content, fact)
    stage = str(kind.process.steps[type(fact.event)].after(before.stage if before else None, fact.event))
    head = kind.head(body, stage)
    return RecordRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        kind=name,
        stage=stage,
        waiting_for=head.waiting_for,
        member=head.member,
        posts=head.posts,
        department=head.department,
        departments=head.departments,
        about=head.about,
        concerns=head.concerns,
        also=head.also,
        due_on=head.due_on,
        sample=head.sample,
        title=head.title,
        content=body,
        recorded_at=before.recorded_at if before else fact.recorded_at,
        updated_at=fact.recorded_at,
    )


RECORDS: Final = ReadModel(
    name="records",
    table="renkei.records",
    row=RecordRow,
    aggregates=frozenset(BY_NAME),
    change=change,
)
