"""What the next decision of a session needs to know (会議の状態)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import ReferenceUnknown, ReferenceUnsuitable


class Stage(StrEnum):
    """Where a session stands (状態)."""

    NEW = "new"
    CONVENED = "convened"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Vote(StrEnum):
    """How a member votes (表決)."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Result(StrEnum):
    """How an item was decided (議決)."""

    ADOPTED = "adopted"
    DECLINED = "declined"
    DEFERRED = "deferred"


class ItemStage(StrEnum):
    """Where an item stands (議題の状態)."""

    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda, as far as the next decision needs it."""

    proposal: UUID | None = None
    stage: ItemStage = ItemStage.ON_AGENDA
    result: Result | None = None
    recused: frozenset[UUID] = frozenset()
    votes: Mapping[UUID, Vote] = field(default_factory=dict)
    cleared: frozenset[UUID] = frozenset()
    """Whose declaration of an interest was taken back, and who declared none since."""

    def outcome(self) -> Result | None:
        """What the votes come to: the greater number of those for or against; equal, it is deferred; ``None``: none."""
        cast = list(self.votes.values())
        yes, no = cast.count(Vote.FOR), cast.count(Vote.AGAINST)
        if not cast:
            return None
        if yes == no:
            return Result.DEFERRED
        return Result.ADOPTED if yes > no else Result.DECLINED


@dataclass(frozen=True, slots=True)
class Session:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    on: date | None = None
    items: Mapping[UUID, Item] = field(default_factory=dict)
    minutes: bool = False
    trail: tuple[Stage, ...] = ()

    def item(self, item: UUID, *possible: ItemStage) -> Item:
        """An item, at one of these stages. Raises ReferenceUnknown, ReferenceUnsuitable."""
        found = self.items.get(item)
        if found is None:
            raise ReferenceUnknown(field="item")
        if possible and found.stage not in possible:
            raise ReferenceUnsuitable(field="item", stage=found.stage.value, possible=", ".join(possible))
        return found
