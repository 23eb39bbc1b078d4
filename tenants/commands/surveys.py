"""What members may wish of a survey among departments (庁内照会の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import survey as domain
from domain.challenge import CHALLENGE
from domain.errors import PartUnfitting
from domain.survey import SURVEY, Reply, Survey
from tenants.members import Role
from tenants.saying import DepartmentId, Doing, Refers, TitleForStaff, ToDepartment, ToStaff
from tenants.wish import Context


def _challenge(context: Context, field: str, challenge: UUID) -> None:
    del field
    CHALLENGE.named(context.look(CHALLENGE, challenge))


ChallengeId = Annotated[UUID, Refers(_challenge)]
"""A challenge that somebody raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyWish(Doing[Survey]):
    """About one survey."""

    decider = SURVEY
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER})

    survey: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(SurveyWish):
    """Ask departments for challenges until a day."""

    name = "survey.ask"
    ja = "課題を庁内に照会する"
    records = domain.Asked

    title: TitleForStaff
    text: ToStaff
    departments: tuple[DepartmentId, ...]
    due_on: date
    sample: bool = False

    def judge(self, state: Survey, context: Context) -> None:
        """Raises DateInvalid for a last day that was over."""
        del state
        context.in_time("dueOn", self.due_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(SurveyWish):
    """Answer for a department with the challenges it raised, or that it has none; a later answer replaces this one."""

    name = "survey.answer"
    ja = "庁内照会に回答する"
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
    records = domain.Answered

    department: UUID
    reply: Reply
    challenges: tuple[ChallengeId, ...] = ()
    note: ToDepartment | None = None

    def judge(self, state: Survey, context: Context) -> None:
        """By an officer of the department or of the one that succeeded it, with its own challenges.

        Raises OutsideRemit, PartUnfitting.
        """
        del state
        context.require_remit(self.department, self.roles)
        for each in self.challenges:
            raised_by = context.look(CHALLENGE, each).department
            if raised_by in {None, self.department}:
                continue
            if not context.organisation().inherits(raised_by, self.department, context.today):
                raise PartUnfitting(
                    field="challenges",
                    problem="another department raised that challenge",
                    problem_ja="別の課が提出した課題です",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(SurveyWish):
    """Ask those departments again that have not answered."""

    name = "survey.remind"
    ja = "庁内照会の回答を催促する"
    records = domain.Reminded

    note: ToDepartment | None = None

    def beside(self, state: Survey, context: Context) -> dict[str, Any]:
        """Who has not answered, today."""
        return {"departments": state.missing, "on": context.today}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(SurveyWish):
    """Give the departments more time."""

    name = "survey.extend"
    ja = "庁内照会の期限を延長する"
    records = domain.Extended

    due_on: date
    reason: ToStaff


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(SurveyWish):
    """Take no more answers."""

    name = "survey.close"
    ja = "庁内照会を締め切る"
    records = domain.Closed

    note: ToStaff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(SurveyWish):
    """Take answers again, because it was closed by mistake; more time is given by itself."""

    name = "survey.correctStep"
    ja = "庁内照会の誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToStaff


WISHES: Final = (Ask, Answer, Remind, Extend, Close, CorrectStep)
