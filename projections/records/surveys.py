"""Surveys: who was asked, who has answered with what, and who has not (庁内照会)."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.roles import Role
from domain.survey import SURVEY, Answered, Asked, Extended, Reminded, Reply, Stage
from domain.values import Sealed
from projections.model import Fact
from projections.records.kind import Head, Kind, Ref, absorbed

Departments = tuple[Annotated[UUID, Ref.DEPARTMENT], ...]


class SurveyAnswer(Struct, frozen=True):
    """What a department answered last (回答)."""

    department: Annotated[UUID, Ref.DEPARTMENT, "The department."]
    reply: Annotated[Reply, "With challenges, or that it has none (該当なし)."]
    challenges: Annotated[tuple[UUID, ...], "The challenges that it raised."]
    answered_on: Annotated[date, "The day of the answer."]
    note: Annotated[Sealed | None, "What it said with it."] = None


class SurveyBody(Struct, frozen=True, tag="survey"):
    """The desk asks departments for challenges (庁内照会)."""

    title: Annotated[Sealed, "件名."]
    text: Annotated[Sealed, "What is asked."]
    departments: Annotated[Departments, "The departments that were asked (照会先)."]
    until: Annotated[date, "The last day for answers, as extended (回答期限)."]
    sample: Annotated[bool, "Made up to show the program."]
    answers: Annotated[tuple[SurveyAnswer, ...], "The answers, one a department (回答)."] = ()
    unanswered: Annotated[Departments, "The departments that have not answered (未回答)."] = ()
    reminders: Annotated[tuple[date, ...], "When those that had not answered were reminded (催促)."] = ()
    reason: Annotated[Sealed | None, "Why there is more time."] = None
    note: Annotated[Sealed | None, "The desk's last note."] = None


def begin(fact: Fact) -> SurveyBody:
    """Nobody has answered yet."""
    event: Asked = fact.event
    return SurveyBody(
        event.title, event.text, event.departments, event.due_on, event.sample, unanswered=event.departments
    )


def change(body: SurveyBody, fact: Fact) -> SurveyBody:
    """Answers gather, the last one of a department counts."""
    match event := fact.event:
        case Answered(department=department):
            others = tuple(each for each in body.answers if each.department != department)
            answer = SurveyAnswer(
                department, event.reply, event.challenges, fact.circumstances.occurred_on.on, event.note
            )
            missing = tuple(each for each in body.unanswered if each != department)
            return replace(body, answers=(*others, answer), unanswered=missing)
        case Extended(due_on=day, reason=reason):
            return replace(body, until=day, reason=reason)
        case Reminded(on=day, note=note):
            return replace(body, reminders=(*body.reminders, day), note=note or body.note)
        case _:
            return absorbed(body, fact)


def head(body: SurveyBody, stage: str) -> Head:
    """It waits for the departments that have not answered, then for the desk to close it."""
    if stage != Stage.ASKED:
        return Head(title=body.title, sample=body.sample)
    waits = Role.DEPARTMENT_OFFICER if body.unanswered else Role.DESK_OFFICER
    return Head(
        title=body.title,
        departments=body.unanswered,
        waiting_for=waits,
        due_on=body.until,
        sample=body.sample,
    )


SURVEYS: Final = Kind(SURVEY, SurveyBody, head, begin, change)
