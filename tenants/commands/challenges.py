"""What members may wish of a challenge (課題の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import challenge as domain
from domain.challenge import CHALLENGE, Challenge
from domain.circumstances import Act
from domain.values import Audience, Mark
from tenants.members import Role
from tenants.saying import (
    DepartmentId,
    Doing,
    OfDepartment,
    Says,
    TitleForAll,
    TitleForStaff,
    ToAll,
    ToDepartment,
    ToStaff,
)
from tenants.wish import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeWish(Doing[Challenge]):
    """About one challenge."""

    decider = CHALLENGE
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER})

    challenge: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise(ChallengeWish):
    """Tell the desk about a problem that a department wants solved with others."""

    name = "challenge.raise"
    ja = "課題を提出する"
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
    records = domain.Raised

    title: TitleForStaff
    description: ToStaff
    department: DepartmentId | None = None
    fields: tuple[str, ...] = ()
    plan_fields: tuple[str, ...] = ()
    sample: bool = False

    def judge(self, state: Challenge, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department than the one that is named."""
        del state
        context.require_remit(self.department, self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(ChallengeWish, OfDepartment[Challenge]):
    """Write a challenge anew before it is published; the desk reviews it again."""

    name = "challenge.edit"
    ja = "課題を修正する"
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
    records = domain.Edited

    title: TitleForStaff
    description: ToStaff
    department: DepartmentId | None = None
    fields: tuple[str, ...] = ()
    plan_fields: tuple[str, ...] = ()

    def beside(self, state: Challenge, context: Context) -> dict[str, Any]:
        """It stays with its department unless another one is named."""
        del context
        return {} if self.department is not None else {"department": state.department}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(ChallengeWish):
    """Accept a challenge for publication, or give it back to the department with the reason."""

    name = "challenge.review"
    ja = "課題を精査する（受理・差戻し）"
    records = domain.Reviewed

    verdict: domain.Verdict
    reason: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameContact(ChallengeWish, OfDepartment[Challenge]):
    """Say whom the desk asks about a challenge; this is never shown outside."""

    name = "challenge.nameContact"
    ja = "課題の問合せ先を登録する"
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
    records = domain.ContactNamed

    contact: Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(ChallengeWish):
    """Show a challenge to everybody, in the words that everybody shall read."""

    name = "challenge.publish"
    ja = "課題を公表する"
    records = domain.Published

    title: TitleForAll
    description: ToAll
    conditions: ToAll | None = None
    city_offers: ToAll | None = None
    fields: tuple[str, ...] = ()
    due_on: date | None = None

    def judge(self, state: Challenge, context: Context) -> None:
        """Raises DateInvalid for a last day that was over."""
        del state
        context.in_time("dueOn", self.due_on)

    def beside(self, state: Challenge, context: Context) -> dict[str, Any]:
        """Its id outside, which it keeps where it was published before, and a sample stays one."""
        return {"public_id": state.public_id or context.new_id("public"), "sample": state.sample}

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.PUBLISH_CHALLENGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(ChallengeWish):
    """Write anew, as a whole, what everybody reads of a published challenge; the note tells what changed."""

    name = "challenge.revise"
    ja = "公表した課題を改訂する"
    records = domain.Revised

    title: TitleForAll
    description: ToAll
    note: ToAll
    conditions: ToAll | None = None
    city_offers: ToAll | None = None
    fields: tuple[str, ...] = ()

    def act(self) -> Act | None:
        """New words reach outside as the first ones did."""
        return Act.PUBLISH_CHALLENGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(ChallengeWish):
    """Take answers to a challenge until a later day, and tell everybody why."""

    name = "challenge.extend"
    ja = "課題の回答期限を延長する"
    records = domain.Extended

    due_on: date
    reason: ToAll

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.EXTEND_CHALLENGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ChallengeWish):
    """Take no more answers to a challenge, and say how it ended."""

    name = "challenge.close"
    ja = "課題を終了する"
    records = domain.Closed

    result: domain.Result
    note: Annotated[str, Says(Audience.PUBLIC)]

    def beside(self, state: Challenge, context: Context) -> dict[str, Any]:
        """Read by everybody once the challenge was published, else by the staff."""
        if state.stage is domain.Stage.PUBLISHED:
            return {}
        return {"note": Says(Audience.STAFF).sealed("note", self.note, context.file)}

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.CLOSE_CHALLENGE

    def reaches(self, state: Challenge) -> bool:
        """Where everybody reads it."""
        return state.stage is domain.Stage.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(ChallengeWish):
    """Take a wrong step back to a stage at which it stood before: reviewed, published, or closed by mistake.

    Back at published, it takes answers again; back before that, it leaves all that is public at once, and keeps its
    id outside for when it is published anew.
    """

    name = "challenge.correctStep"
    ja = "課題の誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment


WISHES: Final = (Raise, Edit, Review, NameContact, Publish, Revise, Extend, Close, CorrectStep)
