"""What members may wish of a project (事業の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import project as domain
from domain import proposal as proposals
from domain import selection as selections
from domain.agreement import AGREEMENT, LIVING, ProjectDropped, ProjectNamed
from domain.case import Side
from domain.errors import PartUnfitting
from domain.policy import Provision
from domain.project import PROJECT, CostBearer, GoalResult, Path, Project
from domain.proposal import PROPOSAL
from domain.selection import SELECTION
from domain.values import SHORT, Audience, Mark, Yen
from tenants.commands.agreements import not_ahead
from tenants.members import Role
from tenants.saying import DepartmentId, Doing, Says, TitleForDepartment, ToDepartment, ToProposer
from tenants.wish import Context, Further

DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
DESK: Final = frozenset({Role.DESK_OFFICER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWish(Doing[Project]):
    """About one project; its department works on it, the desk accompanies it."""

    decider = PROJECT
    roles: ClassVar[frozenset[Role]] = DEPARTMENT

    project: UUID

    def judge(self, state: Project, context: Context) -> None:
        """Raises OutsideRemit for an officer of another department."""
        context.require_remit(state.department, self.needed())


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting(ProjectWish):
    """Something is noted that has happened on a day."""

    on: date

    def judge(self, state: Project, context: Context) -> None:
        """Raises OutsideRemit, DateInvalid for a day that has not come."""
        super(Noting, self).judge(state, context)
        not_ahead("on", self.on, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin(ProjectWish):
    """Begin the work on an adopted proposal, or work without any proposal, for example under an agreement."""

    name = "project.begin"
    ja = "事業を始める"
    records = domain.Begun

    department: DepartmentId
    title: TitleForDepartment
    implementer: Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT)] | None = None
    proposal: UUID | None = None
    selection: UUID | None = None
    track: str | None = None
    ends_on: date | None = None
    sample: bool = False

    def judge(self, state: Project, context: Context) -> None:
        """What it grew out of is decided.

        Raises OutsideRemit, ReferenceUnknown, ReferenceUnsuitable unless the proposal was adopted and the selection
        completed, PartUnfitting for the selection of another proposal.
        """
        del state
        context.require_remit(self.department, self.needed())
        if self.proposal is not None:
            proposals.named_adopted(context.look(PROPOSAL, self.proposal))
        if self.selection is not None:
            selection = SELECTION.named(context.look(SELECTION, self.selection), selections.Stage.COMPLETED)
            if selection.proposal != self.proposal:
                raise PartUnfitting(
                    field="selection",
                    problem="it is about another proposal",
                    problem_ja="別の提案についての選定です",
                )

    def beside(self, state: Project, context: Context) -> dict[str, Any]:
        """What grew out of a sample is one."""
        del state
        grew_out_of = None if self.proposal is None else context.look(PROPOSAL, self.proposal)
        return {"sample": self.sample or (grew_out_of is not None and grew_out_of.sample)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAgreement(ProjectWish):
    """Name an agreement, memorandum or contract under which it is carried out; a comprehensive one covers several."""

    name = "project.nameAgreement"
    ja = "協定等を結び付ける"
    records = domain.AgreementNamed

    agreement: UUID

    def judge(self, state: Project, context: Context) -> None:
        """Raises OutsideRemit, and ReferenceUnknown, ReferenceUnsuitable for one that is not there or has ended."""
        super(NameAgreement, self).judge(state, context)
        AGREEMENT.named(context.look(AGREEMENT, self.agreement), *LIVING)

    def also(self, state: Project, context: Context) -> tuple[Further, ...]:
        """The agreement knows its projects. PartUnfitting is raised there for one that does not cover it."""
        del context
        return (Further(AGREEMENT, self.agreement, ProjectNamed(self.project, state.proposal)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAgreement(ProjectWish):
    """Take it out from under an agreement, saying why."""

    name = "project.dropAgreement"
    ja = "協定等との結付けを解く"
    records = domain.AgreementDropped

    agreement: UUID
    reason: ToDepartment

    def also(self, state: Project, context: Context) -> tuple[Further, ...]:
        """The agreement knows its projects."""
        del state, context
        return (Further(AGREEMENT, self.agreement, ProjectDropped(self.project)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDutyText:
    """What a side does."""

    side: Side
    words: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class DivideRoles(ProjectWish):
    """Note who does what and answers for what."""

    name = "project.divideRoles"
    ja = "役割と責任を定める"
    records = domain.RolesDivided

    duties: tuple[ProjectDutyText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGoal(ProjectWish):
    """Set a goal, or put one in other words under its id."""

    name = "project.setGoal"
    ja = "成果目標を定める"
    records = domain.GoalSet

    goal: UUID
    text: ToDepartment
    measure: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropGoal(ProjectWish):
    """Give a goal up, saying why."""

    name = "project.dropGoal"
    ja = "成果目標を取り下げる"
    records = domain.GoalDropped

    goal: UUID
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMilestone(ProjectWish):
    """Plan something that shall be there by a day."""

    name = "project.planMilestone"
    ja = "マイルストーンを置く"
    records = domain.MilestonePlanned

    milestone: UUID
    title: TitleForDepartment
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMilestone(ProjectWish):
    """Put a milestone on another day, saying why."""

    name = "project.moveMilestone"
    ja = "マイルストーンの期日を変える"
    records = domain.MilestoneMoved

    milestone: UUID
    due_on: date
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachMilestone(Noting):
    """Note that a milestone was reached."""

    name = "project.reachMilestone"
    ja = "マイルストーンの達成を記録する"
    records = domain.MilestoneReached

    milestone: UUID
    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeSupport(ProjectWish):
    """Note what the city provides for a pilot, where and when, who bears the cost, and when to report."""

    name = "project.agreeSupport"
    ja = "実証実験の支援内容を定める"
    records = domain.SupportAgreed

    provides: tuple[Provision, ...]
    description: ToDepartment
    area: ToDepartment
    begins_on: date
    ends_on: date
    report_due_on: date
    cost_by: CostBearer = CostBearer.BUSINESS
    city_pays: Yen = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResults(Noting):
    """Enter what the implementer reported of a pilot."""

    name = "project.reportResults"
    ja = "実績報告を受け付ける"
    records = domain.ResultsReported

    report: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBudget(ProjectWish):
    """Ask for money of the support budget, in yen."""

    name = "project.requestBudget"
    ja = "官民連携の予算を要望する"
    records = domain.BudgetRequested

    request: UUID
    fiscal_year: int
    amount: Yen
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantBudget(ProjectWish):
    """Grant a request, all of it or less."""

    name = "project.grantBudget"
    ja = "官民連携の予算を配当する"
    records = domain.BudgetGranted
    roles = DESK

    request: UUID
    amount: Yen
    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseBudget(ProjectWish):
    """Refuse a request, saying why."""

    name = "project.refuseBudget"
    ja = "予算の要望を不採択とする"
    records = domain.BudgetRefused
    roles = DESK

    request: UUID
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendBudget(Noting):
    """Note what was spent of the money that was granted."""

    name = "project.spendBudget"
    ja = "予算の執行を記録する"
    records = domain.BudgetSpent

    spending: UUID
    amount: Yen
    purpose: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseIssue(ProjectWish):
    """Note what stands in the way."""

    name = "project.raiseIssue"
    ja = "問題を記録する"
    records = domain.IssueRaised

    issue: UUID
    title: TitleForDepartment
    description: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleIssue(ProjectWish):
    """Note how it was settled."""

    name = "project.settleIssue"
    ja = "問題の解決を記録する"
    records = domain.IssueSettled

    issue: UUID
    outcome: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan(ProjectWish):
    """Change the plan, saying what and why."""

    name = "project.changePlan"
    ja = "計画を変更する"
    records = domain.PlanChanged

    change: UUID
    what: ToDepartment
    reason: ToDepartment
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    """What a side says of one goal."""

    goal: UUID
    result: GoalResult
    words: ToProposer


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluate(ProjectWish):
    """Enter how the city or the partner looks back at the goals."""

    name = "project.evaluate"
    ja = "検証する"
    records = domain.Evaluated

    side: Side
    summary: ToProposer
    findings: tuple[FindingText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedText:
    """Something that stays out of what is published, and why."""

    mark: Mark
    part: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeCase(Noting):
    """Note that the partner agreed to publication as a case, and what stays protected."""

    name = "project.agreeCase"
    ja = "事例公表の同意を記録する"
    records = domain.CaseAgreed

    consent: ToDepartment
    protected: tuple[ProtectedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Noting):
    """Note that the work is done."""

    name = "project.complete"
    ja = "事業を完了する"
    records = domain.Completed

    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Noting):
    """Stop the work before it is done, saying why."""

    name = "project.stop"
    ja = "事業を中止する"
    records = domain.Stopped

    reason: ToProposer


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideContinuation(ProjectWish):
    """Decide what comes after the work, with the reason."""

    name = "project.decideContinuation"
    ja = "継続を判断する"
    records = domain.ContinuationDecided
    roles = frozenset({Role.DEPARTMENT_OFFICER, Role.APPROVER})

    path: Path
    reason: Annotated[str, Says(Audience.PROPOSER, reason=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ProjectWish):
    """Close the file of a project that is over, once it was looked back at as the city's rules ask."""

    name = "project.close"
    ja = "事業を完結する"
    records = domain.Closed

    note: ToDepartment | None = None


WISHES: Final = (
    Begin,
    NameAgreement,
    DropAgreement,
    DivideRoles,
    SetGoal,
    DropGoal,
    PlanMilestone,
    MoveMilestone,
    ReachMilestone,
    AgreeSupport,
    ReportResults,
    RequestBudget,
    GrantBudget,
    RefuseBudget,
    SpendBudget,
    RaiseIssue,
    SettleIssue,
    ChangePlan,
    Evaluate,
    AgreeCase,
    Complete,
    Stop,
    DecideContinuation,
    Close,
)
