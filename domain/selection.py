"""Who carries an adopted proposal out: the questions, the advice of the city's rules, the decision (実施主体の選定).

The advice is computed and shown with its grounds; people decide, and give their reason when they decide otherwise or
when the rules give no answer. Who is chosen need not be the proposer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.case import MOST
from domain.errors import (
    AmountExceeded,
    AmountInvalid,
    DateInvalid,
    PartMissing,
    PartUnfitting,
    ReasonRequired,
    TooMany,
)
from domain.policy import Degree, Policy, SelectionRule, Weighing, known
from domain.policy import Selection as Rules
from domain.process import Step, never, process
from domain.values import Code, Sealed


class Stage(StrEnum):
    """Where a selection stands (状態)."""

    NEW = "new"
    BEGUN = "begun"
    ASSESSED = "assessed"
    WAY_DECIDED = "way_decided"
    CALLING = "calling"
    EXAMINING = "examining"
    CHOSEN = "chosen"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class Advice(StrEnum):
    """What the city's rules say about the way of selection (選定方法の目安)."""

    CONTRACT_PROCEDURE = "contract_procedure"
    PUBLIC_CALL = "public_call"
    WITHOUT_CALL = "without_call"
    COMPETITION = "competition"
    NO_ANSWER = "no_answer"


class Ground(StrEnum):
    """Why the rules say so (目安の根拠)."""

    PAYS_NOW = "pays_now"
    PAYS_LATER = "pays_later"
    OCCUPANCY_IN_TIME = "occupancy_in_time"
    OCCUPANCY_IN_SPACE = "occupancy_in_space"
    OCCUPANCY_LOW = "occupancy_low"
    EXCLUSIVE_RIGHTS = "exclusive_rights"
    SPECIAL_KNOWLEDGE = "special_knowledge"
    NO_OTHER_PARTY = "no_other_party"
    NOTHING_UNIQUE = "nothing_unique"
    OTHER_METHOD = "other_method"
    OPEN_TO_MANY = "open_to_many"
    LEFT_TO_NATURE = "left_to_nature"
    NO_RULE = "no_rule"


class Way(StrEnum):
    """How the implementer is found (選定方法): 入札, 公募型プロポーザル, 公募, 随意契約, 公募によらない選定."""

    TENDER = "tender"
    COMPETITIVE_PROPOSAL = "competitive_proposal"
    PUBLIC_CALL = "public_call"
    DIRECT_CONTRACT = "direct_contract"
    WITHOUT_CALL = "without_call"


class Standing(StrEnum):
    """How a decision stands to the advice: it follows, deviates, or there was none to follow (目安との関係)."""

    FOLLOWS = "follows"
    DEVIATES = "deviates"
    UNADVISED = "unadvised"


class Response(StrEnum):
    """What the proposer says to the use of its ideas in a specification (協議の結果)."""

    AGREED = "agreed"
    AGREED_IN_PART = "agreed_in_part"
    REFUSED = "refused"


CALLS: Final = frozenset({Way.TENDER, Way.COMPETITIVE_PROPOSAL, Way.PUBLIC_CALL})
"""The ways that are open to many."""

FITTING: Final[Mapping[Advice, frozenset[Way]]] = {
    Advice.CONTRACT_PROCEDURE: frozenset({Way.TENDER, Way.COMPETITIVE_PROPOSAL, Way.DIRECT_CONTRACT}),
    Advice.PUBLIC_CALL: CALLS,
    Advice.WITHOUT_CALL: frozenset({Way.WITHOUT_CALL}),
    Advice.COMPETITION: CALLS,
    Advice.NO_ANSWER: frozenset(),
}
"""The ways that follow an advice."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The questionnaire (選定の確認項目).

    ``pays_later``: upkeep and the like once the work is done. Occupancy may be left out where the city pays or its
    rules do not ask for it. ``open_to_many``: by its nature the work calls for many to be asked. ``know_how_touched``:
    a specification made of the proposer's ideas would touch its rights or know-how.
    """

    pays_now: bool
    pays_later: bool
    exclusive_rights: bool
    special_knowledge: bool
    no_other_party: bool
    open_to_many: bool
    know_how_touched: bool
    occupancy_in_time: Degree | None
    occupancy_in_space: Degree | None
    method: Code | None

    @property
    def paid(self) -> bool:
        """Whether the city pays anything, now or for upkeep."""
        return self.pays_now or self.pays_later


@dataclass(frozen=True, slots=True)
class Begun:
    """The selection for an adopted proposal began (選定の開始)."""

    proposal: UUID
    department: UUID | None
    title: Sealed
    sample: bool


@dataclass(frozen=True, slots=True)
class Assessed:
    """The questions were answered; the advice is what the rules in force then said of the answers (判定)."""

    answers: Answers
    advice: Advice
    grounds: tuple[Ground, ...]
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class WayDecided:
    """The way was decided (選定方法の決定); a reason stands unless it follows the advice."""

    way: Way
    standing: Standing
    reason: Sealed | None


@dataclass(frozen=True, slots=True)
class Shared:
    """Occupancy, uniqueness and the way of selection were shared with the proposer (認識の共有)."""

    on: date
    note: Sealed
    occupancy_in_time: Degree | None
    occupancy_in_space: Degree | None
    unique: bool
    way: Way | None


@dataclass(frozen=True, slots=True)
class ProposerConsulted:
    """The proposer was consulted about the use of its ideas (利用の協議); what must be left out stands in words."""

    on: date
    response: Response
    note: Sealed


@dataclass(frozen=True, slots=True)
class Prepared:
    """Scheme, budget in yen and specification of a contract are there (契約の準備).

    ``needless_conditions_checked``: somebody looked that nothing in the specification keeps others out needlessly.
    """

    scheme: Sealed
    specification: Sealed
    budget: int
    needless_conditions_checked: bool


@dataclass(frozen=True, slots=True)
class CallOpened:
    """A tender or public call was opened (公告・公募開始)."""

    opened_on: date
    due_on: date
    title: Sealed


@dataclass(frozen=True, slots=True)
class CallClosed:
    """It was closed with so many applicants (締切)."""

    on: date
    applicants: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The implementer was chosen (実施主体の決定): the proposer, or another by name."""

    by_proposer: bool
    implementer: Sealed | None
    reason: Sealed


@dataclass(frozen=True, slots=True)
class ContractRecorded:
    """A contract was concluded (契約): number as typed, amount in yen (0 where nothing is paid), period."""

    contract: UUID
    number: Sealed | None
    amount: int
    signed_on: date
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Reopened:
    """It was taken up again: no applicant, the chosen one stepped back, the work changed (再選定)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Completed:
    """It came to its end with an implementer (選定の完了)."""

    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """It was given up (選定の打切り)."""

    reason: Sealed


SelectionEvent = (
    Begun
    | Assessed
    | WayDecided
    | Shared
    | ProposerConsulted
    | Prepared
    | CallOpened
    | CallClosed
    | Chosen
    | ContractRecorded
    | Reopened
    | Completed
    | Abandoned
)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the next decision needs to know. ``contracts``: id to amount; ``budget`` in yen."""

    stage: Stage = Stage.NEW
    proposal: UUID | None = None
    department: UUID | None = None
    answers: Answers | None = None
    advice: Advice | None = None
    way: Way | None = None
    shared: bool = False
    consulted: bool = False
    budget: int | None = None
    call_due_on: date | None = None
    applicants: int | None = None
    contracts: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def paid(self) -> bool:
        """Whether the city pays anything."""
        return self.answers is not None and self.answers.paid

    @property
    def unique(self) -> bool:
        """Whether anything speaks for one party alone."""
        return self.answers is not None and bool(_unique(self.answers))


def fold(selection: Selection, event: object) -> Selection:
    """What stands beside the stage."""
    match event:
        case Begun(proposal=proposal, department=department):
            return replace(selection, proposal=proposal, department=department)
        case Assessed(answers=answers, advice=advice):
            return replace(selection, answers=answers, advice=advice)
        case WayDecided(way=way):
            return replace(selection, way=way)
        case Shared():
            return replace(selection, shared=True)
        case ProposerConsulted():
            return replace(selection, consulted=True)
        case Prepared(budget=budget):
            return replace(selection, budget=budget)
        case CallOpened(due_on=day):
            return replace(selection, call_due_on=day)
        case CallClosed(applicants=applicants):
            return replace(selection, applicants=applicants)
        case ContractRecorded(contract=contract, amount=amount):
            return replace(selection, contracts={**selection.contracts, contract: amount})
        case Reopened():
            return Selection(selection.stage, selection.proposal, selection.department)
        case _:
            return selection


# --- the advice ------------------------------------------------------------------------------------------------------


def advise(answers: Answers, policy: Policy) -> tuple[Advice, tuple[Ground, ...]]:
    """What the city's rules say of the answers, and why; where they are silent, that they give no answer."""
    paid = _given({Ground.PAYS_NOW: answers.pays_now, Ground.PAYS_LATER: answers.pays_later})
    if policy.selection is None:
        return Advice.NO_ANSWER, (*paid, Ground.NO_RULE)
    if paid:
        return Advice.CONTRACT_PROCEDURE, paid
    if policy.selection.rule is SelectionRule.BY_NATURE:
        return _by_nature(answers, policy, policy.selection)
    return _by_occupancy_and_uniqueness(answers, policy.selection)


def _by_occupancy_and_uniqueness(answers: Answers, rules: Rules) -> tuple[Advice, tuple[Ground, ...]]:
    """Both factors are always shown; both high or both low are not in the rule."""
    reached = {
        Ground.OCCUPANCY_IN_TIME: _high(answers.occupancy_in_time, rules),
        Ground.OCCUPANCY_IN_SPACE: _high(answers.occupancy_in_space, rules),
    }
    high = any(reached.values()) if rules.occupancy_by is Weighing.EITHER else all(reached.values())
    unique = _unique(answers)
    grounds = (
        *(_given(reached) if high else (Ground.OCCUPANCY_LOW,)),
        *(unique or (Ground.NOTHING_UNIQUE,)),
    )
    if high == bool(unique):
        return Advice.NO_ANSWER, grounds
    return (Advice.PUBLIC_CALL if high else Advice.WITHOUT_CALL), grounds


def _by_nature(answers: Answers, policy: Policy, rules: Rules) -> tuple[Advice, tuple[Ground, ...]]:
    """A tender or public call may follow; for other methods it always does where the rules say so."""
    others = {method.code for method in (policy.methods.entries if policy.methods else ()) if method.own_rules}
    grounds = _given(
        {
            Ground.OTHER_METHOD: rules.other_methods_compete and answers.method in others,
            Ground.OPEN_TO_MANY: answers.open_to_many,
        }
    )
    return (Advice.COMPETITION, grounds) if grounds else (Advice.NO_ANSWER, (Ground.LEFT_TO_NATURE,))


def _high(degree: Degree | None, rules: Rules) -> bool:
    return degree is not None and degree.reaches(rules.high_from)


def _unique(answers: Answers) -> tuple[Ground, ...]:
    return _given(
        {
            Ground.EXCLUSIVE_RIGHTS: answers.exclusive_rights,
            Ground.SPECIAL_KNOWLEDGE: answers.special_knowledge,
            Ground.NO_OTHER_PARTY: answers.no_other_party,
        }
    )


def _given(answers: Mapping[Ground, bool]) -> tuple[Ground, ...]:
    return tuple(ground for ground, given in answers.items() if given)


def standing(advice: Advice | None, way: Way) -> Standing:
    """How a way stands to the advice."""
    if advice is None or advice is Advice.NO_ANSWER:
        return Standing.UNADVISED
    return Standing.FOLLOWS if way in FITTING[advice] else Standing.DEVIATES


# --- guards ----------------------------------------------------------------------------------------------------------


def check_answers(_selection: Selection, policy: Policy, event: Assessed) -> None:
    """What the rules ask for is answered. Raises PartMissing, CodeUnknown for a method the city does not have."""
    answers = event.answers
    if answers.method is not None:
        known("answers.method", answers.method, policy.method_codes())
    asked = policy.selection is not None and policy.selection.rule is SelectionRule.OCCUPANCY_UNIQUENESS
    for name in ("occupancy_in_time", "occupancy_in_space"):
        if asked and not answers.paid and getattr(answers, name) is None:
            raise PartMissing(
                field="answers.occupancyInTime" if name == "occupancy_in_time" else "answers.occupancyInSpace",
                problem="say how far others are kept out; the city pays nothing, so its rules weigh it",
                problem_ja="市の負担がないため、占用の程度を指定してください",
            )


def check_reason(selection: Selection, _policy: Policy, event: WayDecided) -> None:
    """Raises ReasonRequired unless it follows the advice."""
    if standing(selection.advice, event.way) is not Standing.FOLLOWS and event.reason is None:
        raise ReasonRequired


def check_prepared(_selection: Selection, _policy: Policy, event: Prepared) -> None:
    """Raises AmountInvalid; PartMissing while nobody has looked for needless conditions."""
    if event.budget < 0:
        raise AmountInvalid(field="budget", least=0)
    if not event.needless_conditions_checked:
        raise PartMissing(
            field="needlessConditionsChecked",
            problem="look that no condition of the specification keeps others out needlessly, then say so",
            problem_ja="不必要な仕様で他の事業者を妨げていないかを確かめてください",
        )


def check_call(selection: Selection, policy: Policy, event: CallOpened) -> None:
    """Raises PartUnfitting when no call was decided on, DateInvalid, and what :func:`_require_ready` raises."""
    if selection.way not in CALLS:
        raise PartUnfitting(
            field="way",
            problem="the way that was decided is not a tender or public call; reopen the selection to decide another",
            problem_ja="決定された選定方法は入札・公募ではありません。変えるときは再選定としてください",
        )
    _in_order("dueOn", event.opened_on, event.due_on)
    _require_ready(selection, policy)


def check_closing(selection: Selection, _policy: Policy, event: CallClosed) -> None:
    """Raises PartUnfitting, DateInvalid for a day before the last one that was announced: all have the same time."""
    if event.applicants < 0:
        raise PartUnfitting(
            field="applicants", problem="there cannot be fewer than none", problem_ja="0 以上の数を指定してください"
        )
    if selection.call_due_on is not None and event.on < selection.call_due_on:
        raise DateInvalid(
            field="on",
            problem=f"applications are taken until {selection.call_due_on}, as was announced; to call anew, reopen it.",
            problem_ja=f"公告した期限（{selection.call_due_on}）以後の日付が必要です。やり直すときは再選定としてください",
        )


def check_chosen(selection: Selection, policy: Policy, event: Chosen) -> None:
    """Whether the way was gone to its end, and who it is.

    Raises PartMissing before a call was held, or for another implementer without a name, PartUnfitting for a name
    beside the proposer or a call without applicants.
    """
    if selection.way in CALLS and selection.stage is Stage.WAY_DECIDED:
        raise PartMissing(
            field="call",
            problem="the way that was decided is a tender or public call; open and close it first",
            problem_ja="選定方法は入札・公募です。先に公告と締切を記録してください",
        )
    if selection.stage is Stage.EXAMINING and not selection.applicants:
        raise PartUnfitting(
            field="implementer",
            problem="the call had no applicants; reopen the selection, or abandon it",
            problem_ja="応募者がいません。再選定とするか、打ち切ってください",
        )
    if event.by_proposer and event.implementer is not None:
        raise PartUnfitting(
            field="implementer", problem="it is the proposer", problem_ja="提案者を選ぶときは名称は不要です"
        )
    if not event.by_proposer and event.implementer is None:
        raise PartMissing(
            field="implementer", problem="name who was chosen", problem_ja="選定した相手の名称を入力してください"
        )
    _require_ready(selection, policy)


def _require_ready(selection: Selection, policy: Policy) -> None:
    """Raises PartMissing: a contract that is not prepared, a proposer that was not consulted."""
    rules, answers = policy.selection, selection.answers
    if rules is None or answers is None:
        return
    if rules.paid_prepared and selection.paid and selection.budget is None:
        raise PartMissing(
            field="prepared",
            problem="the city pays; record scheme, budget and specification first",
            problem_ja="市の負担があるため、先に事業スキーム・予算・仕様を記録してください",
        )
    ideas_used = selection.way in CALLS or selection.paid
    if rules.consult_proposer and answers.know_how_touched and ideas_used and not selection.consulted:
        raise PartMissing(
            field="consulted",
            problem="the proposer's rights or know-how are touched; consult it first and record it",
            problem_ja="提案者の権利やノウハウに関わるため、先に協議して記録してください",
        )


def check_contract(selection: Selection, _policy: Policy, event: ContractRecorded) -> None:
    """Within the budget. Raises AmountInvalid, DateInvalid, TooMany, AmountExceeded, PartUnfitting if unpaid."""
    if event.amount < 0:
        raise AmountInvalid(field="amount", least=0)
    if (count := len(selection.contracts) + 1) > MOST:
        raise TooMany(field="contracts", count=count, limit=MOST)
    _in_order("endsOn", event.begins_on, event.ends_on)
    if event.amount and not selection.paid:
        raise PartUnfitting(
            field="amount",
            problem="it was answered that the city pays nothing; reopen the selection if it does",
            problem_ja="市の負担なしと判定されています。負担が生じるときは再選定としてください",
        )
    total = sum(selection.contracts.values()) + event.amount
    if selection.budget is not None and total > selection.budget:
        raise AmountExceeded(field="amount", amount=total, limit=selection.budget)


def check_completed(selection: Selection, policy: Policy, _event: Completed) -> None:
    """Raises PartMissing: without city money nothing was shared with the proposer, or with it no contract is there."""
    sharing = policy.decision is not None and policy.decision.share_selection
    if sharing and not selection.paid and not selection.shared:
        raise PartMissing(
            field="shared",
            problem="share occupancy, uniqueness and the way of selection with the proposer, and record it",
            problem_ja="占用性・独自性と選定方法を提案者と共有し、記録してください",
        )
    if selection.paid and not selection.contracts:
        raise PartMissing(
            field="contract",
            problem="the city pays; record the contract first",
            problem_ja="市の負担があるため、先に契約を記録してください",
        )


def _in_order(name: str, first: date, last: date) -> None:
    if last < first:
        raise DateInvalid(
            field=name, problem=f"it must not lie before {first}.", problem_ja=f"{first} 以後の日付が必要です"
        )


# --- the process -----------------------------------------------------------------------------------------------------

NEW, BEGUN, ASSESSED, DECIDED = Stage.NEW, Stage.BEGUN, Stage.ASSESSED, Stage.WAY_DECIDED
UNDER_WAY: Final = (DECIDED, Stage.CALLING, Stage.EXAMINING, Stage.CHOSEN)
OPEN: Final = (BEGUN, ASSESSED, *UNDER_WAY)

SELECTION: Final = process(
    "selection",
    Selection(),
    {
        "selection.begun": Step(Begun, (NEW,), (BEGUN,), granted=never),
        "selection.assessed": Step(Assessed, (BEGUN, ASSESSED), (ASSESSED,), granted=never, guards=(check_answers,)),
        "selection.way_decided": Step(WayDecided, (ASSESSED,), (DECIDED,), granted=never, guards=(check_reason,)),
        "selection.shared": Step(Shared, UNDER_WAY, granted=never),
        "selection.proposer_consulted": Step(ProposerConsulted, (ASSESSED, DECIDED), granted=never),
        "selection.prepared": Step(Prepared, (ASSESSED, DECIDED), granted=never, guards=(check_prepared,)),
        "selection.call_opened": Step(CallOpened, (DECIDED,), (Stage.CALLING,), granted=never, guards=(check_call,)),
        "selection.call_closed": Step(
            CallClosed, (Stage.CALLING,), (Stage.EXAMINING,), granted=never, guards=(check_closing,)
        ),
        "selection.chosen": Step(
            Chosen, (DECIDED, Stage.EXAMINING), (Stage.CHOSEN,), granted=never, guards=(check_chosen,)
        ),
        "selection.contract_recorded": Step(
            ContractRecorded,
            (Stage.CHOSEN,),
            granted=lambda selection, recorded: recorded.contract in selection.contracts,
            guards=(check_contract,),
        ),
        "selection.reopened": Step(Reopened, UNDER_WAY, (BEGUN,)),
        "selection.completed": Step(Completed, (Stage.CHOSEN,), (Stage.COMPLETED,), guards=(check_completed,)),
        "selection.abandoned": Step(Abandoned, OPEN, (Stage.ABANDONED,)),
    },
    fold,
)
