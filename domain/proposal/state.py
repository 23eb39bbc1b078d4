"""What the next decision about a proposal needs to know (提案の状態)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.proposal.proceedings import Key, Proceeding, ProceedingNoted
from domain.values import CityCode, Code


class Stage(StrEnum):
    """Where a proposal stands (状態)."""

    NEW = "new"
    DRAFT = "draft"
    DISCARDED = "discarded"
    TURNED_AWAY = "turned_away"
    RECEIVED = "received"
    RETURNED = "returned"
    SCREENED = "screened"
    MATCHED = "matched"
    IN_DIALOGUE = "in_dialogue"
    ADOPTED = "adopted"
    DECLINED = "declined"
    REFUSED = "refused"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Outcome(StrEnum):
    """The decision (実施適否)."""

    ADOPTED = "adopted"
    DECLINED = "declined"


class CityMoney(StrEnum):
    """Whether the proposal asks the city for money, now or for later upkeep (市の費用負担)."""

    NONE = "none"
    ASKED = "asked"
    UNKNOWN = "unknown"


class Ground(StrEnum):
    """Why a proposal is refused at reception or screening (不受理の区分)."""

    CONDITIONS_NOT_MET = "conditions_not_met"
    MERE_SALES = "mere_sales"
    NOT_USEFUL = "not_useful"
    NOT_FEASIBLE = "not_feasible"
    OTHER = "other"


class Destination(StrEnum):
    """Where a referred proposal goes (引継ぎ先)."""

    DEPARTMENT = "department"
    METHOD = "method"
    PROGRAMME = "programme"


WAY: Final = (
    Stage.RECEIVED,
    Stage.RETURNED,
    Stage.SCREENED,
    Stage.MATCHED,
    Stage.IN_DIALOGUE,
    Stage.ADOPTED,
)
"""The stages to which a wrong step can be taken back, from first to last."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    proposer: UUID | None = None
    department: UUID | None = None
    dialogues: frozenset[UUID] = frozenset()
    outcome: Outcome | None = None
    interested: frozenset[UUID] = frozenset()
    passed: frozenset[Stage] = frozenset()
    """The stages of its way at which it has stood, without those that were taken back."""
    screened: frozenset[UUID] = frozenset()
    """The departments that took part in screening."""
    asked: frozenset[UUID] = frozenset()
    """Departments that have yet to answer."""
    answered: frozenset[UUID] = frozenset()
    met: frozenset[Code] = frozenset()
    """The items of the checklist that are met."""
    city_money: CityMoney = CityMoney.UNKNOWN
    amount: int | None = None
    high_occupancy: bool | None = None
    personal_data: bool | None = None
    recommended: bool = False
    escalated: bool = False
    by_council: bool = False
    """Whether the decision that stands is the council's."""
    items: frozenset[UUID] = frozenset()
    """The items of agendas on which its decisions rested."""
    reasons_told: bool = False
    suspended: bool = False
    files: frozenset[UUID] = frozenset()
    """Those that belong to it now."""
    detached: frozenset[UUID] = frozenset()
    sample: bool = False
    ground: Ground | None = None
    """Of its refusal."""
    destination: Destination | None = None
    """Where it was handed over, with the department or the code that was named."""
    destined_department: UUID | None = None
    destined_code: Code | None = None
    suspended_on: date | None = None
    suspended_until: date | None = None
    owed_on: date | None = None
    """The deadline that the last step ended, should that have been a mistake."""
    due_on: date | None = None
    proceedings: Mapping[Key, ProceedingNoted] = field(default_factory=dict)
    """How what goes on about it in other records stands."""
    has_contact: bool = False
    share_contact: bool = False
    """The proposer lets the contact be passed on to another city."""
    passed_on: frozenset[CityCode] = frozenset()
    """The cities that were told this contact under the consent that stands."""
    rewritten: int = 0
    """How often a step was taken back or its receipt written anew: an approval of before covers no decision after."""
    assessments: int = 0
    """How often what decides who decides was entered: who approves a decision approves it as that then was."""
    trail: tuple[Stage, ...] = ()
    extended: bool = False
    """An officer promised another day than the rule."""
    completions: int = 0
    """How often the proposer completed it: who approves that it is sent away approves it as it then was."""

    @property
    def going_on(self) -> tuple[Proceeding, ...]:
        """The kinds of records about it in which there is still something to do."""
        return tuple(sorted({each.proceeding for each in self.proceedings.values() if each.open}))

    @property
    def bound_by(self) -> tuple[Proceeding, ...]:
        """The kinds of records by which the city is bound."""
        return tuple(sorted({each.proceeding for each in self.proceedings.values() if each.bound}))

    @property
    def projects(self) -> frozenset[UUID]:
        """The projects that grew out of it."""
        told = self.proceedings.values()
        return frozenset(each.record for each in told if each.proceeding is Proceeding.PROJECT)

    @property
    def earlier(self) -> tuple[Stage, ...]:
        """The stages to which it can be taken back; what was closed, to where it stood then."""
        if self.stage is Stage.CLOSED:
            return self.trail[-1:]
        ahead = WAY.index(self.stage) if self.stage in WAY else len(WAY)
        return tuple(stage for stage in WAY[:ahead] if stage in self.passed)

    @property
    def concerned(self) -> frozenset[UUID]:
        """The departments whose matter it is."""
        return self.screened | ({self.department} if self.department else frozenset())
