"""The desk asks departments for challenges until a day, and each answers, if only that it has none (庁内照会)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.days_in_words import in_japanese
from domain.errors import DateInvalid, PartMissing, PartUnfitting, TooMany
from domain.policy import Policy
from domain.process import Step, corrected, never, process
from domain.values import Sealed

MOST: Final = 500
"""Most departments of a survey, and challenges of an answer."""


class Stage(StrEnum):
    """Where a survey stands (状態)."""

    NEW = "new"
    ASKED = "asked"
    CLOSED = "closed"


class Reply(StrEnum):
    """What a department answers: with challenges, or that it has none (回答・該当なし)."""

    CHALLENGES = "challenges"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Asked:
    """Departments were asked for challenges (照会). ``due_on`` is the last day for answers."""

    title: Sealed
    text: Sealed
    departments: tuple[UUID, ...]
    due_on: date
    sample: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A department answered; its last answer counts (回答)."""

    department: UUID
    reply: Reply
    challenges: tuple[UUID, ...]
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Reminded:
    """The desk asked those again that had not answered (催促)."""

    departments: tuple[UUID, ...]
    on: date
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Extended:
    """There is more time (期限延長)."""

    due_on: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Closed:
    """No more answers are taken (締切)."""

    note: Sealed | None


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正)."""

    to: Stage
    reason: Sealed


SurveyEvent = Asked | Answered | Reminded | Extended | Closed | StepCorrected


@dataclass(frozen=True, slots=True)
class Survey:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    departments: tuple[UUID, ...] = ()
    answered: frozenset[UUID] = frozenset()
    due_on: date | None = None
    trail: tuple[Stage, ...] = ()

    @property
    def missing(self) -> tuple[UUID, ...]:
        """The departments that have not answered."""
        return tuple(each for each in self.departments if each not in self.answered)


def fold(survey: Survey, event: object) -> Survey:
    """What stands beside the stage."""
    match event:
        case Asked():
            return replace(survey, departments=event.departments, due_on=event.due_on)
        case Answered(department=department):
            return replace(survey, answered=survey.answered | {department})
        case Extended(due_on=day):
            return replace(survey, due_on=day)
        case _:
            return survey


def check_asked(_survey: Survey, _policy: Policy, event: Asked) -> None:
    """At least one department, each once. Raises PartMissing, TooMany."""
    if not event.departments or len(set(event.departments)) != len(event.departments):
        raise PartMissing(
            field="departments",
            problem="name the departments that are asked, each once",
            problem_ja="照会する課をそれぞれ一度ずつ指定してください",
        )
    if len(event.departments) > MOST:
        raise TooMany(field="departments", count=len(event.departments), limit=MOST)


def check_answered(survey: Survey, _policy: Policy, event: Answered) -> None:
    """By a department that was asked, with challenges or with "none". Raises PartUnfitting, PartMissing, TooMany."""
    if event.department not in survey.departments:
        raise PartUnfitting(
            field="department",
            problem="that department was not asked in this survey",
            problem_ja="この照会の対象ではない課です",
        )
    if (event.reply is Reply.CHALLENGES) is not bool(event.challenges):
        raise PartMissing(
            field="challenges",
            problem="name the challenges that were raised, or answer NONE without any",
            problem_ja="提出した課題を指定するか、課題なしで「該当なし」と回答してください",
        )
    if len(event.challenges) > MOST:
        raise TooMany(field="challenges", count=len(event.challenges), limit=MOST)


def check_reminded(survey: Survey, _policy: Policy, event: Reminded) -> None:
    """Only who has not answered is reminded. Raises PartUnfitting."""
    if not survey.missing or set(event.departments) != set(survey.missing):
        raise PartUnfitting(
            field="departments",
            problem="only departments that have not answered are reminded, and all of them; here all have answered",
            problem_ja="催促の対象は未回答の課に限ります。すべての課が回答済みです",
        )


def check_extended(survey: Survey, _policy: Policy, event: Extended) -> None:
    """Raises DateInvalid unless there is more time than before."""
    if survey.due_on is not None and event.due_on <= survey.due_on:
        raise DateInvalid(
            field="dueOn",
            problem=f"it must lie after the present last day ({survey.due_on}).",
            problem_ja=f"現在の期限である{in_japanese(survey.due_on)}より後の日付が必要です",
        )


SURVEY: Final = process(
    "survey",
    Survey(),
    {
        "survey.asked": Step(Asked, (Stage.NEW,), (Stage.ASKED,), granted=never, guards=(check_asked,)),
        "survey.answered": Step(Answered, (Stage.ASKED,), granted=never, guards=(check_answered,)),
        "survey.reminded": Step(Reminded, (Stage.ASKED,), granted=never, guards=(check_reminded,)),
        "survey.extended": Step(
            Extended,
            (Stage.ASKED,),
            granted=lambda survey, extended: extended.due_on == survey.due_on,
            guards=(check_extended,),
        ),
        "survey.closed": Step(Closed, (Stage.ASKED,), (Stage.CLOSED,)),
        "survey.step_corrected": corrected(StepCorrected, (Stage.CLOSED,), (Stage.ASKED,)),
    },
    fold,
)
