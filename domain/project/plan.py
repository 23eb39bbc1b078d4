"""What shall be done, by whom, until when, and what comes between (役割・目標・マイルストーン・課題・計画変更)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.case import MOST, Side
from domain.errors import PartMissing, ReferenceUnknown, ReferenceUnsuitable, TooMany
from domain.policy import Policy, known
from domain.process import Guard
from domain.project.state import Project
from domain.values import Code, Sealed


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
class MilestoneDropped:
    """It was given up, or belongs elsewhere (マイルストーンの取下げ)."""

    milestone: UUID
    reason: Sealed


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
class MilestoneReopened:
    """It was said by mistake that it is there; it is planned again for its day (達成の取消し)."""

    milestone: UUID
    reason: Sealed


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
class IssueReopened:
    """It stands in the way again, or still does (解決の取消し)."""

    issue: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """The plan was changed, for a reason (計画変更)."""

    change: UUID
    what: Sealed
    reason: Sealed
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class AgreementNamed:
    """It is carried out under an agreement, memorandum or contract (協定等との結付け)."""

    agreement: UUID


@dataclass(frozen=True, slots=True)
class AgreementDropped:
    """It is carried out under it no longer (協定等との結付けの解除)."""

    agreement: UUID
    reason: Sealed


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


def few(name: str, of: str | None = None, *, of_event: bool = False) -> Guard:
    """A guard: no more than ``MOST`` gather under this name of the state, or stand in the event. Raises TooMany.

    ``of``: the field of the event that names one of them; what is there already is said anew and takes no more room.
    """

    def check(project: Project, _policy: Policy, event: object) -> None:
        gathered = getattr(event if of_event else project, name)
        again = of is not None and getattr(event, of) in gathered
        count = len(gathered) + (not of_event and not again)
        if count > MOST:
            raise TooMany(field=name, count=count, limit=MOST)

    return check


def check_goal(project: Project, _policy: Policy, event: GoalDropped) -> None:
    """Raises ReferenceUnknown."""
    if event.goal not in project.goals:
        raise ReferenceUnknown(field="goal")


def check_planned(project: Project, policy: Policy, event: MilestonePlanned) -> None:
    """Said anew it takes the place of before. Raises TooMany for one more, ReferenceUnsuitable for one reached."""
    if event.milestone in project.milestones:
        check_milestone(project, policy, event)
    else:
        few("milestones")(project, policy, event)


def check_milestone(
    project: Project, _policy: Policy, event: MilestonePlanned | MilestoneDropped | MilestoneMoved | MilestoneReached
) -> None:
    """Raises ReferenceUnknown, and ReferenceUnsuitable for one that was reached."""
    if event.milestone not in project.milestones:
        raise ReferenceUnknown(field="milestone")
    if project.milestones[event.milestone]:
        raise ReferenceUnsuitable(field="milestone", stage="reached", possible="planned")


def check_known(project: Project, _policy: Policy, event: MilestoneReopened) -> None:
    """Raises ReferenceUnknown."""
    if event.milestone not in project.milestones:
        raise ReferenceUnknown(field="milestone")


def check_issue(project: Project, _policy: Policy, event: IssueSettled | IssueReopened) -> None:
    """Raises ReferenceUnknown."""
    if event.issue not in project.issues:
        raise ReferenceUnknown(field="issue")
