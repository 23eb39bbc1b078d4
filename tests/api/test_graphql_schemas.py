"""Both schemas, walked as a whole: every list has a bound, every field a cost, every endpoint its limits."""

from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    parse,
)

from api.desk.schema import desk_schema
from api.graphql import schema as building
from api.graphql import structure
from api.graphql.costs import SLICING, UNDECLARED, Costs, is_connection, is_list
from api.graphql.limits import PUBLIC
from api.graphql.schema import Schema
from api.public.query import SCHEMA
from tests.api.endpoint import READING, ask

SCHEMAS = {"public": SCHEMA, "desk": desk_schema()}
WORKS = {"Query", "Mutation"}
"""Types whose fields ask the database by themselves."""
FREE = {"Query.me"}
"""What is known of the member without asking."""
KINDS = GraphQLObjectType | GraphQLInterfaceType


def inner(schema: Schema) -> GraphQLSchema:
    return schema._schema


def objects(schema: Schema) -> list[GraphQLObjectType | GraphQLInterfaceType]:
    types = inner(schema).type_map.values()
    return [each for each in types if isinstance(each, KINDS) and not each.name.startswith("__")]


def fields(schema: Schema) -> Iterator[tuple[str, GraphQLObjectType | GraphQLInterfaceType, GraphQLField]]:
    """Place, type and definition of every field."""
    for kind in objects(schema):
        for name, definition in kind.fields.items():
            yield f"{kind.name}.{name}", kind, definition


def unbounded(schema: Schema) -> list[str]:
    """Lists that are neither paged nor declared."""
    return [
        place
        for place, kind, definition in fields(schema)
        if is_list(definition)
        and not (is_connection(kind) or SLICING in definition.args or place in schema.costs.lists)
    ]


@pytest.mark.parametrize("endpoint", SCHEMAS)
def test_every_list_has_a_bound(endpoint: str) -> None:
    """A new list: give it pages, or write how long it usually is and can be into api/<endpoint>/costs.py."""
    assert unbounded(SCHEMAS[endpoint]) == []


@strawberry.type
class Words:
    words: list[str]


def test_a_list_without_a_bound_is_noticed() -> None:
    assert unbounded(building.build(Words)) == ["Words.words"]


@pytest.mark.parametrize("endpoint", SCHEMAS)
def test_every_page_has_a_size_of_a_hundred_at_most_and_a_usual_one(endpoint: str) -> None:
    schema = SCHEMAS[endpoint]
    paged = [
        (place, definition)
        for place, _, definition in fields(schema)
        if str(get_named_type(definition.type)).endswith("Connection")
    ]
    assert len(paged) >= 4
    for place, definition in paged:
        assert 1 <= definition.args[SLICING].default_value <= schema.limits.first == 100, place


@pytest.mark.parametrize("endpoint", SCHEMAS)
def test_every_field_has_a_declared_cost_or_the_default_and_the_table_holds_nothing_else(endpoint: str) -> None:
    schema, places = SCHEMAS[endpoint], {place: definition for place, _, definition in fields(SCHEMAS[endpoint])}
    assert [place for place in schema.costs.work if place not in places] == []
    assert [place for place in schema.costs.lists if place not in places or not is_list(places[place])] == []
    assert [
        place for place, kind, _ in fields(schema) if kind.name in WORKS and place not in {*schema.costs.work, *FREE}
    ] == []
    assert all(cost > 0 for cost in schema.costs.work.values())
    assert all(1 <= size.usual <= size.most for size in schema.costs.lists.values())


def test_what_is_not_declared_costs_one_for_an_object_and_a_list_is_dear() -> None:
    assert (Costs().work, Costs().lists, UNDECLARED.usual) == ({}, {}, 100)


@pytest.mark.parametrize("endpoint", SCHEMAS)
def test_every_list_that_is_sent_is_measured(endpoint: str) -> None:
    """Lists in inputs have no bound of their own each: one limit holds for all."""
    schema = SCHEMAS[endpoint]
    inputs = [each for each in inner(schema).type_map.values() if isinstance(each, GraphQLInputObjectType)]
    assert any("[" in str(each.type) for kind in inputs for each in kind.fields.values())
    assert schema.limits.entries == PUBLIC.entries == 100


@pytest.mark.parametrize("endpoint", SCHEMAS)
def test_tools_can_read_the_whole_schema_within_the_limits(endpoint: str) -> None:
    schema = SCHEMAS[endpoint]
    for depth in (7, 9):
        document = parse(get_introspection_query(type_depth=depth, input_value_deprecation=True))
        structure.check(inner(schema), document, schema.limits)


def test_introspection_is_answered_to_everybody() -> None:
    response = ask(
        json={"query": get_introspection_query(type_depth=9, specified_by_url=True, schema_description=True)}
    )
    data: dict[str, Any] = response.json()
    assert "errors" not in data
    assert "Item" in {each["name"] for each in data["data"]["__schema"]["types"]}
    assert READING.limits == PUBLIC


@pytest.mark.parametrize("endpoint", SCHEMAS)
def test_no_subscription_and_no_incremental_delivery_is_offered(endpoint: str) -> None:
    schema = inner(SCHEMAS[endpoint])
    assert schema.subscription_type is None
    assert {directive.name for directive in schema.directives} & {"defer", "stream"} == set()
