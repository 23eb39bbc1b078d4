"""What a city's administrator may wish of members and their rights (担当者・権限の操作). Rights are never backdated.

Why somebody has or loses a right is for administrators, auditors and that person; that it is so, for all staff. Who
stands for whom is also a matter of the desk, which knows the companies: it enters it, and reads why.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain import rights as domain
from domain.days_in_words import in_japanese
from domain.errors import AlreadyThere, DateInvalid, ReferenceUnknown
from domain.rights import RIGHTS, Rights, RightsEvent
from domain.roles import Role
from domain.values import SHORT, Audience, CityCode
from tenants.wish import Context, Wish, rights_id

LONGEST_LOGIN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsWish(Wish[Rights]):
    """About the city's members and what they may do, from today or a day ahead."""

    decider = RIGHTS
    roles: ClassVar[frozenset[Role]] = frozenset({Role.CITY_ADMINISTRATOR, Role.OPERATOR})

    valid_from: date

    def target(self, city: CityCode) -> UUID:
        """The city's one aggregate of rights."""
        return rights_id(city)

    def not_backdated(self, context: Context) -> None:
        """Raises DateInvalid for a day that has passed: what somebody could do then is history."""
        if self.valid_from < context.today:
            raise DateInvalid(
                field="validFrom",
                problem=f"rights change from today ({context.today}) or later",
                problem_ja=f"権限の変更は今日、{in_japanese(context.today)}以降の日付にしてください",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterMember(RightsWish):
    """A person may be given rights here from a day on, and sign in as ``login`` when one is named."""

    name = "rights.enterMember"
    ja = "担当者を登録する"

    member: UUID
    title: str
    login: str | None = None

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        """Officials' names stay readable to the staff for the life of the record, under the member's own key.

        Raises AlreadyThere for the id of a party.
        """
        if self.member not in state.members and context.has_come(self.member):
            raise AlreadyThere
        title = context.words("title", self.title, Audience.STAFF, limit=SHORT, key=self.member)
        login = context.some_words("login", self.login, Audience.STAFF, limit=LONGEST_LOGIN, key=self.member)
        entered = domain.MemberEntered(self.member, title, login, self.valid_from)
        organisation = context.organisation()
        events = domain.enter(state, organisation, entered)
        if events:
            domain.keep_past((state, organisation), (domain.evolve(state, entered), organisation), context.today)
        return events


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameMember(RightsWish):
    """A person bears another name from a day on; what was decided before is still shown under the former one."""

    name = "rights.renameMember"
    ja = "担当者の改姓等を登録する"

    member: UUID
    title: str

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        """For the staff, under the member's own key, as the first name."""
        title = context.words("title", self.title, Audience.STAFF, limit=SHORT, key=self.member)
        return domain.rename(state, domain.MemberRenamed(self.member, title, self.valid_from))


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember(RightsWish):
    """A person has no rights here any more from a day on."""

    name = "rights.removeMember"
    ja = "担当者の離任を登録する"

    member: UUID
    reason: str

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        """For the desk."""
        self.not_backdated(context)
        reason = context.words("reason", self.reason, Audience.PERSONNEL)
        left = domain.MemberLeft(self.member, reason, self.valid_from)
        return domain.leave(state, context.organisation(), left)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRight(RightsWish):
    """Give a role to a post, or to a member."""

    name = "rights.grantRight"
    ja = "権限を付与する"

    grant: UUID
    role: Role
    reason: str
    post: UUID | None = None
    member: UUID | None = None
    department: UUID | None = None
    matter: str | None = None
    until: date | None = None

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        """For the desk."""
        self.not_backdated(context)
        granted = domain.Granted(
            self.grant,
            self.role,
            self.post,
            self.member,
            self.department,
            context.some_words("matter", self.matter, Audience.STAFF),
            self.valid_from,
            self.until,
            context.words("reason", self.reason, Audience.PERSONNEL),
        )
        return domain.grant(state, context.organisation(), granted)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRight(RightsWish):
    """End a grant from a day on."""

    name = "rights.revokeRight"
    ja = "権限を取り消す"

    grant: UUID
    reason: str

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        """For the desk."""
        self.not_backdated(context)
        revoked = domain.Revoked(self.grant, context.words("reason", self.reason, Audience.PERSONNEL), self.valid_from)
        return domain.revoke(state, context.organisation(), revoked)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationWish(RightsWish):
    """About who stands for a party that proposes."""

    roles: ClassVar[frozenset[Role]] = RightsWish.roles | {Role.DESK_OFFICER}

    representation: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRepresentation(RepresentationWish):
    """Let a member who has no role in the city stand for a party that has proposed or asked, and read its proposals."""

    name = "rights.giveRepresentation"
    ja = "提案者の代理を登録する"

    member: UUID
    party: UUID
    reason: str
    until: date | None = None

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        """For the desk. Raises ReferenceUnknown for a party that never said anything to the city."""
        self.not_backdated(context)
        reason = context.words("reason", self.reason, Audience.DESK)
        given = domain.RepresentationGiven(
            self.representation, self.member, self.party, self.valid_from, self.until, reason
        )
        events = domain.represent(state, context.organisation(), given)
        if self.party in state.members or not context.has_come(self.party):
            raise ReferenceUnknown(field="party")
        return events


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRepresentation(RepresentationWish):
    """A member stands for that party no longer, from a day on."""

    name = "rights.endRepresentation"
    ja = "提案者の代理を終わらせる"

    reason: str

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        """For the desk."""
        self.not_backdated(context)
        reason = context.words("reason", self.reason, Audience.DESK)
        ended = domain.RepresentationEnded(self.representation, reason, self.valid_from)
        return domain.end_representation(state, ended)


WISHES: Final = (
    EnterMember,
    RenameMember,
    RemoveMember,
    GrantRight,
    RevokeRight,
    GiveRepresentation,
    EndRepresentation,
)
