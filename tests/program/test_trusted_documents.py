"""A deployment whose desks carry out trusted documents only; the public endpoint takes every document all the same."""

from collections.abc import Iterator

import httpx
import pytest

from api.desk.documents import OWN
from api.graphql.trusted import id_of
from tests.program.desk import Person, code_of, sign_in
from tests.program.running import Program, Site

ADDED = "{ statistics { received } }"


@pytest.fixture(scope="module")
def program(file_site: Site) -> Iterator[Program]:
    """The operator has added one document."""
    (file_site.data / "documents").mkdir()
    (file_site.data / "documents/statistics.graphql").write_text(ADDED, "utf-8")
    file_site.settings["RENKEI_TRUSTED_DOCUMENTS_ONLY"] = "yes"
    program = file_site.start("serve").ready()
    yield program
    assert program.stop() == 0


@pytest.fixture(scope="module")
def officer(program: Program) -> Person:
    """佐藤 at the desk of Sapporo."""
    return sign_in(program)


def by_id(officer: Person, text: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {officer.token}"}
    address = f"{officer.program.address}/desk/{officer.city}/graphql"
    return officer.program.site.client.post(address, json={"documentId": id_of(text)}, headers=headers)


def test_the_documents_of_our_pages_and_the_operators_are_carried_out(officer: Person) -> None:
    assert by_id(officer, OWN["me"]).json()["data"]["me"]["city"] == "011002"
    assert by_id(officer, OWN["inbox"]).json()["data"]["inbox"]["nodes"] == []
    assert by_id(officer, ADDED).json()["data"] == {"statistics": [{"received": 0}]}


@pytest.mark.parametrize("query", ["{ me { id } }", "{ __schema { types { name } } }", "mutation { __typename }"])
def test_a_desk_refuses_every_other_document(officer: Person, query: str) -> None:
    answer = officer.send(query)
    assert (answer.status_code, code_of(answer)) == (400, "DOCUMENTS_TRUSTED_ONLY")


def test_who_is_not_signed_in_learns_nothing_of_documents(officer: Person) -> None:
    address = f"{officer.program.address}/desk/sapporo/graphql"
    answer = officer.program.site.client.post(address, json={"documentId": id_of(OWN["me"])})
    assert (answer.status_code, code_of(answer)) == (401, "NOT_SIGNED_IN")


def test_the_public_endpoint_takes_every_document(program: Program) -> None:
    answer = program.site.client.post(f"{program.address}/graphql", json={"query": "{ cities { nodes { slug } } }"})
    assert [each["slug"] for each in answer.json()["data"]["cities"]["nodes"]] == ["sapporo", "aomori"]


def test_a_setting_that_is_neither_yes_nor_no_is_told(empty: Site) -> None:
    said = empty.run("serve", RENKEI_TRUSTED_DOCUMENTS_ONLY="maybe")
    assert said.status != 0
    assert "RENKEI_TRUSTED_DOCUMENTS_ONLY is 'maybe'; it must be yes or no." in said.err
