"""Opens one deployment for one process: the database, its pools, the keys, the cities, and what runs beside them.

The only place that wires. Public readers, desks, commands and projections have pools of their own, so that none can
starve another.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
import structlog
from psycopg import AsyncConnection, Connection
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from api.reminders import keep_reminders
from api.settings import Settings, check_database, storage_of
from domain.errors import LogDiffers, LogUnchecked, RenkeiError
from domain.values import CityCode
from projections.catalogue import READ_MODELS
from projections.runner import Runner
from tenants.checkpoint import CheckpointFolder, CheckpointInvalid, Signer
from tenants.database.access import Database, Role, check_server, open_secret
from tenants.database.attach import attached_conninfo
from tenants.database.embedded import EmbeddedPostgres
from tenants.database.errors import DataFolderInUse
from tenants.database.migrate import migrate
from tenants.database.walls import Row
from tenants.files.keeping import keep_files
from tenants.intake.trusted import TrustedIntakes
from tenants.key_folder import SIGNING, open_key_folder
from tenants.keys import PUBLIC, KeyStore
from tenants.tenancy import Tenancy

ROOT: Final = Path(__file__).parent.parent
MIGRATIONS: Final = (ROOT / "tenants/database/migrations", ROOT / "projections/migrations")
PROJECTIONS, CHECKPOINTS, REMINDERS, FILES = "projections", "checkpoints", "reminders", "files"
"""Names of the threads beside the serving of requests."""
CHECKPOINT_EVERY: Final = 1.0
"""Seconds between two rounds of signing checkpoints."""

PATIENCE: Final = {Role.PUBLIC: "5s", Role.DESK: "15s"}
"""How long one reading statement may take: a public one that takes longer is told to ask for less."""

Report = Callable[[str], None]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """One deployment as one process sees it. The async pools are opened by the event loop that uses them."""

    settings: Settings
    database: Database
    keys: KeyStore
    tenancy: Tenancy
    runner: Runner
    runner_pool: ConnectionPool[Connection[Row]]
    commands: ThreadPoolExecutor
    public_reads: AsyncConnectionPool[AsyncConnection[Row]]
    desk_reads: AsyncConnectionPool[AsyncConnection[Row]]
    work: dict[str, threading.Thread] = field(default_factory=dict, kw_only=True)

    def projections(self) -> str:
        """``alive`` or ``down`` for the thread that keeps the read models up; ``elsewhere``: another process does."""
        thread = self.work.get(PROJECTIONS)
        return "elsewhere" if thread is None else "alive" if thread.is_alive() else "down"

    @contextmanager
    def owner(self) -> Iterator[Connection[Row]]:
        """A connection of the tables' owner, for what only the operator may do."""
        with psycopg.connect(self.database.conninfo(Role.OWNER), autocommit=True) as connection:
            yield connection

    def cities(self) -> list[tuple[CityCode, str]]:
        """Code and slug of every city."""
        with self.tenancy.pool.connection() as connection:
            rows = connection.execute("select city, slug from renkei.cities order by city").fetchall()
        return [(CityCode(city), slug) for city, slug in rows]


@contextmanager
def open_house(settings: Settings, report: Report = lambda _text: None, *, attach: bool = False) -> Iterator[House]:
    """Open the deployment of the settings; everything it started ends with it.

    ``attach``: be a second program beside one that runs, if there is one. Raises SettingInvalid, DatabaseFault,
    KeysUnavailable.
    """
    with ExitStack() as ends:
        admin, keys_folder = _admin(settings, report, ends, attach=attach), settings.data / "keys"
        open_key_folder(admin, keys_folder)  # before anything is changed in a database that belongs to other keys
        database = Database(admin, open_secret(settings.data))
        migrate(database, MIGRATIONS, report)
        desk_pool = ends.enter_context(_pool(database, Role.DESK, settings.command_threads + 2))
        runner_pool = ends.enter_context(_pool(database, Role.RUNNER, 4))
        runner = Runner(
            runner_pool,
            READ_MODELS,
            KeyStore(keys_folder, (PUBLIC,)),
            lambda problem: log.warning("projection", problem=problem),
        )
        keys = KeyStore(keys_folder)
        checkpoints = CheckpointFolder(settings.data / "checkpoints", Signer(keys_folder / SIGNING))
        commands = ThreadPoolExecutor(settings.command_threads, "command")
        ends.callback(commands.shutdown, cancel_futures=True)
        yield House(
            settings,
            database,
            keys,
            Tenancy(desk_pool, keys, checkpoints, runner.wake),
            runner,
            runner_pool,
            commands,
            _async_pool(database, Role.PUBLIC, settings.public_connections),
            _async_pool(database, Role.DESK, settings.desk_connections),
        )


def intakes_of(settings: Settings) -> TrustedIntakes:
    """Whose envelopes the cities take in, as it is registered beside the keys."""
    return TrustedIntakes(settings.data / "keys" / "intake")


def _admin(settings: Settings, report: Report, ends: ExitStack, *, attach: bool) -> str:
    if settings.database_url is not None:
        check_database(settings)
        check_server(settings.database_url)
        return settings.database_url
    folder = settings.data / "postgres"
    server = EmbeddedPostgres(folder, report)
    try:
        return ends.enter_context(server).admin_conninfo
    except DataFolderInUse:
        if not attach:
            raise
        return attached_conninfo(folder)


def _pool(database: Database, role: Role, most: int) -> ConnectionPool[Connection[Row]]:
    return ConnectionPool(
        database.conninfo(role),
        kwargs={"autocommit": True},
        min_size=1,
        max_size=most,
        timeout=5,
        open=False,
        name=role.value,
        reconnect_timeout=0,
    )


def _async_pool(database: Database, role: Role, most: int) -> AsyncConnectionPool[AsyncConnection[Row]]:
    return AsyncConnectionPool(
        database.conninfo(role),
        kwargs={"autocommit": True, "options": f"-c statement_timeout={PATIENCE[role]}"},
        min_size=1,
        max_size=most,
        max_waiting=most * 16,
        reconnect_timeout=0,  # else it waits ever longer between attempts and is found late
        timeout=5,
        open=False,
        name=f"{role.value} reads",
    )


@contextmanager
def working(house: House, *, project: bool = True) -> Iterator[None]:
    """Beside the block, projections are kept up to date and checkpoints are signed."""
    stop = threading.Event()
    work: dict[str, Callable[[], Any]] = {CHECKPOINTS: lambda: keep_checkpoints(house, stop)}
    if project:
        work[PROJECTIONS] = lambda: house.runner.run(stop)
        work[REMINDERS] = lambda: keep_reminders(house.tenancy, house.settings.sign_in, house.settings.data, stop)
        work[FILES] = lambda: keep_files(house.tenancy, storage_of(house.settings), stop)
    threads = [threading.Thread(target=kept_up, args=(one, stop, house.work, name)) for name, one in work.items()]
    for thread in threads:
        thread.daemon = True
        thread.start()
    try:
        yield
    finally:
        stop.set()
        house.runner.wake(CityCode(""))
        for thread in threads:
            thread.join(timeout=10)
        with contextlib.suppress(RenkeiError, psycopg.Error, OSError):
            house.tenancy.keep_checkpoints()


def kept_up(work: Callable[[], Any], stop: threading.Event, seen: dict[str, threading.Thread], name: str) -> None:
    """Work in a thread of its own that is begun anew when it ends before it was told to; its end is in the log.

    The thread stands in ``seen`` under its name.
    """
    while not stop.is_set():
        thread = seen[name] = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join()
        stop.wait(CHECKPOINT_EVERY)


def keep_checkpoints(house: House, stop: threading.Event) -> None:
    """Check every log against its outside checkpoint, then sign what is new, until told to stop."""
    unchecked: list[CityCode] | None = None
    while True:
        try:
            if unchecked is None:
                unchecked = [city for city, _ in house.cities()]
            unchecked = [city for city in unchecked if not _checked(house, city)]
            house.tenancy.keep_checkpoints()
        except RenkeiError as error:
            log.warning("checkpoint", problem=error.code)
        except (psycopg.Error, OSError) as error:  # away, or the disk is full: what is due stays due
            log.warning("checkpoint", problem=type(error).__name__)
        if stop.wait(CHECKPOINT_EVERY):
            return


def _checked(house: House, city: CityCode) -> bool:
    """Whether this city needs no further look: it is whole, or people must look at it."""
    try:
        house.tenancy.check_log(city)
        house.tenancy.keep_checkpoint(city)
    except (LogDiffers, LogUnchecked, CheckpointInvalid) as error:
        log.error("log", city=city, problem=error.message("en"))  # noqa: TRY400 - said in a sentence
        return True
    except RenkeiError:
        return False
    return True
