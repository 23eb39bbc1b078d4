"""What the city provides for a pilot, and what its implementer reports (実証実験への支援・実績報告)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.days_in_words import in_japanese
from domain.errors import AmountInvalid, CodeUnknown, DateInvalid, PartMissing, PartUnfitting
from domain.policy import Policy, Provision
from domain.project.state import Project
from domain.values import Sealed


class CostBearer(StrEnum):
    """Who bears the cost of a pilot (費用負担)."""

    BUSINESS = "business"
    CITY = "city"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class SupportAgreed:
    """What the city provides for a pilot, where, from when until when, who bears the cost, when to report (支援内容).

    ``city_pays``: actual cost in yen that the city bears, 0 as a rule.
    """

    provides: tuple[Provision, ...]
    description: Sealed
    area: Sealed
    begins_on: date
    ends_on: date
    cost_by: CostBearer
    city_pays: int
    report_due_on: date


@dataclass(frozen=True, slots=True)
class ResultsReported:
    """The implementer reported what came of it (実績報告)."""

    on: date
    report: Sealed


def check_support(project: Project, policy: Policy, event: SupportAgreed) -> None:
    """What the city provides at all, on this track, and who pays.

    Raises PartUnfitting where the city supports no pilots on the track or bears no cost, CodeUnknown for what it does
    not provide, PartMissing, AmountInvalid, DateInvalid.
    """
    support = policy.pilot_support
    if support is None or project.track not in support.tracks:
        raise PartUnfitting(
            field="support",
            problem="the city's rules know no pilot support on this track",
            problem_ja="この市の規定では、この進め方に実証実験の支援はありません",
        )
    if not event.provides:
        raise PartMissing(
            field="provides", problem="name what the city provides", problem_ja="市が提供するものを指定してください"
        )
    for each in event.provides:
        if each not in support.provides:
            raise CodeUnknown(field="provides", value=each.value, known=", ".join(support.provides))
    if event.city_pays < 0:
        raise AmountInvalid(field="cityPays", least=0)
    if (event.cost_by is CostBearer.BUSINESS) != (event.city_pays == 0):
        raise PartUnfitting(
            field="cityPays",
            problem="it is 0 where the business bears the cost, and more where the city does, or both",
            problem_ja="事業者負担なら 0 円、市の負担があるならその金額を指定してください",
        )
    if event.city_pays and not support.city_may_pay:
        raise PartUnfitting(
            field="costBy",
            problem="by the city's rules the business bears the cost",
            problem_ja="この市の規定では、費用は事業者の負担です",
        )
    for name, first, last in (
        ("endsOn", event.begins_on, event.ends_on),
        ("reportDueOn", event.begins_on, event.report_due_on),
    ):
        if last < first:
            raise DateInvalid(
                field=name,
                problem=f"it must not lie before {first}.",
                problem_ja=f"{in_japanese(first)}以後の日付が必要です",
            )


def check_reported(project: Project, _policy: Policy, _event: ResultsReported) -> None:
    """Raises PartUnfitting where no support was agreed."""
    if not project.supported:
        raise PartUnfitting(
            field="report",
            problem="no pilot support was agreed, so no report is due; evaluate instead",
            problem_ja="支援内容の記録がないため、実績報告はできません。検証として記録してください",
        )
