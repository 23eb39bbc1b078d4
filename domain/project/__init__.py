"""The work that city and partner do together, from its beginning to what comes after it (事業).

It grows out of an adopted proposal, or stands by itself, for example under a comprehensive agreement. Milestones,
pilot support, budget, issues and changes are kept as they happen; before it is closed both sides look back at its
goals where the city's rules ask for that, also without the city's money.
"""

from dataclasses import replace
from typing import Final, assert_never
from uuid import UUID

from domain.errors import PartMissing, PartUnfitting
from domain.process import Step, corrected, never, process
from domain.project.budget import (
    BudgetGranted,
    BudgetRefused,
    BudgetRequested,
    BudgetSpent,
    as_asked,
    as_spent,
    check_grant,
    check_refusal,
    check_request,
    check_spending,
    with_money,
)
from domain.project.ending import (
    CaseAgreed,
    CaseConsentWithdrawn,
    CaseHidden,
    CaseShown,
    Closed,
    Completed,
    ContinuationDecided,
    Evaluated,
    Finding,
    GoalResult,
    Protected,
    StepCorrected,
    Stopped,
    check_closed,
    check_evaluated,
    check_one_case,
)
from domain.project.plan import (
    AgreementDropped,
    AgreementNamed,
    Begun,
    Duty,
    GoalDropped,
    GoalSet,
    IssueRaised,
    IssueReopened,
    IssueSettled,
    MilestoneDropped,
    MilestoneMoved,
    MilestonePlanned,
    MilestoneReached,
    MilestoneReopened,
    PlanChanged,
    RolesDivided,
    check_begun,
    check_goal,
    check_issue,
    check_known,
    check_milestone,
    check_planned,
    few,
)
from domain.project.state import EVALUATORS, Path, Project, Stage
from domain.project.support import CostBearer, ResultsReported, SupportAgreed, check_reported, check_support

__all__ = [
    "EVALUATORS",
    "OPEN",
    "OVER",
    "PROJECT",
    "AgreementDropped",
    "AgreementNamed",
    "Begun",
    "BudgetGranted",
    "BudgetRefused",
    "BudgetRequested",
    "BudgetSpent",
    "CaseAgreed",
    "CaseConsentWithdrawn",
    "CaseHidden",
    "CaseShown",
    "Closed",
    "Completed",
    "ContinuationDecided",
    "CostBearer",
    "Duty",
    "Evaluated",
    "Finding",
    "GoalDropped",
    "GoalResult",
    "GoalSet",
    "IssueRaised",
    "IssueReopened",
    "IssueSettled",
    "MilestoneDropped",
    "MilestoneMoved",
    "MilestonePlanned",
    "MilestoneReached",
    "MilestoneReopened",
    "Path",
    "PlanChanged",
    "Project",
    "ProjectEvent",
    "Protected",
    "ResultsReported",
    "RolesDivided",
    "Stage",
    "StepCorrected",
    "Stopped",
    "SupportAgreed",
    "named_for_case",
]

ProjectEvent = (
    Begun
    | RolesDivided
    | GoalSet
    | GoalDropped
    | MilestonePlanned
    | MilestoneDropped
    | MilestoneMoved
    | MilestoneReached
    | MilestoneReopened
    | SupportAgreed
    | ResultsReported
    | BudgetRequested
    | BudgetGranted
    | BudgetRefused
    | BudgetSpent
    | IssueRaised
    | IssueSettled
    | IssueReopened
    | PlanChanged
    | Evaluated
    | CaseAgreed
    | CaseConsentWithdrawn
    | CaseShown
    | CaseHidden
    | Completed
    | Stopped
    | ContinuationDecided
    | Closed
    | AgreementNamed
    | AgreementDropped
    | StepCorrected
)


def _with_fact(project: Project, event: SupportAgreed | ResultsReported | CaseAgreed | CaseConsentWithdrawn) -> Project:
    match event:
        case SupportAgreed():
            return replace(project, supported=True)
        case ResultsReported():
            return replace(project, reported=True)
        case CaseAgreed():
            return replace(project, case_agreed=True)
        case CaseConsentWithdrawn():
            return replace(project, case_agreed=False)
        case _:
            assert_never(event)


def _with_milestone(
    project: Project, event: MilestonePlanned | MilestoneReopened | MilestoneReached | MilestoneDropped
) -> Project:
    milestone = event.milestone
    if isinstance(event, MilestoneDropped):
        left = {each: reached for each, reached in project.milestones.items() if each != milestone}
        return replace(project, milestones=left, dropped=project.dropped | {milestone})
    there = {**project.milestones, milestone: isinstance(event, MilestoneReached)}
    return replace(project, milestones=there, dropped=project.dropped - {milestone})


def fold(project: Project, event: object) -> Project:  # one case an event
    """What stands beside the stage."""
    match event:
        case Begun():
            about = {name: getattr(event, name) for name in ("proposal", "selection", "department", "track", "sample")}
            return replace(project, **about)
        case GoalSet(goal=goal):
            anew = {side: told - {goal} for side, told in project.evaluations.items()}
            return replace(project, goals=project.goals | {goal}, dropped=project.dropped - {goal}, evaluations=anew)
        case GoalDropped(goal=goal):
            return replace(project, goals=project.goals - {goal}, dropped=project.dropped | {goal})
        case MilestonePlanned() | MilestoneReopened() | MilestoneReached() | MilestoneDropped():
            return _with_milestone(project, event)
        case IssueRaised(issue=issue) | IssueReopened(issue=issue):
            return replace(project, issues={**project.issues, issue: False})
        case IssueSettled(issue=issue):
            return replace(project, issues={**project.issues, issue: True})
        case Evaluated(side=side, findings=findings):
            told = frozenset(finding.goal for finding in findings)
            return replace(project, evaluations={**project.evaluations, side: told})
        case PlanChanged(change=change):
            return replace(project, changes=project.changes | {change})
        case SupportAgreed() | ResultsReported() | CaseAgreed() | CaseConsentWithdrawn():
            return _with_fact(project, event)
        case CaseShown() | CaseHidden():
            return replace(project, case=event.case if isinstance(event, CaseShown) else None)
        case ContinuationDecided(path=path):
            return replace(project, continuation=path)
        case StepCorrected(to=Stage.RUNNING):
            return replace(project, continuation=None)
        case AgreementNamed(agreement=agreement):
            return replace(project, agreements=project.agreements | {agreement})
        case AgreementDropped(agreement=agreement):
            return replace(project, agreements=project.agreements - {agreement})
        case _:
            return with_money(project, event)


NEW, RUNNING, COMPLETED, STOPPED = Stage.NEW, Stage.RUNNING, Stage.COMPLETED, Stage.STOPPED
OVER: Final = (COMPLETED, STOPPED)
OPEN: Final = (RUNNING, *OVER)
PROJECT: Final = process(
    "project",
    Project(),
    {
        "project.begun": Step(Begun, (NEW,), (RUNNING,), granted=never, guards=(check_begun,)),
        "project.roles_divided": Step(RolesDivided, (RUNNING,), granted=never, guards=(few("duties", of_event=True),)),
        "project.goal_set": Step(GoalSet, (RUNNING,), granted=never, guards=(few("goals", "goal"),)),
        "project.goal_dropped": Step(
            GoalDropped,
            (RUNNING,),
            granted=lambda project, dropped: dropped.goal in project.dropped,
            guards=(check_goal,),
        ),
        "project.milestone_planned": Step(MilestonePlanned, (RUNNING,), granted=never, guards=(check_planned,)),
        "project.milestone_dropped": Step(
            MilestoneDropped,
            (RUNNING,),
            granted=lambda project, dropped: dropped.milestone in project.dropped,
            guards=(check_milestone,),
        ),
        "project.milestone_moved": Step(MilestoneMoved, (RUNNING,), granted=never, guards=(check_milestone,)),
        "project.milestone_reached": Step(
            MilestoneReached,
            (RUNNING,),
            granted=lambda project, reached: project.milestones.get(reached.milestone, False),
            guards=(check_milestone,),
        ),
        "project.milestone_reopened": Step(
            MilestoneReopened,
            (RUNNING,),
            granted=lambda project, reopened: not project.milestones.get(reopened.milestone, True),
            guards=(check_known,),
        ),
        "project.support_agreed": Step(SupportAgreed, (RUNNING,), granted=never, guards=(check_support,)),
        "project.results_reported": Step(ResultsReported, OPEN, granted=never, guards=(check_reported,)),
        "project.budget_requested": Step(
            BudgetRequested,
            (RUNNING,),
            granted=lambda project, asked: project.requested.get(asked.request) == as_asked(asked),
            guards=(check_request, few("requested", "request")),
        ),
        "project.budget_granted": Step(
            BudgetGranted,
            (RUNNING,),
            granted=lambda project, granted: project.granted.get(granted.request) == granted.amount,
            guards=(check_grant,),
        ),
        "project.budget_refused": Step(
            BudgetRefused,
            (RUNNING,),
            granted=lambda project, refused: refused.request in project.refused,
            guards=(check_refusal,),
        ),
        "project.budget_spent": Step(
            BudgetSpent,
            OPEN,
            granted=lambda project, spent: project.spent.get(spent.spending) == as_spent(spent),
            guards=(check_spending, few("spent", "spending")),
        ),
        "project.issue_raised": Step(
            IssueRaised,
            (RUNNING,),
            granted=lambda project, raised: raised.issue in project.issues,
            guards=(few("issues"),),
        ),
        "project.issue_settled": Step(
            IssueSettled,
            OPEN,
            granted=lambda project, settled: project.issues.get(settled.issue, False),
            guards=(check_issue,),
        ),
        "project.issue_reopened": Step(
            IssueReopened,
            OPEN,
            granted=lambda project, reopened: not project.issues.get(reopened.issue, True),
            guards=(check_issue,),
        ),
        "project.plan_changed": Step(
            PlanChanged,
            (RUNNING,),
            granted=lambda project, changed: changed.change in project.changes,
            guards=(few("changes"),),
        ),
        "project.evaluated": Step(Evaluated, OPEN, granted=never, guards=(check_evaluated,)),
        "project.case_agreed": Step(
            CaseAgreed, (*OPEN, Stage.CLOSED), granted=never, guards=(few("protected", of_event=True),)
        ),
        "project.case_consent_withdrawn": Step(
            CaseConsentWithdrawn, (*OPEN, Stage.CLOSED), granted=lambda project, _withdrawn: not project.case_agreed
        ),
        "project.case_shown": Step(
            CaseShown,
            (*OPEN, Stage.CLOSED),
            granted=lambda project, shown: project.case == shown.case,
            guards=(check_one_case,),
        ),
        "project.case_hidden": Step(
            CaseHidden, (*OPEN, Stage.CLOSED), granted=lambda project, hidden: project.case != hidden.case
        ),
        "project.completed": Step(Completed, (RUNNING,), (COMPLETED,)),
        "project.stopped": Step(Stopped, (RUNNING,), (STOPPED,)),
        "project.continuation_decided": Step(ContinuationDecided, OVER, granted=never),
        "project.agreement_named": Step(
            AgreementNamed,
            OPEN,
            granted=lambda project, named: named.agreement in project.agreements,
            guards=(few("agreements"),),
        ),
        "project.agreement_dropped": Step(
            AgreementDropped, OPEN, granted=lambda project, dropped: dropped.agreement not in project.agreements
        ),
        "project.closed": Step(Closed, OVER, (Stage.CLOSED,), guards=(check_closed,)),
        "project.step_corrected": corrected(StepCorrected, (*OVER, Stage.CLOSED), OPEN),
    },
    fold,
    begun_by=(Begun,),
)


def named_for_case(project: Project, proposal: UUID | None) -> None:
    """A project that a case tells of: the partner agreed to it, and it grew out of the same proposal, if any.

    Raises ReferenceUnknown, PartMissing, PartUnfitting.
    """
    PROJECT.named(project)
    if not project.case_agreed:
        raise PartMissing(
            field="project",
            problem="its partner has not agreed to publication; record that first",
            problem_ja="連携先の公表への同意がありません。先に同意を記録してください",
        )
    if proposal is not None and proposal != project.proposal:
        raise PartUnfitting(
            field="proposal",
            problem="the project did not grow out of this proposal",
            problem_ja="この事業の提案ではありません",
        )
