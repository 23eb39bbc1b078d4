"""Consultations: what was asked, who answers until when, what was answered (相談・問合せ)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.consultation import (
    CONSULTATION,
    OPEN,
    Answered,
    Assigned,
    Noted,
    ReceiptCorrected,
    Received,
    Stage,
    StepCorrected,
)
from domain.roles import Role
from domain.values import Sealed
from projections.model import Fact
from projections.records.due import DueDay, due_day
from projections.records.kind import NOBODY, Head, Kind, Ref, absorbed


class ConsultationBody(Struct, frozen=True, tag="consultation"):
    """A question from a business or a department (相談・問合せ)."""

    fiscal_year: Annotated[int, "年度 of its number."]
    serial: Annotated[int, "Its number in that year."]
    asker: Annotated[UUID, "Who asks."]
    title: Annotated[Sealed, "件名."]
    question: Annotated[Sealed, "What is asked."]
    asking_department: Annotated[UUID | None, Ref.DEPARTMENT, "The department that asks; none for somebody outside."]
    organisation: Annotated[Sealed | None, "The asker's organisation."]
    contact_name: Annotated[Sealed | None, "Whom to answer."]
    contact: Annotated[Sealed | None, "How to reach them."]
    due: Annotated[DueDay | None, "Until when an answer is due, by the city's own rule (回答目安)."]
    sample: Annotated[bool, "Made up to show the program (見本)."]
    received_on: Annotated[date, "The day on which it was asked."]
    answered_on: Annotated[date | None, "The day of the first answer."] = None
    department: Annotated[UUID | None, Ref.DEPARTMENT, "The department that answers."] = None
    answers: Annotated[tuple[Sealed, ...], "What the asker was told, oldest first."] = ()
    notes: Annotated[tuple[Sealed, ...], "What was noted inside, oldest first."] = ()
    proposal: Annotated[UUID | None, "The proposal that grew out of it."] = None
    reason: Annotated[Sealed | None, "Why it was closed."] = None
    answers_before: Annotated[int | None, "How many answers there were when its department was asked last."] = None
    purpose: Annotated[int | None, "The version of the statement of purpose (利用目的) that was accepted."] = None


def begin(fact: Fact) -> ConsultationBody:
    """What was asked."""
    event: Received = fact.event
    return ConsultationBody(
        event.fiscal_year,
        event.serial,
        event.asker,
        event.title,
        event.question,
        event.department,
        event.organisation,
        event.contact_name,
        event.contact,
        due_day(event.due),
        event.sample,
        fact.circumstances.occurred_on.on,
        purpose=event.purpose,
    )


def change(body: ConsultationBody, fact: Fact) -> ConsultationBody:
    """Answers and notes gather."""
    match fact.event:
        case Answered(answer=answer):
            day = fact.circumstances.occurred_on.on
            return replace(body, answers=(*body.answers, answer), answered_on=body.answered_on or day)
        case Assigned():
            return replace(absorbed(body, fact), answers_before=len(body.answers))
        case Noted(note=note):
            return replace(body, notes=(*body.notes, note))
        case StepCorrected(to=to):
            return _taken_back(body, to)
        case ReceiptCorrected(organisation=organisation, contact_name=name, contact=contact, due=due, purpose=purpose):
            told = replace(body, organisation=organisation, contact_name=name, contact=contact, purpose=purpose)
            return replace(absorbed(told, fact), due=due_day(due), reason=body.reason)
        case _:
            return absorbed(body, fact)


def _taken_back(body: ConsultationBody, to: Stage) -> ConsultationBody:
    """Without what the wrong steps brought; an answer that was none leaves the first one due."""
    body, before = replace(body, proposal=None, reason=None), body.answers_before or 0
    if to is Stage.ANSWERED:
        nobody_was_asked = len(body.answers) <= before
        return replace(body, department=None, answers_before=None) if nobody_was_asked else body
    answers = body.answers[:before] if to is Stage.ASSIGNED else ()
    body = replace(body, answers=answers, answered_on=body.answered_on if answers else None)
    return replace(body, department=None, answers_before=None) if to is Stage.RECEIVED else body


TURN: Final[Mapping[str, str]] = {
    Stage.RECEIVED: Role.DESK_OFFICER,
    Stage.ASSIGNED: Role.DEPARTMENT_OFFICER,
    Stage.ANSWERED: Role.DESK_OFFICER,
}
"""Stage to whose turn it is."""


def head(body: ConsultationBody, stage: str) -> Head:
    """The desk's turn until a department is asked, then the department's; due until it was answered first."""
    owed = stage in OPEN and not body.answers
    return Head(
        title=body.title,
        about=body.proposal,
        department=body.department,
        waiting_for=TURN.get(stage, NOBODY),
        due_on=body.due.on if body.due and owed else None,
        sample=body.sample,
    )


CONSULTATIONS: Final = Kind(CONSULTATION, ConsultationBody, head, begin, change)
