"""What members may wish of the selection of an implementer (実施主体の選定の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import proposal as proposals
from domain import selection as domain
from domain.calendar import check_since
from domain.circumstances import Act
from domain.errors import PartUnfitting
from domain.policy import Degree
from domain.project import PROJECT
from domain.proposal import PROPOSAL, Proceeding
from domain.selection import SELECTION, Selection
from domain.values import SHORT, Audience, Mark, Yen
from tenants.commands.proceedings import noted
from tenants.members import Role
from tenants.saying import OfDepartment, Reason, Says, TitleForDepartment, ToDepartment, ToProposer, recorded
from tenants.wish import Context, Further

DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionWish(OfDepartment[Selection]):
    """About one selection; the department in charge works on it, or the desk for it."""

    decider = SELECTION
    roles: ClassVar[frozenset[Role]] = DEPARTMENT

    selection: UUID

    def noted(self, proposal: UUID | None, *, open_: bool, bound: bool = False) -> tuple[Further, ...]:
        """The proposal knows how its selection stands."""
        return noted(proposal, Proceeding.SELECTION, self.selection, open_=open_, bound=bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingOn(SelectionWish):
    """It goes on as long as its proposal does, with others than the proposer also when that was withdrawn since.

    What was declined since is only given up.
    """

    def judge(self, state: Selection, context: Context) -> None:
        """Raises OutsideRemit, IsSuspended, ReferenceUnsuitable."""
        super(GoingOn, self).judge(state, context)
        if state.proposal is not None:
            still = proposals.named_for_work if self.with_proposer(state) else proposals.named_for_others
            still(context.look(PROPOSAL, state.proposal))

    def with_proposer(self, state: Selection) -> bool:
        """Whether it is the proposer who carries it out."""
        return state.by_proposer


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting(GoingOn):
    """Something is noted that has happened on a day."""

    on: date

    def judge(self, state: Selection, context: Context) -> None:
        """Raises OutsideRemit, DateInvalid for a day that has not come, or before it began."""
        super(Noting, self).judge(state, context)
        context.happened("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin(SelectionWish):
    """Begin to select who carries an adopted proposal out."""

    name = "selection.begin"
    ja = "実施主体の選定を始める"
    records = domain.Begun

    proposal: UUID
    title: TitleForDepartment
    sample: bool = False

    def judge(self, state: Selection, context: Context) -> None:
        """The proposal was adopted. Raises ReferenceUnknown, ReferenceUnsuitable, OutsideRemit."""
        del state
        proposal = context.look(PROPOSAL, self.proposal)
        proposals.named_for_work(PROPOSAL.named(proposal))
        context.require_remit(proposal.department, self.needed())

    def beside(self, state: Selection, context: Context) -> dict[str, Any]:
        """The department that talks with the proposer."""
        del state
        return {"department": context.look(PROPOSAL, self.proposal).department}

    def also(self, state: Selection, context: Context) -> tuple[Further, ...]:
        """Raises PartUnfitting while another one is under way."""
        del state, context
        return self.noted(self.proposal, open_=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersText:
    """The questions by which the way of selection is weighed."""

    pays_now: bool
    pays_later: bool
    exclusive_rights: bool
    special_knowledge: bool
    no_other_party: bool
    open_to_many: bool
    know_how_touched: bool
    occupancy_in_time: Degree | None = None
    occupancy_in_space: Degree | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess(GoingOn):
    """Answer the questions; the city's rules then advise a way of selection and say on what grounds."""

    name = "selection.assess"
    ja = "選定方法の確認項目に答える"
    records = domain.Assessed

    answers: AnswersText
    note: ToDepartment | None = None

    def beside(self, state: Selection, context: Context) -> dict[str, Any]:
        """The advice on these answers, with its grounds."""
        del state
        advice, grounds = domain.advise(recorded(domain.Answers, self.answers, context), context.policy)
        return {"advice": advice, "grounds": grounds}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideWay(GoingOn):
    """Decide the way of selection, following the advice or with the reason why not."""

    name = "selection.decideWay"
    ja = "選定方法を決める"
    records = domain.WayDecided
    roles = frozenset({Role.DEPARTMENT_OFFICER, Role.APPROVER})

    way: domain.Way
    reason: Annotated[str, Says(Audience.DEPARTMENT, reason=True)] | None = None

    def judge(self, state: Selection, context: Context) -> None:
        """Raises InterestOfDecider, OutsideRemit, and as ``GoingOn``."""
        impartial(state, context)
        super(DecideWay, self).judge(state, context)

    def beside(self, state: Selection, context: Context) -> dict[str, Any]:
        """How it stands to the advice."""
        del context
        return {"standing": domain.standing(state.advice, self.way)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Noting):
    """Note that occupancy, uniqueness and the way of selection were shared with the proposer, and in which words."""

    name = "selection.share"
    ja = "選定の考え方を提案者と共有する"
    records = domain.Shared

    note: ToProposer

    def beside(self, state: Selection, context: Context) -> dict[str, Any]:
        """What was shared, as it stands."""
        del context
        answers = state.answers
        return {
            "occupancy_in_time": answers.occupancy_in_time if answers else None,
            "occupancy_in_space": answers.occupancy_in_space if answers else None,
            "unique": state.unique,
            "way": state.way,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultProposer(Noting):
    """Note what the proposer said to the use of its ideas in a specification."""

    name = "selection.consultProposer"
    ja = "提案の利用を提案者と協議する"
    records = domain.ProposerConsulted

    response: domain.Response
    note: Annotated[str, Says(Audience.DEPARTMENT, (Mark.KNOW_HOW,))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare(GoingOn):
    """Note scheme, budget and specification of a contract, and that no condition keeps others out needlessly."""

    name = "selection.prepare"
    ja = "契約を準備する（スキーム・予算・仕様）"
    records = domain.Prepared

    scheme: ToDepartment
    specification: ToDepartment
    budget: Yen
    needless_conditions_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall(GoingOn):
    """Open the tender or public call that was decided on."""

    name = "selection.openCall"
    ja = "公募・入札を公告する"
    records = domain.CallOpened

    title: TitleForDepartment
    opened_on: date
    due_on: date

    def judge(self, state: Selection, context: Context) -> None:
        """Raises OutsideRemit, and DateInvalid for a call that opened before the selection began."""
        super(OpenCall, self).judge(state, context)
        check_since("openedOn", self.opened_on, context.began_on)

    def rests_on(self, state: Selection) -> str | None:
        """Advice, way, scheme, budget and specification."""
        return preparation(state)

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.OPEN_CALL


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCall(Noting):
    """Close the call, with the number of applicants."""

    name = "selection.closeCall"
    ja = "公募・入札を締め切る"
    records = domain.CallClosed

    applicants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(GoingOn):
    """Choose the implementer, the proposer or another by name, with the reason."""

    name = "selection.chooseImplementer"
    ja = "実施主体を決める"
    records = domain.Chosen
    roles = frozenset({Role.DEPARTMENT_OFFICER, Role.APPROVER})

    by_proposer: bool
    reason: Reason
    implementer: Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT)] | None = None

    def judge(self, state: Selection, context: Context) -> None:
        """Raises InterestOfDecider, OutsideRemit, and as ``GoingOn``."""
        impartial(state, context)
        super(Choose, self).judge(state, context)

    def with_proposer(self, state: Selection) -> bool:
        """As it is chosen now."""
        del state
        return self.by_proposer

    def rests_on(self, state: Selection) -> str | None:
        """Advice, way, scheme, budget and specification."""
        return preparation(state)

    def act(self) -> Act | None:
        """As what it reaches outside."""
        return Act.SELECT_IMPLEMENTER


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContract(GoingOn):
    """Record a contract with who was chosen: number, amount in yen, days; again under its id to put it right."""

    name = "selection.recordContract"
    ja = "契約を記録する"
    records = domain.ContractRecorded

    contract: UUID
    amount: Yen
    signed_on: date
    begins_on: date
    ends_on: date
    number: Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT)] | None = None

    def judge(self, state: Selection, context: Context) -> None:
        """Raises as ``GoingOn``, DateInvalid for a signature ahead, or from before the selection."""
        super(RecordContract, self).judge(state, context)
        context.happened("signedOn", self.signed_on)

    def also(self, state: Selection, context: Context) -> tuple[Further, ...]:
        """From the first contract on, nobody takes it back."""
        del context
        return self.noted(state.proposal, open_=True, bound=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(GoingOn):
    """Take a selection up again from its questions, saying why: another round, also when the chosen one steps back."""

    name = "selection.reopen"
    ja = "再選定とする"
    records = domain.Reopened

    reason: ToDepartment

    def judge(self, state: Selection, context: Context) -> None:
        """Raises PartUnfitting under a project that rests on it, and as ``GoingOn``."""
        super(Reopen, self).judge(state, context)
        require_no_project(self.selection, state, context)

    def also(self, state: Selection, context: Context) -> tuple[Further, ...]:
        """What was contracted is no more."""
        del context
        return self.noted(state.proposal, open_=True)

    def with_proposer(self, state: Selection) -> bool:
        """Who was chosen stepped back, perhaps by withdrawing."""
        del state
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(GoingOn):
    """Complete a selection: the implementer is chosen, and what had to be shared or signed is."""

    name = "selection.complete"
    ja = "選定を完了する"
    records = domain.Completed

    note: ToDepartment | None = None

    def also(self, state: Selection, context: Context) -> tuple[Further, ...]:
        """There is nothing more to do; what was contracted binds."""
        del context
        return self.noted(state.proposal, open_=False, bound=bool(state.contracts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandon(SelectionWish):
    """Give a selection up, saying why."""

    name = "selection.abandon"
    ja = "選定を打ち切る"
    records = domain.Abandoned

    reason: ToDepartment

    def also(self, state: Selection, context: Context) -> tuple[Further, ...]:
        """Another may begin; what was contracted is no more."""
        del context
        return self.noted(state.proposal, open_=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(GoingOn):
    """Take a wrong step back to a stage at which it stood before: a way, a call, a choice, its end.

    What that step and those since had brought is no more. Another round of selecting is reopened instead.
    """

    name = "selection.correctStep"
    ja = "選定の誤った手続を訂正する"
    records = domain.StepCorrected
    roles = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER, Role.APPROVER})

    to: domain.Stage
    reason: ToDepartment

    def judge(self, state: Selection, context: Context) -> None:
        """Who may not decide takes no decision back either.

        Raises InterestOfDecider, PartUnfitting under a project that rests on it, and as ``GoingOn``.
        """
        impartial(state, context)
        super(CorrectStep, self).judge(state, context)
        require_no_project(self.selection, state, context)

    def with_proposer(self, state: Selection) -> bool:
        """Who was chosen by mistake may have withdrawn since."""
        del state
        return False

    def also(self, state: Selection, context: Context) -> tuple[Further, ...]:
        """It goes on; what was contracted binds while it stands. Raises PartUnfitting while another one goes on."""
        del context
        still = self.to is domain.Stage.CHOSEN and bool(state.contracts)
        return self.noted(state.proposal, open_=True, bound=still)


def require_no_project(selection: UUID, state: Selection, context: Context) -> None:
    """Raises PartUnfitting while who was chosen carries a project out, or has; what was stopped rests on it no more."""
    if state.proposal is None or state.stage is not domain.Stage.COMPLETED:
        return
    for each in sorted(context.look(PROPOSAL, state.proposal).projects):
        project = context.look(PROJECT, each)
        if project.selection == selection and not project.given_up:
            raise PartUnfitting(
                field="selection",
                problem="a project is carried out by who was chosen; stop that first",
                problem_ja="選定した相手が事業を実施しています。先に事業を中止してください",
            )


def preparation(state: Selection) -> str:
    """What was weighed, decided and prepared, as it stands."""
    return f"preparation {state.preparations}"


def impartial(state: Selection, context: Context) -> None:
    """Raises InterestOfDecider for who declared an interest in the proposal."""
    if state.proposal is not None:
        proposals.require_impartial(context.look(PROPOSAL, state.proposal), context.member.id)


WISHES: Final = (
    Begin,
    Assess,
    DecideWay,
    Share,
    ConsultProposer,
    Prepare,
    OpenCall,
    CloseCall,
    Choose,
    RecordContract,
    Reopen,
    Complete,
    Abandon,
    CorrectStep,
)
