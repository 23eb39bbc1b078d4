"""How the values of commands become events: every typed text says for whom it is, every id is looked up."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints
from uuid import uuid4

import pytest

from domain.values import Sealed
from tenants.commands import WISHES
from tenants.commands.challenges import Publish, Raise
from tenants.members import Role
from tenants.saying import Doing, Says, camel
from tenants.wish import Entry
from tests.conftest import House
from tests.domain.shapes import parts
from tests.golden.wishes import ALONGSIDE

DOING: Final = [wish for wish in WISHES if issubclass(wish, Doing)]


def says(hint: Any, path: str) -> dict[str, Says]:
    """Every text of a command that says for whom it is, by its path."""
    found: dict[str, Says] = {}
    if get_origin(hint) is Annotated:
        found.update((path, marker) for marker in hint.__metadata__ if isinstance(marker, Says))
    elif isinstance(hint, type) and is_dataclass(hint):
        told = get_type_hints(hint, include_extras=True)
        for field in fields(hint):
            found |= says(told[field.name], f"{path}.{field.name}" if path else field.name)
    else:
        inside = f"{path}[]" if get_origin(hint) is tuple else path
        for part in get_args(hint):
            found |= says(part, inside)
    return found


@pytest.mark.parametrize("wish", DOING, ids=lambda wish: wish.name)
def test_what_is_typed_in_a_command_is_sealed_in_its_event_and_nothing_else_is(wish: type[Doing[Any]]) -> None:
    entered = set(get_type_hints(wish))
    sealed = {
        path for path, kind in parts(wish.records, "") if kind is Sealed and re.split(r"[.\[]", path)[0] in entered
    }
    assert set(says(wish, "")) == sealed


@pytest.mark.parametrize("wish", DOING, ids=lambda wish: wish.name)
def test_a_command_records_an_event_of_its_process(wish: type[Doing[Any]]) -> None:
    assert wish.records in wish.decider.steps


def test_every_step_of_a_process_is_recorded_by_one_command_or_brought_by_others() -> None:
    recorded = [*(wish.records for wish in DOING), *ALONGSIDE]
    assert len(recorded) == len(set(recorded))
    assert set(recorded) == {step for wish in DOING for step in wish.decider.steps}


def test_a_field_is_named_as_those_who_ask_know_it() -> None:
    assert camel("partners.next_step") == "partners.nextStep"


@pytest.mark.parametrize("sample", [False, True])
def test_a_challenge_stays_a_sample_when_it_is_published(house: House, *, sample: bool) -> None:
    desk, challenge = house.desk(house.open_city(), Role.DESK_OFFICER), uuid4()
    desk.do(Raise(challenge=challenge, title="雪", description="雪", sample=sample), Entry(uuid4()))
    desk.do(Publish(challenge=challenge, title="雪", description="雪"), Entry(uuid4()))
    states = house.sql("select state from renkei.events where topic = 'challenge.published'")
    assert [(b'"sample":true' in bytes(state)) for (state,) in states] == [sample]


def test_no_two_parts_of_commands_would_have_one_name_in_the_schema() -> None:
    found: dict[str, type] = {}
    for wish in WISHES:
        for part in inside(wish):
            assert found.setdefault(part.__name__, part) is part


def inside(of: type) -> Iterator[type]:
    """The dataclasses that a command is made of."""
    for hint in get_type_hints(of).values():
        for part in (hint, *get_args(hint), *(inner for each in get_args(hint) for inner in get_args(each))):
            if isinstance(part, type) and is_dataclass(part):
                yield part
                yield from inside(part)
