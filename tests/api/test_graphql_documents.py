"""Documents that are asked again and again: parsed and validated once, weighed and answered anew each time."""

import asyncio
from typing import Any

import pytest
import strawberry
from graphql import parse
from strawberry.schema import schema as executing
from strawberry.types import ExecutionResult

from api.graphql import schema as building
from api.graphql.asking import Asked
from api.graphql.documents import Documents
from api.graphql.errors import cause
from api.graphql.http import execute
from api.graphql.limits import DocumentTooHeavy, Limits
from api.graphql.refusals import BodyMalformed, ReadingOnly
from domain.errors import TextForbidden


@strawberry.type
class Item:
    name: str

    @strawberry.field
    def items(self, first: int = 20) -> "list[Item]":
        return [Item(name=self.name) for _ in range(first)]


@strawberry.type
class Query:
    @strawberry.field
    def item(self, info: strawberry.Info[str, None], name: str = "") -> Item:
        return Item(name=f"{info.context}{name}")


@strawberry.type
class OtherQuery:
    @strawberry.field
    def thing(self) -> str:
        return "thing"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def touch(self, note: str = "") -> str:
        return note


ITEMS = "query Q($first: Int! = 2) { item { items(first: $first) { items(first: $first) { name } } } }"
Schema = building.Schema


class Work:
    """Counts what strawberry is asked to parse and to validate."""

    def __init__(self) -> None:
        self.parsed: list[str] = []
        self.validated = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counted, validate = Work(), executing.validate_document

    def parsing(text: str, **options: Any) -> Any:
        counted.parsed.append(text)
        return parse(text, **options)

    def validating(*given: Any) -> Any:
        counted.validated += 1
        return validate(*given)

    monkeypatch.setattr(executing, "parse", parsing)
    monkeypatch.setattr(executing, "validate_document", validating)
    return counted


def ask(schema: Schema, text: str, *, context: str = "", reading: bool = False, **rest: Any) -> ExecutionResult:
    wanted = Asked(text, rest.pop("operation", None), rest or None)
    return asyncio.run(execute(schema, text, wanted, context, reading=reading))


def error(schema: Schema, text: str, **rest: Any) -> BaseException:
    result = ask(schema, text, **rest)
    assert result.data is None
    assert result.errors is not None
    (found,) = result.errors
    return cause(found)


def test_a_document_is_parsed_and_validated_once(work: Work) -> None:
    schema = building.build(Query)
    answers = [ask(schema, ITEMS).data for _ in range(3)]
    assert answers == [{"item": {"items": [{"items": [{"name": ""}] * 2}] * 2}}] * 3
    assert (work.parsed, work.validated) == ([ITEMS], 1)


def test_a_document_that_differs_in_one_character_is_another(work: Work) -> None:
    schema = building.build(Query)
    ask(schema, '{ item(name: "あ") { name } }')
    assert ask(schema, '{ item(name: "い") { name } }').data == {"item": {"name": "い"}}
    assert len(work.parsed) == 2


def test_a_kept_document_is_answered_anew_for_whoever_asks(work: Work) -> None:
    schema, text = building.build(Query), "query Q($name: String!) { item(name: $name) { name } }"
    assert ask(schema, text, context="甲", name="1").data == {"item": {"name": "甲1"}}
    assert ask(schema, text, context="乙", name="2").data == {"item": {"name": "乙2"}}
    assert work.validated == 1


def test_a_kept_document_is_weighed_with_the_variables_of_each_request(work: Work) -> None:
    schema = building.build(Query, limits=Limits(cost=50))
    assert ask(schema, ITEMS, first=3).errors is None
    found = error(schema, ITEMS, first=100)
    assert isinstance(found, DocumentTooHeavy)
    assert found.details == {"what": "cost", "limit": 50, "actual": 10_101}
    assert ask(schema, ITEMS, first=3).errors is None
    assert work.validated == 1


def test_a_wrong_variable_is_told_for_a_kept_document() -> None:
    schema = building.build(Query, limits=Limits(cost=20_000))  # what is no number costs as the largest page
    assert ask(schema, ITEMS, first=1).errors is None
    assert "Int cannot represent" in str(error(schema, ITEMS, first="many"))


def test_a_document_that_is_valid_for_one_schema_is_not_for_another() -> None:
    one, other, strict = (
        building.build(Query),
        building.build(OtherQuery),
        building.build(Query, limits=Limits(depth=2)),
    )
    assert ask(one, ITEMS).errors is None
    assert "Cannot query field 'item'" in str(ask(other, ITEMS).errors)
    assert isinstance(error(strict, ITEMS), DocumentTooHeavy)


def test_a_wrong_document_is_told_each_time_and_not_kept(work: Work) -> None:
    schema = building.build(Query)
    for _ in range(2):
        assert "Cannot query field 'nothing' on type 'Item'." in str(error(schema, "{ item { nothing } }"))
    assert work.validated == 2


def test_the_character_nul_is_refused_each_time() -> None:
    schema = building.build(Query)
    for _ in range(2):
        assert isinstance(error(schema, r'{ item(name: "a\u0000") { name } }'), TextForbidden)


def test_which_operation_is_meant_is_asked_each_time() -> None:
    schema, text = building.build(Query), "query A { a: item { name } } query B { b: item { name } }"
    assert ask(schema, text, operation="A").data == {"a": {"name": ""}}
    assert ask(schema, text, operation="B").data == {"b": {"name": ""}}
    with pytest.raises(BodyMalformed):
        ask(schema, text, operation="C")


def test_a_mutation_that_was_carried_out_by_post_is_refused_by_get() -> None:
    schema = building.build(Query, Mutation)
    assert ask(schema, "mutation { touch }").data == {"touch": ""}
    with pytest.raises(ReadingOnly):
        ask(schema, "mutation { touch }", reading=True)


def test_what_somebody_typed_into_a_command_is_not_kept(work: Work) -> None:
    schema = building.build(Query, Mutation)
    written, given = 'mutation { touch(note: "佐藤") }', "mutation T($note: String!) { touch(note: $note) }"
    for _ in range(2):
        assert ask(schema, written).data == {"touch": "佐藤"}
        assert ask(schema, given, note="佐藤").data == {"touch": "佐藤"}
    assert work.parsed == [written, given, written]


def test_the_document_not_asked_for_longest_goes_first() -> None:
    documents = Documents(budget=30, longest=10)
    a, b, c, d = (f"{{ {name * 6} }}" for name in "abcd")
    for text in (a, b, c):
        documents.keep(text, parse(text))
    assert documents.get(a) is not None
    documents.keep(d, parse(d))
    assert [documents.get(text) is not None for text in (a, b, c, d)] == [True, False, True, True]


def test_kept_documents_never_have_more_characters_than_their_budget() -> None:
    documents = Documents(budget=100, longest=40)
    texts = [f"{{ {'a' * (number % 40)}b }}" for number in range(200)]
    for text in texts + texts[-3:]:
        documents.keep(text, parse(text))
    kept = {text for text in texts if documents.get(text) is not None}
    assert 60 < sum(map(len, kept)) <= 100
    assert max(map(len, kept)) <= 40


def test_a_document_that_two_requests_bring_at_once_is_counted_once() -> None:
    documents = Documents(budget=30, longest=10)
    for text in ["{ a }"] * 10 + ["{ b }"]:
        documents.keep(text, parse(text))
    assert documents.get("{ a }") is not None


def test_a_document_that_is_too_long_pushes_no_other_out() -> None:
    documents = Documents(budget=30, longest=10)
    documents.keep("{ a }", parse("{ a }"))
    documents.keep("{ a } # and more", parse("{ a }"))
    assert documents.get("{ a } # and more") is None
    assert documents.get("{ a }") is not None
