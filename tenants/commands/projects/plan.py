"""It begins, with roles, goals and milestones, under agreements; issues and changes are kept (計画・課題・変更)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain import project as domain
from domain import proposal as proposals
from domain import selection as selections
from domain.agreement import AGREEMENT, LIVING, ProjectDropped, ProjectNamed
from domain.case import Side
from domain.errors import PartUnfitting
from domain.policy import AgreementKind
from domain.project import Project
from domain.proposal import PROPOSAL, Proceeding
from domain.selection import SELECTION
from domain.values import SHORT, Audience
from tenants.commands.proceedings import noted, require_charge
from tenants.commands.projects.wish import Noting, ProjectWish
from tenants.saying import DepartmentId, Says, TitleForDepartment, ToDepartment
from tenants.wish import Context, Further


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
        completed, PartUnfitting for the selection of another proposal. What the proposer withdrew since, others carry
        out who were selected for it.
        """
        del state
        context.require_remit(self.department, self.needed())
        require_charge(self.proposal, self.needed(), context)
        still = proposals.named_for_work
        if self.selection is not None:
            selection = SELECTION.named(context.look(SELECTION, self.selection), selections.Stage.COMPLETED)
            still = still if selection.by_proposer else proposals.named_for_others
            if selection.proposal != self.proposal:
                raise PartUnfitting(
                    field="selection",
                    problem="it is about another proposal",
                    problem_ja="別の提案についての選定です",
                )
        if self.proposal is not None:
            still(PROPOSAL.named(context.look(PROPOSAL, self.proposal)))

    def beside(self, state: Project, context: Context) -> dict[str, Any]:
        """What grew out of a sample is one."""
        del state
        grew_out_of = None if self.proposal is None else context.look(PROPOSAL, self.proposal)
        return {"sample": self.sample or (grew_out_of is not None and grew_out_of.sample)}

    def also(self, state: Project, context: Context) -> tuple[Further, ...]:
        """The work binds both sides while it is done."""
        del state, context
        return noted(self.proposal, Proceeding.PROJECT, self.project, open_=True, bound=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAgreement(ProjectWish):
    """Name an agreement, memorandum or contract under which it is carried out; a comprehensive one covers several."""

    name = "project.nameAgreement"
    ja = "協定等を結び付ける"
    records = domain.AgreementNamed

    agreement: UUID

    def judge(self, state: Project, context: Context) -> None:
        """A department's own agreement is for its own work.

        Raises OutsideRemit, and ReferenceUnknown, ReferenceUnsuitable for one that is not there or has ended.
        """
        super(NameAgreement, self).judge(state, context)
        agreement = AGREEMENT.named(context.look(AGREEMENT, self.agreement), *LIVING)
        if agreement.kind is not AgreementKind.COMPREHENSIVE:
            context.require_remit(agreement.department, self.needed())

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
    """Plan something that shall be there by a day; planned again under its id it takes the place of before."""

    name = "project.planMilestone"
    ja = "マイルストーンを置く"
    records = domain.MilestonePlanned

    milestone: UUID
    title: TitleForDepartment
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DropMilestone(ProjectWish):
    """Give a milestone up that was not reached, or that belongs elsewhere, saying why."""

    name = "project.dropMilestone"
    ja = "マイルストーンを取り下げる"
    records = domain.MilestoneDropped

    milestone: UUID
    reason: ToDepartment


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
class ReopenMilestone(ProjectWish):
    """Say that a milestone was not reached after all, and why; it is planned again for its day."""

    name = "project.reopenMilestone"
    ja = "マイルストーンの達成を取り消す"
    records = domain.MilestoneReopened

    milestone: UUID
    reason: ToDepartment


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
class ReopenIssue(ProjectWish):
    """Say that a problem stands again, or was not settled after all, and why."""

    name = "project.reopenIssue"
    ja = "問題の解決を取り消す"
    records = domain.IssueReopened

    issue: UUID
    reason: ToDepartment


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
