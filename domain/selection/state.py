"""What the next decision about a selection needs to know (選定の状態)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.selection.advice import Advice, Answers, Way, unique_grounds
from domain.values import Sealed


class Stage(StrEnum):
    """Where a selection stands (状態)."""

    NEW = "new"
    BEGUN = "begun"
    ASSESSED = "assessed"
    WAY_DECIDED = "way_decided"
    CALLING = "calling"
    EXAMINING = "examining"
    CHOSEN = "chosen"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as it was recorded last; ``amount`` in yen. What was typed can be told from nothing but itself."""

    number: Sealed | None
    amount: int
    signed_on: date
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Selection:
    """What the next decision needs to know. ``contracts`` by their ids; ``budget`` in yen."""

    stage: Stage = Stage.NEW
    proposal: UUID | None = None
    department: UUID | None = None
    answers: Answers | None = None
    advice: Advice | None = None
    way: Way | None = None
    shared_at: Stage | None = None
    """Where it stood when occupancy, uniqueness and the way were shared with the proposer."""
    consulted: bool = False
    budget: int | None = None
    call_due_on: date | None = None
    applicants: int | None = None
    by_proposer: bool = False
    """Whether the proposer was chosen."""
    contracts: Mapping[UUID, Contract] = field(default_factory=dict)
    preparations: int = 0
    """How often it was assessed, decided on, prepared or taken back: who approves a call or a choice does so as it then
    was.
    """
    completions: int = 0
    """How often it was completed."""
    trail: tuple[Stage, ...] = ()

    @property
    def shared(self) -> bool:
        """Whether the proposer was told so."""
        return self.shared_at is not None

    @property
    def paid(self) -> bool:
        """Whether the city pays anything."""
        return self.answers is not None and self.answers.paid

    @property
    def unique(self) -> bool:
        """Whether anything speaks for one party alone."""
        return self.answers is not None and bool(unique_grounds(self.answers))
