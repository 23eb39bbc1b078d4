"""One page of the public `cases`, with filter and text search, among 100,000 cases of 100 cities.

`ours` runs the GraphQL document in process, as the endpoint does; `http` asks the running program over a socket; the
baseline is the bare SQL of the same page, sent by hand and not even read into objects. All take turns.
"""

import asyncio
import http.client
import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
import uvicorn
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api.app import create_app
from api.public.context import context_on
from api.public.query import SCHEMA
from projections.search import needed, terms
from tenants.database.access import Role
from tests.benchmarks.deployment import SAPPORO, Connection, Deployment, deployment
from tests.benchmarks.measuring import Options, Result, percentiles, tell
from tests.benchmarks.public_cases import CITIES, publish

NAME = "public_list"
TARGET = 50.0
FIRST: Final = 20
DOCUMENT: Final = """
query Page($where: CaseWhere, $first: Int!) {
  cases(where: $where, first: $first) {
    nodes { id title summary status method fields publishedAt city { code name } outcomes history { at type } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
BARE: Final = """
select city, public_id, status, origin, sample, title, summary, background, source, method, fields, partners, dates,
    resources, benefits, outcomes, history, challenge, published_at, updated_at
from commons.cases
where generation = coalesce((select generation from commons.projections where name = 'commons_cases'), 1)
"""
ORDER: Final = " order by published_at desc, city, public_id limit %s"


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for, in GraphQL's words."""

    text: str = ""
    cities: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def variables(self) -> dict[str, Any]:
        """Of the document."""
        told = {"text": self.text, "cities": self.cities, "methods": self.methods, "fields": self.fields}
        return {"first": FIRST, "where": {key: value for key, value in told.items() if value}}

    @property
    def statement(self) -> tuple[str, list[Any]]:
        """The bare SQL of the page, and one row more to know whether there is a next page."""
        conditions = ""
        values: list[Any] = []
        lists = (("city = any(%s)", self.cities), ("method = any(%s)", self.methods), ("fields && %s", self.fields))
        for condition, codes in lists:
            if codes:
                conditions, values = f"{conditions} and {condition}", [*values, list(codes)]
        for term in terms(self.text):
            conditions, values = f"{conditions} and strpos(search, %s) > 0", [*values, term]
        if self.text:
            conditions, values = f"{conditions} and grams @> %s", [*values, needed(terms(self.text))]
        return f"{BARE}{conditions}{ORDER}", [*values, FIRST + 1]


SEARCHES: Final = (
    Search("除雪", methods=("pilot",)),
    Search("見守り 大学", fields=("welfare", "health")),
    Search("図書館 多言語", methods=("agreement", "pilot", "collaboration")),
    Search("自動運転", cities=(SAPPORO,)),
    Search("棚田 水族館 製薬", fields=("tourism",)),
    Search("雪", fields=("disaster",)),
    Search(methods=("outsourcing",), fields=("energy",)),
    Search("どこにもない言葉", fields=("energy",)),
)
"""Frequent words and rare ones, one and several, a single character, none, and some that nobody wrote."""


@dataclass(slots=True)
class Times:
    """Milliseconds of every page, by who gave it."""

    bare: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    http: list[float] = field(default_factory=list)


def run(options: Options) -> Iterator[Result]:
    """`ours` and `baseline` are medians in milliseconds; less is better, so the ratio is the other way round."""
    with deployment() as here:
        cases = publish(here, options.sized(100_000, 2_000))
        tell(NAME, f"{cases:,} cases are published")
        with serving(here) as port:
            times = asyncio.run(measured(here, port, options.sized(40, 2)))
    ratios = [bare / inside for bare, inside in zip(times.bare, times.inside, strict=True)]
    yield Result(
        NAME,
        statistics.median(times.inside),
        statistics.median(times.bare),
        statistics.median(ratios),
        "ms",
        {
            "target": TARGET,
            "cases": cases,
            "cities": CITIES,
            "in_process": percentiles(times.inside, 50, 95),
            "http": percentiles(times.http, 50, 95),
            "bare_sql": percentiles(times.bare, 50, 95),
        },
    )


async def measured(here: Deployment, port: int, rounds: int) -> Times:
    """Every search in every round, each way in turn; a first round warms up."""
    times, conninfo = Times(), here.house.database.conninfo(Role.PUBLIC)
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, kwargs={"autocommit": True}, min_size=1, max_size=4, open=False
    )
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    async with pool:
        with psycopg.connect(conninfo, autocommit=True) as bare:
            for number in range(rounds + 1):
                into = times if number else Times()
                for search in SEARCHES:
                    began = time.perf_counter()
                    page_by_hand(bare, search)
                    into.bare.append(since(began))
                    began = time.perf_counter()
                    found = await page_inside(pool, search)
                    into.inside.append(since(began))
                    began = time.perf_counter()
                    page_over_http(client, search)
                    into.http.append(since(began))
                    if not number:
                        tell(NAME, f"{search}: {found} on the first page, {into.inside[-1]:.1f} ms")
    client.close()
    return times


def since(began: float) -> float:
    """Milliseconds."""
    return (time.perf_counter() - began) * 1000


def page_by_hand(bare: Connection, search: Search) -> int:
    """The rows of the page, as the driver gives them."""
    statement, values = search.statement
    return len(bare.execute(statement.encode(), values, prepare=False).fetchall()[:FIRST])


async def page_inside(pool: AsyncConnectionPool[AsyncConnection[Any]], search: Search) -> int:
    """The page as GraphQL gives it. Raises AssertionError when it is none."""
    answer = await SCHEMA.execute(DOCUMENT, variable_values=search.variables, context_value=context_on(pool))
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return len(answer.data["cases"]["nodes"])


def page_over_http(client: http.client.HTTPConnection, search: Search) -> int:
    """The page as a stranger's program gets it. Raises AssertionError when it is none."""
    body = json.dumps({"query": DOCUMENT, "variables": search.variables}).encode()
    client.request("POST", "/graphql", body, {"Content-Type": "application/json", "Accept": "application/json"})
    answer = json.loads(client.getresponse().read())
    assert "errors" not in answer, answer
    return len(answer["data"]["cases"]["nodes"])


@contextmanager
def serving(here: Deployment) -> Iterator[int]:
    """The application on a free port, in a thread; gives the port."""
    server = uvicorn.Server(uvicorn.Config(create_app(here.house), port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the application did not start")
            time.sleep(0.05)
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
