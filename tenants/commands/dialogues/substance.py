"""What the dialogue is about: resources, goals, costs, scheme, plans (対話の内容)."""

from dataclasses import dataclass
from datetime import date

from domain import dialogue as domain
from domain.values import Yen
from tenants.commands.dialogues.wish import DialogueWish, Known
from tenants.saying import ToDepartment


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceToBring:
    """What a side brings in (提供リソース)."""

    party: domain.Party
    asset: domain.Asset
    description: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalToReach:
    """What both want to reach, by what it is measured and how much of it by when (目標・指標)."""

    description: Known
    measure: Known
    target: Known
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostToBear:
    """What costs what and who bears it (費用の分担)."""

    bearer: domain.Party
    description: Known
    yen: Yen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResources(DialogueWish):
    """Record what each side brings in: people, things, money, information, koto; all of it, in place of what was."""

    name = "dialogue.recordResources"
    ja = "双方の提供リソースを記録する"
    records = domain.ResourcesRecorded

    resources: tuple[ResourceToBring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGoals(DialogueWish):
    """Record the goals with measure and target; all of them, in place of what was."""

    name = "dialogue.recordGoals"
    ja = "目標と指標を記録する"
    records = domain.GoalsRecorded

    goals: tuple[GoalToReach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCosts(DialogueWish):
    """Record what costs what and who bears it; all of it, in place of what was."""

    name = "dialogue.recordCosts"
    ja = "費用構造を記録する"
    records = domain.CostsRecorded

    costs: tuple[CostToBear, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScheme(DialogueWish):
    """Record how it would be carried out, and by which method of the city's catalogue."""

    name = "dialogue.recordScheme"
    ja = "事業スキームを記録する"
    records = domain.SchemeRecorded

    scheme: Known
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignWithPlans(DialogueWish):
    """Record which fields of the city's plans it serves, and how."""

    name = "dialogue.alignWithPlans"
    ja = "計画との整合を記録する"
    records = domain.PlansAligned

    plan_fields: tuple[str, ...]
    alignment: ToDepartment | None = None
