"""What holds for every history, also one that no command could have written."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import organisation, rights
from domain.decider import Decider
from domain.errors import AlreadyThere, DateInvalid, Refusal
from domain.events import DECIDERS
from domain.organisation import DepartmentEstablished, DepartmentRenamed, PostEstablished, PostRenamed
from domain.process import Process
from domain.rights import MemberRenamed
from domain.roles import ACTING, Role
from tests.domain.given import fold
from tests.domain.given import given as begin
from tests.domain.histories import DAYS, arguments, events, histories
from tests.domain.stages import Command, commands_of

MODULES: Final = {decider.name: import_module(f"domain.{decider.name}") for decider in DECIDERS}
FUNCTIONS: Final = tuple(decider for decider in DECIDERS if not isinstance(decider, Process))
"""Those whose commands are functions. Processes are walked far more densely (test_forbidden.py, test_machines.py)."""
COMMANDS: Final = [
    pytest.param(decider, command, id=f"{decider.name}.{name}")
    for decider in FUNCTIONS
    for name, command in commands_of(MODULES[decider.name], decider).items()
]
EACH: Final = pytest.mark.parametrize("decider", DECIDERS, ids=lambda decider: decider.name)

FEW: Final = settings(deadline=None, max_examples=60)
MORE: Final = settings(FEW, max_examples=200, derandomize=True)

# What a second, equal wish meets where it does not simply add nothing.
REFUSED_AGAIN: Final[dict[str, type[Refusal]]] = {
    "open_city": AlreadyThere,
    "adopt_policy": AlreadyThere,
    "grant": AlreadyThere,
    "represent": AlreadyThere,
}
# A text cannot be compared once it is sealed, so a new name is recorded again, and changes no state.
RECORDED_AGAIN: Final = (DepartmentRenamed, PostRenamed, MemberRenamed)


@EACH
def test_evolve_takes_every_event_in_every_order(decider: Decider[Any]) -> None:
    @given(histories(decider))
    @FEW
    def check(history: list[Any]) -> None:
        assert type(fold(decider, history)) is type(decider.initial)

    check()


@EACH
def test_evolve_changes_no_state_that_it_was_given(decider: Decider[Any]) -> None:
    @given(histories(decider), events(decider))
    @FEW
    def check(history: list[Any], event: Any) -> None:
        state = fold(decider, history)
        before = deepcopy(state)
        decider.evolve(state, event)
        assert state == before

    check()
    assert decider.initial == type(decider.initial)()


@pytest.mark.parametrize(("decider", "command"), COMMANDS)
def test_a_command_answers_with_events_of_its_aggregate_or_a_refusal(decider: Decider[Any], command: Command) -> None:
    @given(histories(decider), arguments(command.takes))
    @FEW
    def check(history: list[Any], wish: tuple[Any, ...]) -> None:
        outcome = begin(decider, *history).when(command.call, *wish)
        assert {type(event) for event in outcome.events} <= set(decider.events.values())
        assert outcome.refusal is None or outcome.refusal.message("ja")

    check()


@pytest.mark.parametrize(("decider", "command"), COMMANDS)
def test_the_same_wish_twice_is_granted_once(decider: Decider[Any], command: Command) -> None:
    granted = []

    @given(histories(decider), arguments(command.takes))
    @MORE
    def check(history: list[Any], wish: tuple[Any, ...]) -> None:
        for size in range(len(history) + 1):
            state = fold(decider, history[:size])
            first = answer(command, state, wish)
            if first:
                granted.append(wish)
                judge_second(decider, command, fold(decider, [*history[:size], *first]), wish)

    check()
    assert granted, "no wish was granted: the histories are too poor to show anything"


def answer(command: Command, state: Any, wish: tuple[Any, ...]) -> tuple[Any, ...]:
    try:
        return command.call(state, *wish)
    except Refusal:
        return ()


def judge_second(decider: Decider[Any], command: Command, state: Any, wish: tuple[Any, ...]) -> None:
    expected = refused_again(command, wish)
    if expected is not None:
        with pytest.raises(expected):
            command.call(state, *wish)
    elif isinstance(wish[-1], RECORDED_AGAIN):
        (again,) = command.call(state, *wish)
        assert decider.evolve(state, again) == state
    else:
        assert command.call(state, *wish) == ()


def refused_again(command: Command, wish: tuple[Any, ...]) -> type[Refusal] | None:
    if isinstance(wish[-1], DepartmentEstablished | PostEstablished):
        return AlreadyThere
    return REFUSED_AGAIN.get(command.name)


@pytest.mark.parametrize("decider", FUNCTIONS, ids=lambda decider: decider.name)
def test_replaying_what_commands_recorded_gives_the_state_that_lived(decider: Decider[Any]) -> None:
    commands = list(commands_of(MODULES[decider.name], decider).values())
    wishes = st.one_of(*(st.tuples(st.just(command.call), arguments(command.takes)) for command in commands))

    @given(st.lists(wishes, max_size=15))
    @FEW
    def check(sequence: list[tuple[Callable[..., tuple[Any, ...]], tuple[Any, ...]]]) -> None:
        live, recorded, states = decider.initial, [], [decider.initial]
        for command, wish in sequence:
            try:
                new = command(live, *wish)
            except Refusal:
                continue
            for event in new:
                live = decider.evolve(live, event)
                recorded.append(event)
                states.append(live)
        assert [fold(decider, recorded[:size]) for size in range(len(recorded) + 1)] == states

    check()


SOME_DAYS: Final = sorted({day + timedelta(days=ahead) for day in DAYS for ahead in (-1, 0, 1, 200)})


def mixed(held: frozenset[rights.Right]) -> bool:
    roles = {right.role for right in held}
    return Role.AUDITOR in roles and not roles.isdisjoint(ACTING)


@given(histories(rights.RIGHTS), histories(organisation.ORGANISATION), st.data())
@settings(MORE, max_examples=400)
def test_a_change_that_is_let_through_mixes_nobodys_duties_and_leaves_the_past_as_it_was(
    members: list[Any], office: list[Any], data: st.DataObject
) -> None:
    state, chart = fold(rights.RIGHTS, members), fold(organisation.ORGANISATION, office)
    event = data.draw(st.one_of(events(rights.RIGHTS), events(organisation.ORGANISATION)))
    ours = type(event) in rights.EVENTS.values()
    before = (state, chart)
    after = (rights.RIGHTS.evolve(state, event), chart) if ours else (state, organisation.evolve(chart, event))
    today = data.draw(st.sampled_from(SOME_DAYS))
    told = {day: (rights.rights_on(*before, day), rights.rights_on(*after, day)) for day in SOME_DAYS}
    newly = {
        day
        for day, (had, have) in told.items()
        if any(mixed(held) and not mixed(had.get(member, frozenset())) for member, held in have.items())
    }
    try:
        rights.keep_duties(before, after)
    except Refusal:
        assert any(had != have for had, have in told.values())
    else:
        assert newly == set()
    past = {day for day, (had, have) in told.items() if day < today and had != have}
    try:
        rights.keep_past(before, after, today)
    except DateInvalid:
        assert past
    else:
        assert past == set()
    for day, (had, _) in told.items():
        for member in had:
            assert had[member] == rights.rights_of(*before, member, day)
