"""Two cities with something to read and something to hide, and the public endpoint over them, on a real port."""

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from api.public import router
from domain.case import Origin, ResourceKind, Side
from domain.challenge import Result
from domain.policy import OrganisationKind
from domain.values import CityCode, Code, Day, Precision
from projections.catalogue import READ_MODELS
from tenants.commands import cases, challenges, proposals
from tenants.database.access import Role as Account
from tenants.desk import Desk
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, UNENCRYPTED, House
from tests.projections.running import officer, runner_of

SENDAI = CityCode("041009")
HIDDEN = ("未公表の除雪計画", "佐藤", "見本株式会社", "庁内限りの課題", "Sato", "sato@example.jp", "組み立て中")
"""Words that stand in the logs of both cities and in nothing that was published."""


@dataclass
class World:
    """What was recorded: inner ids by a short name."""

    house: House
    ids: dict[str, UUID] = field(default_factory=dict)

    def id(self, name: str) -> UUID:
        return self.ids.setdefault(name, uuid4())

    def do(self, city: CityCode, wish: Any) -> None:
        officer(self.house, city).do(wish, Entry(uuid4()))

    def project(self) -> None:
        with runner_of(self.house, READ_MODELS) as runner:
            runner.catch_up()

    def public_id(self, table: str, name: str) -> str:
        """The id outside of what was recorded under this name."""
        ((city, public_id),) = self.house.sql(
            f"select city, public_id from {table} where id = %s and generation = 1",  # noqa: S608 - our own names
            self.ids[name],
        )
        return f"{city}-{public_id}"


def recorded(house: House) -> World:
    """Sapporo: two challenges shown, two not, three cases, a proposal. Aomori: three cases. Sendai: nothing."""
    world = World(house)
    for city in (SAPPORO, AOMORI, SENDAI):
        house.open_city(city)
    sapporo(world)
    aomori(world)
    world.project()
    being_rebuilt(house)
    return world


def being_rebuilt(house: House) -> None:
    """Rows of a generation that a rebuild has begun and not yet switched to."""
    for table, change in (
        ("cities", {"name_ja": "組み立て中", "slug": "rebuilding"}),
        ("cases", {"title": "組み立て中"}),
        ("challenges", {"title": "組み立て中"}),
    ):
        house.sql(
            f"insert into commons.{table} select (jsonb_populate_record(null::commons.{table},"  # noqa: S608 - our names
            f" to_jsonb(t) || %s)).* from commons.{table} t",
            Jsonb({"generation": 2, **change}),
        )


def sapporo(world: World) -> None:
    def publish(name: str, title: str, **rest: Any) -> None:
        raised = challenges.Raise(
            challenge=world.id(name), title=f"{title}（庁内限りの課題）", description="佐藤が担当"
        )
        world.do(SAPPORO, raised)
        world.do(SAPPORO, challenges.Publish(challenge=world.id(name), title=title, **rest))

    world.do(
        SAPPORO,
        challenges.Raise(
            challenge=world.id("unpublished"), title="未公表の除雪計画", description="佐藤が担当", fields=("transport",)
        ),
    )
    world.do(
        SAPPORO, challenges.Raise(challenge=world.id("dropped"), title="未公表の除雪計画その二", description="佐藤")
    )
    world.do(
        SAPPORO,
        challenges.Close(challenge=world.id("dropped"), result=Result.NO_LONGER_PURSUED, note="佐藤の判断"),
    )
    publish(
        "snow",
        "雪たい積場を減らす",
        description="冬の道路を守る方法を探しています。",
        fields=("transport",),
        due_on=date(2026, 12, 25),
    )
    publish(
        "parks",
        "公園の水飲み場を見守る",
        description="水飲み場の故障を早く知りたい。",
        conditions="市内で試せること",
        city_offers="公園",
    )
    world.do(SAPPORO, challenges.Close(challenge=world.id("parks"), result=Result.ANSWERED, note="応募がありました"))
    receive(world)
    world.do(SAPPORO, case(world, "lights", "街路灯を見守る", "collaboration", ("safety",), challenge=world.id("snow")))
    world.do(
        SAPPORO,
        case(world, "counting", "公園の人の流れを数える", "pilot", ("urban_space",), challenge=world.id("parks")),
    )
    world.do(
        SAPPORO,
        case(world, "plough", "除雪車の位置を知らせる", "agreement", ("transport",), challenge=world.id("unpublished")),
    )
    world.do(SAPPORO, cases.Close(case=world.id("plough"), note="協定の期間が終わりました"))


def case(world: World, name: str, title: str, method: str, fields: tuple[str, ...], **rest: Any) -> cases.Publish:
    content = cases.CaseText(title=title, summary=f"{title}取組です。", method=method, fields=fields)
    return cases.Publish(case=world.id(name), content=content, **rest)


def receive(world: World) -> None:
    desk: Desk = officer(world.house, SAPPORO)
    known = desk.tenancy.policy(SAPPORO, 2).conditions
    world.do(
        SAPPORO,
        proposals.Receive(
            proposal=world.id("proposal"),
            kind=Code("free"),
            organisation_kind=OrganisationKind.COMPANY,
            proposer=uuid4(),
            organisation="見本株式会社",
            title="未公表の除雪計画への提案",
            summary="佐藤の考えた方法",
            contact_name="佐藤",
            contact="sato@example.jp",
            accepted=tuple(proposals.Accepted(condition=one.code, version=one.version) for one in known),
            purpose=1,
        ),
    )


def aomori(world: World) -> None:
    source = "青森市公民連携デスク ガイドライン"
    nebuta = cases.CaseText(
        title="ねぶたの和紙を生かす",
        summary="使い終えた和紙で作品を作った。",
        background="和紙は毎年捨てられていた。",
        source=source,
        method="unstated",
        fields=("culture", "circular"),
        partners=(cases.PartnerText(name="株式会社クリーマ"), cases.PartnerText(name="作家", participant=True)),
        dates=(
            cases.DateText(label="公募", day=Day(date(2023, 7, 5)), until=Day(date(2023, 7, 30))),
            cases.DateText(label="制作完了", day=Day(date(2023, 9, 1), Precision.MONTH), planned=True),
            cases.DateText(label="展示", day=Day(date(2024, 1, 1), Precision.YEAR), planned=True),
        ),
        resources=(cases.ResourceText(side=Side.CITY, kind=ResourceKind.THINGS, description="和紙"),),
        benefits=(cases.BenefitText(side=Side.THIRD_PARTY, description="作家の発表の場"),),
        outcomes=("作品の展示",),
    )
    world.do(AOMORI, cases.Publish(case=world.id("nebuta"), content=nebuta, origin=Origin.IMPORTED))
    walking = cases.CaseText(
        title="歩行者を数える", summary="AIで通行量を測った。", source=source, method="pilot", fields=("digital",)
    )
    world.do(AOMORI, cases.Publish(case=world.id("walking"), content=walking, origin=Origin.IMPORTED))
    sample = cases.CaseText(title="見本の事例", summary="操作を試すための見本。", source="見本", method="pilot")
    world.do(AOMORI, cases.Publish(case=world.id("sample"), content=sample, origin=Origin.IMPORTED, sample=True))
    better = cases.CaseText(
        title="歩行者を数える", summary="AIで通行量を二日間測った。", source=source, method="pilot", fields=("digital",)
    )
    world.do(AOMORI, cases.Revise(case=world.id("walking"), content=better, note="日数を補いました"))


class Counting(AsyncConnection[Any]):
    """A connection that writes down the statements it is given, and how many ran side by side at most."""

    statements: ClassVar[list[str]] = []
    running: ClassVar[int] = 0
    most: ClassVar[int] = 0

    async def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        Counting.statements.append(query if isinstance(query, str) else query.as_string(self))
        Counting.running += 1
        Counting.most = max(Counting.most, Counting.running)
        try:
            return await super().execute(query, *args, **kwargs)
        finally:
            Counting.running -= 1


@dataclass(frozen=True)
class Served:
    """The endpoint on its port. `asked`: method, host and path of every request that reached it."""

    address: str
    asked: list[str]

    def send(self, query: str, variables: Any = None, **headers: str) -> httpx.Response:
        body = {"query": query, "variables": variables}
        return httpx.post(f"{self.address}/graphql", json=body, headers=headers, trust_env=False, verify=UNENCRYPTED)

    def data(self, query: str, **variables: Any) -> Any:
        """What a query without errors gives."""
        answer = self.send(query, variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, query: str, **variables: Any) -> Any:
        """The only error of a query."""
        (error,) = self.send(query, variables).json()["errors"]
        return error

    def statements(self, query: str, **variables: Any) -> list[str]:
        """The statements that a query without errors sends to the database."""
        Counting.statements.clear()
        self.data(query, **variables)
        return list(Counting.statements)


@contextmanager
def served(conninfo: str) -> Iterator[Served]:
    """The public endpoint over a database, by uvicorn in a thread."""
    asked: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = AsyncConnectionPool[AsyncConnection[Any]](
            conninfo,
            connection_class=Counting,
            kwargs={"autocommit": True},
            min_size=1,
            max_size=4,
            timeout=2,
            open=False,
        )
        async with pool:
            app.include_router(router(pool))
            yield

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def noted(request: Request, call_next: Any) -> Response:
        asked.append(f"{request.method} {request.headers['host']} {request.url.path}")
        answer: Response = await call_next(request)
        return answer

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, name="public", daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", asked)
    finally:
        server.should_exit = True
        thread.join(10)


def public_conninfo(house: House) -> str:
    """The database as the public role."""
    return house.database.conninfo(Account.PUBLIC)
