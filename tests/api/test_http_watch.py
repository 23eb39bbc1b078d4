"""What was refused for a reason of security leaves one line a request, without anything that was typed."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.api.whole_app import SECRET, member, token, whole_app
from tests.conftest import SAPPORO, House

TYPED = "佐藤さんの電話は 011-211-2111"
RAISE = """mutation ($input: RaiseChallengeInput!) {
    it: raiseChallenge(input: $input) { __typename ... on Problem { code } } }"""
GRANT = """mutation ($input: GrantRightInput!) { it: grantRight(input: $input) { ... on Problem { code } } }"""
OURS = {"Origin": "https://renkei.example.jp", "Sec-Fetch-Site": "same-origin"}
FORM = {"login": TYPED, "secret": TYPED, "mark": TYPED}


@pytest.fixture(scope="module")
def client(module_house: House) -> Iterator[TestClient]:
    module_house.open_city()
    member(module_house, "sapporo")
    with whole_app(module_house) as client:
        yield client


@pytest.fixture(scope="module")
def sato(client: TestClient) -> dict[str, str]:
    return token(client)


@pytest.fixture(scope="module")
def sato_id(module_house: House, sato: dict[str, str]) -> str:
    del sato
    ((found,),) = module_house.sql("select member from renkei.members where login = 'sato'")
    return str(found)


def lines(client: TestClient, method: str, path: str, **request: Any) -> tuple[Any, list[dict[str, Any]]]:
    """The answer, and what was said of refusals; no line at all holds what was typed."""
    with capture_logs(processors=[merge_contextvars]) as said:
        answer = client.request(method, path, **request)
    text = json.dumps(said, ensure_ascii=False, default=str)
    assert [word for word in (TYPED, "佐藤", "sato", "Bearer", SECRET) if word in text] == []
    return answer, [dict(line) for line in said if line["event"] == "refused"]


def the_line(answer: Any, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The only one, but for what every line says."""
    (line,) = found
    assert line.pop("request_id") == answer.headers["X-Request-Id"]
    assert (line.pop("event"), line.pop("log_level")) == ("refused", "warning")
    return line


def asked(client: TestClient, headers: dict[str, str], query: str, **variables: Any) -> tuple[Any, dict[str, Any]]:
    body = {"query": query, "variables": variables}
    answer, found = lines(client, "POST", "/desk/sapporo/graphql", json=body, headers=headers)
    return answer, the_line(answer, found)


def test_a_command_without_the_right_leaves_a_line(client: TestClient, sato: dict[str, str], sato_id: str) -> None:
    given = {
        "commandId": str(uuid4()),
        "grant": str(uuid4()),
        "member": str(uuid4()),
        "role": "AUDITOR",
        "validFrom": "2026-01-01",
        "reason": TYPED,
    }
    answer, line = asked(client, sato, GRANT, input=given)
    assert answer.json()["data"]["it"]["code"] == line["code"]
    assert line == {
        "code": "NOT_ALLOWED",
        "city": SAPPORO,
        "member": sato_id,
        "what": "rights.grantRight",
        "route": "/desk/{city}/graphql",
        "number": 1,
    }


def test_a_command_with_a_value_that_is_refused_leaves_a_line(
    client: TestClient, sato: dict[str, str], sato_id: str
) -> None:
    given = {"commandId": str(uuid4()), "title": f"{TYPED}\0", "description": TYPED}
    long = {**given, "title": TYPED * 100}
    for typed, code in ((given, "TEXT_FORBIDDEN"), (long, "TEXT_TOO_LONG")):
        _, line = asked(client, sato, RAISE, input=typed)
        assert (line["code"], line["city"]) == (code, SAPPORO)
        assert line.get("member", sato_id) == sato_id


def test_fields_that_are_not_for_a_member_leave_one_line_together(
    client: TestClient, sato: dict[str, str], sato_id: str
) -> None:
    _, line = asked(client, sato, "{ a: rights { person { name } } b: rights { person { name } } }")
    assert line.pop("number") in {1, 2}  # the second is not begun when the first has failed
    assert line == {
        "code": "NOT_ALLOWED",
        "city": SAPPORO,
        "member": sato_id,
        "what": "Query.rights",
        "route": "/desk/{city}/graphql",
    }


@pytest.mark.parametrize(
    ("path", "headers", "form", "code"),
    [
        ("/desk/sapporo/sign-in", {}, FORM, "CROSS_SITE"),
        ("/desk/sapporo/sign-in", {"Origin": "https://evil.example"}, FORM, "CROSS_SITE"),
        ("/desk/sapporo/sign-in", {"Sec-Fetch-Site": "cross-site"}, FORM, "CROSS_SITE"),
        ("/desk/sapporo/sign-in", {"Sec-Fetch-Site": "same-origin"}, FORM, "FORM_EXPIRED"),
        ("/desk/sapporo/sign-out", {"Sec-Fetch-Site": "same-site"}, FORM, "CROSS_SITE"),
        ("/desk/sapporo/sign-in", {"Sec-Fetch-Site": "same-origin"}, "login=a&login=b", "BODY_MALFORMED"),
    ],
)
def test_a_form_of_another_site_or_with_a_stale_mark_leaves_a_line(
    client: TestClient, path: str, headers: dict[str, str], form: Any, code: str
) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = {"content": form} if isinstance(form, str) else {"data": form}
    answer, found = lines(client, "POST", path, headers={**kind, **headers}, **sent)
    assert answer.status_code in {400, 403}
    line = the_line(answer, found)
    route = path.replace("sapporo", "{city}")
    assert line == {"code": code, "city": "sapporo", "what": "form", "route": route, "number": 1}


def test_a_token_that_does_not_hold_leaves_a_line_and_none_at_all_does_not(client: TestClient) -> None:
    query = {"json": {"query": "{ me { name } }"}}
    bad, found = lines(client, "POST", "/desk/sapporo/graphql", headers={"Authorization": f"Bearer {uuid4()}"}, **query)
    assert the_line(bad, found)["code"] == "NOT_SIGNED_IN"
    none, found = lines(client, "POST", "/desk/sapporo/graphql", **query)
    assert (none.status_code, found) == (401, [])


@pytest.mark.parametrize(
    ("path", "request_", "code"),
    [
        ("/graphql", {"json": {"query": "{ cases(first: 101) { nodes { title } } }"}}, "FIRST_INVALID"),
        ("/graphql", {"json": {"query": "{ __typename " * 60 + "}" * 60}}, "DOCUMENT_TOO_HEAVY"),
        ("/graphql", {"json": [{"query": TYPED}]}, "BODY_MALFORMED"),
        ("/graphql", {"content": TYPED.encode(), "headers": {"Content-Type": "text/plain"}}, "BODY_KIND_UNSUPPORTED"),
        ("/graphql", {"content": b"x" * 100_001}, "BODY_TOO_LARGE"),
        ("/metrics", {}, "MONITORS_ONLY"),
    ],
)
def test_what_would_get_round_a_limit_leaves_a_line(
    client: TestClient, path: str, request_: dict[str, Any], code: str
) -> None:
    answer, found = lines(client, "GET" if path == "/metrics" else "POST", path, **request_)
    assert answer.status_code >= 400
    assert [line["code"] for line in found] == [code]
    assert not any("member" in line or "city" in line for line in found)


def test_a_city_that_nobody_knows_is_not_written_into_the_log(client: TestClient) -> None:
    with capture_logs(processors=[merge_contextvars]) as said:
        for path in ("/desk/tanaka-hanako/graphql", "/desk/tanaka-hanako/sign-in"):
            client.post(path, json={"query": "{ me { name } }"}, headers={"Authorization": "Bearer x", **OURS})
    assert "tanaka" not in str(said)


def test_what_is_granted_leaves_none(client: TestClient, sato: dict[str, str]) -> None:
    given = {"commandId": str(uuid4()), "title": "公園の落ち葉", "description": TYPED}
    _, found = lines(
        client, "POST", "/desk/sapporo/graphql", json={"query": RAISE, "variables": {"input": given}}, headers=sato
    )
    assert found == []
    assert lines(client, "POST", "/graphql", json={"query": "{ cases { nodes { title } } }"})[1] == []
