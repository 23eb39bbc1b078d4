"""The whole application over a house, as `renkei serve` makes it, with a client."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.testclient import TestClient

from api.app import create_app
from api.house import House as Deployment
from api.settings import Settings
from tenants.database.access import Role
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import set_secret
from tenants.members import Role as Of
from tests.conftest import QUICK, House
from tests.projections.running import runner_of

SECRET = "窓口のひみつ・とても長いもの"


@contextmanager
def whole_app(house: House, client: tuple[str, int] = ("203.0.113.7", 50000), **told: Any) -> Iterator[TestClient]:
    """Serve under these settings to somebody who connects from ``client``."""
    pools = [
        AsyncConnectionPool[AsyncConnection[Row]](
            house.database.conninfo(role), kwargs={"autocommit": True}, min_size=1, timeout=2, open=False
        )
        for role in (Role.PUBLIC, Role.DESK)
    ]
    settings, tenancy = Settings(data=house.folder, **told), house.tenancy
    with runner_of(house) as runner, ThreadPoolExecutor(2) as threads:
        deployment = Deployment(settings, house.database, tenancy.keys, tenancy, runner, runner._pool, threads, *pools)
        with TestClient(create_app(deployment), client=client, raise_server_exceptions=False) as answering:
            yield answering


def member(house: House, city: str, login: str = "sato") -> None:
    """Somebody who may sign in at a desk."""
    with house.connect(Role.OWNER) as owner:
        added = enter_member(house.tenancy, house.tenancy.find(city), login, "佐藤", frozenset({Of.DESK_OFFICER}))
        set_secret(owner, house.tenancy.find(city), added.id, SECRET, hasher=QUICK)


def token(client: TestClient, city: str = "sapporo", login: str = "sato") -> dict[str, str]:
    """The header of somebody who has signed in."""
    answer = client.post(f"/desk/{city}/token", json={"login": login, "secret": SECRET})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}
