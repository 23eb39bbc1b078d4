"""What members may wish of a proposal (提案の操作)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import challenge as challenges
from domain import proposal as domain
from domain.challenge import CHALLENGE
from domain.circumstances import Act
from domain.errors import NotAllowed
from domain.organisation import named
from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import PROPOSAL, Proposal
from domain.rights import RIGHTS
from domain.roles import ACTING
from domain.values import SHORT, Audience, CorporateNumber, Mark
from tenants.members import Role
from tenants.saying import DepartmentId, Doing, Reason, Says, ToCouncil, ToDepartment, ToDesk, ToProposer
from tenants.wish import Context, rights_id

OwnTitle = Annotated[str, Says(Audience.DEPARTMENT, (Mark.KNOW_HOW,), SHORT, own=True)]
OwnSummary = Annotated[str, Says(Audience.DEPARTMENT, (Mark.KNOW_HOW,), own=True)]
OwnContact = Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), SHORT, own=True)]

DESK: Final = frozenset({Role.DESK_OFFICER})
DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWish(Doing[Proposal]):
    """About one proposal. Words of the city are sealed under the proposal's file, the proposer's under the proposer."""

    decider = PROPOSAL
    roles: ClassVar[frozenset[Role]] = DESK

    proposal: UUID

    def owner(self, state: Proposal) -> UUID | None:
        """The proposer, once there is one."""
        return state.proposer


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A condition that the proposer accepted, in its version."""

    condition: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(ProposalWish):
    """Take a proposal in, from the portal or entered by the desk for a proposer; answers with its receipt number."""

    name = "proposal.receive"
    ja = "提案を受け付ける"
    records = domain.Received
    roles = DEPARTMENT
    begins = True

    kind: IntakeKind
    organisation_kind: OrganisationKind
    proposer: UUID
    organisation: Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT, own=True)]
    title: OwnTitle
    summary: OwnSummary
    contact_name: OwnContact | None = None
    contact: Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), own=True)] | None = None
    corporate_number: Annotated[CorporateNumber, Says(Audience.DESK, limit=SHORT, own=True)] | None = None
    challenge: UUID | None = None
    accepted: tuple[Accepted, ...] = ()
    sample: bool = False

    def subject(self) -> UUID:
        """The proposer, under whose key these words are sealed."""
        return self.proposer

    def owner(self, state: Proposal) -> UUID | None:
        """The proposer."""
        del state
        return self.proposer

    def judge(self, state: Proposal, context: Context) -> None:
        """A challenge that it answers is published. Raises ReferenceUnknown, ReferenceUnsuitable."""
        if self.challenge is not None and state.stage is domain.Stage.NEW:
            CHALLENGE.named(context.look(CHALLENGE, self.challenge), challenges.Stage.PUBLISHED)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """A number yet to be taken."""
        del state
        return {"receipt": domain.ReceiptNumber(context.fiscal_year, self.kind, 0)}

    def events(self, state: Proposal, context: Context) -> tuple[Any, ...]:
        """The receipt number is taken only when nothing else stands against it."""
        (received,) = super(Receive, self).events(state, context)
        serial = context.take_serial(self.kind.value)
        return (replace(received, receipt=replace(received.receipt, serial=serial)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForCompletion(ProposalWish):
    """Give it back to the proposer to be completed, saying what is missing."""

    name = "proposal.returnForCompletion"
    ja = "補正を求める"
    records = domain.Returned

    reason: ToProposer
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(ProposalWish):
    """Enter what the proposer sent to complete it."""

    name = "proposal.complete"
    ja = "補正を受け付ける"
    records = domain.Completed
    roles = DEPARTMENT

    note: Annotated[str, Says(Audience.DEPARTMENT, own=True)]
    title: OwnTitle | None = None
    summary: OwnSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(ProposalWish):
    """Find it useful to the city and feasible, together with the departments concerned."""

    name = "proposal.screen"
    ja = "精査を終える（有用・実現可能）"
    records = domain.Screened

    reason: ToDepartment
    departments: tuple[DepartmentId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(ProposalWish):
    """Refuse it at reception or screening, on a coded ground and with the reason in words."""

    name = "proposal.refuse"
    ja = "受付・精査で不採用とする"
    records = domain.Refused

    ground: domain.Ground
    reason: ToProposer

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.REFUSE_PROPOSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(ProposalWish):
    """Hand it over with its record: to a department, a method with rules of its own, or a partner programme."""

    name = "proposal.refer"
    ja = "引き継ぐ"
    records = domain.Referred

    destination: domain.Destination
    reason: ToProposer
    department: DepartmentId | None = None
    code: str | None = None

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.REFER_PROPOSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(ProposalWish):
    """Bring the proposer and a department together, or another department than before."""

    name = "proposal.match"
    ja = "担当課とマッチングする"
    records = domain.Matched

    department: DepartmentId
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDialogue(ProposalWish):
    """Record a meeting or exchange between proposer and department; it happened on ``occurredOn``."""

    name = "proposal.recordDialogue"
    ja = "対話を記録する"
    records = domain.DialogueRecorded
    roles = DEPARTMENT

    minutes: ToDepartment
    next_step: ToDepartment | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """Its id."""
        del state
        return {"dialogue": context.new_id("dialogue")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(ProposalWish):
    """Adopt or decline after matching and dialogue, with the reason."""

    name = "proposal.decide"
    ja = "実施の適否を判断する"
    records = domain.Decided

    outcome: domain.Outcome
    reason: Reason
    decided_by: domain.DecidedBy = domain.DecidedBy.DEPARTMENT

    def needed(self) -> frozenset[Role]:
        """The department's officers and approvers decide for it, council members for the council."""
        if self.decided_by is domain.DecidedBy.COUNCIL:
            return frozenset({Role.COUNCIL_MEMBER})
        return frozenset({Role.DEPARTMENT_OFFICER, Role.APPROVER})

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises InterestOfDecider, OutsideRemit."""
        domain.require_impartial(state, context.member.id)
        context.require_remit(state.department, self.needed())

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.ADOPT_PROPOSAL if self.outcome is domain.Outcome.ADOPTED else Act.DECLINE_PROPOSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInterest(ProposalWish):
    """Enter that a member has an interest in the matter; that member does not decide it."""

    name = "proposal.declareInterest"
    ja = "利益相反を申告する"
    records = domain.InterestDeclared
    roles = ACTING - {Role.CITY_ADMINISTRATOR}

    note: ToCouncil
    member: UUID | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Only the desk enters it for another. Raises NotAllowed, ReferenceUnknown."""
        del state
        if self.member not in {None, context.member.id}:
            if Role.DESK_OFFICER not in context.member.roles:
                raise NotAllowed(needed=Role.DESK_OFFICER)
            named(context.look(RIGHTS, rights_id(context.city)).members, "member", self.member, context.today)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """Left out, the member is who enters it."""
        del state
        return {"member": self.member or context.member.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(ProposalWish):
    """Enter that the proposer takes it back."""

    name = "proposal.withdraw"
    ja = "取下げを受け付ける"
    records = domain.Withdrawn
    roles = DEPARTMENT

    reason: Annotated[str, Says(Audience.DESK, own=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ProposalWish):
    """Close the file of a proposal that has come to an end."""

    name = "proposal.close"
    ja = "完結する"
    records = domain.Closed

    reason: ToDesk


WISHES: Final = (
    Receive,
    ReturnForCompletion,
    Complete,
    Screen,
    Refuse,
    Refer,
    Match,
    RecordDialogue,
    Decide,
    DeclareInterest,
    Withdraw,
    Close,
)
