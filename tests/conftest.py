"""A real PostgreSQL for every test that stores: one server a run, a fresh copy of the migrated database for each test.

`house` is a whole deployment: database, keys, checkpoints, cities. Tests that need two take `new_house`.
"""

import os
import secrets
import shutil
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.policy import RuleStatus
from domain.values import CityCode
from tenants.checkpoint import CheckpointFolder, Signer
from tenants.city_file import CityFile
from tenants.commands.city import OpenCity
from tenants.commands.organisation import EstablishDepartment, EstablishPost
from tenants.database import access
from tenants.database.access import Database
from tenants.database.embedded import EmbeddedPostgres
from tenants.database.migrate import migrate
from tenants.database.settings import SETTINGS
from tenants.database.walls import Row
from tenants.desk import Desk
from tenants.keys import KeyStore
from tenants.members import Member, Role, having, operator
from tenants.recorder import CityRecorder, Envelope
from tenants.register import as_text, builtin_cities
from tenants.tenancy import Tenancy
from tenants.wish import Entry
from tests.databases import Databases

ROOT = Path(__file__).parents[1]
MIGRATIONS = [path for path in (ROOT / "tenants/database/migrations", ROOT / "projections/migrations") if path.is_dir()]
TEMPLATE = "renkei"  # the server's first database; nobody connects to it after it was migrated
SECRET = b"the same for all databases here!"  # its passwords belong to the whole server
FORGETFUL = {"fsync": "off", "wal_compression": "off"}  # nothing here outlives the run; crashes have their own tests
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # where it is not about how long a guess takes
UNENCRYPTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # for who asks by http alone: it reads no authorities
SAPPORO, AOMORI = CityCode("011002"), CityCode("022012")


@cache
def city_file(code: str) -> CityFile:
    """One of the cities that come with the program."""
    return next(city for city in builtin_cities() if city.code == code)


@dataclass(frozen=True)
class House:
    """One deployment. `folder` holds `keys/` and `checkpoints/`; `superuser` may do anything."""

    database: Database
    folder: Path
    tenancy: Tenancy
    superuser: Connection[Row]

    def add_city(self, code: str = SAPPORO) -> CityCode:
        """A city in the register, its log still empty."""
        self.superuser.execute("insert into renkei.cities (city, slug) values (%s, %s)", (code, city_file(code).slug))
        return CityCode(code)

    def open_city(self, code: str = SAPPORO) -> CityCode:
        """A city with its own policy in force: the first two events of its log."""
        city = self.add_city(code)
        wish = OpenCity(content=as_text(city_file(code)), status=RuleStatus.DRAFT, valid_from=date(2026, 4, 1))
        self.tenancy.desk(operator(city)).do(wish, Entry(uuid4()))
        return city

    def department(self, city: CityCode, department: UUID | None = None) -> UUID:
        """A department that this city has: one more event."""
        wish = EstablishDepartment(department=department or uuid4(), title="見本課", valid_from=date(2026, 4, 1))
        self.tenancy.desk(operator(city)).do(wish, Entry(uuid4()))
        return wish.department

    def post(self, city: CityCode) -> UUID:
        """A post in a new department: two more events."""
        wish = EstablishPost(post=uuid4(), department=self.department(city), title="課長", valid_from=date(2026, 4, 1))
        self.tenancy.desk(operator(city)).do(wish, Entry(uuid4()))
        return wish.post

    def member(self, city: CityCode, *roles: Role) -> Member:
        """Somebody with these roles; a desk officer without any named."""
        return Member(city, uuid4(), having(roles or (Role.DESK_OFFICER,)))

    def desk(self, city: CityCode, *roles: Role) -> Desk:
        """The city opened for such a member."""
        return self.tenancy.desk(self.member(city, *roles))

    def record(self, city: CityCode, events: int = 1, originator: UUID | None = None, after: int = 0) -> Envelope:
        """Plain events of one aggregate, appended below the desk; `after` is its version so far."""
        if not self.sql("select from renkei.log_checks where city = %s", city):
            self.tenancy.check_log(city)
        envelope = Envelope(uuid4(), 1, uuid4(), "", os.urandom(32))
        CityRecorder(self.tenancy.pool, city).append(plain_events(events, originator, after), envelope)
        return envelope

    def append_within(self, connection: Connection[Row], city: CityCode) -> None:
        """One event, appended over a connection that may have a transaction open."""
        envelope = Envelope(uuid4(), 1, uuid4(), "", os.urandom(32))
        CityRecorder(cast(Any, InPlaceOfPool(connection)), city).append(plain_events(), envelope)

    def sql(self, statement: str, *values: Any) -> list[Row]:
        """Rows as the superuser sees and changes them: all cities, past every wall."""
        cursor = self.superuser.execute(cast(Any, statement), values or None)
        return cursor.fetchall() if cursor.description is not None else []

    def break_append(self, old: str, new: str) -> None:
        """Replace a part of append_events, as a careless migration would; what it said must be there."""
        ((source,),) = self.sql("select pg_get_functiondef('renkei.append_events'::regproc)")
        assert old in source
        self.sql(source.replace(old, new))

    def positions(self, city: CityCode) -> list[int]:
        """All positions of a log."""
        return [row[0] for row in self.sql("select position from renkei.events where city = %s order by 1", city)]

    def connect(self, role: access.Role) -> closing[Connection[Row]]:
        """A connection of one of the serving roles or the owner, in autocommit."""
        return closing(psycopg.connect(self.database.conninfo(role), autocommit=True))


@dataclass(frozen=True)
class InPlaceOfPool:
    """Lends out one connection as it is."""

    lent: Connection[Row]

    @contextmanager
    def connection(self) -> Iterator[Connection[Row]]:
        yield self.lent

    def check(self) -> None:
        """Nothing else is held."""


def plain_events(number: int = 1, originator: UUID | None = None, after: int = 0) -> list[StoredEvent]:
    """Events in stored form that say nothing."""
    of = originator or uuid4()
    return [StoredEvent(of, version, "test.happened", b"{}") for version in range(after + 1, after + number + 1)]


def desk_pool(database: Database, size: int = 8) -> ConnectionPool[Connection[Row]]:
    """The pool that serves desks."""
    conninfo = database.conninfo(access.Role.DESK)
    return ConnectionPool(conninfo, kwargs={"autocommit": True}, min_size=1, max_size=size, timeout=5, open=False)


def tenancy_of(pool: ConnectionPool[Connection[Row]], folder: Path) -> Tenancy:
    """The cities of a deployment, with the keys and checkpoints of its folder, which are made at the first call."""
    KeyStore.create(folder / "keys")
    Signer.create(folder / "keys/checkpoint.key")
    checkpoints = CheckpointFolder(folder / "checkpoints", Signer(folder / "keys/checkpoint.key"))
    return Tenancy(pool, KeyStore(folder / "keys"), checkpoints)


@contextmanager
def running_house(database: Database, folder: Path) -> Iterator[House]:
    """A deployment on a migrated database."""
    with desk_pool(database) as pool, psycopg.connect(database.admin, autocommit=True) as superuser:
        yield House(database, folder, tenancy_of(pool, folder), superuser)


def quick_place() -> Path | None:
    """Memory in place of the disk, where there is a gigabyte of it: what is tested does not depend on its speed."""
    memory = Path("/dev/shm")  # noqa: S108 - what is made in it is private
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else None


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """The one PostgreSQL of this run, migrated. No test may stop it."""
    with tempfile.TemporaryDirectory(prefix="rk-") as parent:
        with patch.dict(cast(dict[str, str], SETTINGS), FORGETFUL):
            running = EmbeddedPostgres(Path(parent) / "postgres").start()
        with running:
            migrate(Database(running.admin_conninfo, SECRET), MIGRATIONS)
            yield running


@cache
def databases(server: EmbeddedPostgres) -> Databases:
    """The databases of this run."""
    return Databases(server.admin_conninfo, TEMPLATE, SECRET, MIGRATIONS)


def copied_database(server: EmbeddedPostgres) -> AbstractContextManager[Database]:
    """An empty renkei database of its own."""
    return databases(server).lent()


@pytest.fixture
def database(server: EmbeddedPostgres) -> Iterator[Database]:
    """A migrated database of this test alone."""
    with copied_database(server) as database:
        yield database


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """A deployment of this test alone."""
    with running_house(database, tmp_path) as house:
        yield house


@pytest.fixture
def new_house(server: EmbeddedPostgres, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes further deployments; `folder` shares the keys of another."""
    with ExitStack() as ends:

        def make(folder: Path | None = None) -> House:
            database = ends.enter_context(copied_database(server))
            place = folder or tmp_path / secrets.token_hex(4)
            return ends.enter_context(running_house(database, place))

        yield make


@pytest.fixture(scope="module")
def module_house(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A deployment that all tests of a file share; each must leave it as it was, or take a city of its own."""
    with copied_database(server) as database, running_house(database, tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def tenancy(house: House) -> Tenancy:
    """The cities of `house`."""
    return house.tenancy
