"""What the next decision about a dialogue needs to know (対話の状態)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import TooMany

MOST: Final = 100
"""Most entries of one list."""


class Stage(StrEnum):
    """Where a dialogue stands (状態)."""

    NEW = "new"
    INVITED = "invited"
    IN_DIALOGUE = "in_dialogue"
    TURNED_DOWN = "turned_down"
    RECALLED = "recalled"
    CLOSED = "closed"


class MeetingStage(StrEnum):
    """Where a meeting stands (面談の状態)."""

    ARRANGED = "arranged"
    HELD = "held"
    CANCELLED = "cancelled"


class Ending(StrEnum):
    """How a dialogue ended (対話の結果)."""

    READY_TO_DECIDE = "ready_to_decide"
    NO_COMMON_GROUND = "no_common_ground"
    PROPOSER_LEFT = "proposer_left"
    CONTINUED_ELSEWHERE = "continued_elsewhere"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    proposal: UUID | None = None
    proposer: UUID | None = None
    department: UUID | None = None
    meetings: Mapping[UUID, MeetingStage] = field(default_factory=dict)
    told: frozenset[UUID] = frozenset()
    """Messages and notes."""
    disclosures: frozenset[UUID] = frozenset()
    ending: Ending | None = None
    trail: tuple[Stage, ...] = ()


def few(name: str, entries: tuple[object, ...]) -> None:
    """Raises TooMany for a longer list than ``MOST``."""
    if (count := len(entries)) > MOST:
        raise TooMany(field=name, count=count, limit=MOST)
