"""What the standard asks of every answer, seen on the wire of the program as an operator starts it."""

import json
import socket
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from api.security.routes import ROUTES
from tests.program.running import ROOT, Program, Site, folder

QUERY = json.dumps({"query": "{ __typename }"}).encode()
ELSEWHERE = "https://elsewhere.example"


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """A program with one city; nobody is counted."""
    with folder() as home:
        site = Site(home, {"RENKEI_RATES": "off"})
        try:
            assert site.run("city", "add", str(ROOT / "tenants/cities/011002.toml")).status == 0
            running = site.start("serve").ready()
            yield running
            assert running.stop() == 0
        finally:
            site.end()


def send(program: Program, method: str, route: str, headers: dict[str, str]) -> httpx.Response:
    """The answer of a route."""
    path = route.format_map(defaultdict(lambda: "sapporo"))
    return program.site.client.request(method, program.address + path, headers=headers)


def answered(program: Program, sent: bytes) -> tuple[int, bytes]:
    """Status and body of the one answer to these bytes."""
    with closing(socket.create_connection(("127.0.0.1", program.port), timeout=30)) as connection:
        connection.sendall(sent)
        got = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert got.count(b"HTTP/1.1 ") == 1, got
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.parametrize("route", [*ROUTES, "/nothing"])
def test_no_route_takes_trace_or_sends_back_what_it_got(program: Program, route: str) -> None:
    answer = send(program, "TRACE", route, {"X-Mark": "told-by-trace"})
    assert answer.status_code == (404 if route == "/nothing" else 405)
    assert "told-by-trace" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
@pytest.mark.parametrize("route", [*ROUTES, "/nothing"])
def test_no_answer_lets_a_page_of_another_site_read_it(program: Program, route: str, method: str) -> None:
    asked = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST", "Accept": "text/html"}
    answer = send(program, method, route, asked)
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert ELSEWHERE not in answer.text


@pytest.mark.parametrize("accepted", ["text/html", "application/json"])
@pytest.mark.parametrize("route", [*ROUTES, "/nothing"])
def test_every_answer_says_of_what_kind_and_in_which_character_set_it_is(
    program: Program, route: str, accepted: str
) -> None:
    answer = send(program, "GET", route, {"Accept": accepted})
    kind = answer.headers.get("content-type", "")
    assert kind or not answer.content
    if kind.startswith("text/"):
        assert "charset=utf-8" in kind
    elif answer.content:
        assert kind.partition(";")[0] in {"application/json", "application/graphql-response+json"}
        assert isinstance(json.loads(answer.content), dict)


def test_where_two_lengths_are_told_neither_counts_and_nothing_is_asked(program: Program) -> None:
    head = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
    chunk = f"{len(QUERY):x}\r\n".encode() + QUERY + b"\r\n0\r\n\r\n"
    for order in (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4",
    ):
        status, body = answered(program, head + order + b"\r\n\r\n" + chunk)
        assert status == 400
        assert b"__typename" not in body


@pytest.mark.parametrize(
    "told",
    [
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", b"Transfer-Encoding: x-chunked",
        b"Transfer-Encoding : chunked", b"Content-Length: +4", b"Content-Length: 4, 5", b"Content-Length: 0x4",
    ],
)  # fmt: skip
def test_a_length_that_could_be_read_in_two_ways_is_refused(program: Program, told: bytes) -> None:
    head = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    status, body = answered(program, head + told + b"\r\n\r\n" + smuggled)
    assert status in {400, 501}
    assert b"ok" not in body
