"""What the next decision about a project needs to know (事業の状態)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.case import Side
from domain.values import Code, Sealed


class Stage(StrEnum):
    """Where a project stands (状態)."""

    NEW = "new"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"
    CLOSED = "closed"


class Path(StrEnum):
    """What comes after the work: better, the same, under a contract with a budget of its own, or nothing (継続検討)."""

    IMPROVE = "improve"
    CONTINUE = "continue"
    BUDGETED_CONTRACT = "budgeted_contract"
    END = "end"


EVALUATORS: Final = (Side.CITY, Side.PARTNER)
"""Who looks back: the department and the implementer."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for last under an id, in yen. What was typed can be told from nothing but itself."""

    fiscal_year: int
    amount: int
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent, as it was entered last, in yen."""

    amount: int
    on: date
    purpose: Sealed


@dataclass(frozen=True, slots=True)
class Project:
    """What the next decision needs to know. Sums in yen by the id of what they are of."""

    stage: Stage = Stage.NEW
    proposal: UUID | None = None
    selection: UUID | None = None
    department: UUID | None = None
    track: Code | None = None
    goals: frozenset[UUID] = frozenset()
    dropped: frozenset[UUID] = frozenset()
    """Goals and milestones that were given up."""
    milestones: Mapping[UUID, bool] = field(default_factory=dict)
    """Whether each was reached."""
    issues: Mapping[UUID, bool] = field(default_factory=dict)
    """Whether each was settled."""
    requested: Mapping[UUID, Request] = field(default_factory=dict)
    granted: Mapping[UUID, int] = field(default_factory=dict)
    refused: frozenset[UUID] = frozenset()
    spent: Mapping[UUID, Spending] = field(default_factory=dict)
    changes: frozenset[UUID] = frozenset()
    supported: bool = False
    reported: bool = False
    evaluations: Mapping[Side, frozenset[UUID]] = field(default_factory=dict)
    """The goals of which each side has spoken, as they are put now."""
    case_agreed: bool = False
    case: UUID | None = None
    """The case that tells of it."""
    continuation: Path | None = None
    sample: bool = False
    agreements: frozenset[UUID] = frozenset()
    trail: tuple[Stage, ...] = ()

    @property
    def given_up(self) -> bool:
        """Whether it was stopped before it was done, so that who was to carry it out does so no more."""
        return Stage.STOPPED in {self.stage, *self.trail}

    @property
    def evaluated(self) -> bool:
        """Whether both sides have looked back at every goal there is."""
        return all(side in self.evaluations and self.goals <= self.evaluations[side] for side in EVALUATORS)
