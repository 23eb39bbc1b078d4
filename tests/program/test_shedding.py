"""Crowds, slow clients and nonsense on the sockets: the public is turned away in order, desks are answered."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from api.security import connections
from api.serving import listen, room_for
from api.settings import SettingInvalid, Settings
from tests.program.desk import sign_in
from tests.program.running import MARK, ROOT, Program, Site, eventually, free_port

INBOX = "{ inbox(first: 3) { nodes { id } } }"
GET = b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def program(file_site: Site) -> Iterator[Program]:
    """A program that serves with little room and short patience, as if nobody were counted by address."""
    file_site.settings.update(RENKEI_RATES="off", RENKEI_PUBLIC_REQUESTS="1", RENKEI_CONNECTIONS="400")
    running = file_site.start("serve").ready()
    yield running
    assert running.stop() == 0


def connected(program: Program) -> socket.socket:
    """A connection to write on by hand."""
    return socket.create_connection(("127.0.0.1", program.port), timeout=30)


def told(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one answer."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65_536)
        assert more, got
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    return int(first.split()[1]), headers, body


def ended(connection: socket.socket) -> bool:
    """Whether the other side has closed it."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_desks_are_answered_while_two_hundred_connections_are_turned_away(program: Program) -> None:
    person = sign_in(program)
    command = [sys.executable, "-m", "tests.benchmarks.crowd", str(program.port), "200", "3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as crowd:
        assert crowd.stdout is not None
        assert json.loads(crowd.stdout.readline()) == {"connected": 200}
        answered = 0
        while crowd.poll() is None:
            assert person.ask(INBOX) == {"inbox": {"nodes": []}}
            assert person.raise_challenge().status_code == 200
            answered += 1
        seen: dict[str, Any] = json.loads(crowd.stdout.read())
    assert answered > 3
    assert seen["connections"] == 200
    assert seen["lost"] == 0
    assert seen["without_retry"] == 0
    assert seen["statuses"]["503"] > 200
    assert set(seen["statuses"]) <= {"200", "400", "404", "415", "503"}
    assert program.says('"event": "shed"')
    assert eventually(lambda: program.get("/graphql", params={"query": "{ __typename }"}).status_code == 200)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 40_000, 431),
    ],
)
def test_what_is_no_http_is_told_so_with_headers_and_a_request_id(program: Program, sent: bytes, status: int) -> None:
    with closing(connected(program)) as connection:
        connection.sendall(sent)
        answered, headers, body = told(connection)
        error = json.loads(body)
        assert (answered, error["code"]) == (status, "REQUEST_MALFORMED")
        assert error["requestId"] == headers["x-request-id"]
        assert not error["messageJa"].isascii()
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert ended(connection)
    assert program.says(headers["x-request-id"])


@pytest.mark.parametrize("length", [b"Content-Length: 1000001", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("path", [b"/desk/sapporo/graphql", b"/desk/sapporo/token", b"/graphql", b"/", b"/healthz"])
def test_a_body_beyond_reason_is_refused_on_every_route(program: Program, path: bytes, length: bytes) -> None:
    with closing(connected(program)) as connection:
        head = (
            b"POST " + path + b" HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer x\r\n"
        )
        connection.sendall(head + length + b"\r\n\r\n")
        if b"chunked" in length and path in {b"/desk/sapporo/graphql", b"/", b"/healthz"}:
            assert told(connection)[0] in {401, 405}  # answered before anything of it is read
            return
        if b"chunked" in length:
            connection.sendall(b"186A1\r\n" + b" " * 100_001 + b"\r\n")
        status, _, body = told(connection)
        assert (status, b"BODY_TOO_LARGE" in body) == (413, True)


def test_a_desk_is_read_before_the_public(program: Program) -> None:
    person = sign_in(program)
    with ExitStack() as open_:
        many = [open_.enter_context(closing(connected(program))) for _ in range(100)]
        for connection in many:
            connection.sendall(GET * 20)
        assert person.ask(INBOX) == {"inbox": {"nodes": []}}
        assert {told(connection)[0] for connection in many} <= {200, 503}


def test_beyond_the_limit_a_quiet_connection_makes_room_and_desks_get_in(program: Program) -> None:
    with ExitStack() as open_:
        many = [open_.enter_context(closing(connected(program))) for _ in range(450)]
        assert sign_in(program).ask(INBOX) == {"inbox": {"nodes": []}}
        assert eventually(lambda: ended(many[0]))

        def answered() -> bool:
            many[-1].sendall(GET)
            return told(many[-1])[0] == 200

        assert eventually(answered)  # a machine that has much else to do may tell it to come again first


JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"
BODY = b" HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: %b\r\nContent-Length: 100\r\n\r\n{"


@pytest.mark.parametrize(
    ("path", "kind"), [(b"/desk/sapporo/token", JSON), (b"/desk/sapporo/sign-in", FORM), (b"/graphql", JSON)]
)
def test_who_sends_a_body_slowly_keeps_no_turn_from_others(program: Program, path: bytes, kind: bytes) -> None:
    desk = sign_in(program)
    with ExitStack() as ends:
        slow = [ends.enter_context(closing(connected(program))) for _ in range(80)]
        for each in slow:
            each.sendall(b"POST " + path + BODY % kind)
        time.sleep(0.5)
        began = time.monotonic()
        assert desk.ask(INBOX) == {"inbox": {"nodes": []}}
        with closing(connected(program)) as connection:
            connection.sendall(GET)
            assert told(connection)[0] == 200
        assert time.monotonic() - began < 2


def test_half_sent_requests_make_room_for_others(program: Program) -> None:
    with ExitStack() as ends:
        for _ in range(400):
            ends.enter_context(closing(connected(program))).sendall(b"POST /graphql" + BODY % JSON)
        time.sleep(1)
        assert sign_in(program).ask(INBOX) == {"inbox": {"nodes": []}}


HURRIED = """
import sys
from api import cli
from api.security import connections
connections.HEAD_SECONDS, connections.REQUEST_SECONDS, connections.ANSWER_SECONDS = 1.0, 1.0, 1.0
sys.argv = ["renkei", "serve"]
cli.main()
"""


@pytest.fixture(scope="module")
def hurried(made: Path) -> Iterator[int]:
    """The port of a program that waits a second for everything."""
    from tests.program.conftest import copied  # noqa: PLC0415 - as the fixtures there make it

    with copied(made) as site:
        port = free_port()
        command = [sys.executable, "-c", HURRIED]
        with (
            (site.home / "hurried.err").open("wb") as err,
            subprocess.Popen(
                command, env={**site.environment, "PORT": str(port)}, stdout=err, stderr=err, start_new_session=True
            ) as process,
        ):
            running = Program(site, process, port, site.home / "hurried.err", site.home / "hurried.err")
            try:
                running.ready()
                yield port
            finally:
                process.terminate()
                process.wait(60)


@pytest.mark.parametrize(
    ("path", "begun"),
    [
        ("nothing at all", b""),
        ("a head", b"GET / HTT"),
        (
            "a body",
            b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
        ),
    ],
)
def test_who_sends_too_slowly_is_cut_off_however_little_comes_now_and_then(
    hurried: int, path: str, begun: bytes
) -> None:
    with closing(socket.create_connection(("127.0.0.1", hurried), timeout=30)) as connection:
        if begun:
            connection.sendall(begun)
        began = time.monotonic()
        connection.settimeout(0.2)
        got = b""
        while time.monotonic() - began < 20:
            try:
                more = connection.recv(65_536)
            except TimeoutError:
                if begun:
                    connection.sendall(b"x")
                continue
            except ConnectionResetError:
                break
            if not more:
                break
            got += more
        assert time.monotonic() - began < 20
        assert got.startswith(b"HTTP/1.1 408 ")
        assert b"REQUEST_TOO_SLOW" in got


def test_who_does_not_take_the_answer_is_cut_off(hurried: int) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(30)
        connection.connect(("127.0.0.1", hurried))
        request = b"GET /graphql/schema.graphql HTTP/1.1\r\nHost: a\r\n\r\n"
        began = time.monotonic()
        ending: type[OSError] | None = None
        while ending is None and time.monotonic() - began < 20:
            try:
                connection.sendall(request)
            except OSError as error:
                ending = type(error)
        assert ending in {ConnectionResetError, BrokenPipeError}


def test_a_line_for_each_request_names_no_person_and_nothing_typed(made: Path, site: Site) -> None:
    running = site.start("serve").ready()
    person = sign_in(running)
    assert person.ask(INBOX) == {"inbox": {"nodes": []}}
    running.get(f"/nothing/{MARK}", params={"q": MARK})
    answer = running.get("/graphql", params={"query": "{ __typename }", "secret": MARK})
    assert running.says(answer.headers["X-Request-Id"])
    lines = [json.loads(line) for line in running.err.splitlines() if '"event": "request"' in line]
    last = next(line for line in lines if line["request_id"] == answer.headers["X-Request-Id"])
    assert {name: last[name] for name in ("method", "route", "status", "network")} == {
        "method": "GET",
        "route": "/graphql",
        "status": 200,
        "network": "127.0.0.0/24",
    }
    assert set(last) == {"event", "level", "timestamp", "request_id", "method", "route", "status", "network", "ms"}
    assert {"/desk/{city}/token", "/desk/{city}/graphql", "unknown"} <= {line["route"] for line in lines}
    assert "127.0.0.1" not in "".join(map(json.dumps, lines))
    assert person.token not in running.err
    running.stop()


def test_answers_leave_at_once_and_not_when_the_client_has_acknowledged_the_one_before() -> None:
    with closing(listen(Settings(port=free_port()))) as listener:
        assert listener.proto == socket.IPPROTO_TCP  # else asyncio leaves Nagle's algorithm on


def test_more_connections_than_files_are_refused_with_advice() -> None:
    room_for(1)
    with pytest.raises(SettingInvalid, match="ulimit -n"):
        room_for(100_000_000)


def test_the_probes_say_whether_the_projections_are_kept_up(program: Program) -> None:
    assert program.get("/readyz").text == "ready\nprojections: alive\n"
    assert connections.FIRST[1:] == (b"/healthz", b"/readyz", b"/metrics")
