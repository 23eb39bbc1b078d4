"""The work that city and partner do together, from its beginning to what comes after it (事業).

It grows out of an adopted proposal, or stands by itself, for example under a comprehensive agreement. Milestones,
pilot support, budget, issues and changes are kept as they happen; before it is closed both sides look back at its
goals where the city's rules ask for that, also without the city's money.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.case import MOST, Side
from domain.errors import (
    AmountExceeded,
    AmountInvalid,
    CodeUnknown,
    DateInvalid,
    PartMissing,
    PartUnfitting,
    ReferenceUnknown,
    ReferenceUnsuitable,
    TooMany,
)
from domain.policy import Policy, Provision, known
from domain.process import Guard, Step, never, process
from domain.values import Code, Mark, Sealed


class Stage(StrEnum):
    """Where a project stands (状態)."""

    NEW = "new"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"
    CLOSED = "closed"


class CostBearer(StrEnum):
    """Who bears the cost of a pilot (費用負担)."""

    BUSINESS = "business"
    CITY = "city"
    SHARED = "shared"


class GoalResult(StrEnum):
    """Whether a goal was reached (達成状況)."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


class Path(StrEnum):
    """What comes after the work: better, the same, under a contract with a budget of its own, or nothing (継続検討)."""

    IMPROVE = "improve"
    CONTINUE = "continue"
    BUDGETED_CONTRACT = "budgeted_contract"
    END = "end"


EVALUATORS: Final = (Side.CITY, Side.PARTNER)
"""Who looks back: the department and the implementer."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a side does (役割分担)."""

    side: Side
    words: Sealed


@dataclass(frozen=True, slots=True)
class Begun:
    """Work began (事業開始): on which track, by which department, with whom; ``selection``: of the implementer."""

    proposal: UUID | None
    selection: UUID | None
    track: Code | None
    department: UUID
    title: Sealed
    implementer: Sealed | None
    ends_on: date | None
    sample: bool


@dataclass(frozen=True, slots=True)
class RolesDivided:
    """Who does what, and who answers for what (役割と責任)."""

    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class GoalSet:
    """A goal, by which it is judged later; said again under its id it replaces the former (成果目標)."""

    goal: UUID
    text: Sealed
    measure: Sealed | None


@dataclass(frozen=True, slots=True)
class GoalDropped:
    """A goal was given up (目標の取下げ)."""

    goal: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class MilestonePlanned:
    """Something that shall be there by a day (マイルストーン)."""

    milestone: UUID
    title: Sealed
    due_on: date


@dataclass(frozen=True, slots=True)
class MilestoneMoved:
    """It shall be there by another day (期日の変更)."""

    milestone: UUID
    due_on: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class MilestoneReached:
    """It is there (達成)."""

    milestone: UUID
    on: date
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class SupportAgreed:
    """What the city provides for a pilot, where, from when until when, who bears the cost, when to report (支援内容).

    ``city_pays``: actual cost in yen that the city bears, 0 as a rule.
    """

    provides: tuple[Provision, ...]
    description: Sealed
    area: Sealed
    begins_on: date
    ends_on: date
    cost_by: CostBearer
    city_pays: int
    report_due_on: date


@dataclass(frozen=True, slots=True)
class ResultsReported:
    """The implementer reported what came of it (実績報告)."""

    on: date
    report: Sealed


@dataclass(frozen=True, slots=True)
class BudgetRequested:
    """Money of the support budget was asked for, in yen (予算要望)."""

    request: UUID
    fiscal_year: int
    amount: int
    reason: Sealed


@dataclass(frozen=True, slots=True)
class BudgetGranted:
    """So much of a request was granted (配当)."""

    request: UUID
    amount: int
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class BudgetRefused:
    """A request was not granted (不採択)."""

    request: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """Granted money was spent (執行)."""

    spending: UUID
    amount: int
    on: date
    purpose: Sealed


@dataclass(frozen=True, slots=True)
class IssueRaised:
    """Something stands in the way (課題・問題の発生)."""

    issue: UUID
    title: Sealed
    description: Sealed


@dataclass(frozen=True, slots=True)
class IssueSettled:
    """It no longer does (解決)."""

    issue: UUID
    outcome: Sealed


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """The plan was changed, for a reason (計画変更)."""

    change: UUID
    what: Sealed
    reason: Sealed
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a side says of one goal."""

    goal: UUID
    result: GoalResult
    words: Sealed


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A side looked back at every goal (検証); said again, its later word counts."""

    side: Side
    findings: tuple[Finding, ...]
    summary: Sealed


@dataclass(frozen=True, slots=True)
class Protected:
    """Something that stays out of what is published, and why (保護する情報)."""

    mark: Mark
    part: Sealed


@dataclass(frozen=True, slots=True)
class CaseAgreed:
    """The partner agreed to its publication as a case, but for what stays protected (公表の同意)."""

    on: date
    consent: Sealed
    protected: tuple[Protected, ...]


@dataclass(frozen=True, slots=True)
class Completed:
    """The work is done (事業完了)."""

    on: date
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """It was stopped before it was done (中止)."""

    on: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class ContinuationDecided:
    """What comes after it was decided (継続の判断)."""

    path: Path
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Closed:
    """The file was closed (完結)."""

    note: Sealed | None


@dataclass(frozen=True, slots=True)
class AgreementNamed:
    """It is carried out under an agreement, memorandum or contract (協定等との結付け)."""

    agreement: UUID


@dataclass(frozen=True, slots=True)
class AgreementDropped:
    """It is carried out under it no longer (協定等との結付けの解除)."""

    agreement: UUID
    reason: Sealed


ProjectEvent = (
    Begun
    | RolesDivided
    | GoalSet
    | GoalDropped
    | MilestonePlanned
    | MilestoneMoved
    | MilestoneReached
    | SupportAgreed
    | ResultsReported
    | BudgetRequested
    | BudgetGranted
    | BudgetRefused
    | BudgetSpent
    | IssueRaised
    | IssueSettled
    | PlanChanged
    | Evaluated
    | CaseAgreed
    | Completed
    | Stopped
    | ContinuationDecided
    | Closed
    | AgreementNamed
    | AgreementDropped
)


@dataclass(frozen=True, slots=True)
class Project:
    """What the next decision needs to know. Sums in yen by the id of what they are of."""

    stage: Stage = Stage.NEW
    proposal: UUID | None = None
    department: UUID | None = None
    track: Code | None = None
    goals: frozenset[UUID] = frozenset()
    dropped: frozenset[UUID] = frozenset()
    """Goals that were given up."""
    milestones: Mapping[UUID, bool] = field(default_factory=dict)
    """Whether each was reached."""
    issues: Mapping[UUID, bool] = field(default_factory=dict)
    """Whether each was settled."""
    requested: Mapping[UUID, int] = field(default_factory=dict)
    granted: Mapping[UUID, int] = field(default_factory=dict)
    refused: frozenset[UUID] = frozenset()
    spent: Mapping[UUID, int] = field(default_factory=dict)
    changes: frozenset[UUID] = frozenset()
    supported: bool = False
    reported: bool = False
    evaluations: Mapping[Side, frozenset[UUID]] = field(default_factory=dict)
    """The goals of which each side has spoken, as they are put now."""
    case_agreed: bool = False
    continuation: Path | None = None
    sample: bool = False
    agreements: frozenset[UUID] = frozenset()

    @property
    def evaluated(self) -> bool:
        """Whether both sides have looked back at every goal there is."""
        return all(side in self.evaluations and self.goals <= self.evaluations[side] for side in EVALUATORS)


def fold(project: Project, event: object) -> Project:  # one case an event
    """What stands beside the stage."""
    match event:
        case Begun():
            about = {name: getattr(event, name) for name in ("proposal", "department", "track", "sample")}
            return replace(project, **about)
        case GoalSet(goal=goal):
            anew = {side: told - {goal} for side, told in project.evaluations.items()}
            return replace(project, goals=project.goals | {goal}, dropped=project.dropped - {goal}, evaluations=anew)
        case GoalDropped(goal=goal):
            return replace(project, goals=project.goals - {goal}, dropped=project.dropped | {goal})
        case MilestonePlanned(milestone=milestone):
            return replace(project, milestones={**project.milestones, milestone: False})
        case MilestoneReached(milestone=milestone):
            return replace(project, milestones={**project.milestones, milestone: True})
        case SupportAgreed():
            return replace(project, supported=True)
        case ResultsReported():
            return replace(project, reported=True)
        case IssueRaised(issue=issue):
            return replace(project, issues={**project.issues, issue: False})
        case IssueSettled(issue=issue):
            return replace(project, issues={**project.issues, issue: True})
        case Evaluated(side=side, findings=findings):
            told = frozenset(finding.goal for finding in findings)
            return replace(project, evaluations={**project.evaluations, side: told})
        case PlanChanged(change=change):
            return replace(project, changes=project.changes | {change})
        case CaseAgreed():
            return replace(project, case_agreed=True)
        case ContinuationDecided(path=path):
            return replace(project, continuation=path)
        case AgreementNamed(agreement=agreement):
            return replace(project, agreements=project.agreements | {agreement})
        case AgreementDropped(agreement=agreement):
            return replace(project, agreements=project.agreements - {agreement})
        case _:
            return _with_money(project, event)


def _with_money(project: Project, event: object) -> Project:
    match event:
        case BudgetRequested(request=request, amount=amount):
            return replace(project, requested={**project.requested, request: amount})
        case BudgetGranted(request=request, amount=amount):
            return replace(project, granted={**project.granted, request: amount})
        case BudgetRefused(request=request):
            return replace(project, refused=project.refused | {request})
        case BudgetSpent(spending=spending, amount=amount):
            return replace(project, spent={**project.spent, spending: amount})
        case _:
            return project


# --- guards ----------------------------------------------------------------------------------------------------------


def check_begun(_project: Project, policy: Policy, event: Begun) -> None:
    """Raises CodeUnknown for a track the city does not have, PartMissing for none where it has some."""
    tracks = policy.track_codes()
    if event.track is not None or tracks:
        known("track", event.track or "", tracks)
    if event.proposal is None and event.selection is not None:
        raise PartMissing(
            field="proposal",
            problem="a selection is about a proposal; name that",
            problem_ja="選定の対象となった提案を指定してください",
        )


def few(name: str, *, of_event: bool = False) -> Guard:
    """A guard: no more than ``MOST`` gather under this name of the state, or stand in the event. Raises TooMany."""

    def check(project: Project, _policy: Policy, event: object) -> None:
        count = len(getattr(event, name)) if of_event else len(getattr(project, name)) + 1
        if count > MOST:
            raise TooMany(field=name, count=count, limit=MOST)

    return check


def check_goals(project: Project, policy: Policy, event: GoalSet) -> None:
    """Raises TooMany for one more; one that is there is said anew."""
    if event.goal not in project.goals:
        few("goals")(project, policy, event)


def check_goal(project: Project, _policy: Policy, event: GoalDropped) -> None:
    """Raises ReferenceUnknown."""
    if event.goal not in project.goals:
        raise ReferenceUnknown(field="goal")


def check_milestone(project: Project, _policy: Policy, event: MilestoneMoved | MilestoneReached) -> None:
    """Raises ReferenceUnknown, and ReferenceUnsuitable for one that was reached."""
    if event.milestone not in project.milestones:
        raise ReferenceUnknown(field="milestone")
    if project.milestones[event.milestone]:
        raise ReferenceUnsuitable(field="milestone", stage="reached", possible="planned")


def check_support(project: Project, policy: Policy, event: SupportAgreed) -> None:
    """What the city provides at all, on this track, and who pays.

    Raises PartUnfitting where the city supports no pilots on the track or bears no cost, CodeUnknown for what it does
    not provide, PartMissing, AmountInvalid, DateInvalid.
    """
    support = policy.pilot_support
    if support is None or project.track not in support.tracks:
        raise PartUnfitting(
            field="support",
            problem="the city's rules know no pilot support on this track",
            problem_ja="この市の規定では、この進め方に実証実験の支援はありません",
        )
    if not event.provides:
        raise PartMissing(
            field="provides", problem="name what the city provides", problem_ja="市が提供するものを指定してください"
        )
    for each in event.provides:
        if each not in support.provides:
            raise CodeUnknown(field="provides", value=each.value, known=", ".join(support.provides))
    if event.city_pays < 0:
        raise AmountInvalid(field="cityPays", least=0)
    if (event.cost_by is CostBearer.BUSINESS) != (event.city_pays == 0):
        raise PartUnfitting(
            field="cityPays",
            problem="it is 0 where the business bears the cost, and more where the city does, or both",
            problem_ja="事業者負担なら 0 円、市の負担があるならその金額を指定してください",
        )
    if event.city_pays and not support.city_may_pay:
        raise PartUnfitting(
            field="costBy",
            problem="by the city's rules the business bears the cost",
            problem_ja="この市の規定では、費用は事業者の負担です",
        )
    for name, first, last in (
        ("endsOn", event.begins_on, event.ends_on),
        ("reportDueOn", event.begins_on, event.report_due_on),
    ):
        if last < first:
            raise DateInvalid(
                field=name, problem=f"it must not lie before {first}.", problem_ja=f"{first} 以後の日付が必要です"
            )


def check_reported(project: Project, _policy: Policy, _event: ResultsReported) -> None:
    """Raises PartUnfitting where no support was agreed."""
    if not project.supported:
        raise PartUnfitting(
            field="report",
            problem="no pilot support was agreed, so no report is due; evaluate instead",
            problem_ja="支援内容の記録がないため、実績報告はできません。検証として記録してください",
        )


def check_request(_project: Project, policy: Policy, event: BudgetRequested) -> None:
    """Raises PartUnfitting where the city has no such budget, AmountInvalid."""
    if policy.support_budget is None:
        raise PartUnfitting(
            field="request",
            problem="the city's rules know no support budget",
            problem_ja="この市の規定には、官民連携のための予算がありません",
        )
    _require_money(event.amount)


def check_grant(project: Project, _policy: Policy, event: BudgetGranted) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable, AmountInvalid, AmountExceeded beyond what was asked for."""
    _require_open_request(project, event.request)
    _require_money(event.amount)
    if event.amount > project.requested[event.request]:
        raise AmountExceeded(field="amount", amount=event.amount, limit=project.requested[event.request])


def check_refusal(project: Project, _policy: Policy, event: BudgetRefused) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable."""
    _require_open_request(project, event.request)


def _require_open_request(project: Project, request: UUID) -> None:
    if request not in project.requested:
        raise ReferenceUnknown(field="request")
    if request in project.refused or request in project.granted:
        answer = "refused" if request in project.refused else "granted"
        raise ReferenceUnsuitable(field="request", stage=answer, possible="requested")


def check_spending(project: Project, _policy: Policy, event: BudgetSpent) -> None:
    """Never more than was granted. Raises AmountInvalid, AmountExceeded."""
    _require_money(event.amount)
    total, limit = sum(project.spent.values()) + event.amount, sum(project.granted.values())
    if total > limit:
        raise AmountExceeded(field="amount", amount=total, limit=limit)


def _require_money(amount: int) -> None:
    if amount < 1:
        raise AmountInvalid(field="amount", least=1)


def check_issue(project: Project, _policy: Policy, event: IssueSettled) -> None:
    """Raises ReferenceUnknown."""
    if event.issue not in project.issues:
        raise ReferenceUnknown(field="issue")


def check_evaluated(project: Project, _policy: Policy, event: Evaluated) -> None:
    """City or partner speaks of every goal, once. Raises CodeUnknown, ReferenceUnknown, PartMissing, PartUnfitting."""
    known("side", event.side, tuple(Code(side.value) for side in EVALUATORS))
    told = [finding.goal for finding in event.findings]
    if set(told) - project.goals:
        raise ReferenceUnknown(field="findings.goal")
    if len(told) != len(set(told)):
        raise PartUnfitting(
            field="findings.goal", problem="name each goal once", problem_ja="各目標を一度だけ指定してください"
        )
    if missing := len(project.goals - set(told)):
        raise PartMissing(
            field="findings",
            problem=f"say of every goal whether it was met; {missing} left",
            problem_ja=f"すべての目標の達成状況が必要です（残り {missing} 件）",
        )


def check_closed(project: Project, policy: Policy, _event: Closed) -> None:
    """Raises PartMissing: a report that is due, an evaluation by both sides, a decision on what comes after."""
    rules = policy.evaluation
    if project.supported and not project.reported:
        raise PartMissing(
            field="report",
            problem="pilot support was agreed; record the report on its results first",
            problem_ja="実証実験を支援したため、先に実績報告を記録してください",
        )
    if rules is not None and rules.always and not project.evaluated:
        raise PartMissing(
            field="evaluation",
            problem="by the city's rules both sides evaluate the work, whoever paid; record both first",
            problem_ja="費用負担にかかわらず検証が必要です。市と事業者の両方の検証を記録してください",
        )
    if rules is not None and rules.continuation_considered and project.continuation is None:
        raise PartMissing(
            field="continuation",
            problem="record what was decided on its continuation first",
            problem_ja="先に継続の判断を記録してください",
        )


# --- the process -----------------------------------------------------------------------------------------------------

NEW, RUNNING, COMPLETED, STOPPED = Stage.NEW, Stage.RUNNING, Stage.COMPLETED, Stage.STOPPED
OVER: Final = (COMPLETED, STOPPED)
OPEN: Final = (RUNNING, *OVER)

PROJECT: Final = process(
    "project",
    Project(),
    {
        "project.begun": Step(Begun, (NEW,), (RUNNING,), granted=never, guards=(check_begun,)),
        "project.roles_divided": Step(RolesDivided, (RUNNING,), granted=never, guards=(few("duties", of_event=True),)),
        "project.goal_set": Step(GoalSet, (RUNNING,), granted=never, guards=(check_goals,)),
        "project.goal_dropped": Step(
            GoalDropped,
            (RUNNING,),
            granted=lambda project, dropped: dropped.goal in project.dropped,
            guards=(check_goal,),
        ),
        "project.milestone_planned": Step(
            MilestonePlanned,
            (RUNNING,),
            granted=lambda project, planned: planned.milestone in project.milestones,
            guards=(few("milestones"),),
        ),
        "project.milestone_moved": Step(MilestoneMoved, (RUNNING,), granted=never, guards=(check_milestone,)),
        "project.milestone_reached": Step(
            MilestoneReached,
            (RUNNING,),
            granted=lambda project, reached: project.milestones.get(reached.milestone, False),
            guards=(check_milestone,),
        ),
        "project.support_agreed": Step(SupportAgreed, (RUNNING,), granted=never, guards=(check_support,)),
        "project.results_reported": Step(ResultsReported, OPEN, granted=never, guards=(check_reported,)),
        "project.budget_requested": Step(
            BudgetRequested,
            (RUNNING,),
            granted=lambda project, asked: asked.request in project.requested,
            guards=(check_request, few("requested")),
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
            granted=lambda project, spent: spent.spending in project.spent,
            guards=(check_spending, few("spent")),
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
    },
    fold,
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
