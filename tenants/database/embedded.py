"""PostgreSQL of our own: started with the program, guarded while it runs, and gone with it.

The server does not outlive its owner. Beside it stands a small guard, a shell that reads a pipe from us: when we end in
whatever way, the pipe closes and the guard shuts the server down in order. (PR_SET_PDEATHSIG would not do: it is bound
to the thread that started the server and is lost when the user changes.) Should the guard be killed too, the next start
finds the old server by its command line and ends it before anything else.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo

from tenants.database.cluster import ADMIN, SOCKET, Cluster
from tenants.database.errors import DataFolderDamaged, DataFolderInUse, EmbeddedFault
from tenants.database.files import refused_by_disk, refused_by_server
from tenants.database.leftovers import IMPATIENCE, PATIENCE, POLL, mark, settle
from tenants.database.programs import Account, Programs, find_programs
from tenants.database.settings import SETTINGS

DATABASE = "renkei"
# $1... is the server. The guard is told "bye" when the server has ended in order; else it ends it, once we are gone.
GUARDED = """
exec 3<&0 </dev/null
server=$$
( ( cd /; trap '' HUP INT TERM; read -r bye <&3 || kill -INT "$server" ) >/dev/null 2>&1 & )
exec "$@" 3<&-
"""
LONGEST_PAUSE = 30.0  # seconds between two attempts to start a server that keeps ending


class EmbeddedPostgres:
    """The PostgreSQL server of the data folder at `folder`, owned by this process alone.

    A context manager; `start` and `stop` may also be called by themselves, and twice. `report` gets a sentence whenever
    something takes long or the server was started again; it is called from another thread too.
    """

    def __init__(self, folder: Path, report: Callable[[str], None] = lambda _: None) -> None:
        self._cluster = Cluster(folder.resolve())
        self._report = report
        self._ending = threading.Event()
        self._turn = threading.Lock()  # who may replace the process: the starter, the watcher or the stopper
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._lock: int | None = None
        self._account: Account
        self._programs: Programs
        self._socket: Path

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def admin_conninfo(self) -> str:
        """How `renkei_admin`, who may do anything, reaches the database `renkei`; it holds the password."""
        return self._conninfo(DATABASE)

    @property
    def pid(self) -> int | None:
        """The server's process, if it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def start(self) -> Self:
        """Start the server, making the data folder if needed, and wait for as long as crash recovery takes.

        Raises an EmbeddedFault; nothing is left running then.
        """
        if self._lock is not None:
            return self
        self._ending.clear()
        with contextlib.ExitStack() as undo:
            self._lock = _own(self._cluster)
            undo.callback(self.stop)
            self._prepare()
            self._launch()
            self._create_database()
            self._watcher = threading.Thread(target=self._watch, name="postgres-watcher", daemon=True)
            self._watcher.start()
            undo.pop_all()
        return self

    def stop(self) -> None:
        """End the server in order, or by force if that takes too long, and give the folder up."""
        self._ending.set()
        with self._turn:
            if self._process is not None:
                self._end(self._process)
                self._process = None
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _prepare(self) -> None:
        cluster = self._cluster
        self._account = cluster.account()
        self._programs = find_programs(self._account)
        if not cluster.server.exists():
            self._report("Making the database")
            cluster.create(self._programs, self._account)
        cluster.check(self._programs)
        self._socket = cluster.socket_folder(self._account)

    def _launch(self) -> None:
        """Start one server process and wait until it serves. Raises ServerDidNotStart, DiskFull, DataFolderInUse."""
        settle(self._cluster.data, self._account.uid, self._socket / SOCKET, self._report)
        command = ["/bin/sh", "-c", GUARDED, "sh", *self._command()]
        since = datetime.now(UTC)
        with self._turn:
            if self._ending.is_set():
                return
            with self._cluster.open_start_log() as log:
                self._process = self._account.start(command, folder=self._cluster.data, output=log.fileno())
        self._await_ready(self._process, since)

    def _command(self) -> list[str]:
        usual = self._cluster.server / "socket"
        settings = {
            **SETTINGS,
            "cluster_name": mark(self._cluster.data),
            "unix_socket_directories": "../socket" if self._socket == usual else str(self._socket),
        }
        command = [self._programs.path("postgres"), "-D", self._cluster.data_as_seen_by_server]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _await_ready(self, process: subprocess.Popen[bytes], since: datetime) -> None:
        began = told = time.monotonic()
        while not self._cluster.is_ready(process.pid):
            if process.poll() is not None:
                with self._turn:
                    _dismiss_guard(process)
                if self._ending.is_set():
                    return
                raise refused_by_server(self._cluster.home, "PostgreSQL did not start", self._cluster.last_words(since))
            if time.monotonic() - told > 2:  # noqa: PLR2004 -- seconds; an ordinary start takes a tenth of one
                told = time.monotonic()
                self._report(f"PostgreSQL is getting ready; after a crash it recovers first ({told - began:.0f} s)")
            time.sleep(POLL)

    def _watch(self) -> None:
        """Start the server again whenever it ends without being told to, at growing intervals if it keeps ending."""
        pause = POLL
        while (process := self._process) is not None:
            began = time.monotonic()
            code = process.wait()
            if self._ending.is_set():
                return
            self._report(f"PostgreSQL ended by itself (exit code {code}); it is being started again")
            with self._turn:
                _dismiss_guard(process)
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = POLL
            while not self._ending.wait(pause):
                pause = min(2 * pause, LONGEST_PAUSE)
                try:
                    self._launch()
                    break
                except (EmbeddedFault, OSError) as fault:
                    self._report(str(fault))

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        for order, patience in ((signal.SIGINT, PATIENCE), (signal.SIGQUIT, IMPATIENCE), (signal.SIGKILL, IMPATIENCE)):
            process.send_signal(order)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
                break
        _dismiss_guard(process)

    def _create_database(self) -> None:
        try:
            with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
                known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError as error:
            raise DataFolderDamaged(
                f"PostgreSQL runs but does not let us in: {str(error).strip()}. If {self._cluster.password_file} was "
                "changed, restore it from the backup of the data folder."
            ) from error

    def _conninfo(self, database: str) -> str:
        return make_conninfo(
            host=str(self._socket),
            port=SETTINGS["port"],
            dbname=database,
            user=ADMIN,
            password=self._cluster.password(),
            connect_timeout=10,
        )


def _own(cluster: Cluster) -> int:
    """Become the one owner of the data folder, until the returned lock is closed or this process ends.

    Raises DataFolderInUse, DataFolderForeign, DiskFull.
    """
    path = cluster.home / "owner.lock"
    try:
        cluster.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused_by_disk(cluster.home, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
    except OSError as error:
        owner = os.pread(lock, 20, 0).decode()
        os.close(lock)
        if not isinstance(error, BlockingIOError):
            raise refused_by_disk(path, error) from error
        raise DataFolderInUse(
            f"The data folder {cluster.home} is in use by process {owner}. Stop it first, or choose another data "
            "folder with RENKEI_DATA."
        ) from error
    return lock


def _dismiss_guard(process: subprocess.Popen[bytes]) -> None:
    """Tell the guard of a server that has ended to go; a second time changes nothing. The caller has the turn."""
    if process.stdin is not None and not process.stdin.closed:
        with contextlib.suppress(OSError):  # the guard has gone already
            process.stdin.write(b"bye\n")
            process.stdin.close()
