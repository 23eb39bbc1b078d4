"""Every route has a class, and every answer of it carries the headers of that class, an error as well."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api.security import routes
from api.security.routes import AS_PAGE, CLASSES, FIXED, HSTS, NO_STORE, NOWHERE, ROUTES, place_of
from tests.api.whole_app import member, token, whole_app
from tests.conftest import House

REQUEST_ID = re.compile("[0-9a-f]{32}")
NAMES = {
    "city": "sapporo",
    "name": "explorer.css",
    "provider": "nobody",
    "file": "00000000-0000-0000-0000-000000000008",
    "token": "00000000-0000-0000-0000-000000000007",
}
HTML = {"Accept": "text/html"}
QUERY = {"query": "{ __typename }"}


@pytest.fixture(scope="module")
def client(module_house: House) -> Iterator[TestClient]:
    """The application, reached over TLS by nobody in between."""
    module_house.open_city()
    member(module_house, "sapporo")
    with whole_app(module_house) as client:
        yield client


def paths(app: object) -> set[str]:
    """Every path that the application answers, with those of its routers."""
    assert isinstance(app, FastAPI)
    return {str(route.path) for route in iter_route_contexts(app.routes)}


def test_every_route_of_the_application_is_in_the_table_and_nothing_else_is(client: TestClient) -> None:
    assert paths(client.app) == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_finds_its_own_class(route: str) -> None:
    place = place_of(route.format(**NAMES))
    assert (place.route, place.kind) == (route, ROUTES[route])
    assert place.city == ("sapporo" if "{city}" in route else None)


@pytest.mark.parametrize("path", ["/nothing", "/desk", "/desk/a/b/graphql", "/graphqlx", "//graphql", "/desk//graphql"])
def test_what_is_no_route_is_nowhere(path: str) -> None:
    assert place_of(path) == NOWHERE


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize("route", [*ROUTES, "/nothing"])
def test_every_answer_carries_the_headers_of_its_class(client: TestClient, route: str, method: str) -> None:
    answer = client.request(method, route.format(**NAMES))
    kind = place_of(route.format(**NAMES)).kind
    expected = {
        **kind.told(),
        "Cache-Control": kind.caching if answer.status_code == 200 and method == "GET" else NO_STORE,
    }
    if answer.headers["content-type"].startswith("text/html"):
        expected = {name: value for name, value in expected.items() if name.lower() not in kind.own}
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert [name for name, _ in answer.headers.multi_items() if name.title() in expected] == [
        name for name in answer.headers if name.title() in expected
    ]
    assert REQUEST_ID.fullmatch(answer.headers["X-Request-Id"])
    assert "Server" not in answer.headers
    assert HSTS[0] not in answer.headers


def test_a_form_says_itself_where_it_leads(client: TestClient) -> None:
    page = client.get("/desk/sapporo/sign-in")
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert len(page.headers.get_list("Content-Security-Policy")) == 1


def test_the_page_of_an_api_route_has_headers_of_its_own(client: TestClient) -> None:
    page, data = client.get("/graphql", headers=HTML), client.post("/graphql", json=QUERY)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["Content-Security-Policy"] == AS_PAGE["/graphql"].policy
    assert data.headers["Content-Security-Policy"] == routes.NOTHING


def test_no_class_lets_a_script_or_style_of_the_page_itself_run_or_another_site_frame_it() -> None:
    for kind in CLASSES:
        policy = dict(part.strip().partition(" ")[::2] for part in kind.policy.split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", kind.name
        assert "unsafe" not in kind.policy
        assert "*" not in kind.policy
        assert "http" not in kind.policy
    assert FIXED["X-Frame-Options"] == "DENY"


def test_hsts_is_told_only_over_tls(module_house: House) -> None:
    with whole_app(module_house) as plain:
        assert HSTS[0] not in plain.get("/", headers={"X-Forwarded-Proto": "https"}).headers
        plain.base_url = plain.base_url.copy_with(scheme="https")
        assert plain.get("/").headers[HSTS[0]] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/", "/pages.css", "/graphql/schema.graphql", "/graphql/explorer/explorer.js"])
def test_what_a_browser_has_already_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    other = client.get(path, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_nothing_of_a_desk_is_kept_by_anybody(client: TestClient) -> None:
    answer = client.get("/desk/sapporo/graphql", params=QUERY, headers=token(client))
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["Cache-Control"] == NO_STORE
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "PLACE_UNKNOWN"),
        ("GET", "/graphql/explorer/nothing", 404, "PLACE_UNKNOWN"),
        ("POST", "/", 405, "METHOD_UNSUITABLE"),
        ("PUT", "/desk/sapporo/token", 405, "METHOD_UNSUITABLE"),
        ("POST", "/desk/atlantis/token", 404, "CITY_UNKNOWN"),
        ("POST", "/desk/sapporo/token", 415, "BODY_KIND_UNSUPPORTED"),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_error_outside_graphql_has_one_form_in_the_readers_language(
    client: TestClient, method: str, path: str, status: int, code: str, language: str
) -> None:
    answer = client.request(method, path, headers={"Accept-Language": language})
    told = answer.json()
    assert (answer.status_code, told["code"], told["requestId"]) == (status, code, answer.headers["X-Request-Id"])
    assert set(told) == {"code", "message", "requestId"}
    assert told["message"].isascii() == (language == "en")
    assert ("Allow" in answer.headers) == (status == 405)


def test_an_error_of_graphql_names_the_request_whoever_refused_it(client: TestClient) -> None:
    for answer in (
        client.put("/graphql"),
        client.post("/graphql", json={"query": "{"}),
        client.post("/graphql", content=b"x" * 100_001),
        client.post("/desk/sapporo/graphql", json=QUERY),
    ):
        assert answer.json()["errors"][0]["extensions"]["code"], answer.text
        assert answer.json()["extensions"] == {"requestId": answer.headers["X-Request-Id"]}


def test_a_slash_too_many_leads_nowhere_and_to_no_other_host(client: TestClient) -> None:
    answer = client.get("/graphql/", headers={"Host": "elsewhere.example"}, follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (404, False)


def test_a_request_with_two_lengths_is_refused_and_ends_its_connection(client: TestClient) -> None:
    """A proxy that went by the other length would take the rest for the next visitor's request."""
    headers = {"Content-Type": "application/json", "Content-Length": "24", "Transfer-Encoding": "chunked"}
    answer = client.post("/graphql", content=b'{"query":"{__typename}"}', headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_MALFORMED"
    assert answer.headers["Connection"] == "close"


def test_a_line_names_no_method_that_somebody_made_up(client: TestClient) -> None:
    with capture_logs() as lines:
        for method in ("GET", "renkei_a-token-in-the-wrong-place"):
            client.request(method, "/healthz")
    assert [line["method"] for line in lines if line["event"] == "request"] == ["GET", ""]
