"""It ends, both sides look back, and what comes after is decided (完了・検証・継続・完結)."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from domain import project as domain
from domain.case import Side
from domain.errors import PartUnfitting
from domain.project import GoalResult, Path, Project
from domain.proposal import Proceeding
from domain.selection import SELECTION
from domain.selection import Stage as SelectionStage
from domain.values import Audience, Mark
from tenants.commands.proceedings import noted
from tenants.commands.projects.wish import Noting, ProjectWish
from tenants.members import Role
from tenants.saying import Says, ToDepartment, ToProposer
from tenants.wish import Context, Further


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
class WithdrawCaseConsent(Noting):
    """Note that the partner does not agree to publication any more, or never did, and why.

    No case is published on that consent then. One that is shown already is for the desk to take down.
    """

    name = "project.withdrawCaseConsent"
    ja = "事例公表の同意の撤回を記録する"
    records = domain.CaseConsentWithdrawn

    reason: ToDepartment


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

    def also(self, state: Project, context: Context) -> tuple[Further, ...]:
        """There is nothing more to do; what was stopped before it was done binds nobody any more."""
        del context
        done = state.stage is domain.Stage.COMPLETED
        return noted(state.proposal, Proceeding.PROJECT, self.project, open_=False, bound=done)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(ProjectWish):
    """Take a wrong step back to a stage at which it stood before: what was completed, stopped or closed by mistake.

    It goes on from there without what that step had brought; how both sides looked back stays.
    """

    name = "project.correctStep"
    ja = "事業の誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment

    def judge(self, state: Project, context: Context) -> None:
        """What was taken back once the work had stopped carries it no more.

        Raises OutsideRemit, and for work that rests on such a selection ReferenceUnsuitable; PartUnfitting where it was
        gone through again since.
        """
        super(CorrectStep, self).judge(state, context)
        if self.to is domain.Stage.RUNNING and state.selection is not None:
            selection = context.look(SELECTION, state.selection)
            SELECTION.named(selection, SelectionStage.COMPLETED)
            if selection.completions > 1:
                raise PartUnfitting(
                    field="to",
                    problem="an implementer was selected anew since; begin a project with that one",
                    problem_ja="その後に実施主体が選び直されています。新たに事業を開始してください",
                )

    def also(self, state: Project, context: Context) -> tuple[Further, ...]:
        """There is something to do again, and it binds both sides, as when it began."""
        del context
        return noted(state.proposal, Proceeding.PROJECT, self.project, open_=True, bound=True)
