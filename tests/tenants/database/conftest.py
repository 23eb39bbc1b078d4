"""PostgreSQL of these tests alone: they kill it, cut it off and damage its folder."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tenants.database.access import Database
from tenants.database.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[3]
# Owns the folder named by its first argument until its input ends or it is killed; prints the server's process.
# Becomes another user only when everything is loaded, as that one may not reach this Python.
OWNER = """
import os, sys
from pathlib import Path
from tenants.database.embedded import EmbeddedPostgres
user = int(sys.argv[2])
if user != os.geteuid():
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""


def place() -> str | None:
    """Memory if there is plenty, as dozens of servers are made and a disk is slow to promise that it keeps them."""
    memory = Path("/dev/shm")  # noqa: S108 -- what is made in it is private
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else None


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that does not exist yet, inside one that is closed to others, as /root is."""
    parent = Path(tempfile.mkdtemp(prefix="rk-", dir=place()))
    yield parent / "postgres"
    shutil.rmtree(parent)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A data folder whose server has stopped; copied, as making one takes longer."""
    with tempfile.TemporaryDirectory(prefix="rk-", dir=place()) as parent:
        folder = Path(parent) / "postgres"
        with EmbeddedPostgres(folder):
            pass
        yield folder


@pytest.fixture
def made(home: Path, template: Path) -> Path:
    """A data folder whose server has stopped."""
    subprocess.run(["cp", "-a", template, home], check=True)
    return home


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """A server that no test may harm."""
    with (
        tempfile.TemporaryDirectory(prefix="rk-", dir=place()) as parent,
        EmbeddedPostgres(Path(parent) / "postgres") as running,
    ):
        yield running


@pytest.fixture
def fresh(server: EmbeddedPostgres) -> Iterator[str]:
    """The admin's way into an empty database on a server without renkei roles."""
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(server.admin_conninfo, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield make_conninfo(server.admin_conninfo, dbname=name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        for (role,) in admin.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^(renkei|test)_'").fetchall():
            if role != "renkei_admin":
                admin.execute(f"DROP ROLE {role}")


@pytest.fixture
def database(fresh: str) -> Database:
    return Database(fresh, secrets.token_bytes(32))


@pytest.fixture
def own() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start another process that owns a folder, as this user or another."""
    with ExitStack() as ends:

        def start(folder: Path, *, user: int | None = None) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-W", "error", "-c", OWNER, str(folder), str(os.geteuid() if user is None else user)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd="/",
                env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
            )
            return ends.enter_context(process)  # at the end its input is closed, and it is waited for

        yield start
