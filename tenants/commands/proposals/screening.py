"""It is looked at with the departments, refused or handed over (精査・照会・引継ぎ)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain import proposal as domain
from domain.circumstances import Act
from domain.proposal import Proposal
from domain.values import Yen
from tenants.commands.proposals.wish import DEPARTMENT, DepartmentWish, ProposalWish
from tenants.saying import DepartmentId, ToDepartment, ToProposer
from tenants.wish import Context


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
class Assess(DepartmentWish):
    """Enter what decides who decides: money, occupancy, personal data; what is left out is not known."""

    name = "proposal.assess"
    ja = "判断に要る事項を確認する"
    records = domain.Assessed

    city_money: domain.CityMoney
    amount: Yen | None = None
    high_occupancy: bool | None = None
    personal_data: bool | None = None
    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(ProposalWish):
    """Find it useful to the city and feasible, together with the departments concerned."""

    name = "proposal.screen"
    ja = "精査を終える（有用・実現可能）"
    records = domain.Screened

    reason: ToDepartment
    departments: tuple[DepartmentId, ...] = ()


class SendingAway(ProposalWish):
    """Refuse it, or hand it over."""

    def rests_on(self, state: Proposal) -> str | None:
        """The proposal as it was completed or put right last, if it was."""
        entered = state.completions + state.rewritten
        return f"completion {entered}" if entered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(SendingAway):
    """Refuse it at reception or screening, on a coded ground and with the reason in words."""

    name = "proposal.refuse"
    ja = "受付・精査で不受理とする"
    records = domain.Refused

    ground: domain.Ground
    reason: ToProposer

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.REFUSE_PROPOSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(SendingAway):
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
