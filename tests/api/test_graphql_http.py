"""GraphQL over HTTP, without a database: what any endpoint of ours does with any request."""

import json
from typing import Any

import pytest
from graphql import get_introspection_query
from structlog.testing import capture_logs

from api.failures import failure_of
from api.graphql.schema import Schema
from domain.errors import AlreadyDecided, CityUnknown, NotFound, NotSignedIn, StoreUnavailable, TextTooLong
from tests.api.endpoint import GRAPHQL, JSON, READING, WRITING, ask, only_error, query

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


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_is_changed_by_a_method_that_only_reads(method: str) -> None:
    assert ask(method, WRITING, params={"query": "mutation { touch }"}).status_code == 405


def test_a_subscription_is_refused() -> None:
    assert "no subscription is offered" in only_error(query("subscription { item }"))["message"]


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
        (b'{"notquery": "{item{name}}"}', "query is missing"),
        (b'{"query": 1}', "$.query"),
        (b'{"query": ""}', "query is empty"),
        (b'{"query": "{item{name}}", "variables": [1]}', "variables: Expected `object | null`"),
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


GUESSES = {
    "field": ("{ item { nam } }", None),
    "argument": ("{ item { name(off: 1) } }", None),
    "type": ("query Q($of: Strin) { item { name(of: $of) } }", None),
    "fragment's type": ("{ item { ... on Itm { name } } }", None),
    "enumeration": ("{ item { weighed(where: {colour: REDD}) } }", None),
    "text for an enumeration": ('{ item { weighed(where: {colour: "RED"}) } }', None),
    "input field": ("{ item { weighed(where: {color: RED}) } }", None),
    "variable's enumeration": ("query Q($w: Where) { item { weighed(where: $w) } }", {"w": {"colour": "REDD"}}),
    "variable's field": ("query Q($w: Where) { item { weighed(where: $w) } }", {"w": {"color": "RED"}}),
    "directive's argument": ("{ item { name @skip(iff: true) } }", None),
}
"""What is misspelt, with something like it in the schema."""


@pytest.mark.parametrize("what", GUESSES)
def test_nothing_that_is_misspelt_is_answered_with_a_guess(what: str) -> None:
    text, variables = GUESSES[what]
    response = query(text, variables=variables)
    assert response.status_code == 400
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {"GRAPHQL_INVALID"}
    assert "Did you mean" not in response.text


def test_the_library_would_guess_each_time() -> None:
    """Else the test above would be empty."""
    told = {
        what: str(READING.execute_sync(text, variable_values=variables).errors)
        for what, (text, variables) in GUESSES.items()
    }
    assert {what for what, text in told.items() if "Did you mean" not in text} <= {"field"}


def test_a_mistake_is_quoted_shortly() -> None:
    message = only_error(query(f'{{ item {{ weighed(grams: "{"長" * 5_000}") }} }}'))["message"]
    assert message.startswith("Float cannot represent non numeric value: ")
    assert (len(message), message[-1]) == (501, "…")


def test_of_several_operations_one_must_be_named() -> None:
    text = "query A { item { name } } query B { refused }"
    assert "several operations" in only_error(query(text))["message"]
    assert ask(json={"query": text, "operationName": "A"}).json() == {"data": {"item": {"name": "名前"}}}
    assert ask(json={"query": "{ item { name } }", "operationName": ""}).status_code == 200


@pytest.mark.parametrize("text", ["{", "{ nothing }", "query Q($id: ID!) { item { name } }"])
@pytest.mark.parametrize(("accept", "status"), [("*/*", 400), (GRAPHQL, 400), (JSON, 200)])
def test_the_status_for_a_wrong_document_suits_the_kind_of_answer(text: str, accept: str, status: int) -> None:
    response = query(text, headers={"accept": accept})
    assert (response.status_code, set(response.json())) == (status, {"errors", "extensions"})


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",  # what a page of another host may send without asking first
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain;application/json",
        "application/graphql",
        "application/json; charset=shift_jis",
    ],
)
def test_another_kind_of_body_gets_415(kind: str) -> None:
    response = ask(content=b'{"query":"{item{name}}"}', headers={"content-type": kind})
    assert (response.status_code, only_error(response)["extensions"]["code"]) == (415, "BODY_KIND_UNSUPPORTED")


def test_a_body_of_no_kind_gets_415() -> None:
    assert ask(content=b'{"query":"{item{name}}"}').status_code == 415


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
        ("ja", "「件名」は 201 文字あります。200 文字以内にしてください。"),
        ("ja-JP,en;q=0.8", "「件名」は 201 文字あります。200 文字以内にしてください。"),
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
    assert (entry["event"], entry["error"], entry["field"], entry["request_id"]) == (
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


# --- a parameter given twice

TWICE = {
    "query": ["{ item { name } }", "{ broken }"],
    "variables": ["{}", '{"of":"い"}'],
    "operationName": ["A", "B"],
    "documentId": ["sha256:1", "sha256:2"],
    "extensions": ["{}", "{}"],
}


@pytest.mark.parametrize("name", TWICE)
def test_a_parameter_given_twice_is_refused_whichever_would_have_counted(name: str) -> None:
    one = [("query", "{ item { name } }")] if name not in {"query", "documentId"} else []
    for values in (TWICE[name], TWICE[name][::-1], TWICE[name][:1] * 2):
        response = ask("GET", params=[*one, *((name, value) for value in values)])
        assert (response.status_code, only_error(response)["message"]) == (
            400,
            f"This is not a GraphQL request: {name} is given twice; send it once",
        )


def test_of_a_post_the_body_alone_counts() -> None:
    response = query("{ item { name } }", params={"query": "{ broken }", "variables": "{"})
    assert (response.status_code, response.json()) == (200, {"data": {"item": {"name": "名前"}}})
