"""GraphQL over HTTP, without a database: what any endpoint of ours does with any request."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import strawberry
from fastapi import APIRouter, FastAPI, Request, Response
from graphql import get_introspection_query
from structlog.testing import capture_logs

from api.failures import failure_of
from api.graphql import schema as building
from api.graphql.http import answer
from api.graphql.language import Language
from api.graphql.limits import Limits
from api.graphql.schema import Schema
from domain.errors import AlreadyDecided, CityUnknown, NotFound, NotSignedIn, StoreUnavailable, TextTooLong

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


@strawberry.type
class Item:
    @strawberry.field
    def items(self, first: int = 20) -> "list[Item]":
        return [Item() for _ in range(first)]

    @strawberry.field
    def name(self, of: str = "") -> str:
        return f"名前{of}"


@strawberry.type
class Query:
    @strawberry.field
    async def item(self) -> Item:
        return Item()

    @strawberry.field
    async def refused(self) -> str | None:
        raise TextTooLong(field="title", limit=200, length=201)

    @strawberry.field
    async def broken(self) -> str | None:
        raise ValueError("select secret from renkei.members where name = '佐藤'")

    @strawberry.field
    async def waiting(self) -> str | None:
        raise StoreUnavailable


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def touch(self) -> str:
        return "done"


READING = building.build(Query)
WRITING = building.build(Query, Mutation)


def ask(
    method: str = "POST", schema: Schema = READING, error: Exception | None = None, **request: Any
) -> httpx.Response:
    """One request to an application that serves only this schema; `error` is what its context raises."""

    @asynccontextmanager
    async def context(_request: Request, _language: Language) -> AsyncIterator[object]:
        if error:
            raise error
        yield None

    async def graphql(request: Request) -> Response:
        return await answer(request, schema, context)

    async def send() -> httpx.Response:
        app, routes = FastAPI(), APIRouter()
        routes.add_api_route("/graphql", graphql, methods=["GET", "POST"])
        app.include_router(routes)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://renkei.test") as client:
            return await client.request(method, "/graphql", **request)

    return asyncio.run(send())


def query(text: str, **rest: Any) -> httpx.Response:
    variables = rest.pop("variables", None)
    return ask(json={"query": text, "variables": variables}, **rest)


def only_error(response: httpx.Response) -> dict[str, Any]:
    (error,) = response.json()["errors"]
    assert isinstance(error, dict)
    return error


# --- what is carried out


def test_a_query_by_post_is_answered() -> None:
    response = query("{ item { name } }")
    assert (response.status_code, response.json()) == (200, {"data": {"item": {"name": "名前"}}})


def test_a_query_by_get_is_answered() -> None:
    asked = {
        "query": "query Q($of: String!) { item { name(of: $of) } }",
        "variables": '{"of":"い"}',
        "operationName": "Q",
    }
    assert ask("GET", params=asked).json() == {"data": {"item": {"name": "名前い"}}}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON}", JSON),
        (f"{JSON};q=0.9, {GRAPHQL}", GRAPHQL),
    ],
)
def test_the_answer_is_of_the_kind_that_is_accepted(accept: str | None, kind: str) -> None:
    headers = {"accept": accept} if accept else {}
    response = query("{ item { name } }", headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, f"{kind}; charset=utf-8")


def test_a_client_that_accepts_no_json_gets_406() -> None:
    response = query("{ item { name } }", headers={"accept": "text/csv"})
    assert (response.status_code, only_error(response)["extensions"]["code"]) == (406, "ANSWER_KIND_UNSUPPORTED")


def test_a_mutation_by_post_is_carried_out_where_one_is_offered() -> None:
    assert query("mutation { touch }", schema=WRITING).json() == {"data": {"touch": "done"}}


@pytest.mark.parametrize("schema", [READING, WRITING])
def test_a_mutation_by_get_is_refused(schema: Schema) -> None:
    response = ask("GET", schema, params={"query": "mutation { touch }"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert only_error(response)["extensions"]["code"] == "READING_ONLY"


def test_a_mutation_where_none_is_offered_is_refused() -> None:
    response = query("mutation { touch }")
    assert (response.status_code, only_error(response)["message"]) == (
        400,
        "This is not a GraphQL request: no mutation is offered here, only queries",
    )


def test_tools_can_read_the_whole_schema() -> None:
    response = query(get_introspection_query(type_depth=9, input_value_deprecation=True))
    assert "errors" not in response.json()


# --- what is malformed


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b"", "the body is empty"),
        (b"{", "Input data was truncated"),
        (b'{"query": "{item{name}}",}', "byte 25"),
        (b'[{"query": "{item{name}}"}]', "batches are not taken"),
        (b'{"notquery": "{item{name}}"}', "missing required field `query`"),
        (b'{"query": 1}', "$.query"),
        (b'{"query": ""}', "query is empty"),
        (b'{"query": "{item{name}}", "variables": [1]}', "$.variables"),
        (b'{"query": "{item{name}}", "operationName": "Missing"}', "operationName"),
        (b'{"query": "{\xff}"}', "not UTF-8"),
        (b'{"query": "{item{name}}", "variables": {"a": ' + b"[" * 50_000, "nested too deeply"),
        (b'"text"', "Expected `object`"),
    ],
)
def test_a_malformed_body_gets_400_and_the_place(body: bytes, hint: str) -> None:
    response = ask(content=body, headers={"content-type": JSON})
    error = only_error(response)
    assert (response.status_code, error["extensions"]["code"]) == (400, "BODY_MALFORMED")
    assert hint in error["message"]


def test_a_document_with_a_syntax_error_gets_400_the_message_and_the_place() -> None:
    response = query("{ item { name }")
    assert response.status_code == 400
    assert response.json() == {
        "errors": [
            {
                "message": "Syntax Error: Expected Name, found <EOF>.",
                "locations": [{"line": 1, "column": 16}],
                "extensions": {"code": "GRAPHQL_SYNTAX"},
            }
        ],
        "extensions": {"requestId": response.headers["x-request-id"]},
    }


def test_an_unknown_field_gets_400_without_a_guess_at_what_was_meant() -> None:
    response = query("{ item { nam } }")
    assert (response.status_code, only_error(response)) == (
        400,
        {
            "message": "Cannot query field 'nam' on type 'Item'.",
            "locations": [{"line": 1, "column": 10}],
            "extensions": {"code": "GRAPHQL_INVALID"},
        },
    )


@pytest.mark.parametrize("text", ["{", "{ nothing }", "query Q($id: ID!) { item { name } }"])
@pytest.mark.parametrize(("accept", "status"), [("*/*", 400), (GRAPHQL, 400), (JSON, 200)])
def test_the_status_for_a_wrong_document_suits_the_kind_of_answer(text: str, accept: str, status: int) -> None:
    response = query(text, headers={"accept": accept})
    assert (response.status_code, set(response.json())) == (status, {"errors", "extensions"})


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=shift_jis"]
)
def test_another_kind_of_body_gets_415(kind: str) -> None:
    response = ask(content=b'{"query":"{item{name}}"}', headers={"content-type": kind})
    assert (response.status_code, only_error(response)["extensions"]["code"]) == (415, "BODY_KIND_UNSUPPORTED")


def test_a_body_of_no_kind_gets_415() -> None:
    assert ask(content=b'{"query":"{item{name}}"}').status_code == 415


def test_a_body_that_is_too_large_gets_413() -> None:
    response = query("{ item { name } }" + " " * 100_000)
    assert (response.status_code, only_error(response)["extensions"]) == (
        413,
        {"code": "BODY_TOO_LARGE", "limit": 100_000},
    )


def test_a_get_without_a_query_says_what_is_missing() -> None:
    response = ask("GET")
    assert (response.status_code, "query is missing" in only_error(response)["message"]) == (400, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_get_405(method: str) -> None:
    assert ask(method).status_code == 405


@pytest.mark.parametrize(
    ("text", "variables", "place"),
    [
        ("query Q($of: String!) { item { name(of: $of) } }", {"of": "a\0"}, "variables.of"),
        ("query Q($of: String!) { item { name(of: $of) } }", {"of": {"in": ["a", "b\0"]}}, "variables.of.in"),
        (r'{ item { name(of: "a\u0000") } }', None, "query"),
        (r'{ item { name(of: "a\u{0}") } }', None, "query"),
        ('{ item { name(of: "a\0") } }', None, "query"),
    ],
)
def test_the_character_nul_is_refused_wherever_it_stands(text: str, variables: Any, place: str) -> None:
    response = query(text, variables=variables)
    error = only_error(response)
    assert (response.status_code, error["extensions"]) == (
        400,
        {"code": "TEXT_FORBIDDEN", "field": place, "character": "U+0000"},
    )


# --- errors while it is carried out


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("ja", "title は 201 文字あります。200 文字以内にしてください。"),
        ("ja-JP,en;q=0.8", "title は 201 文字あります。200 文字以内にしてください。"),
        ("en-GB,ja;q=0.8", "title has 201 characters; at most 200 fit. Shorten it."),
        ("fr", "title has 201 characters; at most 200 fit. Shorten it."),
        ("", "title has 201 characters; at most 200 fit. Shorten it."),
    ],
)
def test_a_refusal_is_told_in_the_readers_language(language: str, message: str) -> None:
    response = query("{ refused item { name } }", headers={"accept-language": language})
    assert (response.status_code, response.json()["data"]) == (200, {"refused": None, "item": {"name": "名前"}})
    assert only_error(response) == {
        "message": message,
        "locations": [{"line": 1, "column": 3}],
        "path": ["refused"],
        "extensions": {"code": "TEXT_TOO_LONG", "field": "title", "limit": 200, "length": 201},
    }


def test_an_unforeseen_error_tells_nothing_and_logs_no_text() -> None:
    with capture_logs() as logs:
        response = query("{ broken }")
    told, (entry,) = only_error(response), logs
    number = response.headers["x-request-id"]
    assert told["message"].startswith("Something went wrong on our side.")
    assert told["extensions"] == {"code": "INTERNAL", "requestId": number}
    assert (entry["event"], entry["error"], entry["path"], entry["request_id"]) == (
        "graphql_unexpected",
        "ValueError",
        "broken",
        number,
    )
    assert "broken" in entry["at"][-1]
    assert "佐藤" not in response.text + json.dumps(logs, ensure_ascii=False, default=str)
    assert "select" not in response.text + json.dumps(logs, default=str)


def test_nothing_of_an_unforeseen_error_reaches_pythons_own_logging(caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs():
        query("{ broken }")
    assert caplog.text == ""


def test_a_store_that_does_not_answer_gets_503_and_when_to_try_again() -> None:
    response = query("{ waiting item { name } }")
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert only_error(response)["extensions"] == {"code": "STORE_UNAVAILABLE"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotSignedIn(), 401, "NOT_SIGNED_IN"),
        (CityUnknown(city="000000"), 404, "CITY_UNKNOWN"),
        (StoreUnavailable(), 503, "STORE_UNAVAILABLE"),
    ],
)
def test_a_context_that_cannot_be_made_gives_its_status(error: Exception, status: int, code: str) -> None:
    response = query("{ item { name } }", error=error)
    assert (response.status_code, only_error(response)["extensions"]["code"]) == (status, code)
    assert "data" not in response.json()


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound(), 404), (AlreadyDecided(outcome="adopted"), 409), (TextTooLong(field="a", limit=1, length=2), 400)],
)
def test_an_error_gets_the_status_of_the_nearest_class_above_it(error: Any, status: int) -> None:
    assert failure_of(error, "en").status == status


# --- limits


def nested(depth: int) -> str:
    return "{ item " + "{ items(first: 1) " * (depth - 2) + "{ name }" + " }" * (depth - 2) + " }"


def test_the_deepest_document_passes_and_a_deeper_one_is_refused() -> None:
    assert query(nested(12)).status_code == 200
    response = query(nested(13))
    assert (response.status_code, only_error(response)["extensions"]) == (
        400,
        {"code": "DOCUMENT_TOO_HEAVY", "what": "depth", "limit": 12},
    )


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ item { items(first: 100) { items(first: 100) { name } } } }", None),
        ("query Q($n: Int!) { item { items(first: $n) { items(first: $n) { name } } } }", {"n": 100}),
        ("query Q($n: Int! = 100) { item { items(first: $n) { items(first: $n) { name } } } }", None),
        ("{ item { items { items { items { items { name } } } } } }", None),
    ],
)
def test_many_objects_are_refused_whether_literally_by_variable_or_by_default(text: str, variables: Any) -> None:
    extra = text.replace("{ name }", "{ items { name } }")
    began = time.perf_counter()
    response = query(extra, variables=variables)
    assert only_error(response)["extensions"] == {"code": "DOCUMENT_TOO_HEAVY", "what": "objects", "limit": 5_000}
    assert time.perf_counter() - began < 1


def test_as_many_objects_as_are_allowed_are_given() -> None:
    few = building.build(Query, limits=Limits(objects=12))
    assert query("{ item { items(first: 10) { items { name } } } }", schema=few).status_code == 200
    assert query("{ item { items(first: 11) { items { name } } } }", schema=few).status_code == 400


@pytest.mark.parametrize("what", ["tokens", "aliases", "fields"])
def test_a_document_beyond_a_limit_is_refused(what: str) -> None:
    text = {
        "tokens": "{ item { " + "name " * 2_000 + "} }",
        "aliases": "{ " + " ".join(f"a{number}: item {{ name }}" for number in range(31)) + " }",
        "fields": "{ item { " + "name " * 1_001 + "} }",
    }[what]
    response = query(text)
    assert response.status_code == 400
    assert what[:5] in only_error(response)["message"].lower()


def test_fragments_that_multiply_are_refused_at_once() -> None:
    chain = " ".join(f"fragment F{n} on Item {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    began = time.perf_counter()
    response = query(f"{{ item {{ ...F0 }} }} {chain} fragment F40 on Item {{ name }}")
    assert only_error(response)["extensions"]["what"] == "fields"
    assert time.perf_counter() - began < 1


def test_fragments_in_a_circle_and_fragments_that_are_not_there_are_told_by_name() -> None:
    circle = query("{ item { ...A } } fragment A on Item { ...B } fragment B on Item { ...A }")
    assert "Cannot spread fragment 'A' within itself via 'B'." in circle.text
    assert "Unknown fragment 'C'." in query("{ item { ...C } }").text


def test_introspection_in_circles_is_refused() -> None:
    response = query("{ __schema { types { fields { type { fields { name } } } } } }")
    assert only_error(response)["extensions"]["what"] == "introspection of fields inside fields"


def test_the_schema_asked_for_many_times_over_is_refused() -> None:
    response = query("{ " + " ".join(f"a{n}: __schema {{ types {{ fields {{ name }} }} }}" for n in range(7)) + " }")
    assert only_error(response)["extensions"] == {"code": "DOCUMENT_TOO_HEAVY", "what": "introspection", "limit": 12}


@pytest.mark.parametrize("text", ["{" * 2_000, "{a(b:" + "[" * 1_500, "{" + "a{" * 900])
def test_a_document_nested_beyond_reason_is_refused_without_harm(text: str) -> None:
    began = time.perf_counter()
    response = query(text)
    assert (response.status_code, only_error(response)["extensions"]["code"]) == (400, "GRAPHQL_SYNTAX")
    assert time.perf_counter() - began < 1
