"""Tables of every command from every stage: granted, granted before, or refused with exactly which error."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import ModuleType
from typing import Any, Final, TypeVar, get_origin, get_type_hints

from domain.decider import Decider
from domain.errors import Refusal
from tests.domain.given import Then

T = TypeVar("T")


class Answer(Enum):
    """What a command may answer besides a refusal."""

    GRANTED = auto()
    NOTHING = auto()


GRANTED: Final = Answer.GRANTED
NOTHING: Final = Answer.NOTHING
Expected = Answer | type[Refusal]


def row(stages: type[T], *, rest: Expected, **told: Expected) -> dict[T, Expected]:
    """One line of a table: what is told of some stages by name, and what all the rest answer."""
    by_name = {str(stage): stage for stage in stages}  # type: ignore[attr-defined]
    unknown = set(told) - set(by_name)
    assert not unknown, f"no such stage: {unknown}"
    return {stage: told.get(name, rest) for name, stage in by_name.items()}


def judge(outcome: Then, expected: Expected, *events: object) -> None:
    """The outcome is the one the table tells."""
    if expected is GRANTED:
        outcome.then(*events)
    elif expected is NOTHING:
        outcome.nothing()
    else:
        assert isinstance(expected, type)
        outcome.refused(expected)


@dataclass(frozen=True, slots=True)
class Command:
    """One kind of wish: what is called with the state and these arguments, and the events it may lead to."""

    name: str
    call: Callable[..., tuple[Any, ...]]
    takes: tuple[Any, ...]


def commands_of(module: ModuleType, decider: Decider[Any]) -> Mapping[str, Command]:
    """Every command of an aggregate that is no process: its public functions from state to events."""
    found = {}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if not f"{function.__module__}.".startswith(f"{module.__name__}.") or name.startswith("_"):
            continue
        hints = list(get_type_hints(function).items())
        if hints[0][1] is type(decider.initial) and get_origin(hints[-1][1]) is tuple:
            found[name] = Command(name, function, tuple(hint for _, hint in hints[1:-1]))
    return found
