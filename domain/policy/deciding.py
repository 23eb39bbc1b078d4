"""Who decides, what must come before, and who carries it out (判断・会議体・選定・決裁)."""

from dataclasses import dataclass
from enum import StrEnum

from domain.circumstances import Act, ApprovalSystem
from domain.policy.sources import Names, Provenance


@dataclass(frozen=True, slots=True)
class Escalation:
    """When the council decides instead of the department; what is left out is no reason (会議体に諮る基準).

    ``amount_from`` in yen; ``departments_from``: so many departments are concerned; ``always``: every proposal.
    """

    provenance: Provenance
    amount_from: int | None = None
    departments_from: int | None = None
    high_occupancy: bool = False
    personal_data: bool = False
    always: bool = False


class Preparation(StrEnum):
    """What a city may want before anybody decides (判断の前に要るもの)."""

    OPINIONS = "opinions"
    DIALOGUE = "dialogue"
    RECOMMENDATION = "recommendation"


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """Who decides whether a proposal is carried out (実施適否の判断).

    ``council`` is the body that decides what a department finds hard to decide, or none. ``explain_decline``: the
    reasons are told to the proposer. ``share_selection``: on adoption without city money, occupancy, uniqueness and
    the way of selection are shared with the proposer. ``needed``: what must come before a decision, of the department
    as of the council. ``approver_decides``: in the department only who has the role of an approver decides.
    """

    provenance: Provenance
    decided_by: Names
    council: Names | None = None
    explain_decline: bool = False
    share_selection: bool = False
    needed: tuple[Preparation, ...] = ()
    approver_decides: bool = False


class SelectionRule(StrEnum):
    """How a city's rules find who carries a proposal out when the city pays nothing (選定の考え方)."""

    OCCUPANCY_UNIQUENESS = "occupancy_uniqueness"
    BY_NATURE = "by_nature"


class Degree(StrEnum):
    """How far others are kept out, from not at all to far (占用の程度)."""

    NONE = "none"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"

    def reaches(self, other: "Degree") -> bool:
        """Whether it is at least the other."""
        return list(Degree).index(self) >= list(Degree).index(other)


class Weighing(StrEnum):
    """Whether one of two measures makes the whole, or only both together."""

    EITHER = "either"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Selection:
    """How it is decided who carries a proposal out (実施主体の選定).

    For occupancy and uniqueness: occupancy counts as high when time or space, or both (``occupancy_by``), reach
    ``high_from``. By nature: ``other_methods_compete`` when methods with rules of their own always go to a tender or
    public call. ``consult_proposer``: before its ideas are used for a specification the proposer is consulted where its
    rights or know-how would suffer. ``paid_prepared``: where the city pays, scheme, budget and a specification without
    needless conditions come first.
    """

    provenance: Provenance
    rule: SelectionRule
    high_from: Degree = Degree.HIGH
    occupancy_by: Weighing = Weighing.EITHER
    other_methods_compete: bool = False
    consult_proposer: bool = False
    paid_prepared: bool = False


@dataclass(frozen=True, slots=True)
class Approvals:
    """Which outward acts need an approval, and in which systems it may be given (起案・決裁).

    An act that is not named needs none; one that was approved all the same cites it. ``deputy_elsewhere``: a post of
    another department may decide in the place of an absent one too (代決).
    """

    provenance: Provenance
    acts: dict[Act, tuple[ApprovalSystem, ...]]
    deputy_elsewhere: bool = False
