"""What tells operators of the program's health: whether it is ready, and counts that cost little however many ask."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path
from typing import cast

import pytest
from psycopg import AsyncConnection, Connection
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from starlette.testclient import TestClient

from api import app, metrics
from api.house import House as Deployment
from api.settings import Settings
from projections import lag
from projections.lag import Lag
from tenants.database.access import Role
from tenants.database.walls import Row
from tests.api.whole_app import whole_app
from tests.conftest import House
from tests.projections.running import runner_of

Started = Callable[[str], TestClient]


@pytest.fixture
def start(house: House, tmp_path: Path) -> Iterator[Started]:
    """Starts the application with the desks' reads at an address."""
    with runner_of(house) as runner, ThreadPoolExecutor(1) as threads:

        def started(desk: str) -> TestClient:
            public = house.database.conninfo(Role.PUBLIC)
            pools = [
                AsyncConnectionPool[AsyncConnection[Row]](
                    conninfo, kwargs={"autocommit": True}, min_size=1, timeout=1, reconnect_timeout=0, open=False
                )
                for conninfo in (public, desk)
            ]
            settings, tenancy = Settings(data=tmp_path), house.tenancy
            deployment = Deployment(
                settings, house.database, tenancy.keys, tenancy, runner, runner._pool, threads, *pools
            )
            return TestClient(app.create_app(deployment))

        yield started


def test_it_is_ready_only_when_desks_can_read_as_well(house: House, start: Started) -> None:
    with start(house.database.conninfo(Role.DESK)) as client:
        assert client.get("/readyz").status_code == 200
    with start("host=/nowhere") as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


@pytest.mark.parametrize(
    ("peer", "headers", "told"),
    [
        ("127.0.0.1", {}, True),
        ("10.0.0.9", {}, True),
        ("203.0.113.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
    ],
)
def test_only_who_watches_over_it_is_told_of_the_deployment_itself(
    house: House, peer: str, headers: dict[str, str], *, told: bool
) -> None:
    house.open_city()
    with whole_app(house, (peer, 50000), monitors=(ip_network("10.0.0.9"),)) as client:
        measured, ready = client.get("/metrics", headers=headers), client.get("/readyz", headers=headers)
        assert (ready.status_code, "projections" in ready.text) == (200, told)
        assert ready.text.startswith("ready\n")
        assert client.get("/healthz", headers=headers).text == "ok\n"
        if told:
            assert (measured.status_code, "renkei_projection_lag_events" in measured.text) == (200, True)
        else:
            assert (measured.status_code, measured.json()["code"]) == (403, "MONITORS_ONLY")
            assert [word for word in ("renkei_", "011002", "projection") if word in measured.text] == []


def test_metrics_are_counted_once_a_second_however_many_ask(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    real = lag.lags

    def counting(connection: Connection[Row]) -> list[Lag]:
        counted.append(1)
        return real(connection)

    monkeypatch.setattr(metrics, "lags", counting)
    monkeypatch.setattr(metrics, "FRESH", 0.3)

    async def asked(pool: ConnectionPool[Connection[Row]]) -> set[bytes]:
        latest = metrics.Latest(pool)
        first = set(await asyncio.gather(*(latest.text() for _ in range(50))))
        assert await latest.text() in first
        assert len(counted) == 1
        await asyncio.sleep(0.4)
        await asyncio.gather(*(latest.text() for _ in range(50)))
        return first

    with runner_of(house) as runner:
        (text,) = asyncio.run(asked(runner._pool))
    assert b"renkei_database_up 1.0" in text
    assert len(counted) == 2


def test_metrics_that_hang_are_told_as_away_and_not_asked_again_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []

    def hanging(pool: ConnectionPool[Connection[Row]] | None) -> bytes:
        if pool is not None:
            begun.append(1)
            release.wait(5)
        return b"away"

    monkeypatch.setattr(metrics, "text", hanging)
    monkeypatch.setattr(metrics, "LOOK", 0.05)
    monkeypatch.setattr(metrics, "FRESH", 0.01)
    release = threading.Event()

    async def asked() -> None:
        latest = metrics.Latest(cast(ConnectionPool[Connection[Row]], object()))
        for _ in range(3):
            assert await latest.text() == b"away"
        release.set()

    asyncio.run(asked())
    assert len(begun) == 1
