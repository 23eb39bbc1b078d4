"""The public endpoint while the database is away, and after."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.api.public_world import Served, World, public_conninfo, recorded, served
from tests.conftest import House

QUERY = "{ cases { nodes { title } } }"


@pytest.fixture
def world(house: House) -> World:
    return recorded(house)


@pytest.fixture
def public(world: World) -> Iterator[Served]:
    with served(public_conninfo(world.house)) as running:
        yield running


def cut(house: House, *, allow: bool) -> None:
    """Let no connection in and end those there are, or let them in again."""
    ((name,),) = house.sql("select current_database()")
    with psycopg.connect(make_conninfo(house.database.admin, dbname="postgres"), autocommit=True) as beside:
        beside.execute(f"alter database {name} allow_connections {str(allow).lower()}")
    house.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'renkei_public' and datname = %s", name
    )


def assert_unavailable(response: httpx.Response) -> None:
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "STORE_UNAVAILABLE"
    assert [word for word in ("psycopg", "select", "Traceback", "renkei_public") if word in response.text] == []


def test_without_its_database_it_says_when_to_try_again_and_recovers_by_itself(world: World, public: Served) -> None:
    before = public.data(QUERY)
    cut(world.house, allow=False)
    try:
        assert_unavailable(public.send(QUERY))
        assert_unavailable(public.send(QUERY))
    finally:
        cut(world.house, allow=True)
    deadline = time.monotonic() + 10
    while (response := public.send(QUERY)).status_code != 200:
        assert_unavailable(response)
        assert time.monotonic() < deadline
    assert response.json() == {"data": before}


def test_connections_that_were_cut_fail_one_request_at_most(world: World, public: Served) -> None:
    with ThreadPoolExecutor(8) as many:  # so that the pool holds several connections
        list(many.map(public.data, [QUERY] * 40))
    cut(world.house, allow=True)
    statuses = [public.send(QUERY).status_code for _ in range(4)]
    assert statuses[1:] == [200, 200, 200]


@pytest.mark.parametrize(("language", "advice"), [("en", "Ask for less"), ("ja", "範囲を狭める")])
def test_a_read_that_takes_too_long_is_stopped_and_says_to_ask_for_less(
    world: World, language: str, advice: str
) -> None:
    patience = make_conninfo(public_conninfo(world.house), options="-c statement_timeout=200ms")
    with served(patience) as impatient, psycopg.connect(world.house.database.admin) as beside:
        before = impatient.data(QUERY)
        beside.execute("lock table commons.cases in access exclusive mode")
        response = impatient.send(QUERY, **{"Accept-Language": language})
        beside.rollback()
        assert impatient.data(QUERY) == before  # over the same connections
    (error,) = response.json()["errors"]
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert error["extensions"] == {"code": "READ_TOO_LONG"}
    assert advice in error["message"]
    assert [word for word in ("psycopg", "select", "statement", "commons") if word in response.text] == []


def test_what_needs_no_database_goes_on(world: World, public: Served) -> None:
    cut(world.house, allow=False)
    try:
        assert public.data("{ __schema { queryType { name } } }") == {"__schema": {"queryType": {"name": "Query"}}}
    finally:
        cut(world.house, allow=True)
