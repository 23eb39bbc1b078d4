"""How the work ended, how both sides look back, what is published and what comes after (完了・検証・継続・完結)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.case import Side
from domain.errors import PartMissing, PartUnfitting, ReferenceUnknown
from domain.policy import Policy, known
from domain.project.state import EVALUATORS, Path, Project, Stage
from domain.values import Code, Mark, Sealed


class GoalResult(StrEnum):
    """Whether a goal was reached (達成状況)."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


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
class CaseConsentWithdrawn:
    """The partner does not agree any more, or never did and it was entered by mistake (公表の同意の撤回)."""

    on: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class CaseHidden:
    """That case is shown to nobody outside any more, as the record of the case says (事例の公開の取りやめ)."""

    case: UUID


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case tells everybody of it, as the record of the case says (事例の公表)."""

    case: UUID


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
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正). How both sides looked back stays."""

    to: Stage
    reason: Sealed


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


def check_closed(project: Project, policy: Policy, event: Closed) -> None:
    """Raises PartMissing: a report that is due, a problem that is not settled, and what the city's rules ask for.

    That is an evaluation by both sides, a decision on what comes after, a case of what was done or why there is none.
    """
    rules = policy.evaluation
    if unsettled := sum(not settled for settled in project.issues.values()):
        raise PartMissing(
            field="issues",
            problem=f"say how the problems were settled first; {unsettled} left",
            problem_ja=f"先に問題の解決を記録してください（残り {unsettled} 件）",
        )
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
    published = project.case is not None or project.stage is not Stage.COMPLETED
    if rules is not None and rules.published_as_case and not published and event.note is None:
        raise PartMissing(
            field="note",
            problem="by the city's rules the work is published as a case; publish it first, or say in the note why not",
            problem_ja="実施結果は事例として公表します。先に公表するか、公表しない理由を記載してください",
        )


def check_one_case(project: Project, _policy: Policy, shown: CaseShown) -> None:
    """Raises PartUnfitting for a second case of one project."""
    if project.case not in {None, shown.case}:
        raise PartUnfitting(
            field="project",
            problem="another case tells of it already; revise that one",
            problem_ja="この事業の事例はすでに公開されています。その事例を修正してください",
        )
