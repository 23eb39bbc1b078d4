"""Every command that there is can be given at a desk, by somebody, with its refusals as data; none is forgotten."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type

import tenants.commands
from api.desk import matrix
from api.desk.answers import CommandReused, Conflict, Problem, Refused
from api.desk.mutation import OFFERED
from api.desk.naming import mutation_name
from api.desk.schema import desk_schema
from domain.events import DECIDERS
from domain.roles import EVERYBODY
from tenants.commands import WISHES
from tenants.commands.city import OpenCity
from tenants.members import Role
from tenants.saying import Doing
from tenants.wish import Wish
from tests.api.desk_at_work import DeskAtWork, Person, desk_at_work
from tests.api.test_desk_commands import MAY, input_for
from tests.conftest import SAPPORO, House
from tests.golden.wishes import ALONGSIDE

NAMES = [mutation_name(wish) for wish in OFFERED]


def written() -> set[type[Wish[Any]]]:
    """Every class in the folder of commands that has a name of its own."""
    modules = [
        import_module(each.name) for each in pkgutil.iter_modules(tenants.commands.__path__, "tenants.commands.")
    ]
    found = {kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)}
    return {kind for kind in found if issubclass(kind, Wish) and "name" in vars(kind)}


def test_every_command_that_is_written_is_registered_once() -> None:
    assert written() == set(WISHES)
    assert len({wish.name for wish in WISHES}) == len(WISHES) == len(set(WISHES))


def test_every_event_has_a_command_that_records_it() -> None:
    by_rule = {wish.records for wish in WISHES if issubclass(wish, Doing)} | set(ALONGSIDE)
    plain = {wish.decider.name for wish in WISHES if not issubclass(wish, Doing)}
    for decider in DECIDERS:
        if decider.name not in plain:
            assert set(decider.events.values()) <= by_rule, decider.name


def test_every_command_is_a_mutation_with_givers_and_stands_in_the_committed_table() -> None:
    root = desk_schema()._schema.mutation_type
    assert root is not None
    table = matrix.PAGE.read_text("utf-8")
    assert set(WISHES) - set(OFFERED) == {OpenCity}
    for name in NAMES:
        assert name in root.fields
        assert MAY[name], name
        assert set().union(*matrix.commands()[name].values()) >= MAY[name]
        assert f"| `{name}`" in table


@pytest.mark.parametrize("name", NAMES)
def test_every_refusal_of_a_command_has_a_type(name: str) -> None:
    root = desk_schema()._schema.mutation_type
    assert root is not None
    answer = get_named_type(root.fields[name].type)
    assert isinstance(answer, GraphQLUnionType)
    refusals = {kind.name for kind in answer.types if "Problem" in {each.name for each in kind.interfaces}}
    assert refusals == {kind.__name__ for kind in (Refused, Conflict, CommandReused)}
    (recorded,) = [kind for kind in answer.types if kind.name not in refusals]
    assert isinstance(recorded, GraphQLObjectType)
    assert [each.name for each in recorded.interfaces] == ["Recorded"]
    assert Problem.__name__ == "Problem"


@pytest.fixture(scope="module")
def desk(module_house: House) -> Iterator[DeskAtWork]:
    module_house.open_city(SAPPORO)
    with desk_at_work(module_house) as desk:
        yield desk


@pytest.fixture(scope="module")
def everybody(desk: DeskAtWork) -> dict[Role, Person]:
    return {role: desk.person(SAPPORO, role) for role in sorted(EVERYBODY)}


@pytest.mark.parametrize("name", NAMES)
def test_a_command_with_the_least_that_can_be_said_is_granted_or_refused_in_both_languages(
    desk: DeskAtWork, everybody: dict[Role, Person], name: str
) -> None:
    who = everybody[Role.DESK_OFFICER if Role.DESK_OFFICER in MAY[name] else min(MAY[name])]
    kind = f"{name[0].upper()}{name[1:]}Input!"
    query = f"""mutation ($i: {kind}) {{ it: {name}(input: $i) {{ __typename
      ... on Recorded {{ id position }} ... on Problem {{ code messageJa messageEn }} }} }}"""
    answer = desk.post(who, query, i={"commandId": str(uuid4()), **input_for(name)})
    told = answer.json()
    assert (answer.status_code, told.get("errors")) == (200, None)
    it = told["data"]["it"]
    assert it["__typename"].endswith("Recorded") or (
        it["__typename"] in {"Refused", "Conflict"}
        and it["code"] not in {"NOT_ALLOWED", "INTERNAL"}
        and "" not in {it["messageEn"], it["messageJa"]}
        and it["messageEn"] != it["messageJa"]
    ), it
