"""What members may wish of an approval (起案・合議・決裁・施行の操作)."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final
from uuid import UUID, uuid5

import msgspec

from domain import approval as domain
from domain.agreement import AGREEMENT
from domain.approval import APPROVAL, Approval, Part, Power, Verdict
from domain.circumstances import Act, ApprovalSystem
from domain.dialogue import DIALOGUE
from domain.errors import (
    ApprovalDiffers,
    ApprovalOutdated,
    ApprovalRequired,
    DrafterDecides,
    NotAllowed,
    PartUnfitting,
    PostNotHeld,
    ReferenceUnknown,
)
from domain.proposal import PROPOSAL, require_impartial
from domain.roles import ACTING
from domain.selection import SELECTION
from domain.values import SHORT, Audience
from tenants import wish as wishes
from tenants.commands import (
    agreements,
    cases,
    challenges,
    consultations,
    dialogues,
    gatherings,
    notices,
    proposals,
    selections,
)
from tenants.deeds import LONGEST, Deed, read, written
from tenants.members import Role
from tenants.saying import Doing, PostId, Says, ToDepartment
from tenants.wish import Context, Entry

if TYPE_CHECKING:
    from tenants.desk import Desk

Title = Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWish(Doing[Approval]):
    """About one approval."""

    decider = APPROVAL
    roles: ClassVar[frozenset[Role]] = ACTING - {Role.CITY_ADMINISTRATOR}

    approval: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StopText:
    """A post on the route and what it does there."""

    post: PostId
    part: Part
    power: Power = Power.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting(ApprovalWish):
    """What a draft and its later versions have in common."""

    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})

    deed: Deed
    title: Title
    route: tuple[StopText, ...]
    note: ToDepartment | None = None

    def judge(self, state: Approval, context: Context) -> None:
        """The act reaches outside, and could be carried out as things stand. Raises what would refuse it."""
        del state
        require_reaching(self.deed, context)
        require_here(self.deed, context)
        self.deed.rehearse(context)

    def beside(self, state: Approval, context: Context) -> dict[str, Any]:
        """The act, word for word."""
        del state
        told = written(self.deed, context.look(self.deed.decider, self.deed.target(context.city)))
        return {"content": Says(Audience.DEPARTMENT, limit=LONGEST).sealed("deed", told, context.file)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Drafting):
    """Draft an outward act for approval, with the posts that agree and the one that decides."""

    name = "approval.draft"
    ja = "起案する"
    records = domain.Drafted

    def beside(self, state: Approval, context: Context) -> dict[str, Any]:
        """Who drafts it, and what it is about."""
        about = {"act": self.deed.act(), "target": self.deed.target(context.city), "drafter": context.member.id}
        return super(Draft, self).beside(state, context) | about


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraft(Drafting):
    """Change a draft, also one that was sent back; whoever agreed is asked anew."""

    name = "approval.redraft"
    ja = "起案を修正する"
    records = domain.Redrafted

    def judge(self, state: Approval, context: Context) -> None:
        """By its drafter, and the same act on the same record. Raises NotAllowed, ApprovalDiffers."""
        own(state, context)
        if state.stage is not domain.Stage.NEW:
            domain.require_same(state, self.deed.act(), self.deed.target(context.city))
        super(Redraft, self).judge(state, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(ApprovalWish):
    """Send a draft on its route."""

    name = "approval.submit"
    ja = "回議に付す"
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
    records = domain.Submitted

    def judge(self, state: Approval, context: Context) -> None:
        """By its drafter. Raises NotAllowed."""
        own(state, context)

    def beside(self, state: Approval, context: Context) -> dict[str, Any]:
        """Today."""
        del state
        return {"on": context.today}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree(ApprovalWish):
    """Agree for a post that one holds, with an opinion if there is one."""

    name = "approval.agree"
    ja = "合議する"
    records = domain.Agreed

    post: UUID
    opinion: ToDepartment | None = None

    def judge(self, state: Approval, context: Context) -> None:
        """Raises PostNotHeld, InterestOfDecider."""
        holds(context, self.post)
        impartial(state, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(ApprovalWish):
    """Send a draft back to its drafter, saying why."""

    name = "approval.sendBack"
    ja = "差し戻す"
    records = domain.SentBack

    post: UUID
    reason: ToDepartment

    def judge(self, state: Approval, context: Context) -> None:
        """Raises PostNotHeld, InterestOfDecider."""
        holds(context, self.post)
        impartial(state, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(ApprovalWish):
    """Decide for the post that decides, or in the place of it while absent by ``acting``, a post of its department."""

    name = "approval.decide"
    ja = "決裁する"
    roles = frozenset({Role.APPROVER})
    records = domain.Decided

    post: UUID
    verdict: Verdict
    acting: PostId | None = None
    reason: ToDepartment | None = None

    def judge(self, state: Approval, context: Context) -> None:
        """Raises PostNotHeld, InterestOfDecider and what :func:`require_deputy` raises."""
        holds(context, self.acting or self.post)
        if self.acting not in {None, self.post}:
            require_deputy(state, self.acting, self.post, context)
        impartial(state, context)

    def beside(self, state: Approval, context: Context) -> dict[str, Any]:
        """Who decides, by what power, today."""
        own_power = state.decider.power if state.decider else Power.OWN
        power = own_power if self.acting in {None, self.post} else Power.DEPUTY
        acting = self.acting if power is Power.DEPUTY else None
        return {"member": context.member.id, "power": power, "acting": acting, "on": context.today}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(ApprovalWish):
    """Note that the post in whose place it was decided has read it."""

    name = "approval.review"
    ja = "後閲する"
    records = domain.Reviewed

    post: UUID
    note: ToDepartment | None = None

    def judge(self, state: Approval, context: Context) -> None:
        """Raises PostNotHeld."""
        del state
        holds(context, self.post)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(ApprovalWish):
    """Take a draft back that has not taken effect."""

    name = "approval.withdraw"
    ja = "起案を取り下げる"
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
    records = domain.Withdrawn

    reason: ToDepartment

    def judge(self, state: Approval, context: Context) -> None:
        """By its drafter, or by the desk when the drafter has left. Raises NotAllowed."""
        if Role.DESK_OFFICER not in context.member.roles:
            own(state, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOut(ApprovalWish):
    """Carry out the act that was approved, as it was drafted: it takes effect."""

    name = "approval.carryOut"
    ja = "施行する"
    records = domain.CarriedOut

    def before(self, desk: "Desk", entry: Entry) -> wishes.Answer[Any] | None:
        """The act, with which the approval takes effect, so that this happens once; then nothing is left to note.

        Raises ApprovalOutdated for one that can no longer be read, or of what has changed since or is so already.
        """
        state = desk.tenancy.state_of(desk.city, APPROVAL, self.approval)
        if state.stage is not domain.Stage.APPROVED or state.content is None or state.decided_on is None:
            return None  # the table says why not
        try:
            deed = read(desk.tenancy.opened(desk.city, state.content) or "", BY_NAME)
        except UNREAD as error:
            raise ApprovalOutdated from error
        approval = wishes.Approval(ApprovalSystem.INTERNAL, state.decided_on, self.approval)
        led = differs = None
        try:
            led = desk.do(deed, replace(entry, command_id=uuid5(entry.command_id, "deed"), approval=approval))
        except ApprovalDiffers as error:  # or somebody carried it out at the same moment
            differs = error
        now = desk.tenancy.state_of(desk.city, APPROVAL, self.approval)
        if now.stage is not domain.Stage.EFFECTIVE:
            raise ApprovalOutdated from differs
        return led

    def beside(self, state: Approval, context: Context) -> dict[str, Any]:
        """Today."""
        del state
        return {"on": context.today}


def require_reaching(deed: Deed, context: Context) -> None:
    """Raises PartUnfitting for what happens by itself or is shown inside alone."""
    if deed.act() is None or not deed.reaches(context.look(deed.decider, deed.target(context.city))):
        raise PartUnfitting(
            field="deed",
            problem="it does not reach outside as it stands, and needs no approval",
            problem_ja="対外的な行為ではないため、決裁は要りません",
        )


def require_here(deed: Deed, context: Context) -> None:
    """Raises ApprovalRequired for an act that is approved elsewhere alone: approved here it could not take effect."""
    act = deed.act()
    systems = () if act is None else context.policy.approving(act)
    if act is not None and systems and ApprovalSystem.INTERNAL not in systems:
        raise ApprovalRequired(act=act.value, possible=", ".join(systems))


def own(state: Approval, context: Context) -> None:
    """Raises NotAllowed for anybody but the drafter."""
    if state.drafter not in {None, context.member.id}:
        raise NotAllowed(needed="drafter")


def holds(context: Context, post: UUID) -> None:
    """Raises PostNotHeld unless the member holds the post today, or the one that succeeded it."""
    if not context.organisation().stands_for(context.member.id, post, context.today):
        raise PostNotHeld


def require_deputy(state: Approval, acting: UUID, post: UUID, context: Context) -> None:
    """A post stands in for one of its own department unless the city says otherwise, and none that the drafter holds.

    It is there today: the holder of what succeeded one that was abolished acts by the post that there is. Raises
    ReferenceUnknown, PartUnfitting, DrafterDecides.
    """
    organisation, rules = context.organisation(), context.policy.approvals
    if not organisation.has_post(acting, context.today):
        raise ReferenceUnknown(field="acting")
    elsewhere = rules is not None and rules.deputy_elsewhere
    if not elsewhere and not organisation.stands_beside(acting, post, context.today):
        raise PartUnfitting(
            field="acting",
            problem="a post decides only in the place of one of its own department; name such a post that you hold",
            problem_ja="代決できるのは、決裁する職と同じ部署の職に限ります。就いている同じ部署の職を指定してください",
        )
    if state.drafter is not None and organisation.stands_for(state.drafter, acting, context.today):
        raise DrafterDecides


def impartial(state: Approval, context: Context) -> None:
    """Raises InterestOfDecider for who declared an interest in the proposal that the act is about."""
    if state.act in ABOUT_PROPOSALS and state.target is not None:
        require_impartial(context.look(PROPOSAL, state.target), context.member.id)
    if state.act is Act.DISCLOSE and state.target is not None:
        proposal = context.look(DIALOGUE, state.target).proposal
        if proposal is not None:
            require_impartial(context.look(PROPOSAL, proposal), context.member.id)
    if state.act in ABOUT_AGREEMENTS and state.target is not None:
        agreements.impartial(context.look(AGREEMENT, state.target), context)
    if state.act in ABOUT_SELECTIONS and state.target is not None:
        selections.impartial(context.look(SELECTION, state.target), context)


ABOUT_PROPOSALS: Final = frozenset({Act.REFUSE_PROPOSAL, Act.REFER_PROPOSAL, Act.ADOPT_PROPOSAL, Act.DECLINE_PROPOSAL})

ABOUT_AGREEMENTS: Final = frozenset({Act.SIGN_AGREEMENT, Act.END_AGREEMENT})

ABOUT_SELECTIONS: Final = frozenset({Act.OPEN_CALL, Act.SELECT_IMPLEMENTER})

DEEDS: Final[tuple[type[Deed], ...]] = (
    challenges.Publish,
    challenges.Revise,
    challenges.Extend,
    challenges.Close,
    proposals.Refuse,
    proposals.Refer,
    proposals.Decide,
    dialogues.Disclose,
    cases.Publish,
    cases.Revise,
    agreements.Sign,
    agreements.Amend,
    agreements.Renew,
    agreements.GiveNotice,
    agreements.Finish,
    notices.Publish,
    notices.Revise,
    notices.Withdraw,
    gatherings.Announce,
    gatherings.Revise,
    gatherings.Cancel,
    consultations.Answer,
    selections.OpenCall,
    selections.Choose,
    proposals.CorrectDecision,
    cases.ShowAgain,
    agreements.CorrectStep,
)
"""The commands that may need an approval."""

UNREAD: Final = (KeyError, ValueError, msgspec.DecodeError)
"""What reading an act raises that is there no more, or was written otherwise than this program does."""

BY_NAME: Final = {deed.name: deed for deed in DEEDS}

WISHES: Final = (Draft, Redraft, Submit, Agree, SendBack, Decide, Review, Withdraw, CarryOut)
