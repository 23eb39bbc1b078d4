"""What members may wish of a session of the council (会議・本部会議の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import session as domain
from domain.days_in_words import in_japanese
from domain.errors import DateInvalid, NotAllowed, ReferenceUnsuitable, Refusal
from domain.organisation import named
from domain.proposal import PROPOSAL, Proceeding, Proposal, require_impartial
from domain.rights import RIGHTS
from domain.session import SESSION, Session
from domain.values import SHORT, Audience
from tenants.commands.proceedings import noted
from tenants.commands.referring import MemberId, has_role
from tenants.members import Role
from tenants.saying import Doing, Reason, Says, TitleForDepartment, ToCouncil, ToDepartment
from tenants.wish import Context, Further, rights_id

DESK: Final = frozenset({Role.DESK_OFFICER})
COUNCIL: Final = frozenset({Role.COUNCIL_MEMBER, Role.DESK_OFFICER})
"""Its members, and the desk, which keeps its records (事務局)."""

Place = Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWish(Doing[Session]):
    """About one session."""

    decider = SESSION
    roles: ClassVar[frozenset[Role]] = DESK

    session: UUID

    def noted(self, item: UUID, proposal: UUID | None, *, open_: bool) -> tuple[Further, ...]:
        """The proposal knows whether it is on an agenda."""
        return noted(proposal, Proceeding.AGENDA_ITEM, self.session, open_=open_, part=item)

    def off(self, item: UUID, state: Session) -> tuple[Further, ...]:
        """It is no more."""
        return self.noted(item, state.items[item].proposal, open_=False) if item in state.items else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Convene(SessionWish):
    """Call the city's council together, on a day, at a place, online or in writing."""

    name = "session.convene"
    ja = "会議を招集する"
    records = domain.Convened

    title: TitleForDepartment
    on: date
    place: Place | None = None
    form: domain.Form = domain.Form.IN_PERSON
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule(SessionWish):
    """Name another day or place for a session."""

    name = "session.reschedule"
    ja = "会議の日程・場所を変更する"
    records = domain.Rescheduled

    on: date
    reason: ToDepartment
    place: Place | None = None

    def judge(self, state: Session, context: Context) -> None:
        """Raises DateInvalid."""
        del state
        context.not_past("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(SessionWish):
    """Call a session off at which nothing was decided."""

    name = "session.cancel"
    ja = "会議を中止する"
    records = domain.Cancelled

    reason: ToDepartment

    def also(self, state: Session, context: Context) -> tuple[Further, ...]:
        """Its whole agenda falls away."""
        del context
        return tuple(further for item, _proposal in pending(state) for further in self.off(item, state))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem(SessionWish):
    """Put a proposal on the agenda, and say what the council is asked."""

    name = "session.addItem"
    ja = "議題を追加する"
    records = domain.ItemAdded

    item: UUID
    proposal: UUID
    question: ToDepartment

    def judge(self, state: Session, context: Context) -> None:
        """Raises ReferenceUnknown, ReferenceUnsuitable for a proposal on which nothing is to be decided."""
        del state
        domain.in_question(context.look(PROPOSAL, self.proposal))

    def also(self, state: Session, context: Context) -> tuple[Further, ...]:
        """The proposal knows."""
        del state, context
        return self.noted(self.item, self.proposal, open_=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawItem(SessionWish):
    """Take an item that is not decided off the agenda."""

    name = "session.withdrawItem"
    ja = "議題を取り下げる"
    records = domain.ItemWithdrawn

    item: UUID
    reason: ToDepartment

    def also(self, state: Session, context: Context) -> tuple[Further, ...]:
        """The proposal knows."""
        del context
        return self.off(self.item, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInterest(SessionWish):
    """Enter that a member has an interest in an item; that member does not vote on it."""

    name = "session.declareInterest"
    ja = "議題について利益相反を申告する"
    records = domain.InterestDeclared
    roles = COUNCIL

    item: UUID
    note: ToCouncil
    member: UUID | None = None

    def judge(self, state: Session, context: Context) -> None:
        """Only the desk enters it for another. Raises NotAllowed, ReferenceUnknown."""
        del state
        for_another(self.member, context)

    def beside(self, state: Session, context: Context) -> dict[str, Any]:
        """Left out, the member is who enters it."""
        del state
        return {"member": self.member or context.member.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawInterest(SessionWish):
    """Enter that an interest in an item, of whomever, was declared by mistake: that member may vote on it after all."""

    name = "session.withdrawInterest"
    ja = "議題についての利益相反の申告を取り消す"
    records = domain.InterestWithdrawn

    item: UUID
    member: UUID
    reason: ToCouncil


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote(SessionWish):
    """Vote on an item, or enter the vote of a member; until the item is decided a later vote replaces it."""

    name = "session.castVote"
    ja = "議題について表決する"
    records = domain.Voted
    roles = COUNCIL

    item: UUID
    vote: domain.Vote
    opinion: ToCouncil | None = None
    member: UUID | None = None

    def judge(self, state: Session, context: Context) -> None:
        """Only members of the council vote, none with an interest.

        Raises NotAllowed, InterestOfDecider; of another whose vote is entered ReferenceUnknown, ReferenceUnsuitable.
        """
        voter = self.member or context.member.id
        if voter != context.member.id:
            seated(voter, context)  # first, so that a wrong id is told as one
            for_another(voter, context)
        elif Role.COUNCIL_MEMBER not in context.member.roles:
            raise NotAllowed(needed=Role.COUNCIL_MEMBER)
        require_without_interest(state, self.item, voter, context)

    def beside(self, state: Session, context: Context) -> dict[str, Any]:
        """Left out, the member is who enters it."""
        del state
        return {"member": self.member or context.member.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideItem(SessionWish):
    """Enter what the council decided on an item, by its votes or because nobody objected, with the reason."""

    name = "session.decideItem"
    ja = "議題の議決を記録する"
    records = domain.ItemDecided
    roles = COUNCIL

    item: UUID
    result: domain.Result
    manner: domain.Manner
    reason: Reason

    def judge(self, state: Session, context: Context) -> None:
        """The proposal still stands, and who enters it has no interest. Raises InterestOfDecider, DateInvalid.

        Raises ReferenceUnsuitable for a proposal that was withdrawn in the meantime.
        """
        if state.on is not None and context.today < state.on:
            raise DateInvalid(
                field="session",
                problem=f"it comes together only on {state.on}. Name another day first if it met before.",
                problem_ja=f"開催日は{in_japanese(state.on)}です。早まったときは先に日程を変更してください",
            )
        if self.item in state.items:
            proposal = about(state, self.item, context)
            domain.in_question(proposal)
            domain.require_impartial_votes(state.items[self.item], proposal)
        require_without_interest(state, self.item, context.member.id, context)

    def also(self, state: Session, context: Context) -> tuple[Further, ...]:
        """The proposal knows."""
        del context
        return self.off(self.item, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMinutes(SessionWish):
    """Enter the minutes, a summary for the departments, and which members were there; later ones replace these."""

    name = "session.takeMinutes"
    ja = "議事録を記録する"
    records = domain.MinutesTaken

    minutes: ToCouncil
    summary: ToDepartment | None = None
    members: tuple[MemberId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(SessionWish):
    """Close a session of which every item is decided, deferred or withdrawn, and the minutes are taken."""

    name = "session.close"
    ja = "会議を閉会する"
    records = domain.Closed

    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(SessionWish):
    """Go on with a session that was closed or cancelled by mistake, with its agenda as it stood."""

    name = "session.correctStep"
    ja = "会議の誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment

    def judge(self, state: Session, context: Context) -> None:
        """On all that waits there something is to be decided still. Raises ReferenceUnsuitable."""
        for _item, proposal in pending(state):
            try:
                domain.in_question(context.look(PROPOSAL, proposal))
            except Refusal as refusal:
                refusal.details["proposal"] = str(proposal)
                raise

    def also(self, state: Session, context: Context) -> tuple[Further, ...]:
        """What waits there is on an agenda again."""
        del context
        told = (self.noted(item, proposal, open_=True) for item, proposal in pending(state))
        return tuple(further for each in told for further in each)


def pending(state: Session) -> list[tuple[UUID, UUID]]:
    """The items that are neither decided nor withdrawn, each with its proposal."""
    waiting = ((id_, item.proposal) for id_, item in state.items.items() if item.stage is domain.ItemStage.ON_AGENDA)
    return sorted((item, proposal) for item, proposal in waiting if proposal is not None)


def for_another(member: UUID | None, context: Context) -> None:
    """Only the desk enters something for another member. Raises NotAllowed, ReferenceUnknown."""
    if member not in {None, context.member.id}:
        if Role.DESK_OFFICER not in context.member.roles:
            raise NotAllowed(needed=Role.DESK_OFFICER)
        named(context.look(RIGHTS, rights_id(context.city)).members, "member", member, context.today)


def seated(member: UUID, context: Context) -> None:
    """Raises ReferenceUnknown for nobody of this city, ReferenceUnsuitable for who holds no seat of the council."""
    named(context.look(RIGHTS, rights_id(context.city)).members, "member", member, context.today)
    if not has_role(context, member, Role.COUNCIL_MEMBER):
        raise ReferenceUnsuitable(field="member", stage=Role.STAFF.value, possible=Role.COUNCIL_MEMBER.value)


def about(state: Session, item: UUID, context: Context) -> Proposal:
    """The proposal that an item is about."""
    proposal = state.items[item].proposal
    return PROPOSAL.initial if proposal is None else context.look(PROPOSAL, proposal)


def require_without_interest(state: Session, item: UUID, member: UUID, context: Context) -> None:
    """Raises InterestOfDecider for who declared an interest in the item or in its proposal."""
    if item in state.items:
        domain.require_without_interest(state.items[item], member)
        require_impartial(about(state, item, context), member)


WISHES: Final = (
    Convene,
    Reschedule,
    Cancel,
    AddItem,
    WithdrawItem,
    DeclareInterest,
    CastVote,
    DecideItem,
    TakeMinutes,
    Close,
    WithdrawInterest,
    CorrectStep,
)
