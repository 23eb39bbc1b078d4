"""A short run of what ``make fuzz`` does for ten minutes, and that it would notice."""

import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response

from tests.fuzz.openapi import described, routes_of
from tests.fuzz.running import Target, demo, fuzz, targets
from tests.program.running import Program, eventually

SECONDS = 4
"""For each target: with starting and stopping, 20 seconds altogether."""
FEWEST = 3
"""Requests that each target gets at least, also on a busy machine."""

HERE = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
HERE.add_api_route("/here", lambda: "here", include_in_schema=False)


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with demo() as program:
        yield program


@pytest.mark.parametrize("number", range(3), ids=["public", "desk", "routes"])
def test_whatever_is_sent_no_answer_is_a_5xx_or_late_or_tells_of_the_inside(program: Program, number: int) -> None:
    target = targets(program)[number]
    found = fuzz(program, target, SECONDS)
    if not found.problems and found.cases < FEWEST:  # a machine so busy that nothing was made in time
        found = fuzz(program, target, 5 * SECONDS)
    assert found.problems == ""
    assert found.cases >= FEWEST


BROKEN = {
    "/status": ("gone", 503, "status 503"),
    "/guess": ("Cannot query field 'a'. Did you mean 'b'?", 400, "Did you mean"),
    "/trace": ("Traceback (most recent call last)", 200, "is told"),
}
"""Path to an answer that must not be, and what is told of it."""


@contextmanager
def broken() -> Iterator[tuple[FastAPI, str]]:
    """A server that answers so; itself and its address."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    def answering(text: str, status: int) -> Callable[[], Awaitable[Response]]:
        async def answer() -> Response:
            return PlainTextResponse(text, status, {"X-Request-Id": "1"})

        return answer

    for path, (text, status, _) in BROKEN.items():
        app.add_api_route(path, answering(text, status), include_in_schema=False)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert eventually(lambda: server.started)
        yield app, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def test_a_5xx_a_guess_and_a_stack_trace_are_noticed(program: Program) -> None:
    with broken() as (app, address):
        routes = program.site.home / "broken.json"
        routes.write_text(json.dumps(described(app)))
        found = fuzz(program, Target("broken", routes, address), 2)
    assert [problem for _, _, problem in BROKEN.values() if problem not in found.problems] == []


def test_every_route_is_described(program: Program) -> None:
    asked = json.loads((program.site.home / "routes.json").read_text())["paths"] if targets(program) else {}
    assert {"/", "/graphql", "/desk/{city}/graphql", "/desk/{city}/token", "/healthz", "/readyz", "/metrics"} <= set(
        asked
    )
    assert set(asked["/graphql"]) == {"get", "head", "post"}
    assert routes_of(HERE) == {"/here": ["get"]}
