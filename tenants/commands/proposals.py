"""What members may wish of a proposal (提案の操作)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain import challenge as challenges
from domain import proposal as domain
from domain.errors import NotAllowed
from domain.organisation import named
from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import PROPOSAL, Proposal, ProposalEvent
from domain.rights import RIGHTS
from domain.roles import ACTING
from domain.values import SHORT, Audience, CityCode, Code, CorporateNumber, Mark
from tenants.members import Role
from tenants.wish import Context, Wish, rights_id

DESK: Final = frozenset({Role.DESK_OFFICER})
DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWish(Wish[Proposal]):
    """About one proposal. Words of the city are sealed under the proposal's file, the proposer's under the proposer."""

    decider = PROPOSAL
    roles: ClassVar[frozenset[Role]] = DESK

    proposal: UUID

    def target(self, city: CityCode) -> UUID:
        """The proposal."""
        del city
        return self.proposal


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
    roles = DEPARTMENT
    begins = True

    kind: IntakeKind
    organisation_kind: OrganisationKind
    proposer: UUID
    organisation: str
    title: str
    summary: str
    contact_name: str | None = None
    contact: str | None = None
    corporate_number: CorporateNumber | None = None
    challenge: UUID | None = None
    accepted: tuple[Accepted, ...] = ()
    sample: bool = False

    def subject(self) -> UUID:
        """The proposer, under whose key these words are sealed."""
        return self.proposer

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """The receipt number is taken only when nothing else stands against it."""
        received = self._received(context)
        domain.receive(state, context.policy, received)
        if self.challenge is not None:
            challenges.named(context.look(challenges.CHALLENGE, self.challenge), challenges.Stage.PUBLISHED)
        serial = context.take_serial(self.kind.value)
        return (replace(received, receipt=replace(received.receipt, serial=serial)),)

    def _received(self, context: Context) -> domain.Received:
        key, personal, know_how = self.proposer, Mark.PERSONAL, Mark.KNOW_HOW
        desk = Audience.DESK
        return domain.Received(
            domain.ReceiptNumber(context.fiscal_year, self.kind, 0),
            self.organisation_kind,
            self.proposer,
            context.words("organisation", self.organisation, Audience.DEPARTMENT, limit=SHORT, key=key),
            context.words("title", self.title, Audience.DEPARTMENT, know_how, limit=SHORT, key=key),
            context.words("summary", self.summary, Audience.DEPARTMENT, know_how, key=key),
            context.some_words("contactName", self.contact_name, desk, personal, limit=SHORT, key=key),
            context.some_words("contact", self.contact, desk, personal, limit=SHORT, key=key),
            context.some_words("corporateNumber", self.corporate_number, desk, limit=SHORT, key=key),
            self.challenge,
            tuple(domain.Acceptance(Code(item.condition), item.version) for item in self.accepted),
            self.sample,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForCompletion(ProposalWish):
    """Give it back to the proposer to be completed, saying what is missing."""

    name = "proposal.returnForCompletion"
    ja = "補正を求める"

    reason: str
    due_on: date | None = None

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """Told to the proposer."""
        reason = context.words("reason", self.reason, Audience.PROPOSER)
        return domain.return_for_completion(state, domain.Returned(reason, self.due_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(ProposalWish):
    """Enter what the proposer sent to complete it."""

    name = "proposal.complete"
    ja = "補正を受け付ける"
    roles = DEPARTMENT

    note: str
    title: str | None = None
    summary: str | None = None

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """The proposer's words, under the proposer's key."""
        key, mark, audience = state.proposer, Mark.KNOW_HOW, Audience.DEPARTMENT
        completed = domain.Completed(
            context.some_words("title", self.title, audience, mark, limit=SHORT, key=key),
            context.some_words("summary", self.summary, audience, mark, key=key),
            context.words("note", self.note, audience, key=key),
        )
        return domain.complete(state, completed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(ProposalWish):
    """Find it useful to the city and feasible, together with the departments concerned."""

    name = "proposal.screen"
    ja = "精査を終える（有用・実現可能）"

    reason: str
    departments: tuple[UUID, ...] = ()

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """For the departments."""
        context.know_departments("departments", *self.departments)
        reason = context.words("reason", self.reason, Audience.DEPARTMENT)
        return domain.screen(state, domain.Screened(reason, self.departments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(ProposalWish):
    """Refuse it at reception or screening, on a coded ground and with the reason in words."""

    name = "proposal.refuse"
    ja = "受付・精査で不採用とする"

    ground: domain.Ground
    reason: str

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """Told to the proposer."""
        reason = context.words("reason", self.reason, Audience.PROPOSER)
        return domain.refuse(state, domain.Refused(self.ground, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(ProposalWish):
    """Hand it over with its record: to a department, a method with rules of its own, or a partner programme."""

    name = "proposal.refer"
    ja = "引き継ぐ"

    destination: domain.Destination
    reason: str
    department: UUID | None = None
    code: str | None = None

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """Told to the proposer."""
        if self.department is not None:
            context.know_departments("department", self.department)
        reason = context.words("reason", self.reason, Audience.PROPOSER)
        code = None if self.code is None else Code(self.code)
        return domain.refer(state, context.policy, domain.Referred(self.destination, self.department, code, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(ProposalWish):
    """Bring the proposer and a department together, or another department than before."""

    name = "proposal.match"
    ja = "担当課とマッチングする"

    department: UUID
    reason: str

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """For the departments."""
        context.know_departments("department", self.department)
        reason = context.words("reason", self.reason, Audience.DEPARTMENT)
        return domain.match_department(state, domain.Matched(self.department, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDialogue(ProposalWish):
    """Record a meeting or exchange between proposer and department; it happened on ``occurredOn``."""

    name = "proposal.recordDialogue"
    ja = "対話を記録する"
    roles = DEPARTMENT

    minutes: str
    next_step: str | None = None

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """For the departments."""
        context.require_remit(state.department, self.roles)
        recorded = domain.DialogueRecorded(
            context.new_id("dialogue"),
            context.words("minutes", self.minutes, Audience.DEPARTMENT),
            context.some_words("nextStep", self.next_step, Audience.DEPARTMENT),
        )
        return domain.record_dialogue(state, recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(ProposalWish):
    """Adopt or decline after matching and dialogue, with the reason."""

    name = "proposal.decide"
    ja = "実施の適否を判断する"

    outcome: domain.Outcome
    reason: str
    decided_by: domain.DecidedBy = domain.DecidedBy.DEPARTMENT

    def needed(self) -> frozenset[Role]:
        """The department's officers and approvers decide for it, council members for the council."""
        if self.decided_by is domain.DecidedBy.COUNCIL:
            return frozenset({Role.COUNCIL_MEMBER})
        return frozenset({Role.DEPARTMENT_OFFICER, Role.APPROVER})

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """Told to the proposer."""
        domain.require_impartial(state, context.member.id)
        context.require_remit(state.department, self.needed())
        reason = context.reason(self.reason)
        return domain.decide(state, context.policy, domain.Decided(self.outcome, self.decided_by, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInterest(ProposalWish):
    """Enter that a member has an interest in the matter; that member does not decide it."""

    name = "proposal.declareInterest"
    ja = "利益相反を申告する"
    roles = ACTING - {Role.CITY_ADMINISTRATOR}

    note: str
    member: UUID | None = None

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """Read by the council. Left out, the member is who enters it; only the desk enters it for another."""
        member = self.member or context.member.id
        if member != context.member.id:
            if Role.DESK_OFFICER not in context.member.roles:
                raise NotAllowed(needed=Role.DESK_OFFICER)
            named(context.look(RIGHTS, rights_id(context.city)).members, "member", member, context.today)
        note = context.words("note", self.note, Audience.COUNCIL)
        return domain.declare_interest(state, domain.InterestDeclared(member, note))


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(ProposalWish):
    """Enter that the proposer takes it back."""

    name = "proposal.withdraw"
    ja = "取下げを受け付ける"
    roles = DEPARTMENT

    reason: str

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """The proposer's words, under the proposer's key."""
        reason = context.words("reason", self.reason, Audience.DESK, key=state.proposer)
        return domain.withdraw(state, domain.Withdrawn(reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ProposalWish):
    """Close the file of a proposal that has come to an end."""

    name = "proposal.close"
    ja = "完結する"

    reason: str

    def events(self, state: Proposal, context: Context) -> tuple[ProposalEvent, ...]:
        """For the desk."""
        return domain.close(state, domain.Closed(context.words("reason", self.reason)))


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
