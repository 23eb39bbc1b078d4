"""Runs the program: takes the port, opens the deployment, serves, and ends everything it started (起動と停止)."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from api import logs
from api.app import create_app
from api.desk.schema import desk_sdl
from api.house import House, open_house, working
from api.public.query import public_sdl
from api.settings import SettingInvalid, Settings
from domain.values import CityCode

SCHEMAS: Final = Path(__file__).parent / "schema"
PATIENCE: Final = 10
"""Seconds that open requests get to finish when the program is told to stop."""

log = structlog.get_logger()


def serve(
    settings: Settings,
    workers: int = 1,
    before: Callable[[House], None] = lambda _house: None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until told to stop. ``before`` may work on the open deployment first, ``ready`` is called when it listens.

    Raises SettingInvalid when the port is taken, DatabaseFault, RenkeiError.
    """
    with ending_in_order(), ExitStack() as ends:
        listener = ends.enter_context(closing(listen(settings)))
        house = ends.enter_context(open_house(settings, lambda text: log.info("database", report=text)))
        before(house)
        ends.enter_context(working(house))
        if workers > 1:
            ready()
            config = uvicorn.Config("api.serving:worker", factory=True, workers=workers, **_quiet())
            Multiprocess(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
            return
        server = _Server(uvicorn.Config(create_app(house), **_quiet()), ready)
        server.run(sockets=[listener])


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
    house = ends.enter_context(open_house(Settings.read(), attach=True))
    ends.enter_context(working(house, project=False))
    app = create_app(house)
    app.router.on_shutdown.append(ends.close)
    return app


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def listen(settings: Settings) -> socket.socket:
    """Take the port. Raises SettingInvalid."""
    listener = socket.socket(socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise SettingInvalid(
            f"{settings.host}:{settings.port} cannot be used ({error.strerror}). Stop what listens there, or choose"
            f" another port: PORT={settings.port + 1}"
        ) from error
    listener.set_inheritable(True)
    return listener


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block in order; more of them change nothing."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
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


def _quiet() -> dict[str, object]:
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": PATIENCE,
        "timeout_keep_alive": 30,
        "h11_max_incomplete_event_size": 32_768,
    }
