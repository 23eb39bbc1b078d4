"""The form of envelopes for who builds the other side: its page is right, and its content is the desk's own input."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, build_schema, get_named_type

import tenants.intake
from domain.policy import OrganisationKind
from domain.proposal import CityMoney
from tenants.intake.arrival import arrival_number
from tenants.intake.content import COMMANDS, ContentInvalid, wish_of
from tenants.intake.envelope import Envelope, canonical
from tests.conftest import ROOT, SAPPORO, House
from tests.tenants.intakes import taken_in, trusted_of

PAGE: Final = Path(tenants.intake.__path__[0], "README.md").read_text("utf-8")
SCHEMA: Final = build_schema((ROOT / "api/schema/desk.graphql").read_text("utf-8"))
WORDS: Final = {"UUID": "0d9f3a86-41c5-4e0b-8a57-2f6f0f1f9b11", "Boolean": True, "Int": 1, "String": "言葉"}
OWN: Final = {"corporateNumber": "3000020141003"}


def block(language: str) -> str:
    """A part of the page, as who copies it has it."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def recipe() -> dict[str, Callable[..., Any]]:
    """What the page tells the other side to do."""
    told: dict[str, Any] = {}
    exec(block("python"), told)  # noqa: S102 - it is ours
    return told


def test_the_example_is_what_the_recipe_makes_and_is_taken_in(house: House, recipe: dict[str, Any]) -> None:
    house.open_city(SAPPORO)
    public = re.search(r"^    (renkei-intake\+\S+)$", PAGE, re.MULTILINE)
    assert public is not None
    trusted_of(house.folder).trust(SAPPORO, public[1])
    example = json.loads(block("json"))
    unsigned = {name: value for name, value in example.items() if name not in {"signedBy", "signature"}}
    assert recipe["seal"](bytes(range(32)), unsigned) == example
    told = taken_in(house, block("json").encode())
    assert (told.receipt and told.receipt.serial, told.repeated) == (1, False)
    assert f"Its arrival number: {told.arrival}." in PAGE


def test_the_recipe_encodes_and_counts_as_the_program_does(recipe: dict[str, Any]) -> None:
    every = "".join(map(chr, [*range(0x300), 0x2028, 0xD7FF, 0xE000, 0xFFFF, 0x20BB7]))
    told: dict[str, Any] = {"b": every, "a": [1, -7, True, False, None, {}, []], "Z": {"y": "髙﨑", "x": 2**53}}
    assert recipe["canonical"](told) == canonical(told)
    for end in (0, 1, 16**9 - 1, 0x123456789):
        id_ = UUID(int=(0xABCDEF << 100) | end)
        assert recipe["arrival_number"](str(id_)) == arrival_number(id_)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_content_has_the_members_of_the_desks_own_input_and_needs_what_it_needs(command: str) -> None:
    asked = input_of(command)
    _, record, party = COMMANDS[command]
    apart = {"commandId", "entry", record, party}
    assert apart <= asked.fields.keys()
    fields = {name: field for name, field in asked.fields.items() if name not in apart}
    content = {name: OWN.get(name) or example(field.type) for name, field in fields.items()}
    wish: Any = wish_of(envelope(command, content))
    assert (wish.title, wish.purpose, wish.sample) == ("言葉", 1, True)
    for name, field in fields.items():
        left_out = {other: value for other, value in content.items() if other != name}
        if isinstance(field.type, GraphQLNonNull) and field.ast_node is not None and not field.ast_node.default_value:
            with pytest.raises(ContentInvalid):
                wish_of(envelope(command, left_out))
        else:
            assert wish_of(envelope(command, left_out)) != wish


def test_choices_bear_the_names_of_the_schema() -> None:
    for kind in (OrganisationKind, CityMoney):
        shown = SCHEMA.type_map[kind.__name__]
        assert isinstance(shown, GraphQLEnumType)
        assert set(shown.values) == set(kind.__members__)


def input_of(command: str) -> GraphQLInputObjectType:
    """The input of a mutation as the schema has it."""
    mutations = SCHEMA.mutation_type
    assert mutations is not None
    asked = get_named_type(mutations.fields[command].args["input"].type)
    assert isinstance(asked, GraphQLInputObjectType)
    return asked


def envelope(command: str, content: dict[str, Any]) -> Envelope:
    """An envelope around some content."""
    told = json.loads(block("json"))
    kept = {name: value for name, value in told.items() if name not in {"signedBy", "signature"}}
    return msgspec.convert({**kept, "command": command, "content": content}, Envelope)


def example(kind: Any) -> Any:
    """Something that the input takes."""
    if isinstance(kind, GraphQLNonNull):
        return example(kind.of_type)
    if hasattr(kind, "of_type"):
        return [example(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return {name: example(field.type) for name, field in kind.fields.items()}
    return WORDS[kind.name]
