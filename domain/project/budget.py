"""Money of the support budget: asked for, granted or refused, spent (予算の要望・配当・執行)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.errors import (
    AmountExceeded,
    AmountInvalid,
    PartMissing,
    PartUnfitting,
    ReferenceUnknown,
    ReferenceUnsuitable,
)
from domain.policy import Policy
from domain.project.state import Project, Request, Spending
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class BudgetRequested:
    """Money of the support budget was asked for, in yen (予算要望); until it is answered, anew under the same id."""

    request: UUID
    fiscal_year: int
    amount: int
    reason: Sealed


@dataclass(frozen=True, slots=True)
class BudgetGranted:
    """So much of a request was granted (配当); the last word on a request counts, and a later one tells why."""

    request: UUID
    amount: int
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class BudgetRefused:
    """A request was not granted (不採択), or is so no more."""

    request: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """Granted money was spent (執行); entered again under its id it takes the place of what was entered wrongly."""

    spending: UUID
    amount: int
    on: date
    purpose: Sealed


def with_money(project: Project, event: object) -> Project:
    """Folds what happened to the money."""
    match event:
        case BudgetRequested(request=request):
            return replace(project, requested={**project.requested, request: as_asked(event)})
        case BudgetGranted(request=request, amount=amount):
            granted = {**project.granted, request: amount}
            return replace(project, granted=granted, refused=project.refused - {request})
        case BudgetRefused(request=request):
            return replace(project, granted=_without(project, request), refused=project.refused | {request})
        case BudgetSpent(spending=spending):
            return replace(project, spent={**project.spent, spending: as_spent(event)})
        case _:
            return project


def as_asked(event: BudgetRequested) -> Request:
    """A request as it stands after it was made."""
    return Request(event.fiscal_year, event.amount, event.reason)


def as_spent(event: BudgetSpent) -> Spending:
    """A spending as it stands after it was entered."""
    return Spending(event.amount, event.on, event.purpose)


def _without(project: Project, request: UUID) -> dict[UUID, int]:
    return {each: amount for each, amount in project.granted.items() if each != request}


def check_request(project: Project, policy: Policy, event: BudgetRequested) -> None:
    """Raises PartUnfitting where the city has no such budget, AmountInvalid, ReferenceUnsuitable for one answered."""
    if policy.support_budget is None:
        raise PartUnfitting(
            field="request",
            problem="the city's rules know no support budget",
            problem_ja="この市の規定には、官民連携のための予算がありません",
        )
    _require_money(event.amount)
    if (answer := _answer(project, event.request)) is not None:
        raise ReferenceUnsuitable(field="request", stage=answer, possible="requested")


def check_grant(project: Project, _policy: Policy, event: BudgetGranted) -> None:
    """Within what was asked for; another answer than before says why, and leaves what was spent.

    Raises ReferenceUnknown, AmountInvalid, AmountExceeded, PartMissing, PartUnfitting.
    """
    _require_request(project, event.request)
    _require_money(event.amount)
    limit = project.requested[event.request].amount
    if event.amount > limit:
        raise AmountExceeded(field="amount", amount=event.amount, limit=limit)
    if event.note is None and _answer(project, event.request) is not None:
        raise PartMissing(
            field="note",
            problem="this request was answered otherwise before; say in the note why",
            problem_ja="この要望にはすでに別の回答があります。変更の理由を備考に記載してください",
        )
    _require_covered(project, "amount", sum(_without(project, event.request).values()) + event.amount)


def check_refusal(project: Project, _policy: Policy, event: BudgetRefused) -> None:
    """Raises ReferenceUnknown, and PartUnfitting for a grant of which something was spent."""
    _require_request(project, event.request)
    _require_covered(project, "request", sum(_without(project, event.request).values()))


def _require_request(project: Project, request: UUID) -> None:
    if request not in project.requested:
        raise ReferenceUnknown(field="request")


def _answer(project: Project, request: UUID) -> str | None:
    if request in project.refused:
        return "not_granted"
    return "granted" if request in project.granted else None


def _require_covered(project: Project, field: str, granted: int) -> None:
    """What is granted in all covers what was spent in all; an answer that takes nothing back asks for nothing."""
    spent = sum(each.amount for each in project.spent.values())
    if granted < min(spent, sum(project.granted.values())):
        raise PartUnfitting(
            field=field,
            problem=f"{spent} yen of what was granted in all were spent already, and {granted} yen would be left of"
            " it; correct what was spent first, or grant more",
            problem_ja=f"配当全体のうちすでに {spent} 円を執行しており、変更後の配当 {granted} 円では足りません。"
            "先に執行の記録を訂正するか、金額を増やしてください",
        )


def check_spending(project: Project, _policy: Policy, event: BudgetSpent) -> None:
    """Never more than was granted; what is entered again takes the place of before, also as nothing spent at all.

    Raises AmountInvalid, AmountExceeded.
    """
    if event.amount or event.spending not in project.spent:
        _require_money(event.amount)
    spent = {**project.spent, event.spending: as_spent(event)}
    total, limit = sum(each.amount for each in spent.values()), sum(project.granted.values())
    if total > limit:
        raise AmountExceeded(field="amount", amount=total, limit=limit)


def _require_money(amount: int) -> None:
    if amount < 1:
        raise AmountInvalid(field="amount", least=1)
