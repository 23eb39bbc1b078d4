"""The public schema as it is committed, and the names that strangers rely on."""

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema

from api.public import words
from api.public.query import public_sdl
from tenants.city_file import Municipality
from tests.conftest import ROOT

COMMITTED = ROOT / "api/schema/public.graphql"


def test_the_committed_schema_is_that_of_the_code() -> None:
    assert COMMITTED.read_text("utf-8") == public_sdl(), "run `make schema` and look at the difference"


@pytest.mark.parametrize(
    ("type_name", "names"),
    [
        ("Query", "cities city cases case challenges challenge"),
        ("CaseWhere", "cities status methods fields text updatedSince"),
        ("ChallengeWhere", "cities status fields text updatedSince"),
        ("CaseConnection", "edges nodes pageInfo"),
        ("CaseEdge", "cursor node"),
        ("PageInfo", "hasNextPage hasPreviousPage startCursor endCursor"),
        (
            "Case",
            """id city status title summary background method methodName fields partners origin source dates publishedAt
            updatedAt resources benefits outcomes history challenge sample""",
        ),
        ("Partner", "name participant"),
        ("CaseDate", "label on precision planned until"),
        ("Resource", "side kind description"),
        ("Benefit", "side description"),
        ("HistoryEntry", "at type summary"),
        ("City", "code slug name nameEn hasDesk desk intakeKinds cases challenges"),
    ],
)
def test_a_type_has_the_names_that_were_promised(type_name: str, names: str) -> None:
    found = build_schema(COMMITTED.read_text("utf-8")).type_map[type_name]
    assert isinstance(found, GraphQLObjectType | GraphQLInputObjectType)
    assert [name for name in names.split() if name not in found.fields] == []


def test_every_kind_of_municipality_is_shown() -> None:
    assert [words.Municipality(kind.value).name for kind in Municipality] == [kind.name for kind in Municipality]


def test_nothing_can_be_changed_and_every_type_and_field_is_described() -> None:
    schema = build_schema(COMMITTED.read_text("utf-8"))
    assert (schema.mutation_type, schema.subscription_type) == (None, None)
    own = [kind for kind in schema.type_map.values() if not kind.name.startswith("__")]
    assert [kind.name for kind in own if not kind.description] == []
    objects = [kind for kind in own if isinstance(kind, GraphQLObjectType)]
    assert [
        f"{kind.name}.{name}" for kind in objects for name, each in kind.fields.items() if not each.description
    ] == []


def test_nothing_public_asks_for_positions_of_a_citys_log() -> None:
    """They would tell how much a city records."""
    kinds = build_schema(public_sdl()).type_map.values()
    fields = [(kind.name, *field) for kind in kinds for field in getattr(kind, "fields", {}).items()]
    named = {(kind, name) for kind, name, field in fields for name in (name, *getattr(field, "args", {}))}
    told = {(kind, name) for kind, name in named if name in {"atLeast", "position", "version"}}
    # of the wordings that a proposer accepts, not of a record
    assert told == {("Condition", "version"), ("PurposeOfUse", "version")}
    assert "Position" not in public_sdl()
