"""The whole application on a real port over a database of its own, and people who ask it over HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import psycopg
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.house import open_house
from api.settings import Settings
from tenants.database import access
from tenants.database.embedded import EmbeddedPostgres
from tests.api.desk_at_work import DeskAtWork
from tests.conftest import SECRET, UNENCRYPTED, House, copied_database


@dataclass(frozen=True)
class Running:
    """The application, and its desks as the tests of the desks know them, asked over the network."""

    app: FastAPI
    address: str
    desk: DeskAtWork

    @property
    def house(self) -> House:
        return self.desk.house


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address of an application that uvicorn serves in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, name="leaks", daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def running(server: EmbeddedPostgres, folder: Path) -> Iterator[Running]:
    """A deployment as `renkei serve` opens it, beside a superuser who looks past every wall."""
    with copied_database(server) as database:
        secret = folder / "database.secret"
        secret.write_bytes(SECRET)
        secret.chmod(0o600)
        settings = Settings(data=folder, database_url=database.admin)
        with (
            open_house(settings) as deployment,
            psycopg.connect(database.admin, autocommit=True) as superuser,
            psycopg.connect(database.conninfo(access.Role.OWNER), autocommit=True) as owner,
        ):
            house = House(database, folder, deployment.tenancy, superuser)
            app = create_app(deployment)
            with (
                listening(app) as address,
                httpx.Client(base_url=address, trust_env=False, verify=UNENCRYPTED, timeout=30) as client,
            ):
                given: dict[str, Any] = {
                    "house": house,
                    "client": client,
                    "identity": None,
                    "owner": owner,
                    "runner": deployment.runner,
                    "threads": deployment.commands,
                }
                yield Running(app, address, DeskAtWork(**cast(Any, given)))
