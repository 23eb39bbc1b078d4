"""What members may wish of a proposal (提案の操作)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import challenge as challenges
from domain import proposal as domain
from domain.challenge import CHALLENGE
from domain.circumstances import Act, Channel
from domain.errors import NotAllowed
from domain.organisation import named
from domain.policy import Deadline, OrganisationKind, known
from domain.proposal import PROPOSAL, Proposal
from domain.rights import RIGHTS
from domain.roles import ACTING
from domain.session import SESSION, require_decided
from domain.values import SHORT, Audience, Code, CorporateNumber, Mark, Yen
from tenants.members import Role
from tenants.saying import DepartmentId, Doing, Reason, Says, ToCouncil, ToDepartment, ToDesk, ToProposer
from tenants.wish import Context, rights_id

if TYPE_CHECKING:
    from tenants.desk import Desk

OwnTitle = Annotated[str, Says(Audience.DEPARTMENT, (Mark.KNOW_HOW,), SHORT, own=True)]
OwnSummary = Annotated[str, Says(Audience.DEPARTMENT, (Mark.KNOW_HOW,), own=True)]
OwnContact = Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), SHORT, own=True)]
OwnAddress = Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), own=True)]
OwnName = Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT, own=True)]
OwnNumber = Annotated[CorporateNumber, Says(Audience.DESK, limit=SHORT, own=True)]

DESK: Final = frozenset({Role.DESK_OFFICER})
DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})

OWN_WAYS: Final = frozenset({Channel.DESK, Channel.IMPORT})
"""How the program itself enters things; a city's rules name the ways that are open to proposers."""


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
class Offer(ProposalWish):
    """What a proposer tells, handed in or as a draft."""

    roles = DEPARTMENT

    kind: str
    organisation_kind: OrganisationKind
    organisation: OwnName
    title: OwnTitle
    contact_name: OwnContact | None = None
    contact_kana: OwnContact | None = None
    contact_department: OwnContact | None = None
    contact: OwnAddress | None = None
    corporate_number: OwnNumber | None = None
    challenge: UUID | None = None
    city_money: domain.CityMoney = domain.CityMoney.UNKNOWN
    track: str | None = None
    brings: OwnSummary | None = None
    wants: OwnSummary | None = None
    plan_fields: tuple[str, ...] = ()

    def judge(self, state: Proposal, context: Context) -> None:
        """It came by a way that is open, and answers a published challenge.

        Raises CodeUnknown, ReferenceUnknown, ReferenceUnsuitable.
        """
        check_channel(context)
        if self.challenge is not None and state.stage in {domain.Stage.NEW, domain.Stage.DRAFT}:
            CHALLENGE.named(context.look(CHALLENGE, self.challenge), challenges.Stage.PUBLISHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Offer):
    """Keep what a proposer has entered so far; it has no receipt number until it is received under the same id."""

    name = "proposal.draft"
    ja = "下書きを保存する"
    records = domain.Drafted

    proposer: UUID
    summary: OwnSummary | None = None
    sample: bool = False

    def subject(self) -> UUID:
        """The proposer, under whose key these words are sealed."""
        return self.proposer

    def owner(self, state: Proposal) -> UUID | None:
        """The proposer."""
        del state
        return self.proposer


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDraft(Offer):
    """Write a draft anew: what is left out now stands in it no longer."""

    name = "proposal.editDraft"
    ja = "下書きを書き直す"
    records = domain.DraftEdited

    summary: OwnSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDraft(ProposalWish):
    """Give a draft up that was never handed in."""

    name = "proposal.discardDraft"
    ja = "下書きを破棄する"
    records = domain.Discarded
    roles = DEPARTMENT

    reason: ToDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAway(ProposalWish):
    """Note that somebody who may not propose here was told so: kind, way and day, and nothing about the person."""

    name = "proposal.turnAway"
    ja = "対象外として案内したことを記録する"
    records = domain.TurnedAway
    roles = DEPARTMENT

    organisation_kind: OrganisationKind
    kind: str | None = None
    sample: bool = False

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises CodeUnknown for a way that is not open."""
        del state
        check_channel(context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(Offer):
    """Take a proposal in, from the portal or entered by the desk for a proposer; answers with its receipt number.

    Under the id of a draft, it is that draft that is received, from the party that began it.
    """

    name = "proposal.receive"
    ja = "提案を受け付ける"
    records = domain.Received
    begins = True

    proposer: UUID
    summary: OwnSummary
    accepted: tuple[Accepted, ...] = ()
    purpose: int | None = None
    share_contact: bool = False
    sample: bool = False

    def subject(self) -> UUID:
        """The proposer, under whose key these words are sealed."""
        return self.proposer

    def owner(self, state: Proposal) -> UUID | None:
        """The proposer."""
        return state.proposer or self.proposer

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """A number yet to be taken, who began the draft, and until when the city means to answer first."""
        receipt = domain.ReceiptNumber(context.fiscal_year, Code(self.kind), 0)
        due = context.due(Deadline.FIRST_ANSWER)
        return {"receipt": receipt, "proposer": state.proposer or self.proposer, "due": due}

    def events(self, state: Proposal, context: Context) -> tuple[Any, ...]:
        """The receipt number is taken only when nothing else stands against it."""
        (received,) = super(Receive, self).events(state, context)
        serial = context.take_serial(self.kind)
        return (replace(received, receipt=replace(received.receipt, serial=serial)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForCompletion(ProposalWish):
    """Give it back to be completed, saying what is missing; where no day is named, a rule of the city may give one."""

    name = "proposal.returnForCompletion"
    ja = "補正を求める"
    records = domain.Returned

    reason: ToProposer
    due_on: date | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises DateInvalid for a last day that was over."""
        del state
        context.in_time("dueOn", self.due_on)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """The last day: the officer's, else by the city's rule."""
        del state
        due = context.due(Deadline.COMPLETION) if self.due_on is None else None
        return {"due_on": due.on if due else self.due_on, "due": due}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline(ProposalWish):
    """Give more time, for the first answer or for the completion; the proposer is told why."""

    name = "proposal.extendDeadline"
    ja = "期限を延長する"
    records = domain.DeadlineExtended

    due_on: date
    reason: ToProposer


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
class CheckedItemText:
    """One item of the city's checklist, met or not."""

    item: str
    met: bool
    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(ProposalWish):
    """Go through the city's checklist, or a part of it; the last look at an item counts."""

    name = "proposal.check"
    ja = "確認表により確認する"
    records = domain.Checked

    items: tuple[CheckedItemText, ...]
    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOpinions(ProposalWish):
    """Ask departments what they think of it, with a deadline; it waits for them until they have answered."""

    name = "proposal.askOpinions"
    ja = "関係課へ意見を照会する"
    records = domain.OpinionsAsked

    departments: tuple[DepartmentId, ...]
    question: ToDepartment
    due_on: date | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises DateInvalid for a last day that was over."""
        del state
        context.in_time("dueOn", self.due_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOpinion(ProposalWish):
    """Answer for a department that was asked: useful, feasible, and why; a later answer counts instead."""

    name = "proposal.giveOpinion"
    ja = "意見照会に回答する"
    records = domain.OpinionGiven
    roles = DEPARTMENT

    department: UUID
    note: ToDepartment
    useful: bool | None = None
    feasible: bool | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        del state
        context.require_remit(self.department, self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess(ProposalWish):
    """Enter what decides who decides: money, occupancy, personal data; what is left out is not known."""

    name = "proposal.assess"
    ja = "判断に要る事項を確認する"
    records = domain.Assessed
    roles = DEPARTMENT

    city_money: domain.CityMoney
    amount: Yen | None = None
    high_occupancy: bool | None = None
    personal_data: bool | None = None
    note: ToDepartment | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)


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
class Recommend(ProposalWish):
    """Tell the department what the desk recommends, and why."""

    name = "proposal.recommend"
    ja = "窓口の所見を述べる"
    records = domain.Recommended

    outcome: domain.Outcome
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(ProposalWish):
    """Bring it before the council, because the department finds it hard to decide."""

    name = "proposal.escalate"
    ja = "会議体に諮る"
    records = domain.Escalated
    roles = DEPARTMENT

    reason: ToDepartment

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding(ProposalWish):
    """What a decision and its correction have in common."""

    outcome: domain.Outcome
    reason: Reason
    decided_by: domain.DecidedBy = domain.DecidedBy.DEPARTMENT
    council_session: UUID | None = None
    agenda_item: UUID | None = None

    def needed(self) -> frozenset[Role]:
        """The department's officers and approvers decide for it, council members for the council."""
        if self.decided_by is domain.DecidedBy.COUNCIL:
            return frozenset({Role.COUNCIL_MEMBER})
        return frozenset({Role.DEPARTMENT_OFFICER, Role.APPROVER})

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises InterestOfDecider, OutsideRemit, NotAllowed, and as ``as_the_council_decided``."""
        domain.require_impartial(state, context.member.id)
        rules, needed = context.policy.decision, self.needed()
        if rules and rules.approver_decides and Role.APPROVER in needed:
            needed = frozenset({Role.APPROVER})
            if not context.member.roles & needed:
                raise NotAllowed(needed=Role.APPROVER)
        context.require_remit(state.department, needed)
        self.as_the_council_decided(context)

    def rehearse(self, context: Context) -> None:
        """Also, what the council has not decided is not drafted in its name."""
        self.as_the_council_decided(context)
        super(Deciding, self).rehearse(context)

    def as_the_council_decided(self, context: Context) -> None:
        """At the item that is named, if there is one; that there is one is the process's to ask.

        Raises ReferenceUnknown, ReferenceUnsuitable, AlreadyDecided for a session, an item or a result that is not so.
        """
        session, item = self.council_session, self.agenda_item
        if self.decided_by is domain.DecidedBy.COUNCIL and session is not None and item is not None:
            require_decided(context.look(SESSION, session), item, self.proposal, self.outcome)

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.ADOPT_PROPOSAL if self.outcome is domain.Outcome.ADOPTED else Act.DECLINE_PROPOSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Deciding):
    """Adopt or decline after matching and dialogue, with the reason."""

    name = "proposal.decide"
    ja = "実施の適否を判断する"
    records = domain.Decided


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDecision(Deciding):
    """Decide once more in the place of the decision before, with the reason for it; both stay in the history."""

    name = "proposal.correctDecision"
    ja = "実施の適否の判断を訂正する"
    records = domain.DecisionCorrected


@dataclass(frozen=True, slots=True, kw_only=True)
class TellReasons(ProposalWish):
    """Note that the proposer was told why the proposal was declined; by which way and when stands in the entry."""

    name = "proposal.tellReasons"
    ja = "不採用の理由の説明を記録する"
    records = domain.ReasonsTold
    roles = DEPARTMENT

    note: ToProposer | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(ProposalWish):
    """Take a wrong step back to a stage at which it stood before; decisions are corrected, and closed stays closed."""

    name = "proposal.correctStep"
    ja = "誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(ProposalWish):
    """Let it rest for a while, saying why and, if it is known, until when."""

    name = "proposal.suspend"
    ja = "保留する"
    records = domain.Suspended
    roles = DEPARTMENT

    reason: ToProposer
    until: date | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """Since when it rests."""
        del state
        return {"on": context.happened_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(ProposalWish):
    """Let it go on where it stood."""

    name = "proposal.resume"
    ja = "再開する"
    records = domain.Resumed
    roles = DEPARTMENT

    reason: ToProposer | None = None

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """The deadline moves by the days for which it rested, to a business day."""
        due, since = state.due_on, state.suspended_on
        if due is None or since is None or due < since or context.happened_on <= since:
            return {"due_on": None}
        return {"due_on": context.business_day(due + (context.happened_on - since), 0)}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile(ProposalWish):
    """Put a file with it that was uploaded before (``POST /desk/{city}/files``), while it is not decided."""

    name = "proposal.attachFile"
    ja = "ファイルを添付する"
    records = domain.Attached
    roles = DEPARTMENT

    file: UUID

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)

    def events(self, state: Proposal, context: Context) -> tuple[Any, ...]:
        """None for a file that it has: its upload is gone."""
        return () if self.file in state.files else super(AttachFile, self).events(state, context)

    def beside(self, state: Proposal, context: Context) -> dict[str, Any]:
        """What came in, under the proposer's key."""
        own = self.owner(state) or context.file
        return context.uploaded(self.file).told(own, Audience.DEPARTMENT, Mark.KNOW_HOW)

    def after(self, desk: "Desk") -> None:
        """The upload is none any more."""
        desk.uploads().forget(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachFile(ProposalWish):
    """Enter that a file belongs to it no longer, and why; that it did stays in the history."""

    name = "proposal.detachFile"
    ja = "添付を取り下げる"
    records = domain.Detached
    roles = DEPARTMENT

    file: UUID
    reason: ToDepartment

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.roles)


def check_channel(context: Context) -> None:
    """Raises CodeUnknown for a way that the city does not open to proposers."""
    intake = context.policy.intake
    if intake is not None and context.channel not in OWN_WAYS:
        known("entry.channel", context.channel, tuple(Code(each) for each in intake.channels))


WISHES: Final = (
    Draft,
    EditDraft,
    DiscardDraft,
    TurnAway,
    Receive,
    ReturnForCompletion,
    ExtendDeadline,
    Complete,
    Check,
    AskOpinions,
    GiveOpinion,
    Assess,
    Screen,
    Refuse,
    Refer,
    Match,
    RecordDialogue,
    Recommend,
    Escalate,
    Decide,
    CorrectDecision,
    TellReasons,
    CorrectStep,
    Suspend,
    Resume,
    DeclareInterest,
    Withdraw,
    Close,
    AttachFile,
    DetachFile,
)
