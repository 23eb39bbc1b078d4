"""Every limit of both endpoints, reached exactly and passed by one; without a database."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
import strawberry

from api.desk.schema import desk_schema
from api.graphql import schema as building
from api.graphql.costs import Costs, Size
from api.graphql.limits import BEYOND, DESK, LARGEST, PUBLIC, Limits
from api.graphql.schema import Schema
from api.public.query import SCHEMA
from tests.api.endpoint import JSON, READING, Query, ask, only_error, query

ENDPOINTS = {"public": PUBLIC, "desk": DESK}
SCHEMAS = {name: building.build(Query, limits=limits) for name, limits in ENDPOINTS.items()}


def nested(depth: int) -> str:
    return "{ item " + "{ left " * (depth - 2) + "{ name }" + " }" * (depth - 2) + " }"


def tree(selections: int) -> str:
    """A document of about so many selections, each at another place of the answer, that is short itself."""
    level, size = 0, 4
    while size * 2 + 4 <= selections:
        level, size = level + 1, size * 2 + 4
    fragments = [f"fragment F{n + 1} on Item {{ left {{ ...F{n} }} right {{ ...F{n} }} }}" for n in range(level + 1)]
    return f"{{ item {{ ...F{level + 1} }} }} fragment F0 on Item {{ name }} {' '.join(fragments)}"


def costing(cost: int) -> str:
    """A document that costs exactly so much: 1 for the item, 101 for each that holds a hundred, 1 for the rest."""
    many, rest = divmod(cost - 1, 101)
    some = f"some: items(first: {rest}) {{ name }}" if rest else ""
    return f"{{ item {{ items(first: {many}) {{ items(first: 100) {{ name }} }} {some} }} }}"


REACHING: Mapping[str, Callable[[int], tuple[str, Any]]] = {
    "entries": lambda n: ("query Q($of: [String!]) { item { weighed(of: $of) } }", {"of": ["a"] * n}),
    "tokens": lambda n: ("#\n" * (n - 6) + "{ item { name } }", None),
    "digits": lambda n: (f"{{ item {{ weighed(grams: 1.{'0' * (n - 2)}) }} }}", None),
    "operations": lambda n: (" ".join(f"query O{each} {{ item {{ name }} }}" for each in range(n)), None),
    "fragments": lambda n: (
        "{ item { ...F1 } } "
        + " ".join(f"fragment F{each} on Item {{ ...F{each + 1} }}" for each in range(1, n))
        + f" fragment F{n} on Item {{ name }}",
        None,
    ),
    "directives": lambda n: ("{ item " + "{ ... @skip(if: false) " * n + "{ name }" + " }" * n + " }", None),
    "repeated_directives": lambda n: (
        "{ item { name " + " ".join(["@skip(if: false)", "@include(if: true)", "@skip(if: false)"][:n]) + " } }",
        None,
    ),
    "depth": lambda n: (nested(n), None),
    "aliases": lambda n: ("{ item { " + " ".join(f"a{each}: name" for each in range(n)) + " } }", None),
    "repeats": lambda n: ("{ item { " + "name " * n + "} }", None),
    "introspection": lambda n: (
        "{ " + " ".join(f"a{each}: __schema {{ types {{ name }} }}" for each in range(n)) + " }",
        None,
    ),
    "introspection_depth": lambda n: (
        '{ __type(name: "Item") ' + "{ ofType " * (n - 2) + "{ name }" + " }" * (n - 2) + " }",
        None,
    ),
    "introspection_nesting": lambda n: (
        '{ __type(name: "Item") ' + "{ fields { type " * n + "{ name }" + " } }" * n + " }",
        None,
    ),
    "cost": lambda n: (costing(n), None),
}
"""Limit to a document that has exactly so much of it, and of nothing else too much."""

OTHERWISE = {"body", "variables", "selections", "first"}
"""Limits with tests of their own."""


def limited(what: str, actual: int, schema: Schema, **headers: str) -> httpx.Response:
    text, variables = REACHING[what](actual)
    name = "O0" if what == "operations" else None
    return ask(schema=schema, json={"query": text, "variables": variables, "operationName": name}, headers=headers)


def test_every_limit_is_tested_and_told() -> None:
    names = {each.name for each in dataclasses.fields(Limits)}
    assert set(REACHING) | OTHERWISE == names
    assert set(BEYOND) == names - {"body", "first"}


def test_both_endpoints_have_their_limits() -> None:
    assert (SCHEMA.limits, desk_schema().limits) == (PUBLIC, DESK)
    assert SCHEMA.costs.work
    assert desk_schema().costs.work


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("what", REACHING)
def test_what_reaches_a_limit_is_answered_and_one_more_is_refused(what: str, endpoint: str) -> None:
    schema, limit = SCHEMAS[endpoint], getattr(ENDPOINTS[endpoint], what)
    reached = limited(what, limit, schema)
    assert (reached.status_code, reached.json().get("errors")) == (200, None)
    passed = limited(what, limit + 1, schema)
    assert (passed.status_code, only_error(passed)["extensions"]) == (
        400,
        {"code": "DOCUMENT_TOO_HEAVY", "what": what, "limit": limit, "actual": limit + 1},
    )
    assert "data" not in passed.json()


@pytest.mark.parametrize("what", list(REACHING))
def test_a_limit_is_told_in_the_readers_language_with_both_numbers_and_what_to_do(what: str) -> None:
    limit = getattr(PUBLIC, what)
    messages = {
        language: only_error(limited(what, limit + 1, READING, **{"accept-language": language}))["message"]
        for language in ("en", "ja")
    }
    for message in messages.values():
        assert str(limit) in message
        assert str(limit + 1) in message
    assert messages["en"].count(". ") == 1
    assert messages["ja"].endswith("ください。")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_selections_are_counted_with_spreads_written_out(endpoint: str) -> None:
    schema, limit = SCHEMAS[endpoint], ENDPOINTS[endpoint].selections
    assert query(tree(limit), schema=schema).status_code == 200
    error = only_error(query(tree(limit * 2), schema=schema))["extensions"]
    assert (error["what"], error["limit"]) == ("selections", limit)
    assert limit < error["actual"] <= limit * 2


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_body_of_the_largest_size_is_taken_and_one_byte_more_is_not(endpoint: str) -> None:
    schema, limit = SCHEMAS[endpoint], ENDPOINTS[endpoint].body
    body = b'{"query": "{ item { name } }"}'
    headers = {"content-type": JSON}
    assert ask(schema=schema, content=body + b" " * (limit - len(body)), headers=headers).status_code == 200
    response = ask(schema=schema, content=body + b" " * (limit - len(body) + 1), headers=headers)
    assert (response.status_code, only_error(response)["extensions"]) == (
        413,
        {"code": "BODY_TOO_LARGE", "limit": limit},
    )


def test_the_address_of_a_get_is_measured_as_a_body_is() -> None:
    small = building.build(Query, limits=dataclasses.replace(PUBLIC, body=100))
    text = "{item{name}}"
    assert ask("GET", small, params={"query": text}).status_code == 200
    assert ask("GET", small, params={"query": text + "#" * 100}).status_code == 413


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_variables_of_the_largest_size_are_taken_and_one_byte_more_is_not(endpoint: str, method: str) -> None:
    limits = ENDPOINTS[endpoint] if method == "POST" else dataclasses.replace(ENDPOINTS[endpoint], variables=2_000)
    schema = building.build(Query, limits=limits)
    text = "query Q($of: String!) { item { name(of: $of) } }"

    def send(size: int) -> httpx.Response:
        variables = json.dumps({"of": "a" * (size - len('{"of": ""}'))})
        if method == "GET":
            return ask("GET", schema, params={"query": text, "variables": variables})
        body = f'{{"query": "{text}", "variables": {variables}}}'
        return ask(schema=schema, content=body.encode(), headers={"content-type": JSON})

    assert send(limits.variables).status_code == 200
    assert only_error(send(limits.variables + 1))["extensions"] == {
        "code": "DOCUMENT_TOO_HEAVY",
        "what": "variables",
        "limit": limits.variables,
        "actual": limits.variables + 1,
    }


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ('{ item { weighed(of: ["a", "b", "c"]) } }', None),
        ('query Q($of: [String!] = ["a", "b", "c"]) { item { weighed(of: $of) } }', None),
        ('{ item { weighed(where: {names: ["a", "b", "c"]}) } }', None),
        ("query Q($where: Where) { item { weighed(where: $where) } }", {"where": {"names": ["a", "b", "c"]}}),
    ],
)
def test_a_list_is_measured_wherever_it_is_given(text: str, variables: Any) -> None:
    for most, status in ((3, 200), (2, 400)):
        schema = building.build(Query, limits=dataclasses.replace(PUBLIC, entries=most))
        assert query(text, variables=variables, schema=schema).status_code == status


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ item { weighed(where: {%s}) } }", None),
        ("query Q($w: Where) { item { weighed(where: $w) } }", {"w": {f"x{n}": 1 for n in range(101)}}),
        ("{ item { name } }", {f"x{n}": 1 for n in range(101)}),
    ],
)
def test_an_object_is_measured_before_each_of_its_wrong_fields_is_told(text: str, variables: Any) -> None:
    """Each mistake in an object quotes all of it: hundreds of them took seconds."""
    written = text.replace("%s", " ".join(f"x{n}: 1" for n in range(101)))
    error = only_error(query(written, variables=variables))["extensions"]
    assert (error["what"], error["actual"]) == ("entries", 101)


# --- pages


@pytest.mark.parametrize("first", [101, 400, 0, -1])
@pytest.mark.parametrize(
    "text",
    [
        "{ item { items(first: %s) { name } } }",
        "query Q($n: Int!) { item { items(first: $n) { name } } }",
        "query Q($n: Int! = %s) { item { items(first: $n) { name } } }",
    ],
)
def test_a_page_of_another_size_than_1_to_100_is_refused_however_it_is_given(text: str, first: int) -> None:
    written = text % first if "%s" in text else text
    response = query(written, variables=None if "%s" in text else {"n": first})
    assert (response.status_code, only_error(response)["extensions"]) == (
        400,
        {"code": "FIRST_INVALID", "first": first, "most": 100},
    )


@pytest.mark.parametrize("first", ["9" * 30, "null", '"ten"', "1.5", "true"])
def test_a_page_size_that_is_no_number_is_left_to_validation(first: str) -> None:
    response = query(f"{{ item {{ items(first: {first}) {{ name }} }} }}")
    assert (response.status_code, only_error(response)["extensions"]) == (400, {"code": "GRAPHQL_INVALID"})


# --- cost


PAGES = "items(first: {n}) {{ items(first: {n}) {{ left {{ name }} right {{ left {{ name }} }} }} }}"


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (f"{{ item {{ {PAGES.format(n=100)} }} }}", None),
        (f"query Q($n: Int!) {{ item {{ {PAGES.format(n='$n')} }} }}", {"n": 100}),
        (f"query Q($n: Int! = 100) {{ item {{ {PAGES.format(n='$n')} }} }}", None),
        (f"{{ item {{ ...P }} }} fragment P on Item {{ {PAGES.format(n=100)} }}", None),
    ],
)
def test_forty_thousand_objects_are_refused_literally_by_variable_by_default_and_in_a_fragment(
    text: str, variables: Any
) -> None:
    assert only_error(query(text, variables=variables))["extensions"] == {
        "code": "DOCUMENT_TOO_HEAVY",
        "what": "cost",
        "limit": 5_000,
        "actual": 1 + 100 * (1 + 100 * (1 + 1 + 2)),
    }


@pytest.mark.parametrize("given", [b"100.0", b"1e2", b"1000E-1"])
def test_a_page_size_with_a_point_or_an_exponent_counts_as_the_whole_number_that_it_is(given: bytes) -> None:
    """JSON knows one kind of number; the library takes 100.0 for an Int."""
    text = f"query Q($n: Int!) {{ item {{ {PAGES.format(n='$n')} }} }}"
    body = b'{"query": %b, "variables": {"n": %b}}' % (json.dumps(text).encode(), given)
    error = only_error(ask(content=body, headers={"Content-Type": JSON}))["extensions"]
    assert error["actual"] == 1 + 100 * (1 + 100 * (1 + 1 + 2))


@pytest.mark.parametrize("given", ["100", [100], {"n": 100}, True, 1.5, float(2**40)])
def test_what_cannot_be_read_as_a_page_size_costs_as_the_largest(given: Any) -> None:
    text = "query Q($n: Int!) { item { items(first: $n) { items(first: $n) { left { name } } } } }"
    assert only_error(query(text, variables={"n": given}))["extensions"]["what"] == "cost"


def test_a_default_of_the_schema_is_counted() -> None:
    error = only_error(query("{ item { items { items { items { items { name } } } } } }"))["extensions"]
    assert error["actual"] == 1 + 20 * (1 + 20 * (1 + 20 * (1 + 20)))


def test_what_a_variable_is_given_counts_and_not_its_default() -> None:
    text = "query Q($n: Int! = 1) { item { items(first: $n) { items(first: $n) { left { name } } } } }"
    assert query(text).status_code == 200
    assert only_error(query(text, variables={"n": 100}))["extensions"]["what"] == "cost"


def test_only_the_operation_that_is_meant_is_priced() -> None:
    text = "query A { item { name } } query B { item { items(first: 100) { items(first: 100) { name } } } }"
    assert ask(json={"query": text, "operationName": "A"}).status_code == 200
    assert only_error(ask(json={"query": text, "operationName": "B"}))["extensions"]["what"] == "cost"


def test_nothing_is_carried_out_of_what_costs_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("tests.api.endpoint.Query.item", lambda *_: asked.append("item"))
    query(costing(PUBLIC.cost + 1))
    assert asked == []


@strawberry.type
class Leaf:
    word: str = "葉"


@strawberry.type
class PageInfo:
    has_next_page: bool = False


@strawberry.type
class LeafConnection:
    nodes: list[Leaf]
    page_info: PageInfo


@strawberry.type
class Branch:
    number: strawberry.Private[int]

    @strawberry.field
    def leaves(self) -> list[Leaf]:
        return [Leaf()] * self.number

    @strawberry.field
    def words(self) -> list[str]:
        return ["葉"] * self.number

    @strawberry.field
    def paged(self, first: int = 20) -> LeafConnection:
        return LeafConnection(nodes=[Leaf()] * max(self.number, first // 100), page_info=PageInfo())


@strawberry.type
class Wood:
    @strawberry.field
    def branch(self, number: int = 3) -> Branch:
        return Branch(number=number)


COSTS = Costs(
    work={"Wood.branch": 7, "Leaf.word": 2}, lists={"Branch.leaves": Size(4, 10), "Branch.words": Size(4, 10)}
)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{ branch { __typename } }", 7 + 1),
        ("{ branch { leaves { __typename } } }", 7 + 1 + 4),
        ("{ branch { leaves { word } } }", 7 + 1 + 4 * (1 + 2)),
        ("{ branch { words } }", 7 + 1),
        ("{ branch { paged(first: 50) { pageInfo { hasNextPage } } } }", 7 + 1 + 1 + 1),
        ("{ branch { paged(first: 50) { nodes { word } } } }", 7 + 1 + 1 + 50 * (1 + 2)),
        ("{ branch { paged { ...P } } } fragment P on LeafConnection { nodes { __typename } }", 7 + 1 + 1 + 20),
        ("{ ... on Wood { branch { leaves { word } } } }", 7 + 1 + 4 * (1 + 2)),
        ("{ branch { leaves @skip(if: true) { word } __typename } }", 7 + 1 + 4 * (1 + 2)),
    ],
)
def test_the_cost_is_that_of_the_formula(text: str, cost: int) -> None:
    for limit, status in ((cost, 200), (cost - 1, 400)):
        schema = building.build(Wood, limits=dataclasses.replace(PUBLIC, cost=limit), costs=COSTS)
        assert query(text, schema=schema).status_code == status


def test_a_list_of_which_nothing_is_declared_is_dear() -> None:
    schema = building.build(Wood, limits=dataclasses.replace(PUBLIC, cost=100))
    assert only_error(query("{ branch { leaves { word } } }", schema=schema))["extensions"]["actual"] == 101


@pytest.mark.parametrize(("field", "what"), [("leaves", "{ word }"), ("words", "")])
def test_a_list_is_never_longer_than_the_table_says(field: str, what: str) -> None:
    schema = building.build(Wood, costs=COSTS)
    asked = f"query Q($n: Int!) {{ branch(number: $n) {{ {field} {what} }} }}"
    assert "errors" not in query(asked, variables={"n": 10}, schema=schema).json()
    error = only_error(query(asked, variables={"n": 11}, schema=schema))
    assert error["extensions"] == {
        "code": "LIST_TOO_LONG",
        "field": f"Branch.{field}",
        "limit": 10,
        "actual": 11,
    }


def test_a_page_is_never_longer_than_a_page() -> None:
    schema = building.build(Wood, costs=COSTS)
    asked = "query Q($n: Int!) { branch(number: $n) { paged(first: 1) { nodes { word } } } }"
    assert "errors" not in query(asked, variables={"n": 100}, schema=schema).json()
    assert only_error(query(asked, variables={"n": 101}, schema=schema))["extensions"]["code"] == "LIST_TOO_LONG"


# --- fragments and introspection


def test_fragments_that_multiply_are_refused_at_once() -> None:
    chain = " ".join(f"fragment F{n} on Item {{ ...F{n + 1} ...F{n + 1} }}" for n in range(29))
    error = only_error(query(f"{{ item {{ ...F0 }} }} {chain} fragment F29 on Item {{ name }}"))
    assert error["extensions"] == {
        "code": "DOCUMENT_TOO_HEAVY",
        "what": "selections",
        "limit": 1_000,
        "actual": LARGEST,
    }


def test_fragments_that_nobody_spreads_are_measured_as_well() -> None:
    deep = nested(PUBLIC.depth + 2).removeprefix("{ item ").removesuffix(" }")
    assert only_error(query(f"{{ item {{ name }} }} fragment F on Item {deep}"))["extensions"]["what"] == "depth"
    wide = "fragment F on Item { " + "name " * 11 + "}"
    assert only_error(query(f"{{ item {{ name }} }} {wide}"))["extensions"]["what"] == "repeats"
    twice = f"{{ item {{ ...F }} }} {wide} fragment F on Item {{ name }}"
    assert only_error(query(twice))["extensions"]["what"] == "repeats"


def test_a_place_is_asked_for_again_also_through_fragments_and_under_other_parents() -> None:
    text = "{ item { left { name } ...F ...F ...F ...F ...F } } fragment F on Item { left { name } left { name } }"
    assert only_error(query(text))["extensions"]["actual"] == 11


def test_fragments_in_a_circle_and_fragments_that_are_not_there_are_told_by_name() -> None:
    circle = query("{ item { ...A } } fragment A on Item { ...B } fragment B on Item { ...A }")
    assert "Cannot spread fragment 'A' within itself via 'B'." in circle.text
    apart = "fragment A on Item { left { ...B } } fragment B on Item { left { ...A " + "left { name } " * 400 + "} }"
    assert "within itself" in query(f"{{ item {{ name }} }} {apart}").text
    assert "Unknown fragment 'C'." in query("{ item { ...C } }").text


def test_introspection_in_fragments_is_measured() -> None:
    text = "{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...U } } }"
    error = only_error(query(text + " fragment U on __Type { fields { name } }"))["extensions"]
    assert (error["what"], error["actual"]) == ("introspection_nesting", 2)


@pytest.mark.parametrize("text", ["{" * 2_000, "{a(b:" + "[" * 1_500, "{" + "a{" * 900])
def test_a_document_nested_beyond_reason_is_refused_without_harm(text: str) -> None:
    response = query(text)
    assert (response.status_code, only_error(response)["extensions"]["code"]) == (400, "GRAPHQL_SYNTAX")
