"""A field that fails deep in lists, beside others that wait for the same records."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import strawberry
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient
from strawberry import Info
from structlog.testing import capture_logs

from api.desk.schema import desk_schema
from api.graphql import schema as building
from api.graphql.costs import Costs, Size
from api.graphql.http import answer
from api.graphql.language import Language
from api.graphql.loading import Loader
from api.graphql.schema import Schema
from api.public.query import SCHEMA
from domain.errors import TextTooLong
from tests.api.desk_at_work import DeskAtWork, desk_at_work, offer
from tests.api.public_world import recorded
from tests.api.whole_app import whole_app
from tests.conftest import ROOT, House

SECRET = "佐藤さんの電話番号"
KNOWN = TextTooLong(field="title", limit=200, length=201)


@dataclass
class Shared:
    """A request's one loader, which takes a while, and what it was asked for."""

    error: Exception
    asked: list[list[int]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    read: Loader[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.read = Loader(self._load)

    async def _load(self, keys: list[int]) -> list[int]:
        self.asked.append(keys)
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("read")
        return keys


@strawberry.type
class Leaf:
    key: int

    @strawberry.field
    async def name(self, info: Info[Shared, None]) -> str:
        return f"名前{await info.context.read.load(self.key)}"

    @strawberry.field
    async def failing(self, info: Info[Shared, None]) -> str:
        await asyncio.sleep(0.01 * self.key)
        raise info.context.error


@strawberry.type
class Branch:
    @strawberry.field
    async def leaves(self) -> list[Leaf]:
        return [Leaf(key=key) for key in (1, 2, 3)]


@strawberry.type
class Query:
    @strawberry.field
    async def branch(self) -> Branch | None:
        return Branch()

    @strawberry.field
    async def branches(self) -> list[Branch | None]:
        return [Branch(), Branch(), Branch()]


COSTS = Costs(lists={"Query.branches": Size(3, 3), "Branch.leaves": Size(3, 3)})


def ask(query: str, error: Exception) -> tuple[httpx.Response, Shared]:
    """One request to an endpoint over this schema."""
    schema, shared = building.build(Query, costs=COSTS), Shared(error)

    @asynccontextmanager
    async def context(_request: Request, _language: Language) -> AsyncIterator[Shared]:
        yield shared

    async def send() -> httpx.Response:
        async def graphql(request: Request) -> Response:
            return await answer(request, schema, context)

        app = FastAPI()
        app.add_api_route("/graphql", graphql, methods=["POST"])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://renkei.test") as client:
            response = await client.post("/graphql", json={"query": query})
            await asyncio.sleep(0.1)  # what still reads comes to its end
            return response

    return asyncio.run(send()), shared


BOTH = "{ bad: branch { leaves { name failing } } good: branch { leaves { name } } }"


@pytest.mark.parametrize(("error", "code"), [(KNOWN, "TEXT_TOO_LONG"), (ValueError(SECRET), "INTERNAL")])
def test_a_field_that_fails_takes_nothing_from_others_that_wait_for_the_same(error: Exception, code: str) -> None:
    response, shared = ask(BOTH, error)
    told = response.json()
    assert response.status_code == 200
    assert told["data"] == {"bad": None, "good": {"leaves": [{"name": f"名前{key}"} for key in (1, 2, 3)]}}
    (one,) = told["errors"]
    assert (one["extensions"]["code"], one["path"]) == (code, ["bad", "leaves", 0, "failing"])
    assert told["extensions"]["requestId"] == response.headers["x-request-id"]
    assert shared.asked == [[1, 2, 3]]


def test_what_nobody_waits_for_any_more_is_not_read() -> None:
    _, shared = ask("{ bad: branch { leaves { name failing } } }", KNOWN)
    assert shared.ended == ["cancelled"]


def test_what_was_loaded_is_not_loaded_again() -> None:
    async def twice() -> list[int]:
        shared = Shared(KNOWN)
        return [await shared.read.load(1), await shared.read.load(1), len(shared.asked)]

    assert asyncio.run(twice()) == [1, 1, 1]


def test_who_goes_away_takes_the_read_from_nobody_else() -> None:
    async def load(_keys: list[int]) -> list[int]:
        await asyncio.sleep(0.01)
        raise KNOWN

    async def one_goes_away() -> tuple[BaseException | int, ...]:
        read = Loader[int, int](load)
        gone, stays = asyncio.ensure_future(read.load(1)), asyncio.ensure_future(read.load(1))
        await asyncio.sleep(0)
        gone.cancel()
        return tuple(await asyncio.gather(gone, stays, return_exceptions=True))

    gone, stays = asyncio.run(one_goes_away())
    assert isinstance(gone, asyncio.CancelledError)
    assert stays is KNOWN


def test_of_many_fields_that_fail_one_line_is_logged_without_what_anybody_typed() -> None:
    query = "{ sato_taro: branches { leaves { name failing } } }"
    with capture_logs() as logs:
        response, _ = ask(query, ValueError(SECRET))
    assert response.json()["data"] == {"sato_taro": [None, None, None]}
    assert [each["extensions"]["code"] for each in response.json()["errors"]] == ["INTERNAL"] * 3
    (line,) = logs
    assert (line["event"], line["error"], line["field"], line["fields"], line["request_id"]) == (
        "graphql_unexpected",
        "ValueError",
        "failing",
        3,
        response.headers["x-request-id"],
    )
    for told in (response.text.replace("sato_taro", ""), json.dumps(logs, ensure_ascii=False, default=str)):
        assert [word for word in (SECRET, "sato", "Traceback") if word in told] == []


# --- both endpoints -------------------------------------------------------------------------------------------------

ERRORS = [(KNOWN, "TEXT_TOO_LONG"), (ValueError(SECRET), "INTERNAL")]


def broken(monkeypatch: pytest.MonkeyPatch, schema: Schema, kind: str, name: str, error: BaseException) -> None:
    """One resolver of a real schema fails below the part of the answer that is called `bad`."""
    core: Any = schema._schema.type_map[kind]
    works = core.fields[name].resolve

    def fails(source: Any, info: Any, **given: Any) -> Any:
        if info.path.as_list()[0] == "bad":
            raise error
        return works(source, info, **given)

    monkeypatch.setattr(core.fields[name], "resolve", fails)


def assert_told(response: httpx.Response, logs: list[Any], code: str) -> None:
    """The good part as ever, one clear error, one line at most."""
    told = response.json()
    assert response.status_code == 200, response.text
    assert told["data"]["bad"] is None
    assert told["data"]["good"] == told["data"]["also"] is not None
    (one,) = told["errors"]
    assert (one["extensions"]["code"], one["path"][0]) == (code, "bad")
    assert told["extensions"]["requestId"] == response.headers["x-request-id"]
    lines = [line for line in logs if line["event"] == "graphql_unexpected"]
    assert [line["request_id"] for line in lines] == [response.headers["x-request-id"]] * (code == "INTERNAL")
    assert SECRET not in response.text + json.dumps(logs, ensure_ascii=False, default=str)


@pytest.fixture(scope="module")
def public(module_house: House) -> Iterator[TestClient]:
    recorded(module_house)
    with whole_app(module_house) as client:
        yield client


@pytest.mark.parametrize(("error", "code"), ERRORS)
def test_the_public_endpoint_tells_a_field_that_fails_and_answers_the_rest(
    public: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    broken(monkeypatch, SCHEMA, "Case", "publishedAt", error)
    inner = '(code: "sapporo") { cases { nodes { city { name municipality } publishedAt } } }'
    query = f"{{ bad: city{inner} good: city{inner} also: city{inner} }}"
    with capture_logs() as logs:
        response = public.post("/graphql", json={"query": query})
    assert_told(response, logs, code)


@pytest.fixture(scope="module")
def desk(module_house: House, public: TestClient) -> Iterator[DeskAtWork]:
    del public  # its cities
    with desk_at_work(module_house) as desk:
        yield desk


@pytest.mark.parametrize(("error", "code"), ERRORS)
def test_a_desk_tells_a_field_that_fails_and_answers_the_rest(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    officer = desk.person()
    proposal = desk.do(officer, "receiveProposal", **offer(desk, officer))["id"]
    desk.do(officer, "screenProposal", proposal=proposal, reason="有用")
    desk.catch_up()
    broken(monkeypatch, desk_schema(), "Happening", "recordedAt", error)
    inner = "proposal(id: $id) { title { text } history { actor { name } typed { words { text } } recordedAt } }"
    query = f"query ($id: UUID!) {{ bad: {inner} good: {inner} also: {inner} }}"
    with capture_logs() as logs:
        response = desk.post(officer, query, id=proposal)
    assert_told(response, logs, code)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_cancelled_from_within_is_told_in_graphqls_own_form(
    public: TestClient, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    broken(monkeypatch, SCHEMA, "Query", "city", asyncio.CancelledError())
    with capture_logs() as logs:
        response = public.post(
            "/graphql",
            json={"query": '{ bad: city(code: "sapporo") { name } }'},
            headers={"Accept-Language": language},
        )
    told = response.json()
    assert response.status_code == 500
    (one,) = told["errors"]
    number = response.headers["x-request-id"]
    assert one["extensions"] == {"code": "INTERNAL", "requestId": number}
    assert one["message"].isascii() == (language == "en")
    assert told["extensions"] == {"requestId": number}
    assert [(line["event"], line["kind"]) for line in logs if line["log_level"] == "error"] == [
        ("unforeseen", "Astray")
    ]


def test_no_other_loader_is_used() -> None:
    files = [file for file in (ROOT / "api").rglob("*.py") if "strawberry.dataloader" in file.read_text("utf-8")]
    assert files == [ROOT / "api/graphql/loading.py"]
