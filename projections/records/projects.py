"""Projects: roles, goals, milestones, support, money, issues, evaluations and what comes after (事業)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.case import Side
from domain.policy import Provision
from domain.project import (
    PROJECT,
    AgreementDropped,
    AgreementNamed,
    BudgetGranted,
    BudgetRefused,
    BudgetRequested,
    BudgetSpent,
    CaseAgreed,
    CaseConsentWithdrawn,
    CaseHidden,
    Closed,
    Completed,
    ContinuationDecided,
    CostBearer,
    Evaluated,
    GoalDropped,
    GoalResult,
    GoalSet,
    IssueRaised,
    IssueReopened,
    IssueSettled,
    MilestoneDropped,
    MilestoneMoved,
    MilestonePlanned,
    MilestoneReached,
    MilestoneReopened,
    Path,
    PlanChanged,
    ResultsReported,
    RolesDivided,
    Stage,
    StepCorrected,
    Stopped,
    SupportAgreed,
)
from domain.roles import Role
from domain.values import Code, Mark, Sealed, Yen
from projections.model import Fact
from projections.records.kind import NOBODY, Head, Kind, Ref, absorbed, begun, put


class ProjectDuty(Struct, frozen=True):
    """What a side does (役割分担)."""

    side: Annotated[Side, "Who."]
    words: Annotated[Sealed, "What it does and answers for."]


class ProjectGoal(Struct, frozen=True):
    """A goal by which the work is judged (成果目標)."""

    id: Annotated[UUID, "Opaque."]
    text: Annotated[Sealed, "The goal."]
    measure: Annotated[Sealed | None, "How it is measured."]


class Milestone(Struct, frozen=True):
    """Something that shall be there by a day (マイルストーン)."""

    id: Annotated[UUID, "Opaque."]
    title: Annotated[Sealed, "What."]
    due_on: Annotated[date, "By when."]
    reached_on: Annotated[date | None, "When it was there."] = None
    note: Annotated[Sealed | None, "What was said of it then."] = None
    moved: Annotated[int, "How often its day was changed."] = 0
    reason: Annotated[Sealed | None, "Why it was moved last, or was not reached after all."] = None


class PilotSupport(Struct, frozen=True):
    """What the city provides for a pilot (実証実験への支援)."""

    provides: Annotated[tuple[Provision, ...], "What."]
    description: Annotated[Sealed, "In words."]
    area: Annotated[Sealed, "Where."]
    begins_on: Annotated[date, "From."]
    ends_on: Annotated[date, "Until."]
    cost_by: Annotated[CostBearer, "Who bears the cost."]
    city_pays: Annotated[Yen, "What the city bears of it, in yen."]
    report_due_on: Annotated[date, "When the results shall be reported."]


class BudgetRequest(Struct, frozen=True):
    """Money asked for and what came of it (予算要望)."""

    id: Annotated[UUID, "Opaque."]
    fiscal_year: Annotated[int, "年度."]
    requested: Annotated[Yen, "Asked for, in yen."]
    reason: Annotated[Sealed, "For what."]
    granted: Annotated[Yen | None, "Granted, in yen; none while it waits or when it was refused."] = None
    refused: Annotated[bool, "Whether it was refused."] = False
    answer: Annotated[Sealed | None, "What was said to it."] = None


class Spending(Struct, frozen=True):
    """Granted money that was spent (執行)."""

    id: Annotated[UUID, "Opaque."]
    amount: Annotated[Yen, "In yen."]
    on: Annotated[date, "When."]
    purpose: Annotated[Sealed, "For what."]


class ProjectIssue(Struct, frozen=True):
    """Something that stands or stood in the way (問題)."""

    id: Annotated[UUID, "Opaque."]
    title: Annotated[Sealed, "What."]
    description: Annotated[Sealed, "In more words."]
    outcome: Annotated[Sealed | None, "How it was settled; none while it stands."] = None


class PlanChange(Struct, frozen=True):
    """A change of the plan (計画変更)."""

    id: Annotated[UUID, "Opaque."]
    what: Annotated[Sealed, "What was changed."]
    reason: Annotated[Sealed, "Why."]
    ends_on: Annotated[date | None, "The new end, if that changed."]


class GoalFinding(Struct, frozen=True):
    """What a side says of one goal (達成状況)."""

    goal: Annotated[UUID, "The goal."]
    result: Annotated[GoalResult, "Whether it was met."]
    words: Annotated[Sealed, "In words."]


class ProjectEvaluation(Struct, frozen=True):
    """How a side looks back (検証)."""

    side: Annotated[Side, "Who."]
    summary: Annotated[Sealed, "On the whole."]
    findings: Annotated[tuple[GoalFinding, ...], "Of each goal."]


class ProtectedPart(Struct, frozen=True):
    """Something that stays out of what is published (保護する情報)."""

    mark: Annotated[Mark, "Why."]
    part: Annotated[Sealed, "What."]


class ProjectBody(Struct, frozen=True, tag="project"):
    """The work that city and partner do together (事業)."""

    department: Annotated[UUID, Ref.DEPARTMENT, "The department that runs it."]
    title: Annotated[Sealed, "件名."]
    sample: Annotated[bool, "Whether it is only an example."]
    proposal: Annotated[UUID | None, "The proposal it grew out of."] = None
    selection: Annotated[UUID | None, "The selection of its implementer."] = None
    track: Annotated[Code | None, "Its track, a code of the city's rules (進め方)."] = None
    implementer: Annotated[Sealed | None, "The implementer, unless it is the proposer (実施主体)."] = None
    ends_on: Annotated[date | None, "When it shall end."] = None
    duties: Annotated[tuple[ProjectDuty, ...], "Who does what (役割分担)."] = ()
    goals: Annotated[tuple[ProjectGoal, ...], "成果目標."] = ()
    milestones: Annotated[tuple[Milestone, ...], "マイルストーン."] = ()
    support: Annotated[PilotSupport | None, "What the city provides for a pilot."] = None
    reported_on: Annotated[date | None, "When its results were reported."] = None
    report: Annotated[Sealed | None, "What was reported (実績報告)."] = None
    budget_requests: Annotated[tuple[BudgetRequest, ...], "Money asked for (予算要望)."] = ()
    spendings: Annotated[tuple[Spending, ...], "Money spent (執行)."] = ()
    budget_left: Annotated[Yen, "Granted and not spent, in yen."] = 0
    issues: Annotated[tuple[ProjectIssue, ...], "問題."] = ()
    changes: Annotated[tuple[PlanChange, ...], "計画変更."] = ()
    evaluations: Annotated[tuple[ProjectEvaluation, ...], "How each side looks back (検証)."] = ()
    case_agreed_on: Annotated[date | None, "When the partner agreed to publication as a case."] = None
    case: Annotated[UUID | None, "The case that tells everybody of it."] = None
    case_consent: Annotated[Sealed | None, "Who agreed, and how."] = None
    protected: Annotated[tuple[ProtectedPart, ...], "What stays out of it."] = ()
    over_on: Annotated[date | None, "When it was done, or stopped."] = None
    stopped_because: Annotated[Sealed | None, "Why it was stopped (中止の理由)."] = None
    path: Annotated[Path | None, "What comes after it (継続の判断)."] = None
    path_because: Annotated[Sealed | None, "Why that comes after it (継続判断の理由)."] = None
    reason: Annotated[Sealed | None, "The last reason that was given."] = None
    note: Annotated[Sealed | None, "What was noted when it was done."] = None
    closing_note: Annotated[Sealed | None, "What was noted when it was closed, as why there is no case."] = None
    agreements: Annotated[tuple[UUID, ...], "What it is carried out under (協定等)."] = ()


def change(body: ProjectBody, fact: Fact) -> ProjectBody:  # one case an event
    """Most of it gathers."""
    match event := fact.event:
        case RolesDivided(duties=duties):
            return replace(body, duties=tuple(ProjectDuty(each.side, each.words) for each in duties))
        case GoalSet():
            return replace(body, goals=put(body.goals, ProjectGoal(event.goal, event.text, event.measure)))
        case GoalDropped(goal=goal, reason=reason):
            return replace(body, goals=tuple(each for each in body.goals if each.id != goal), reason=reason)
        case MilestonePlanned():
            return replace(body, milestones=put(body.milestones, Milestone(event.milestone, event.title, event.due_on)))
        case MilestoneDropped(milestone=milestone, reason=reason):
            return replace(
                body, milestones=tuple(each for each in body.milestones if each.id != milestone), reason=reason
            )
        case MilestoneMoved() | MilestoneReached() | MilestoneReopened():
            return replace(body, milestones=_milestones(body.milestones, event))
        case SupportAgreed():
            names = PilotSupport.__struct_fields__
            return replace(body, support=PilotSupport(**{name: getattr(event, name) for name in names}))
        case ResultsReported(on=day, report=report):
            return replace(body, reported_on=day, report=report)
        case IssueRaised() | IssueSettled() | IssueReopened():
            return _with_issue(body, event)
        case PlanChanged():
            made = PlanChange(event.change, event.what, event.reason, event.ends_on)
            return replace(body, changes=(*body.changes, made), ends_on=event.ends_on or body.ends_on)
        case Evaluated():
            return replace(body, evaluations=_evaluations(body.evaluations, event))
        case CaseAgreed() | CaseConsentWithdrawn() | CaseHidden():
            return _with_consent(body, event)
        case AgreementNamed() | AgreementDropped():
            return _under(body, event)
        case Completed() | Stopped() | ContinuationDecided() | Closed() | StepCorrected():
            return _at_the_end(body, fact)
        case BudgetRequested() | BudgetGranted() | BudgetRefused() | BudgetSpent():
            return _with_money(body, event)
        case _:
            return absorbed(body, fact)


def _with_issue(body: ProjectBody, event: IssueRaised | IssueSettled | IssueReopened) -> ProjectBody:
    match event:
        case IssueRaised(issue=issue, title=title, description=description):
            return replace(body, issues=put(body.issues, ProjectIssue(issue, title, description)))
        case IssueSettled(issue=issue, outcome=outcome):
            return replace(body, issues=_changed(body.issues, issue, outcome=outcome))
        case IssueReopened(issue=issue, reason=reason):
            return replace(body, issues=_changed(body.issues, issue, outcome=None), reason=reason)


def _with_consent(body: ProjectBody, event: CaseAgreed | CaseConsentWithdrawn | CaseHidden) -> ProjectBody:
    if isinstance(event, CaseHidden):
        return replace(body, case=None)
    if isinstance(event, CaseConsentWithdrawn):
        return replace(body, case_agreed_on=None, case_consent=None, protected=(), reason=event.reason)
    parts = tuple(ProtectedPart(each.mark, each.part) for each in event.protected)
    return replace(body, case_agreed_on=event.on, case_consent=event.consent, protected=parts)


def _at_the_end(body: ProjectBody, fact: Fact) -> ProjectBody:
    match fact.event:
        case Completed(on=day):
            return replace(absorbed(body, fact), over_on=day)
        case Stopped(on=day, reason=reason):
            return replace(absorbed(body, fact), over_on=day, stopped_because=reason)
        case ContinuationDecided(reason=reason):
            return replace(absorbed(body, fact), path_because=reason)
        case Closed(note=note):
            return replace(body, closing_note=note)
        case _:
            return _taken_back(body, fact.event.to)


def _taken_back(body: ProjectBody, to: Stage) -> ProjectBody:
    """Without what the wrong steps brought; how both sides looked back stays."""
    body = replace(body, closing_note=None)
    if to is not Stage.RUNNING:
        return body
    return replace(body, over_on=None, stopped_because=None, path=None, path_because=None, reason=None, note=None)


def _under(body: ProjectBody, event: AgreementNamed | AgreementDropped) -> ProjectBody:
    if isinstance(event, AgreementNamed):
        return replace(body, agreements=(*body.agreements, event.agreement))
    return replace(
        body, agreements=tuple(each for each in body.agreements if each != event.agreement), reason=event.reason
    )


def _changed(parts: Iterable[Any], of: UUID, **told: Any) -> tuple[Any, ...]:
    return tuple(replace(each, **told) if each.id == of else each for each in parts)


def _milestones(
    milestones: tuple[Milestone, ...], event: MilestoneMoved | MilestoneReached | MilestoneReopened
) -> tuple[Milestone, ...]:
    if isinstance(event, MilestoneReached):
        return _changed(milestones, event.milestone, reached_on=event.on, note=event.note)
    if isinstance(event, MilestoneReopened):
        return _changed(milestones, event.milestone, reached_on=None, note=None, reason=event.reason)
    moved = next((each.moved for each in milestones if each.id == event.milestone), 0) + 1
    return _changed(milestones, event.milestone, due_on=event.due_on, reason=event.reason, moved=moved)


def _evaluations(before: tuple[ProjectEvaluation, ...], event: Evaluated) -> tuple[ProjectEvaluation, ...]:
    findings = tuple(GoalFinding(each.goal, each.result, each.words) for each in event.findings)
    others = tuple(each for each in before if each.side is not event.side)
    return (*others, ProjectEvaluation(event.side, event.summary, findings))


def _with_money(body: ProjectBody, event: BudgetRequested | BudgetGranted | BudgetRefused | BudgetSpent) -> ProjectBody:
    requests, spendings = body.budget_requests, body.spendings
    match event:
        case BudgetRequested():
            asked = BudgetRequest(event.request, event.fiscal_year, event.amount, event.reason)
            requests = put(requests, asked)
        case BudgetGranted():
            requests = _changed(requests, event.request, granted=event.amount, refused=False, answer=event.note)
        case BudgetRefused():
            requests = _changed(requests, event.request, granted=None, refused=True, answer=event.reason)
        case BudgetSpent():
            others = (each for each in spendings if each.id != event.spending)
            spendings = (*others, Spending(event.spending, event.amount, event.on, event.purpose))
    left = sum(each.granted or 0 for each in requests) - sum(each.amount for each in spendings)
    return replace(body, budget_requests=requests, spendings=spendings, budget_left=left)


def head(body: ProjectBody, stage: str) -> Head:
    """The department's turn until it is closed, and the desk's while money is asked for.

    Due is the next milestone, or the report on a pilot.
    """
    asked = any(each.granted is None and not each.refused for each in body.budget_requests)
    days = [each.due_on for each in body.milestones if each.reached_on is None] if stage == Stage.RUNNING else []
    if body.support is not None and body.reported_on is None and stage != Stage.CLOSED:
        days.append(body.support.report_due_on)
    return Head(
        title=body.title,
        about=body.proposal,
        department=body.department,
        waiting_for=NOBODY if stage == Stage.CLOSED else Role.DEPARTMENT_OFFICER,
        also=(Role.DESK_OFFICER.value,) if asked and stage != Stage.CLOSED else (),
        due_on=min(days, default=None),
        sample=body.sample,
    )


PROJECTS: Final = Kind(PROJECT, ProjectBody, head, begun(ProjectBody), change)
