"""How the adopted is carried out: tracks, methods, agreements, pilots, evaluation (進め方・手法・協定・検証)."""

from dataclasses import dataclass
from enum import StrEnum

from domain.policy.sources import Entry, Names, Provenance
from domain.values import Code


class AgreementKind(StrEnum):
    """What is concluded: an agreement on one field or on several, a memorandum, a contract (協定等の種類)."""

    PROJECT = "project"
    COMPREHENSIVE = "comprehensive"
    MEMORANDUM = "memorandum"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Method:
    """A way in which city and business work together (手法).

    ``own_rules``: it follows procedures of its own and is referred, not run here.
    """

    code: Code
    name: Names
    own_rules: bool = False


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks on which an accepted proposal runs (進め方)."""

    provenance: Provenance
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Methods:
    """The city's catalogue of methods (手法)."""

    provenance: Provenance
    entries: tuple[Method, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What happens after the work is done (検証)."""

    provenance: Provenance
    always: bool = False
    published_as_case: bool = False
    continuation_considered: bool = False


class Provision(StrEnum):
    """What a city provides for a pilot (実証実験への支援)."""

    FIELD = "field"
    DATA = "data"
    PUBLICITY = "publicity"
    DEREGULATION = "deregulation"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class PilotSupport:
    """What the city provides for pilots, and on which tracks (実証実験サポート).

    Costs are borne by the business; ``city_may_pay``: the city may budget actual cost.
    """

    provenance: Provenance
    tracks: tuple[Code, ...]
    provides: tuple[Provision, ...]
    city_may_pay: bool = False


@dataclass(frozen=True, slots=True)
class SupportBudget:
    """Money that helps departments where a partnership needs the city's (官民連携プロジェクト予算)."""

    provenance: Provenance
    name: Names


@dataclass(frozen=True, slots=True)
class AgreementRules:
    """Which agreements the desk coordinates, and which of them it concludes (協定の調整・締結).

    What it coordinates and does not conclude is concluded by the department; kinds in neither list by either.
    """

    provenance: Provenance
    coordinated: tuple[AgreementKind, ...] = ()
    concluded: tuple[AgreementKind, ...] = ()
