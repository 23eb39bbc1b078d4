"""Every type, field and route says for whom it is; nothing reaches further than what it leads to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from api.desk import matrix
from api.desk.answers import Problem
from api.desk.proposals import Proposal
from api.desk.readers import ReadBy
from api.desk.schema import desk_schema
from api.graphql.schema import build
from api.graphql.shown import DECLARED, declared, shown_to
from api.public.query import SCHEMA
from api.visibility import ROUTES
from domain.values import Audience
from tenants.members import SIGNED_IN, Role
from tenants.visibility import READERS, View
from tenants.wish import Wish
from tests.leaks.conftest import Leaks
from tests.leaks.routes import routes_of

DESK, PUBLIC = desk_schema()._schema, SCHEMA._schema


def undeclared(schema: GraphQLSchema) -> list[str]:
    """Types that say nothing, and root fields of a desk that do not."""
    types = [kind.name for kind in objects(schema) if not hasattr(origin(kind), DECLARED)]
    roots = [kind for kind in (schema.query_type, schema.mutation_type) if kind is not None]
    fields = [
        f"{root.name}.{name}"
        for root in roots
        for name, field in root.fields.items()
        if DECLARED not in definition(field).metadata and whole(root) != Audience.PUBLIC
    ]
    return [*(name for name in types if name != "Mutation"), *fields]


def objects(schema: GraphQLSchema) -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    """Everything that has fields, but for introspection."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__"):
            yield kind


def definition(of: Any) -> Any:
    return of.extensions["strawberry-definition"]


def origin(kind: GraphQLNamedType) -> type:
    found: type = definition(kind).origin
    return found


def whole(kind: GraphQLNamedType) -> Any:
    """What a type says of all its fields; ``None``: as the field that gives it."""
    return getattr(origin(kind), DECLARED, None)


def readers_of(said: Any) -> frozenset[Role]:
    if isinstance(said, type) and issubclass(said, Wish):
        return frozenset().union(*matrix.givers(said).values())
    return READERS[said]


def widened(schema: GraphQLSchema) -> list[str]:
    """Fields that are for more readers than the type to which they lead, from the roots on."""
    found: list[str] = []
    seen: set[tuple[str, frozenset[Role]]] = set()
    roots = [kind for kind in (schema.query_type, schema.mutation_type) if kind is not None]
    waiting: list[tuple[GraphQLNamedType, frozenset[Role]]] = [(root, SIGNED_IN) for root in roots]
    while waiting:
        kind, readers = waiting.pop()
        if (kind.name, readers) in seen:
            continue
        seen.add((kind.name, readers))
        for name, field in getattr(kind, "fields", {}).items():
            said = definition(field).metadata.get(DECLARED)
            own = readers if said is None else readers & readers_of(said)
            bare = get_named_type(field.type)
            for below in bare.types if isinstance(bare, GraphQLUnionType) else (bare,):
                if not isinstance(below, GraphQLObjectType | GraphQLInterfaceType):
                    continue
                for_it = whole(below)
                refusal = issubclass(origin(below), Problem)
                if for_it is not None and not refusal and not own <= READERS[for_it]:
                    found.append(f"{kind.name}.{name}: {below.name}")
                waiting.append((below, own))
    return sorted(set(found))


@pytest.mark.parametrize("schema", [DESK, PUBLIC], ids=["desk", "public"])
def test_every_type_and_root_field_says_for_whom_it_is(schema: GraphQLSchema) -> None:
    assert undeclared(schema) == []


@pytest.mark.parametrize("schema", [DESK, PUBLIC], ids=["desk", "public"])
def test_no_field_leads_to_more_than_its_readers_may_see(schema: GraphQLSchema) -> None:
    assert widened(schema) == []


def test_everything_in_the_public_schema_is_public() -> None:
    assert {whole(kind) for kind in objects(PUBLIC)} == {Audience.PUBLIC, None}


def test_what_a_field_says_is_what_it_asks() -> None:
    said = [
        (f"{kind.name}.{name}", definition(field).metadata[DECLARED], definition(field))
        for kind in objects(DESK)
        for name, field in kind.fields.items()
        if DECLARED in definition(field).metadata and kind.name != "Mutation"
    ]
    assert len(said) > 13
    for name, shown, field in said:
        assert [each.shown for each in field.extensions if isinstance(each, ReadBy)] == [shown], name
    root = DESK.mutation_type
    assert root is not None
    assert all(issubclass(definition(field).metadata[DECLARED], Wish) for field in root.fields.values())


def test_every_route_says_for_whom_it_is(leaks: Leaks) -> None:
    assert sorted(map(str, routes_of(leaks.walk.world.running.app))) == sorted(ROUTES)


# --- broken versions --------------------------------------------------------------------------------------------------


def made(query: type) -> GraphQLSchema:
    return build(query)._schema


def forgot_the_type() -> GraphQLSchema:
    @strawberry.type
    class Secret:
        word: str = ""

    @shown_to(View.CITY)
    @strawberry.type
    class Query:
        secret: Secret = strawberry.field(metadata=declared(View.CITY))

    return made(Query)


def forgot_the_field() -> GraphQLSchema:
    @shown_to(View.CITY)
    @strawberry.type
    class Query:
        @strawberry.field
        def word(self) -> str:
            return ""

    return made(Query)


@pytest.mark.parametrize(("forgetful", "named"), [(forgot_the_type, "Secret"), (forgot_the_field, "Query.word")])
def test_what_says_nothing_is_noticed(forgetful: Callable[[], GraphQLSchema], named: str) -> None:
    assert undeclared(forgetful()) == [named]


def test_a_root_field_for_too_many_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = definition(DESK.query_type.fields["inbox"])  # type: ignore[union-attr]
    monkeypatch.setattr(inbox, "metadata", declared(View.CITY))
    assert "ProposalConnection.nodes: Proposal" in widened(DESK)


def test_a_type_for_too_few_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Proposal, DECLARED, View.RIGHTS)
    assert widened(DESK)
