"""Desk users while a thousand anonymous connections ask the public endpoint without pause, good queries and bad.

The program runs as `renkei demo` in a process of its own, the crowd in another, and this process asks as four people at
a desk, who read their inbox, look at a proposal and record a command in turn, with a short pause between. Idle and
crowded rounds take turns. Budgets by address are off, as if every connection came from elsewhere; a last round has them
on. The crowd ignores `Retry-After` and asks again at once.

`ours` is the desks' p95 beside the crowd, `baseline` their p95 without; the target is a ratio of at least 1/3.
"""

import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psutil

from api.demo.accounts import PASSWORD
from tests.benchmarks.measuring import Options, Result, percentiles, rounded, tell

NAME = "shedding"
TARGET = 1 / 3
ROOT: Final = Path(__file__).parents[2]
CONNECTIONS: Final = 1000
PEOPLE: Final = 4
PAUSE: Final = 0.02
"""Seconds between an answer and the next request of a person."""
START: Final = 120.0
"""Seconds that the program gets to load the demo and to be ready."""
LAG: Final = re.compile(rb"^renkei_projection_lag_events.* ([0-9.]+)$", re.MULTILINE)
CITY: Final = "sapporo"
INBOX: Final = "{ inbox(first: 10) { nodes { id stage title { text } receiptNumber { label } } } }"
PROPOSAL: Final = "query ($id: UUID!) { proposal(id: $id) { stage title { text } history { topic recordedAt } } }"
RAISE: Final = """mutation ($input: RaiseChallengeInput!) {
  raiseChallenge(input: $input) { ... on ChallengeRecorded { id position } ... on Problem { code } }
}"""


@dataclass(slots=True)
class Round:
    """What one round gave: the desks' milliseconds, what the crowd was told, seconds of processor by who took them."""

    desks: list[float] = field(default_factory=list)
    crowd: dict[str, Any] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)


def run(options: Options) -> Iterator[Result]:
    """`ours` and `baseline` are p95 in milliseconds; less is better, so the ratio is the other way round."""
    rounds, seconds = options.sized(3, 1), float(options.sized(10, 2))
    connections = options.sized(CONNECTIONS, 100)
    with program(RENKEI_RATES="off") as (process, port):
        round_of(process, port, 2.0, 0)  # warms up
        idle, crowded = [], []
        for number in range(rounds):
            idle.append(round_of(process, port, seconds, 0))
            crowded.append(round_of(process, port, seconds, connections))
            tell(NAME, f"round {number + 1}: {p95(idle[-1]):.1f} ms alone, {p95(crowded[-1]):.1f} ms beside the crowd")
    with program() as (process, port):
        counted = round_of(process, port, seconds, connections)
    statuses: dict[str, int] = {}
    for one in crowded:
        for status, count in one.crowd["statuses"].items():
            statuses[status] = statuses.get(status, 0) + count
    yield Result(
        NAME,
        statistics.median(p95(one) for one in crowded),
        statistics.median(p95(one) for one in idle),
        statistics.median(p95(calm) / p95(busy) for calm, busy in zip(idle, crowded, strict=True)),
        "ms",
        {
            "target": rounded(TARGET),
            "connections": min(one.crowd["connections"] for one in crowded),
            "desk_alone": percentiles([value for one in idle for value in one.desks], 50, 95, 99),
            "desk_crowded": percentiles([value for one in crowded for value in one.desks], 50, 95, 99),
            "desk_requests": [sum(len(one.desks) for one in every) for every in (idle, crowded)],
            "public_answers": statuses,
            "turned_away_without_retry_after": sum(one.crowd["without_retry"] for one in crowded),
            "connections_lost": sum(one.crowd["lost"] for one in crowded),
            "with_budgets": {"p95": rounded(p95(counted)), **counted.crowd},
            "share_of_all_processors": {
                who: rounded(statistics.median(one.shares[who] for one in crowded)) for who in crowded[0].shares
            },
            "processors": psutil.cpu_count(),
        },
    )


def p95(one: Round) -> float:
    """Milliseconds."""
    return percentiles(one.desks, 95)["p95"]


@contextmanager
def program(**settings: str) -> Iterator[tuple[psutil.Process, int]]:
    """The demo on a free port in a folder of its own; nothing of it remains."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as folder:
        environment = {**os.environ, "RENKEI_DATA": folder, "PORT": str(port), "PYTHONPATH": str(ROOT), **settings}
        with (Path(folder) / "log").open("wb") as said:
            started = subprocess.Popen([sys.executable, "-m", "api", "demo"], env=environment, stdout=said, stderr=said)
        try:
            await_ready(started, port)
            yield psutil.Process(started.pid), port
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait(60)


def await_ready(started: "subprocess.Popen[bytes]", port: int) -> None:
    """Until it is ready and its views show everything. Raises RuntimeError."""
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and started.poll() is None:
        try:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            if asked(client, "GET", "/readyz")[0] == http.HTTPStatus.OK:
                lags = [float(lag) for lag in LAG.findall(asked(client, "GET", "/metrics")[1])]
                if lags and not any(lags):
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the program did not become ready")


def asked(
    client: http.client.HTTPConnection, method: str, path: str, body: Any = None, token: str = ""
) -> tuple[int, bytes]:
    """Status and body of an answer."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    client.request(method, path, None if body is None else json.dumps(body).encode(), headers)
    answer = client.getresponse()
    return answer.status, answer.read()


def round_of(process: psutil.Process, port: int, seconds: float, connections: int) -> Round:
    """The desks at work for so long, beside a crowd of so many, which is there before they begin."""
    done, stop = Round(), threading.Event()
    people = [threading.Thread(target=at_a_desk, args=(port, stop, done.desks), daemon=True) for _ in range(PEOPLE)]
    crowd = None
    if connections:
        command = [sys.executable, "-m", "tests.benchmarks.crowd", str(port), str(connections), str(seconds + 2)]
        crowd = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert crowd.stdout is not None
        assert json.loads(crowd.stdout.readline())["connected"] == connections
        time.sleep(1)
    watched = {"program": process, **({"crowd": psutil.Process(crowd.pid)} if crowd else {})}
    before = {who: taken(one) for who, one in watched.items()}
    began = time.monotonic()
    for person in people:
        person.start()
    time.sleep(seconds)
    stop.set()
    for person in people:
        person.join(30)
    lasted = (time.monotonic() - began) * (psutil.cpu_count() or 1)
    done.shares = {who: (taken(one) - before[who]) / lasted for who, one in watched.items()}
    if crowd is not None:
        told, _ = crowd.communicate(timeout=60)
        done.crowd = json.loads(told.splitlines()[-1])
    return done


def taken(process: psutil.Process) -> float:
    """Seconds of processor that a process and those it started have used."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def at_a_desk(port: int, stop: threading.Event, times: list[float]) -> None:
    """One person's requests, one after the other, timed in milliseconds. Raises AssertionError for a failed one."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    credentials = {"login": f"{CITY}-desk", "secret": PASSWORD}
    status, signed = asked(client, "POST", f"/desk/{CITY}/token", credentials)
    assert status == http.HTTPStatus.OK, signed
    token = json.loads(signed)["token"]

    def ask(query: str, **variables: Any) -> Any:
        began = time.perf_counter()
        status, told = asked(client, "POST", f"/desk/{CITY}/graphql", {"query": query, "variables": variables}, token)
        times.append((time.perf_counter() - began) * 1000)
        assert status == http.HTTPStatus.OK, told
        return json.loads(told)["data"]

    inbox = ask(INBOX)["inbox"]["nodes"]
    while not stop.is_set():
        ask(INBOX)
        time.sleep(PAUSE)
        ask(PROPOSAL, id=inbox[0]["id"])
        time.sleep(PAUSE)
        given = {"commandId": str(uuid4()), "title": "公園の落ち葉", "description": "毎年 30 トン。"}
        ask(RAISE, input=given)
        time.sleep(PAUSE)
    client.close()
