"""What is talked about: resources, goals, costs, scheme, plans (対話の内容)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.dialogue.state import Dialogue, few
from domain.errors import PartUnfitting
from domain.policy import Policy, known
from domain.values import Code, Sealed


class Party(StrEnum):
    """The two sides of a dialogue (市・提案者)."""

    CITY = "city"
    PARTNER = "partner"


class Asset(StrEnum):
    """What a side can bring in: 《ヒト》《モノ》《カネ》《情報》《コト》."""

    PEOPLE = "people"
    THINGS = "things"
    MONEY = "money"
    INFORMATION = "information"
    KOTO = "koto"


@dataclass(frozen=True, slots=True)
class Resource:
    """What a side brings in (提供リソース)."""

    party: Party
    asset: Asset
    description: Sealed


@dataclass(frozen=True, slots=True)
class Goal:
    """What both want to reach, by what it is measured and how much of it by when (目標・指標)."""

    description: Sealed
    measure: Sealed
    target: Sealed
    by: date | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What costs what and who bears it; ``yen`` once that is known (費用の分担)."""

    bearer: Party
    description: Sealed
    yen: int | None


@dataclass(frozen=True, slots=True)
class ResourcesRecorded:
    """What each side brings in became clear, or clearer (双方の提供リソース)."""

    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class GoalsRecorded:
    """The goals became clear, or clearer (目標の共有)."""

    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class CostsRecorded:
    """Who bears which costs became clear, or clearer (費用構造)."""

    costs: tuple[Cost, ...]


@dataclass(frozen=True, slots=True)
class SchemeRecorded:
    """How it would be carried out became clear, or clearer; ``method`` of the city's catalogue (事業スキーム)."""

    scheme: Sealed
    method: Code | None


@dataclass(frozen=True, slots=True)
class PlansAligned:
    """Which fields of the city's plans it serves, and how (計画との整合)."""

    plan_fields: tuple[Code, ...]
    alignment: Sealed | None


def check_resources(_dialogue: Dialogue, _policy: Policy, event: ResourcesRecorded) -> None:
    """Raises TooMany."""
    few("resources", event.resources)


def check_goals(_dialogue: Dialogue, _policy: Policy, event: GoalsRecorded) -> None:
    """Raises TooMany."""
    few("goals", event.goals)


def check_costs(_dialogue: Dialogue, _policy: Policy, event: CostsRecorded) -> None:
    """Raises TooMany, PartUnfitting for less than nothing."""
    few("costs", event.costs)
    if any(cost.yen is not None and cost.yen < 0 for cost in event.costs):
        raise PartUnfitting(
            field="costs.yen",
            problem="it is in yen, 0 or more; leave it out while it is not known",
            problem_ja="0 円以上の金額を入れ、まだ分からないときは空けてください",
        )


def check_method(_dialogue: Dialogue, policy: Policy, event: SchemeRecorded) -> None:
    """Raises CodeUnknown for a method that the city's catalogue does not have."""
    if event.method is not None:
        known("method", event.method, policy.method_codes())


def check_plans(_dialogue: Dialogue, policy: Policy, event: PlansAligned) -> None:
    """Raises CodeUnknown for a field that the city's plans do not have, TooMany."""
    few("planFields", event.plan_fields)
    for code in event.plan_fields:
        known("planFields", code, policy.field_codes())
