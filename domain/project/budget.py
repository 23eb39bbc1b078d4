"""Money of the support budget: asked for, granted or refused, spent (予算の要望・配当・執行)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.errors import AmountExceeded, AmountInvalid, PartUnfitting, ReferenceUnknown, ReferenceUnsuitable
from domain.policy import Policy
from domain.project.state import Project
from domain.values import Sealed


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


def with_money(project: Project, event: object) -> Project:
    """Folds what happened to the money."""
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
        answer = "not_granted" if request in project.refused else "granted"
        raise ReferenceUnsuitable(field="request", stage=answer, possible="requested")


def check_spending(project: Project, _policy: Policy, event: BudgetSpent) -> None:
    """Never more than was granted; what is entered again takes the place of before.

    Raises AmountInvalid, AmountExceeded.
    """
    _require_money(event.amount)
    total, limit = sum({**project.spent, event.spending: event.amount}.values()), sum(project.granted.values())
    if total > limit:
        raise AmountExceeded(field="amount", amount=total, limit=limit)


def _require_money(amount: int) -> None:
    if amount < 1:
        raise AmountInvalid(field="amount", least=1)
