"""The shape every aggregate has here: a first state, a fold that never refuses, and its events by stored name.

A command is a plain function ``(state, policy, …) -> tuple[event, …]``. It returns the events that grant the wish, none
when the wish is already granted, or raises a :class:`domain.errors.Refusal`. (Functional decider, J. Chassaing 2021.)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Decider(Generic[S]):
    """One kind of aggregate: ``name`` is the first half of its topics, ``events`` maps topic to event class.

    ``begun_by``: events on whose day a record begins, so that nothing more can have happened to it before; one that
    puts that day right tells it as ``received_on``.
    """

    name: str
    initial: S
    evolve: Callable[[S, Any], S]
    events: Mapping[str, type]
    begun_by: tuple[type, ...] = ()
