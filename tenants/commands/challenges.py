"""What members may wish of a challenge (課題の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import challenge as domain
from domain.challenge import CHALLENGE, Challenge
from domain.circumstances import Act
from domain.values import Audience
from tenants.members import Role
from tenants.saying import DepartmentId, Doing, Says, TitleForAll, TitleForStaff, ToAll, ToStaff
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

    def beside(self, state: Challenge, context: Context) -> dict[str, Any]:
        """Its id outside, and a sample stays one."""
        return {"public_id": context.new_id("public"), "sample": state.sample}

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.PUBLISH_CHALLENGE


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
        if state.stage is not domain.Stage.RAISED:
            return {}
        return {"note": Says(Audience.STAFF).sealed("note", self.note, context.file)}


WISHES: Final = (Raise, Publish, Close)
