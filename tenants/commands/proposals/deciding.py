"""It is matched, talked over, decided, and its reasons are told (マッチング・対話・判断)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import proposal as domain
from domain.circumstances import Act
from domain.errors import NotAllowed
from domain.proposal import Proposal
from domain.session import SESSION, require_decided, require_without_interest
from tenants.commands.proposals.wish import DepartmentWish, ProposalWish
from tenants.members import Role
from tenants.saying import DepartmentId, Reason, ToDepartment, ToProposer
from tenants.wish import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(ProposalWish):
    """Bring the proposer and a department together, or another department than before."""

    name = "proposal.match"
    ja = "担当課とマッチングする"
    records = domain.Matched

    department: DepartmentId
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDialogue(DepartmentWish):
    """Record a meeting or exchange between proposer and department; it happened on ``occurredOn``."""

    name = "proposal.recordDialogue"
    ja = "対話を記録する"
    records = domain.DialogueRecorded

    minutes: ToDepartment
    next_step: ToDepartment | None = None

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
class Escalate(DepartmentWish):
    """Bring it before the council, because the department finds it hard to decide."""

    name = "proposal.escalate"
    ja = "会議体に諮る"
    records = domain.Escalated

    reason: ToDepartment


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

        Raises ReferenceUnknown, ReferenceUnsuitable, AlreadyDecided for a session, an item or a result that is not so,
        InterestOfDecider for who declared an interest in the item.
        """
        session, item = self.council_session, self.agenda_item
        if self.decided_by is domain.DecidedBy.COUNCIL and session is not None and item is not None:
            sitting = context.look(SESSION, session)
            require_decided(sitting, item, self.proposal, self.outcome)
            require_without_interest(sitting.items[item], context.member.id)

    def rests_on(self, state: Proposal) -> str | None:
        """Money, occupancy, personal data and what was put right, as they were entered last, if they were."""
        entered = state.assessments + state.rewritten
        return f"assessment {entered}" if entered else None

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
class TellReasons(DepartmentWish):
    """Note that the proposer was told why the proposal was declined; by which way and when stands in the entry."""

    name = "proposal.tellReasons"
    ja = "不採用の理由の説明を記録する"
    records = domain.ReasonsTold

    note: ToProposer | None = None
