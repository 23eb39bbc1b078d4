"""What an earlier run left behind in a data folder: servers whose owner was killed, and notes of servers long gone.

The processes themselves are asked, by a mark in their command lines; a pid file may name a process that has long been
another.
"""

import contextlib
import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from tenants.database.errors import DataFolderInUse

POLL: Final = 0.02
PATIENCE: Final = 30.0  # seconds for a shutdown in order, which writes everything to the disk
IMPATIENCE: Final = 10.0  # seconds for a shutdown without order; nothing is lost, the next start recovers


def mark(data: Path) -> str:
    """What every server process of this data folder carries in its command line.

    It is made of the folder's place on the disk, as a copy of the folder is another folder.
    """
    found = data.stat()
    return "renkei-" + hashlib.sha256(f"{found.st_dev} {found.st_ino}".encode()).hexdigest()[:16]


def living(data: Path, uid: int) -> list[int]:
    """The living PostgreSQL processes of this data folder, run by this user."""
    text = mark(data).encode()
    return [int(found.name) for found in Path("/proc").glob("[0-9]*") if _carries(found, uid, text)]


def settle(data: Path, uid: int, socket: Path, report: Callable[[str], None]) -> None:
    """End the servers that are left and drop their notes and socket, so that a new one can start.

    Raises DataFolderInUse.
    """
    pid_file = data / "postmaster.pid"
    noted, left = _noted(pid_file), living(data, uid)
    if left:
        report("A server of an earlier run is still there; it is being ended")
    if noted in left:
        _send(signal.SIGINT, [noted])
    elif noted is not None and _is_foreign_server(noted, data):
        raise DataFolderInUse(
            f"{data} is in use by a PostgreSQL server that renkei did not start (process {noted}). Stop it first."
        )
    # Processes without their server notice within a moment that they are alone.
    for patience, order in ((PATIENCE if noted in left else 1.0, signal.SIGQUIT), (IMPATIENCE, signal.SIGKILL)):
        if _gone_within(patience, data, uid):
            break
        _send(order, living(data, uid))
    if not _gone_within(IMPATIENCE, data, uid):
        raise DataFolderInUse(
            f"{data} is in use by processes that do not end: {living(data, uid)}. Restart the machine."
        )
    # A new server would believe these and refuse to start if their process number now belongs to another program.
    for note in (pid_file, socket, socket.with_name(f"{socket.name}.lock")):
        note.unlink(missing_ok=True)


def _noted(pid_file: Path) -> int | None:
    try:
        first, *_ = pid_file.read_text().splitlines()
        return int(first)
    except (OSError, ValueError):
        return None


def _carries(process: Path, uid: int, text: bytes) -> bool:
    try:
        return (
            process.stat().st_uid == uid
            and (process / "comm").read_bytes() == b"postgres\n"
            and text in (process / "cmdline").read_bytes()
        )
    except OSError:  # it has just ended, or is none of our business
        return False


def _is_foreign_server(process: int, data: Path) -> bool:
    found = Path("/proc") / str(process)
    try:
        return (found / "comm").read_bytes() == b"postgres\n" and (found / "cwd").samefile(data)
    except OSError:
        return False


def _send(order: signal.Signals, processes: Iterable[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, order)


def _gone_within(seconds: float, data: Path, uid: int) -> bool:
    deadline = time.monotonic() + seconds
    while living(data, uid):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
