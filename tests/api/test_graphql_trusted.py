"""Documents by their id: those of our own pages, and what a desk takes when it takes no others."""

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, parse, validate
from starlette.requests import Request
from structlog.testing import capture_logs

from api.desk import documents as desk_documents
from api.desk.documents import documents_of
from api.desk.schema import desk_schema
from api.graphql import structure
from api.graphql.costs import cost
from api.graphql.refusals import DocumentsTrustedOnly
from api.graphql.schema import Schema
from api.graphql.trusted import Trusted, id_of, trusted
from api.public import explorer
from api.public.query import SCHEMA
from tests.api.endpoint import READING, WRITING, ask, only_error, query

NAME = "query Name($of: String!) { item { name(of: $of) } }"
KNOWN = trusted([NAME, "mutation { touch }"])
ONLY = trusted([NAME], only=True)


def by_id(text: str, documents: Trusted = KNOWN, schema: Schema = READING, **rest: Any) -> Any:
    return ask(schema=schema, trusted=documents, json={"documentId": id_of(text), **rest})


def test_the_id_is_that_of_the_appendix_of_graphql_over_http() -> None:
    text = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"  # the example there, and its id
    assert id_of(text) == "sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"


def test_a_trusted_document_is_carried_out_by_its_id() -> None:
    assert by_id(NAME, variables={"of": "い"}).json() == {"data": {"item": {"name": "名前い"}}}
    asked = {"documentId": id_of(NAME), "variables": '{"of":"ろ"}'}
    assert ask("GET", trusted=KNOWN, params=asked).json() == {"data": {"item": {"name": "名前ろ"}}}


def test_a_mutation_by_id_is_no_more_taken_by_get_than_any_other() -> None:
    assert by_id("mutation { touch }", schema=WRITING).json() == {"data": {"touch": "done"}}
    response = ask("GET", WRITING, trusted=KNOWN, params={"documentId": id_of("mutation { touch }")})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_an_id_that_is_not_known_is_told_and_nothing_is_learnt() -> None:
    text = "{ item { name } }"
    for _ in range(2):
        error = only_error(by_id(text))
        assert error["extensions"] == {"code": "DOCUMENT_UNKNOWN", "id": id_of(text)}
        query(text, trusted=KNOWN)  # sending it does not make it known


@pytest.mark.parametrize("body", [{"documentId": "x", "query": "{ item { name } }"}, {"documentId": 1}, {}])
def test_a_request_names_one_document(body: Any) -> None:
    response = ask(trusted=KNOWN, json=body)
    assert (response.status_code, only_error(response)["extensions"]["code"]) == (400, "BODY_MALFORMED")


def test_apollos_automatic_persisted_queries_are_not_taken() -> None:
    digest = hashlib.sha256(NAME.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    response = ask(trusted=KNOWN, json={"extensions": extensions, "variables": {"of": "い"}})
    assert (response.status_code, "query is missing" in only_error(response)["message"]) == (400, True)


def test_where_only_trusted_documents_are_taken_no_other_is_carried_out() -> None:
    assert by_id(NAME, ONLY, variables={"of": "い"}).status_code == 200
    assert query(NAME, variables={"of": "い"}, trusted=ONLY).status_code == 200
    for text in ("{ item { name } }", NAME + " ", "{ __schema { types { name } } }"):
        response = query(text, trusted=ONLY)
        assert (response.status_code, only_error(response)["extensions"]["code"]) == (400, "DOCUMENTS_TRUSTED_ONLY")
    japanese = query("{ item { name } }", trusted=ONLY, headers={"accept-language": "ja"})
    assert only_error(japanese)["message"] == DocumentsTrustedOnly.ja


def test_limits_hold_for_trusted_documents_too() -> None:
    dear = "query Q($n: Int!) { item { items(first: $n) { items(first: $n) { name } } } }"
    error = only_error(by_id(dear, trusted([dear], only=True), variables={"n": 100}))
    assert error["extensions"]["what"] == "cost"


# --- the documents of our pages

OURS = [
    *(("public", name, text, SCHEMA) for name, text in explorer.DOCUMENTS.items()),
    *(("desk", name, text, desk_schema()) for name, text in desk_documents.OWN.items()),
]


def inner(schema: Schema) -> GraphQLSchema:
    return schema._schema


def test_there_are_documents_on_both_sides_and_each_file_is_one_of_them() -> None:
    assert set(explorer.DOCUMENTS) == {"schema"}
    assert {"me", "inbox", "proposal"} <= set(desk_documents.OWN)
    files = [each.name for each in resources.files("api.desk.documents").iterdir() if each.name.endswith(".graphql")]
    assert sorted(desk_documents.OWN) == sorted(name.removesuffix(".graphql") for name in files)


@pytest.mark.parametrize(("side", "name", "text", "schema"), OURS)
def test_a_document_of_ours_is_answered_by_its_schema_within_the_limits(
    side: str, name: str, text: str, schema: Schema
) -> None:
    document = parse(text)
    assert validate(inner(schema), document) == []
    structure.check(inner(schema), document, schema.limits)
    operation = document.definitions[0]
    asked = {"first": schema.limits.first}
    price = cost(inner(schema), document, operation, asked, schema.costs, schema.limits)  # type: ignore[arg-type]
    assert price <= schema.limits.cost


def test_the_page_names_its_document_by_id() -> None:
    request = Request({"type": "http", "method": "GET", "headers": [], "query_string": b"", "path": "/graphql"})
    text = bytes(explorer.page(request).body).decode()
    assert f'<meta name="schema-document" content="{id_of(explorer.DOCUMENTS["schema"])}">' in text


# --- the operator's


def test_an_operators_documents_are_trusted_and_a_wrong_one_is_left_out_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    texts = {"ours": "{ me { name } }", "wrong": "{ nothing }", "broken": "{ me {"}
    for name, text in texts.items():
        (folder / f"{name}.graphql").write_text(text, "utf-8")
    (folder / "notes.txt").write_text("{ position }", "utf-8")
    with capture_logs() as logs:
        found = documents_of(tmp_path, only=True)
    assert {each["name"] for each in logs} == {"wrong", "broken"}
    known = set(map(id_of, desk_documents.OWN.values()))
    assert set(found.texts) == known | {id_of(texts["ours"])}
    assert found.only


def test_without_a_folder_only_our_own_are_trusted(tmp_path: Path) -> None:
    assert set(documents_of(tmp_path, only=False).texts) == set(map(id_of, desk_documents.OWN.values()))
