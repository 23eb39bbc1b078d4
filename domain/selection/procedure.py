"""The way is gone: prepared, called, chosen, contracted, completed or begun again (公募・決定・契約・再選定)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from domain.case import MOST
from domain.days_in_words import in_japanese
from domain.errors import AmountExceeded, AmountInvalid, DateInvalid, PartMissing, PartUnfitting, TooMany
from domain.policy import Policy
from domain.selection.advice import CALLS
from domain.selection.state import Contract, Selection, Stage
from domain.values import Sealed


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
    """A contract was concluded (契約): number as typed, amount in yen (0 where nothing is paid), period.

    Recorded again under its id it takes the place of what was recorded wrongly.
    """

    contract: UUID
    number: Sealed | None
    amount: int
    signed_on: date
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Reopened:
    """It was taken up again: no applicant, the chosen one stepped back, also afterwards, the work changed (再選定)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Completed:
    """It came to its end with an implementer (選定の完了)."""

    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """It was given up (選定の打切り)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正)."""

    to: Stage
    reason: Sealed


WAY: Final = (Stage.BEGUN, Stage.ASSESSED, Stage.WAY_DECIDED, Stage.CALLING, Stage.EXAMINING, Stage.CHOSEN)
"""The stages of a selection in their order; without a call two of them are left out."""


def taken_back(selection: Selection, to: Stage) -> Selection:
    """Without what the steps that were taken back had brought, so that no approval of before is good for it.

    What was shared told of the way; whom the proposer agrees with and what was prepared rest on the answers.
    """
    kept = WAY[: WAY.index(to) + 1] if to in WAY else WAY
    assessed, decided, chosen = (each in kept for each in (Stage.ASSESSED, Stage.WAY_DECIDED, Stage.CHOSEN))
    return replace(
        selection,
        answers=selection.answers if assessed else None,
        advice=selection.advice if assessed else None,
        consulted=selection.consulted and assessed,
        budget=selection.budget if assessed else None,
        way=selection.way if decided else None,
        shared_at=selection.shared_at if selection.shared_at in kept else None,
        call_due_on=selection.call_due_on if Stage.CALLING in kept else None,
        applicants=selection.applicants if Stage.EXAMINING in kept else None,
        by_proposer=selection.by_proposer and chosen,
        contracts=selection.contracts if chosen else {},
        preparations=selection.preparations + 1,
    )


def as_recorded(event: ContractRecorded) -> Contract:
    """A contract as it stands after it was recorded."""
    return Contract(event.number, event.amount, event.signed_on, event.begins_on, event.ends_on)


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
            problem_ja=f"公告した期限である{in_japanese(selection.call_due_on)}以後の日付が必要です。"
            "やり直すときは再選定としてください",
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
    """All of them within the budget; one that is recorded again takes its own place.

    Raises AmountInvalid, DateInvalid, TooMany, AmountExceeded, PartUnfitting if unpaid.
    """
    if event.amount < 0:
        raise AmountInvalid(field="amount", least=0)
    contracts = {**selection.contracts, event.contract: as_recorded(event)}
    if (count := len(contracts)) > MOST:
        raise TooMany(field="contracts", count=count, limit=MOST)
    _in_order("endsOn", event.begins_on, event.ends_on)
    if event.amount and not selection.paid:
        raise PartUnfitting(
            field="amount",
            problem="it was answered that the city pays nothing; reopen the selection if it does",
            problem_ja="市の負担なしと判定されています。負担が生じるときは再選定としてください",
        )
    total = sum(each.amount for each in contracts.values())
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
            field=name,
            problem=f"it must not lie before {first}.",
            problem_ja=f"{in_japanese(first)}以後の日付が必要です",
        )
