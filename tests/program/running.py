"""The real program in a process of its own, its data folder, and everything that it says."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from psycopg import Connection

from tenants.database.attach import attached_conninfo
from tenants.database.leftovers import mark
from tenants.database.walls import Row
from tests.conftest import UNENCRYPTED
from tests.program import forking

ROOT: Final = forking.ROOT
MARK: Final = "目印の文言"
"""Stands in every text that a test types; it must be found in no log."""
LEAKS: Final = re.compile(
    r"Traceback|\bselect\b.+\bfrom\b|\binsert into\b|\b(?:renkei|commons)\.[a-z_]+\b|psycopg\.errors|site-packages",
    re.IGNORECASE | re.DOTALL,
)
"""What no client and no log may be told: stack traces, SQL, tables, paths of the code."""
LIBRARIES: Final = re.compile(r"renkei_(desk|public|runner|owner)|connection (failed|to server|is lost)|\bline \d+\b")
"""What libraries say of their own accord; their texts may quote what they worked on, so none of it is logged."""
PATIENCE: Final = 60.0
"""Seconds for whatever must happen on a machine that has much else to do."""


def place() -> str | None:
    """Memory if there is plenty: it is the processes that are killed here, not the power."""
    memory = Path("/dev/shm")  # noqa: S108 - what is made in it is private
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else None


@contextmanager
def folder() -> Iterator[Path]:
    """A folder with a short path, gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="rk-", dir=place()))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def eventually(condition: Callable[[], Any], seconds: float = PATIENCE) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


def told(text: str) -> str:
    """The text, in which nothing stands that must not leave the program."""
    found = LEAKS.search(text)
    assert found is None, f"{found[0]!r} in {text[:2000]}"
    return text


def one_connection_each() -> httpx.Client:
    """A client that never meets the connection of a program that was killed since."""
    return httpx.Client(timeout=30, verify=UNENCRYPTED, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True)
class Said:
    """What a command said until it ended; both are one line each, however wide the terminal."""

    status: int
    out: str
    err: str


@dataclass
class Site:
    """A data folder, and the programs that are run on it."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    client: httpx.Client = field(default_factory=one_connection_each)
    programs: "list[Program]" = field(default_factory=list)

    @property
    def data(self) -> Path:
        """RENKEI_DATA."""
        return self.home / "data"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the programs get to see, and nothing of ours."""
        return {
            **forking.USUAL,
            "HOME": str(self.home),
            "RENKEI_DATA": str(self.data),
            "RENKEI_SIGN_IN": str(self.without_second_factor()),
            **self.settings,
        }

    def without_second_factor(self) -> Path:
        """Settings of signing in under which a secret alone lets in; signing in is tested elsewhere."""
        file = self.home / "sign-in.toml"
        if not file.exists():
            file.write_text("[second_factor]\nusual = []\n", "utf-8")
        return file

    def start(self, *arguments: str, port: int | None = None) -> "Program":
        """Start a program that goes on until it is told to stop."""
        number = len(list(self.home.glob("*.err")))
        out, err = self.home / f"{number}.out", self.home / f"{number}.err"
        port = port or free_port()
        with out.open("wb") as said, err.open("wb") as complained:
            process = subprocess.Popen(
                [sys.executable, "-m", "api", *arguments],
                cwd="/",
                env={**self.environment, "PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=complained,
                start_new_session=True,
            )
        self.programs.append(Program(self, process, port, out, err))
        return self.programs[-1]

    def run(self, *arguments: str, **settings: str) -> Said:
        """Run a command to its end."""
        done = forking.run("api", arguments, {**self.environment, **settings}, 2 * PATIENCE)
        assert "Traceback" not in done.stderr, done.stderr
        told(done.stdout)
        return Said(done.returncode, done.stdout, done.stderr)

    def processes(self) -> set[int]:
        """Everything that lives for this data folder: programs, PostgreSQL, its guard."""
        ours = [f"RENKEI_DATA={self.data}\0".encode()]
        cluster = self.data / "postgres/server/data"
        marks = [mark(cluster).encode()] if cluster.is_dir() else []
        return {
            int(process.name)
            for process in Path("/proc").glob("[0-9]*")
            if contains(process / "environ", ours) or contains(process / "cmdline", marks)
        }

    def postmaster(self) -> int:
        """The process of the embedded server; 0 while there is none."""
        with suppress(OSError, ValueError):
            return int((self.data / "postgres/server/data/postmaster.pid").read_text().splitlines()[0])
        return 0

    @contextmanager
    def superuser(self) -> Iterator[Connection[Row]]:
        """The embedded server's administrator, past every wall."""
        conninfo = self.settings.get("RENKEI_DATABASE_URL") or attached_conninfo(self.data / "postgres")
        with psycopg.connect(conninfo, autocommit=True) as connection:
            yield connection

    def sql(self, statement: str, *values: Any) -> list[Row]:
        """Rows as the superuser sees and changes them."""
        with self.superuser() as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def log(self) -> str:
        """Everything that the programs and PostgreSQL wrote here."""
        files = [*self.home.glob("*.out"), *self.home.glob("*.err"), *self.data.glob("postgres/server/log/*.log")]
        files += self.data.glob("postgres/start.log")
        return "\n".join(path.read_text("utf-8", "replace") for path in files)

    def end(self) -> None:
        """Nothing may be left, and nothing told that must not be; called after every test."""
        left = self.processes()
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
                os.kill(process, signal.SIGKILL)
        for program in self.programs:
            program.process.wait(PATIENCE)
        self.client.close()
        assert left == set()
        assert MARK not in told(self.log())
        for path in self.home.glob("*.err"):
            assert LIBRARIES.search(path.read_text("utf-8")) is None, path.read_text("utf-8")


def contains(path: Path, texts: list[bytes]) -> bool:
    """Whether one of the texts stands in a file of /proc."""
    try:
        content = path.read_bytes()
    except OSError:  # it has just ended, or is none of our business
        return False
    return any(text in content for text in texts)


@dataclass
class Program:
    """`renkei` as it runs."""

    site: Site
    process: subprocess.Popen[bytes]
    port: int
    out_file: Path
    err_file: Path

    @property
    def out(self) -> str:
        """Standard output so far."""
        return self.out_file.read_text("utf-8")

    @property
    def err(self) -> str:
        """Standard error so far."""
        return self.err_file.read_text("utf-8")

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **told_: Any) -> httpx.Response:
        """One request of its own."""
        return self.site.client.get(self.address + path, **told_)

    def is_ready(self) -> bool:
        """Whether it says so."""
        try:
            return self.get("/readyz").status_code == 200
        except httpx.TransportError:
            assert self.process.poll() is None, self.err
            return False

    def says(self, text: str) -> bool:
        """Whether it comes to say this on standard error before it ends."""
        return eventually(lambda: text in self.err or self.process.poll() is not None) and text in self.err

    def ready(self) -> "Program":
        """The same, once it answers."""
        assert eventually(self.is_ready), self.err
        return self

    def stop(self, order: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop; its exit status. Nothing stays behind."""
        self.process.send_signal(order)
        status = self.process.wait(PATIENCE)
        assert eventually(lambda: not self.site.processes(), 5), self.site.processes()
        return status

    def kill(self) -> None:
        """End it without any chance to tidy up."""
        self.process.kill()
        self.process.wait()
