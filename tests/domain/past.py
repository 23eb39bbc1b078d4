"""What has happened, asked in plain words: what rules are judged by without the product's own states."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Past:
    """Events of one record in their order."""

    events: tuple[Any, ...]

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """Every event of a kind."""
        return tuple(event for event in self.events if isinstance(event, kind))

    def last(self, *kinds: type) -> Any:
        """The last event of these kinds, or none."""
        return next((event for event in reversed(self.events) if isinstance(event, kinds)), None)

    def since(self, *kinds: type) -> "Past":
        """What came after the last event of these kinds; everything when there was none."""
        return self.since_that(lambda event: isinstance(event, kinds))

    def since_that(self, holds: Callable[[Any], bool]) -> "Past":
        """What came after the last event of which this holds."""
        for place in range(len(self.events), 0, -1):
            if holds(self.events[place - 1]):
                return Past(self.events[place:])
        return self

    def has(self, *kinds: type) -> bool:
        """Whether any of these happened."""
        return self.last(*kinds) is not None

    def before(self, kind: type) -> "Past":
        """What came before the first event of a kind."""
        for place, event in enumerate(self.events):
            if isinstance(event, kind):
                return Past(self.events[:place])
        return self


def distinct(items: Iterable[object]) -> bool:
    """Whether none stands there twice."""
    told = list(items)
    return len(told) == len(set(told))
