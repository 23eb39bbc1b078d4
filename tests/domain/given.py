"""Given what happened, when somebody wishes, then this follows: the words in which the rules are tested."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar

from domain.decider import Decider
from domain.errors import Refusal

S = TypeVar("S")
P = ParamSpec("P")


TYPED: Final = ("value", "known", "condition")
"""Details that are codes which must be typed, and stay codes."""
LISTED: Final = re.compile(r"(?<=指定してください: )[a-z_, ]+|(?<=添付できる種類: )[a-z, ]+|[a-z_]+(?= 第 [0-9]+ 版（)")
"""The same where they are told as what is possible."""
LATIN: Final = re.compile(r"[A-Za-z_]{2,}")


def latin_left(refusal: Refusal) -> list[str]:
    """Words of a refusal in Japanese that are code names, but for codes that must be typed."""
    stay = " ".join(str(refusal.details[name]) for name in TYPED if name in refusal.details)
    return [word for word in LATIN.findall(LISTED.sub("", refusal.message("ja"))) if word not in stay]


def fold(decider: Decider[S], events: Iterable[object]) -> S:
    """The state after these events, from the first."""
    return reduce(decider.evolve, events, decider.initial)


@dataclass(frozen=True, slots=True)
class Then:
    """What the wish led to: the events that grant it, or the refusal."""

    events: tuple[Any, ...]
    refusal: Refusal | None

    def then(self, *events: object) -> None:
        """Exactly these events follow, at least one."""
        assert events, "say .nothing() when nothing follows"
        assert self.refusal is None, f"refused: {self.refusal!r}"
        assert self.events == events, f"expected {events}, got {self.events}"

    def nothing(self) -> None:
        """The wish was granted before: no event follows."""
        assert self.refusal is None, f"refused: {self.refusal!r}"
        assert self.events == (), f"expected no event, got {self.events}"

    def refused(self, error: type[Refusal], **details: object) -> None:
        """It is refused with this class itself, not a child of it, with these details and a text in both languages."""
        assert self.refusal is not None, f"expected {error.__name__}, got {self.events}"
        assert type(self.refusal) is error, f"expected {error.__name__}, got {self.refusal!r}"
        for name, value in details.items():
            found = self.refusal.details.get(name)
            assert found == value, f"{name}: expected {value!r}, got {found!r}"
        assert self.refusal.message("ja") != self.refusal.message("en")
        assert latin_left(self.refusal) == []


@dataclass(frozen=True, slots=True)
class Given(Generic[S]):
    """An aggregate to which this has happened."""

    decider: Decider[S]
    events: tuple[object, ...]

    @property
    def state(self) -> S:
        """The state from which the wish is judged."""
        return fold(self.decider, self.events)

    def when(self, command: Callable[Concatenate[S, P], tuple[object, ...]], *args: P.args, **kwargs: P.kwargs) -> Then:
        """Somebody wishes this. Any error but a Refusal is a fault and passes through."""
        try:
            return Then(command(self.state, *args, **kwargs), None)
        except Refusal as refusal:
            return Then((), refusal)


def given(decider: Decider[S], *events: object) -> Given[S]:
    """Begin a test with what has happened."""
    return Given(decider, events)
