"""What the city provides for it, and the money of the support budget (支援・予算)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain import project as domain
from domain.policy import Provision
from domain.project import CostBearer
from domain.values import Yen
from tenants.commands.projects.wish import DESK, Noting, ProjectWish
from tenants.saying import ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeSupport(ProjectWish):
    """Note what the city provides for a pilot, where and when, who bears the cost, and when to report."""

    name = "project.agreeSupport"
    ja = "実証実験の支援内容を定める"
    records = domain.SupportAgreed

    provides: tuple[Provision, ...]
    description: ToDepartment
    area: ToDepartment
    begins_on: date
    ends_on: date
    report_due_on: date
    cost_by: CostBearer = CostBearer.BUSINESS
    city_pays: Yen = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResults(Noting):
    """Enter what the implementer reported of a pilot."""

    name = "project.reportResults"
    ja = "実績報告を受け付ける"
    records = domain.ResultsReported

    report: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBudget(ProjectWish):
    """Ask for money of the support budget, in yen; until it is answered, again under its id to put it right."""

    name = "project.requestBudget"
    ja = "官民連携の予算を要望する"
    records = domain.BudgetRequested

    request: UUID
    fiscal_year: int
    amount: Yen
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantBudget(ProjectWish):
    """Grant a request, all of it or less; another answer than before with a note that says why."""

    name = "project.grantBudget"
    ja = "官民連携の予算を配当する"
    records = domain.BudgetGranted
    roles = DESK

    request: UUID
    amount: Yen
    note: ToDepartment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseBudget(ProjectWish):
    """Refuse a request, saying why, also one that was granted while nothing of that was spent."""

    name = "project.refuseBudget"
    ja = "予算の要望を不採択とする"
    records = domain.BudgetRefused
    roles = DESK

    request: UUID
    reason: ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendBudget(Noting):
    """Note what was spent of the money that was granted; again under its id to put it right."""

    name = "project.spendBudget"
    ja = "予算の執行を記録する"
    records = domain.BudgetSpent

    spending: UUID
    amount: Yen
    purpose: ToDepartment
