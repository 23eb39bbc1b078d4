"""Runs the program: takes the port, opens the deployment, serves, and ends everything it started (起動と停止)."""

import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

import psycopg
import structlog
import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api import logs
from api.app import create_app
from api.desk.schema import desk_sdl
from api.house import House, open_house, working
from api.public.query import public_sdl
from api.security.connections import HEAD_BYTES, Connection
from api.settings import SettingInvalid, Settings, check_clients
from domain.errors import RenkeiError
from domain.values import CityCode
from tenants.database.errors import DatabaseFault

STOPS: Final = (signal.SIGTERM, signal.SIGINT)
LAST_PORT: Final = 65_535
SCHEMAS: Final = Path(__file__).parent / "schema"
PATIENCE: Final = 10
"""Seconds that open requests get to finish when the program is told to stop."""
BACKLOG: Final = 2048
"""Connections that may wait to be taken."""
TAKEN_AT_ONCE: Final = 16
"""Connections taken in one go, so that a crowd of them does not keep those who are there waiting."""
FILES: Final = 256
"""Files that a process opens beside its clients' connections."""
WORKER_START: Final = 60.0
"""Seconds that a worker gets to open the deployment."""

log = structlog.get_logger()


def serve(
    settings: Settings,
    workers: int = 1,
    before: Callable[[House], None] = lambda _house: None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until told to stop. ``before`` may work on the open deployment first, ``ready`` is called when it listens.

    Raises SettingInvalid when the port is taken or anybody could read along, DatabaseFault, RenkeiError.
    """
    check_clients(settings)
    room_for(settings.connections)
    with ending_in_order(), ExitStack() as ends:
        listener = ends.enter_context(closing(listen(settings)))
        house = ends.enter_context(open_house(settings, lambda text: log.info("database", report=text)))
        before(house)
        ends.enter_context(working(house))
        with naming_the_port(settings):
            listener.listen(BACKLOG)
        if workers > 1:
            config = uvicorn.Config("api.serving:worker", factory=True, workers=workers, **_quiet())
            _Workers(config, listener, ready).run()
        else:
            serving(create_app(house), listener, ready).run(sockets=[listener])


def project(settings: Settings) -> None:
    """Only keep the read models up to date, beside processes that serve."""
    with ending_in_order(), open_house(settings, attach=True) as house:
        stop = threading.Event()
        log.info("projections", cities=len(house.cities()))
        try:
            house.runner.run(stop)
        finally:
            house.runner.wake(CityCode(""))


def worker() -> FastAPI:
    """The application of one of several processes; the first one owns the database and runs the projections."""
    logs.configure()
    ends = ExitStack()
    try:
        house = ends.enter_context(open_house(Settings.read(), attach=True))
    except (DatabaseFault, RenkeiError) as error:
        log.error("worker", problem=str(error))  # noqa: TRY400 - said in a sentence
        sys.exit(STARTUP_FAILURE)
    except psycopg.Error as error:
        log.error("worker", problem=type(error).__name__)  # noqa: TRY400 - its text may quote values
        sys.exit(STARTUP_FAILURE)
    ends.enter_context(working(house, project=False))
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    return create_app(house, ends.close)


def _end_with_the_first() -> None:
    """A worker whose first process was killed would go on holding the port."""
    if (first := multiprocessing.parent_process()) is not None:
        first.join()
        os.kill(os.getpid(), signal.SIGTERM)


class _Workers(Multiprocess):
    """Several processes that take connections from one socket; says when all of them do."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, ready: Callable[[], None]) -> None:
        super().__init__(config, [listener])
        self._listener, self._ready = listener, ready

    def init_processes(self) -> None:
        super().init_processes()
        if all(process.wait_until_ready(WORKER_START, self.should_exit) for process in self.processes):
            self._listener.listen(BACKLOG)
            self._ready()


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._listener, self._ready = listener, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listener.listen(BACKLOG)  # the loop takes only a few at once, but more may wait
            self._ready()


def listen(settings: Settings) -> socket.socket:
    """Take the port. Raises SettingInvalid."""
    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, or asyncio leaves Nagle on
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        with naming_the_port(settings):
            listener.bind((settings.host, settings.port))
    except SettingInvalid:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


@contextmanager
def naming_the_port(settings: Settings) -> Iterator[None]:
    """Turn the system's refusal of a port into advice. Raises SettingInvalid."""
    try:
        yield
    except OSError as error:
        other = settings.port + 1 if settings.port < LAST_PORT else settings.port - 1
        raise SettingInvalid(
            f"{settings.host}:{settings.port} cannot be used ({error.strerror}). Stop what listens there, or choose"
            f" another port: PORT={other}"
        ) from error


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block in order; more of them change nothing."""
    for number in STOPS:
        signal.signal(number, _stop)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        _ignore_further()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    _ignore_further()
    raise KeyboardInterrupt


def _ignore_further() -> None:
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


def write_schemas(*, check: bool) -> list[str]:
    """Write the GraphQL schemas, or only compare; gives the names of those that differed."""
    differing = []
    for name, text in (("public", public_sdl()), ("desk", desk_sdl())):
        path = SCHEMAS / f"{name}.graphql"
        if not path.exists() or path.read_text("utf-8") != text:
            differing.append(path.name)
            if not check:
                path.write_text(text, "utf-8")
    return differing


def serving(app: FastAPI, listener: socket.socket, ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """The server of one process over an application, as `renkei serve` runs it."""
    return _Server(uvicorn.Config(app, **_quiet()), listener, ready)


def room_for(connections: int) -> None:
    """See that so many connections may be open, with room for files. Raises SettingInvalid."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    if hard not in (resource.RLIM_INFINITY, -1) and hard < wanted:
        raise SettingInvalid(
            f"RENKEI_CONNECTIONS is {connections}, but this process may open {hard} files only (ulimit -n). Raise that"
            f" limit to {wanted}, or set RENKEI_CONNECTIONS={max(1, hard - FILES)}."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _quiet() -> dict[str, Any]:
    return {
        "http": Connection,
        "ws": "none",
        "proxy_headers": False,  # api/security/addresses.py reads them, from proxies that are trusted
        "backlog": TAKEN_AT_ONCE,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": PATIENCE,
        "timeout_keep_alive": 30,
        "h11_max_incomplete_event_size": HEAD_BYTES,
    }
