"""What members may wish of a gathering (交流イベントの操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import gathering as domain
from domain.circumstances import Act
from domain.errors import NotAllowed
from domain.gathering import GATHERING, Gathering
from domain.notice import Reach
from domain.organisation import named
from domain.rights import RIGHTS
from domain.roles import EVERYBODY
from domain.values import SHORT, Audience, CityCode, Mark
from tenants.commands.notices import for_readers
from tenants.members import Role
from tenants.saying import Doing, Says, TitleForStaff, ToDesk, ToStaff
from tenants.wish import Context, rights_id

DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
STAFF: Final = EVERYBODY - {Role.AUDITOR}
"""Every employee; who audits changes nothing."""
Place = Annotated[str, Says(Audience.STAFF, limit=SHORT)]
OwnName = Annotated[str, Says(Audience.DEPARTMENT, (Mark.PERSONAL,), SHORT, own=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringWish(Doing[Gathering]):
    """About one gathering. Names of guests are sealed under their own key."""

    decider = GATHERING
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER})

    gathering: UUID

    def target(self, city: CityCode) -> UUID:
        """The gathering."""
        del city
        return self.gathering


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning(GatheringWish):
    """What an announcement and its later versions have in common."""

    title: TitleForStaff
    description: ToStaff
    on: date
    place: Place | None = None
    how_to_register: ToStaff | None = None
    register_by: date | None = None
    capacity: int | None = None

    def judge(self, state: Gathering, context: Context) -> None:
        """Raises DateInvalid for a new day that was over when this was announced or changed."""
        if self.on != state.on:
            context.in_time("on", self.on)

    def told(self, context: Context, reach: Reach) -> dict[str, Any]:
        """The words, for whom they reach."""
        return {
            "title": for_readers(context, reach, "title", self.title, SHORT),
            "description": for_readers(context, reach, "description", self.description),
            "place": None if self.place is None else for_readers(context, reach, "place", self.place, SHORT),
            "how_to_register": None
            if self.how_to_register is None
            else for_readers(context, reach, "how_to_register", self.how_to_register),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(Planning):
    """Announce a gathering to everybody or inside, with its day, its room and the last day to register."""

    name = "gathering.announce"
    ja = "交流イベントを案内する"
    records = domain.Announced

    reach: Reach
    sample: bool = False

    def beside(self, state: Gathering, context: Context) -> dict[str, Any]:
        """Its id outside, and its words for whom it reaches."""
        del state
        public_id = context.new_id("public") if self.reach is Reach.PUBLIC else None
        return {"public_id": public_id, **self.told(context, self.reach)}

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.PUBLISH_NOTICE if self.reach is Reach.PUBLIC else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(Planning):
    """Change what was announced: all of it is said anew."""

    name = "gathering.revise"
    ja = "交流イベントの案内を改める"
    records = domain.Revised

    def beside(self, state: Gathering, context: Context) -> dict[str, Any]:
        """Its words for whom it reaches."""
        return self.told(context, state.reach or Reach.STAFF)

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.PUBLISH_NOTICE

    def reaches(self, state: Gathering) -> bool:
        """Where everybody reads it."""
        return state.reach is Reach.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterGuest(GatheringWish):
    """Register somebody of a business, from the portal or entered for them."""

    name = "gathering.registerGuest"
    ja = "事業者の参加を登録する"
    roles = DEPARTMENT
    records = domain.GuestRegistered

    party: UUID
    organisation: Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT, own=True)]
    guest_name: OwnName
    contact: Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), SHORT, own=True)] | None = None

    def subject(self) -> UUID:
        """The guest, under whose key these words are sealed."""
        return self.party

    def owner(self, state: Gathering) -> UUID:
        """The guest."""
        del state
        return self.party

    def beside(self, state: Gathering, context: Context) -> dict[str, Any]:
        """Its id, and the day."""
        del state
        return {"registration": context.new_id("registration"), "on": context.happened_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMember(GatheringWish):
    """Register yourself, or as the desk somebody else of the city."""

    name = "gathering.registerMember"
    ja = "職員の参加を登録する"
    roles = STAFF
    records = domain.MemberRegistered

    member: UUID | None = None

    def judge(self, state: Gathering, context: Context) -> None:
        """Only the desk registers another. Raises NotAllowed, ReferenceUnknown."""
        del state
        if self.member not in {None, context.member.id}:
            if Role.DESK_OFFICER not in context.member.roles:
                raise NotAllowed(needed=Role.DESK_OFFICER)
            named(context.look(RIGHTS, rights_id(context.city)).members, "member", self.member, context.today)

    def beside(self, state: Gathering, context: Context) -> dict[str, Any]:
        """Its id, the day, and left out, the member is who enters it."""
        del state
        return {
            "registration": context.new_id("registration"),
            "member": self.member or context.member.id,
            "on": context.happened_on,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRegistration(GatheringWish):
    """Take a registration back: your own, or as the desk anybody's."""

    name = "gathering.withdrawRegistration"
    ja = "参加登録を取り消す"
    roles = STAFF
    records = domain.RegistrationWithdrawn

    registration: UUID

    def judge(self, state: Gathering, context: Context) -> None:
        """Raises NotAllowed."""
        whose = state.registered.get(self.registration)
        if whose not in {None, context.member.id} and Role.DESK_OFFICER not in context.member.roles:
            raise NotAllowed(needed=Role.DESK_OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(GatheringWish):
    """Note that it took place, on ``occurredOn``, and how many were there."""

    name = "gathering.hold"
    ja = "交流イベントの開催を記録する"
    records = domain.Held

    present: int
    note: ToStaff | None = None

    def beside(self, state: Gathering, context: Context) -> dict[str, Any]:
        """The day."""
        del state
        return {"on": context.happened_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(GatheringWish):
    """Cancel it, and say why."""

    name = "gathering.cancel"
    ja = "交流イベントを中止する"
    records = domain.Cancelled

    reason: ToStaff

    def beside(self, state: Gathering, context: Context) -> dict[str, Any]:
        """Read by whom it was announced to."""
        return {"reason": for_readers(context, state.reach or Reach.STAFF, "reason", self.reason)}

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.CANCEL_GATHERING

    def reaches(self, state: Gathering) -> bool:
        """Where everybody reads of it."""
        return state.reach is Reach.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(GatheringWish):
    """Take back that it was held or cancelled: it is announced again, with all who had registered."""

    name = "gathering.correctStep"
    ja = "交流イベントの誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDesk

    def beside(self, state: Gathering, context: Context) -> dict[str, Any]:
        """The day for which it is announced."""
        return {"on": state.on or context.today}


WISHES: Final = (Announce, Revise, RegisterGuest, RegisterMember, WithdrawRegistration, Hold, Cancel, CorrectStep)
