"""What members may wish of a case (事例の操作)."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from domain import case as domain
from domain import project as projects
from domain import proposal as proposals
from domain.case import CASE, Case, Origin, ResourceKind, Side
from domain.challenge import CHALLENGE
from domain.circumstances import Act
from domain.values import Day
from tenants.members import Role
from tenants.saying import Doing, TitleForAll, ToAll, ToDepartment
from tenants.wish import Context, Further


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWish(Doing[Case]):
    """About one case. The operator may import cases from documents."""

    decider = CASE
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER, Role.OPERATOR})

    case: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerText:
    """A partner, or another participant, by name."""

    name: TitleForAll
    participant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateText:
    """A day of the case and what happened or was planned for it."""

    label: TitleForAll
    day: Day
    planned: bool = False
    until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceText:
    """What a side brought in."""

    side: Side
    kind: ResourceKind
    description: ToAll


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitText:
    """What a side gained or was to gain."""

    side: Side
    description: ToAll


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseText:
    """Everything a case tells, in the words that everybody shall read."""

    title: TitleForAll
    summary: ToAll
    method: str
    fields: tuple[str, ...] = ()
    background: ToAll | None = None
    source: ToAll | None = None
    partners: tuple[PartnerText, ...] = ()
    dates: tuple[DateText, ...] = ()
    resources: tuple[ResourceText, ...] = ()
    benefits: tuple[BenefitText, ...] = ()
    outcomes: tuple[ToAll, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(CaseWish):
    """Show a partnership to everybody; an imported one names the document it comes from."""

    name = "case.publish"
    ja = "事例を公開する"
    records = domain.Published

    content: CaseText
    origin: Origin = Origin.DESK
    challenge: UUID | None = None
    proposal: UUID | None = None
    sample: bool = False
    project: UUID | None = None

    def judge(self, state: Case, context: Context) -> None:
        """What it grew out of is there, and its partner agreed: a proposal's project is not left out.

        Raises ReferenceUnknown, ReferenceUnsuitable, and PartMissing, PartUnfitting for a project.
        """
        del state
        if self.challenge is not None:
            CHALLENGE.named(context.look(CHALLENGE, self.challenge))
        if self.proposal is not None:
            grew_out_of = context.look(proposals.PROPOSAL, self.proposal)
            proposals.named_adopted(grew_out_of)
            domain.check_project(grew_out_of.projects, self.project)
        if self.project is not None:
            projects.named_for_case(context.look(projects.PROJECT, self.project), self.proposal)

    def beside(self, state: Case, context: Context) -> dict[str, Any]:
        """Its id outside; what grew out of a sample is one."""
        del state
        grew_out_of = (
            *([context.look(proposals.PROPOSAL, self.proposal)] if self.proposal else ()),
            *([context.look(projects.PROJECT, self.project)] if self.project else ()),
        )
        sample = self.sample or any(each.sample for each in grew_out_of)
        return {"public_id": context.new_id("public"), "sample": sample}

    def also(self, state: Case, context: Context) -> tuple[Further, ...]:
        """The project knows its case. Raises PartUnfitting where it has one."""
        del state, context
        if self.project is None:
            return ()
        return (Further(projects.PROJECT, self.project, projects.CaseShown(self.case)),)

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.PUBLISH_CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(CaseWish):
    """Put right or carry on what a case tells; the note says what changed."""

    name = "case.revise"
    ja = "事例を改訂する"
    records = domain.Revised

    content: CaseText
    note: ToAll

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.PUBLISH_CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(CaseWish):
    """Say that the partnership has ended."""

    name = "case.close"
    ja = "事例を終了とする"
    records = domain.Closed

    note: ToAll


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(CaseWish):
    """Show a case to nobody outside any more: it was published by mistake, or its partner does not agree."""

    name = "case.withdraw"
    ja = "事例の公開を取りやめる"
    records = domain.Withdrawn

    reason: ToDepartment

    def also(self, state: Case, context: Context) -> tuple[Further, ...]:
        """No case tells of the project any more."""
        del context
        if state.project is None:
            return ()
        return (Further(projects.PROJECT, state.project, projects.CaseHidden(self.case)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAgain(CaseWish):
    """Show a case that was withdrawn to everybody after all, in words said anew; it stands where it stood before."""

    name = "case.showAgain"
    ja = "事例を再び公開する"
    records = domain.ShownAgain

    content: CaseText

    def judge(self, state: Case, context: Context) -> None:
        """Its partner agrees still. Raises PartMissing."""
        if state.project is not None:
            projects.named_for_case(context.look(projects.PROJECT, state.project), None)

    def also(self, state: Case, context: Context) -> tuple[Further, ...]:
        """The project knows its case again. Raises PartUnfitting where it has another."""
        del context
        if state.project is None:
            return ()
        return (Further(projects.PROJECT, state.project, projects.CaseShown(self.case)),)

    def beside(self, state: Case, context: Context) -> dict[str, Any]:
        """Where it stood, and all that it was known by outside."""
        return {
            "to": state.trail[-1] if state.trail else domain.Stage.OPEN,
            "public_id": state.public_id or context.new_id("public"),
            "origin": state.origin,
            "challenge": state.challenge,
            "sample": state.sample,
        }

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.PUBLISH_CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(CaseWish):
    """Take back that a case was said to have ended: it is under way."""

    name = "case.correctStep"
    ja = "事例の誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDepartment


WISHES: Final = (Publish, Revise, Close, Withdraw, ShowAgain, CorrectStep)
