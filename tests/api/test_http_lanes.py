"""Turns: so many at once, a short row behind them, and the public steps back while desks are at work."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from api.desk.pace import Commands
from api.security import lanes
from api.security.guard import Answer, Guard
from api.security.lanes import Desks, Lanes, SteppingBack, Turns
from api.security.rates import Rates
from api.security.refusals import Crowded
from api.security.routes import Lane, place_of
from api.settings import Settings


async def held(turns: Turns, release: asyncio.Event, begun: list[int], number: int) -> None:
    """A turn that lasts until it is told to end."""
    async with turns.turn():
        begun.append(number)
        await release.wait()


async def settled() -> None:
    """Let everything that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """In a loop of its own, and no longer than this."""
    asyncio.run(asyncio.wait_for(scenario, 20))


def test_so_many_at_once_others_wait_in_order_and_more_are_turned_away() -> None:
    async def scenario() -> None:
        turns, release = Turns(2, 5, waiting=2), asyncio.Event()
        begun: list[int] = []
        tasks = [asyncio.create_task(held(turns, release, begun, n)) for n in range(4)]
        await settled()
        assert (begun, turns.running, turns.waiting) == ([0, 1], 2, 2)
        with pytest.raises(Crowded):
            await held(turns, release, begun, 9)
        release.set()
        await asyncio.gather(*tasks)
        assert (begun, turns.running, turns.waiting) == ([0, 1, 2, 3], 0, 0)

    run(scenario())


def test_who_waits_too_long_is_turned_away_and_the_row_closes_behind_him() -> None:
    async def scenario() -> None:
        turns, release = Turns(1, 0.05, waiting=5), asyncio.Event()
        begun: list[int] = []
        first = asyncio.create_task(held(turns, release, begun, 0))
        await settled()
        with pytest.raises(Crowded):
            await held(turns, release, begun, 1)
        assert (turns.running, turns.waiting) == (1, 0)
        release.set()
        await first
        await held(turns, release, begun, 2)
        assert (begun, turns.running) == ([0, 2], 0)

    run(scenario())


@pytest.mark.parametrize("called", [False, True])
def test_who_goes_away_while_waiting_takes_no_turn_with_him(called: bool) -> None:  # noqa: FBT001 - a case
    async def scenario() -> None:
        turns, release = Turns(1, 5, waiting=5), asyncio.Event()
        begun: list[int] = []
        first = asyncio.create_task(held(turns, release, begun, 0))
        await settled()
        second = asyncio.create_task(held(turns, asyncio.Event(), begun, 1))
        await settled()
        if called:
            release.set()
            while turns.waiting:  # noqa: ASYNC110 - the very moment of the call is meant
                await asyncio.sleep(0)
        second.cancel()
        with suppress(asyncio.CancelledError):
            await second
        release.set()
        await first
        assert (turns.running, turns.waiting) == (0, 0)
        await held(turns, release, begun, 2)
        assert turns.running == 0

    run(scenario())


def test_a_turn_that_fails_is_given_back() -> None:
    async def scenario() -> None:
        turns = Turns(1, 5)
        for _ in range(3):
            with pytest.raises(ValueError, match="on purpose"):
                async with turns.turn():
                    raise ValueError("on purpose")
        assert turns.running == 0

    run(scenario())


def test_while_a_desk_is_at_work_the_public_gets_one_turn_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "AT_WORK", 0.0)

    async def scenario() -> None:
        desks = Desks(4, 5)
        public, release = SteppingBack(3, 5, desks), asyncio.Event()
        begun: list[int] = []
        async with desks.turn():
            tasks = [asyncio.create_task(held(public, release, begun, n)) for n in range(3)]
            await settled()
            assert (begun, public.waiting) == ([0], 2)
        release.set()
        await asyncio.gather(*tasks)
        assert sorted(begun) == [0, 1, 2]
        release.clear()
        tasks = [asyncio.create_task(held(public, release, begun, n)) for n in range(3)]
        await settled()
        assert public.running == 3
        release.set()
        await asyncio.gather(*tasks)

    run(scenario())


def test_after_a_turn_the_public_pauses_according_to_what_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LONGEST_PAUSE", 0.3)

    async def scenario() -> None:
        desks = Desks(4, 5)
        public, ended = SteppingBack(3, 5, desks), asyncio.get_running_loop().time()
        async with desks.turn():
            async with public.turn():
                await asyncio.sleep(0.2)
            ended = asyncio.get_running_loop().time()
            async with public.turn():
                assert asyncio.get_running_loop().time() - ended > 0.29

    run(scenario())


def test_a_public_that_waits_gets_its_turn_when_nothing_else_calls_it() -> None:
    async def scenario() -> None:
        desks = Desks(4, 5)
        public = SteppingBack(3, 5, desks)
        async with desks.turn():
            for _ in range(3):
                async with public.turn():
                    await asyncio.sleep(0.01)

    run(scenario())


def test_public_desks_and_operators_do_not_wait_for_each_other() -> None:
    async def scenario() -> None:
        all_lanes, release = Lanes(1, 1), asyncio.Event()
        begun: list[int] = []
        every = [Lane.PUBLIC, Lane.DESK, *[Lane.OPERATOR] * 4]
        tasks = [asyncio.create_task(held(all_lanes[lane], release, begun, n)) for n, lane in enumerate(every)]
        await settled()
        assert sorted(begun) == list(range(6))
        release.set()
        await asyncio.gather(*tasks)

    run(scenario())


def test_an_answer_that_is_late_or_breaks_is_told_once_and_in_form() -> None:
    async def hanging(_request: Request) -> PlainTextResponse:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(30)
        return PlainTextResponse("too late")

    async def broken(_request: Request) -> PlainTextResponse:
        raise RuntimeError("typed by somebody")

    routes = [Route("/", hanging), Route("/graphql", hanging), Route("/robots.txt", broken)]
    guard = Middleware(Guard, Settings(longest=1), Lanes(2, 2), Rates({}))
    client = TestClient(Starlette(routes=routes, middleware=[guard]), raise_server_exceptions=False)
    late = client.get("/", headers={"Accept-Language": "ja"})
    assert (late.status_code, late.json()["code"], late.headers["Retry-After"]) == (503, "STORE_UNAVAILABLE", "2")
    assert client.get("/graphql").json()["errors"][0]["extensions"]["code"] == "STORE_UNAVAILABLE"
    failed = client.get("/robots.txt")
    assert (failed.status_code, failed.json()["code"]) == (500, "INTERNAL")
    assert failed.json()["requestId"] == failed.headers["X-Request-Id"]
    assert "typed" not in failed.text
    assert failed.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_after_another_answer_was_given_nothing_more_of_the_application_is_sent() -> None:
    sent: list[Message] = []

    async def scenario() -> None:
        async def send(message: Message) -> None:
            sent.append(message)

        scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        answer = Answer(scope, send, place_of("/"), "0" * 32, secure=False)
        await answer.refuse(Crowded())
        await answer.by_the_application({"type": "http.response.start", "status": 200, "headers": []})
        await answer.by_the_application({"type": "http.response.body", "body": b"too late"})

    run(scenario())
    assert [message.get("status") for message in sent] == [503, None]


@pytest.mark.parametrize(("size", "status"), [(10_000, 200), (10_001, 413)])
def test_a_body_without_a_length_is_counted_whatever_the_route_does(size: int, status: int) -> None:
    async def reading(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    guard = Middleware(Guard, Settings(), Lanes(2, 2), Rates({}))
    app = Starlette(routes=[Route("/desk/{city}/token", reading, methods=["POST"])], middleware=[guard])
    answer = TestClient(app).post("/desk/sapporo/token", content=iter([b"x" * 5_000, b"x" * (size - 5_000)]))
    assert answer.status_code == status
    assert (answer.json() == size) if status == 200 else (answer.json()["code"] == "BODY_TOO_LARGE")


def test_what_a_command_logs_in_its_thread_bears_the_id_of_its_request() -> None:
    async def scenario() -> None:
        with ThreadPoolExecutor(1) as threads:
            structlog.contextvars.bind_contextvars(request_id="of this one")
            told = await Commands(threads).run(structlog.contextvars.get_contextvars)
        assert told == {"request_id": "of this one"}

    run(scenario())
