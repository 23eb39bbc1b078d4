"""Every event is stored under one name, and no event is forgotten."""

import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, Final, get_args

import pytest

from domain.decider import Decider
from domain.events import DECIDERS, EVENTS, SHAPES, UPCASTS


def modules() -> Iterator[tuple[ModuleType, Decider[Any], object]]:
    """Every aggregate with its module and the union of its events."""
    for decider in DECIDERS:
        module = import_module(f"domain.{decider.name}")
        yield module, decider, getattr(module, f"{decider.name.capitalize()}Event")


UNIONS: Final = tuple(modules())


@pytest.mark.parametrize(("module", "decider", "union"), UNIONS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_event_that_an_aggregate_knows_has_a_stored_name(
    module: ModuleType, decider: Decider[Any], union: object
) -> None:
    assert set(get_args(union)) == set(decider.events.values())
    assert len(decider.events) == len(set(decider.events.values()))
    assert all(f"{cls.__module__}.".startswith(f"{module.__name__}.") for cls in decider.events.values())


def test_every_aggregate_is_in_the_list_of_events() -> None:
    assert {decider.name for decider in DECIDERS} == {decider.name for _, decider, _ in UNIONS}
    assert len(EVENTS) == sum(len(decider.events) for decider in DECIDERS) == len(set(EVENTS.values()))


def test_a_stored_name_is_its_aggregate_and_what_happened() -> None:
    for decider in DECIDERS:
        for topic, cls in decider.events.items():
            verb = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()
            assert topic == f"{decider.name}.{verb}"


def test_every_older_shape_has_a_way_to_the_next() -> None:
    assert set(SHAPES) <= set(EVENTS)
    assert set(UPCASTS) == {(topic, older) for topic, shape in SHAPES.items() for older in range(1, shape)}
