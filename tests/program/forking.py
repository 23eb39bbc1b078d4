"""A program that has loaded already: commands are forks of it, and begin where a fresh one would have loaded.

Each fork becomes what `python -m MODULE ARGUMENTS` is, with its own session, environment, output and arguments, and
ends as every interpreter does. What reads the environment while it loads (`api.cli`, by way of rich) each loads itself.
`test_forking.py` holds a fork and a fresh interpreter side by side.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final, NoReturn

Done = subprocess.CompletedProcess[str]

ROOT: Final = Path(__file__).parents[2]
USUAL: Final = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
"""The environment of every program that a test starts, before the settings of its own."""
LATER: Final = ("COLUMNS", "HOME", "PORT", "RENKEI_", "STAFF_SECRET")
"""How the names begin that nothing reads before `api.cli` is loaded. Any other may be read by Python or a library."""
COERCED: Final = "LC_CTYPE"
"""What an interpreter sets for itself where no language is set (PEP 538)."""
LARGEST: Final = 2**16
"""Bytes of an order."""


def run(module: str, arguments: Sequence[str], environment: Mapping[str, str], seconds: float) -> Done:
    """`python -m`, with nothing to read: by a fork if all that differs in the environment is read later.

    Raises `subprocess.TimeoutExpired` when it takes longer; it is killed then.
    """
    differing = {name for name, _ in environment.items() ^ USUAL.items()}
    alike = all(name.startswith(LATER) for name in differing)
    return (forked if alike else afresh)(module, arguments, environment, seconds)


def afresh(module: str, arguments: Sequence[str], environment: Mapping[str, str], seconds: float) -> Done:
    """By an interpreter that is started for it."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        start_new_session=True,
        check=False,
    )


def forked(module: str, arguments: Sequence[str], environment: Mapping[str, str], seconds: float) -> Done:
    """By a fork of the one that has loaded already."""
    order = json.dumps([module, arguments, dict(environment)]).encode()
    assert len(order) < LARGEST
    (told, tells), (out, says), (err, complains) = pipes = [os.pipe() for _ in range(3)]
    try:
        socket.send_fds(loaded(), [order], [tells, says, complains])
    finally:
        for _, theirs in pipes:
            os.close(theirs)
    read = {ours: b"" for ours, _ in pipes}
    try:
        read_to_their_ends(read, time.monotonic() + seconds)
    finally:
        for ours in read:
            os.close(ours)
        number, *status = map(int, read[told].split())  # the second is told when it has ended
        if not status:
            os.kill(number, signal.SIGKILL)
    if not status:
        raise subprocess.TimeoutExpired([module, *arguments], seconds)
    return Done([module, *arguments], status[0], read[out].decode(), read[err].decode())


def read_to_their_ends(read: dict[int, bytes], deadline: float) -> None:
    """What comes out of several pipes, by descriptor, until all are closed at the other end or it is late."""
    with selectors.DefaultSelector() as waiting:
        for each in read:
            waiting.register(each, selectors.EVENT_READ)
        while waiting.get_map() and (ready := waiting.select(max(0, deadline - time.monotonic()))):
            for key, _ in ready:
                part = os.read(key.fd, 2**16)
                read[key.fd] += part
                if not part:
                    waiting.unregister(key.fd)


@cache
def loaded() -> socket.socket:
    """Where the one that has loaded takes orders; it is started for the first of them, and ends with this process."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.program.forking", str(its.fileno())],
            cwd="/",
            env=USUAL,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
            start_new_session=True,
        )
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


# --- in the one that has loaded --------------------------------------------------------------------------------------


def load() -> None:
    """Everything that a command needs, except what reads the environment meanwhile."""
    importlib.import_module("api.cli")
    for name in [name for name in sys.modules if f"{name}.".startswith("api.cli.")]:
        del sys.modules[name]
    del sys.modules["api"].cli
    gc.freeze()
    assert len(list(Path("/proc/self/task").iterdir())) == 1  # other threads would be missing in a fork


def begun(orders: socket.socket) -> str:
    """The module to be run by this process, which is a fork that was made for it; the first ends without any order."""
    waiting: list[int] = []
    while True:
        order, streams, *_ = socket.recv_fds(orders, LARGEST, 3)
        if not order:
            sys.exit(sum(os.waitpid(one, 0)[1] for one in waiting))
        waiting = [one for one in waiting if os.waitpid(one, os.WNOHANG) == (0, 0)]
        waiting.append(os.fork())
        if waiting[-1] == 0:
            break
        for each in streams:
            os.close(each)
    orders.close()
    told, *said = streams
    if (command := os.fork()) > 0:
        tell_its_end(command, told, said)
    os.close(told)
    os.setsid()
    for number, each in enumerate(said, 1):
        os.dup2(each, number)
        os.close(each)
    module, arguments, environment = json.loads(order)
    for name in os.environ.keys() - environment.keys() - {COERCED}:
        del os.environ[name]
    os.environ.update(environment)
    sys.argv[1:] = arguments
    return str(module)


def tell_its_end(command: int, told: int, said: Sequence[int]) -> NoReturn:
    """The number of a command at once, its status when it has ended."""
    try:
        for each in said:
            os.close(each)
        os.write(told, f"{command} ".encode())
        _, status = os.waitpid(command, 0)
        with suppress(BrokenPipeError):  # it took too long
            os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
    finally:
        os._exit(0)


if __name__ == "__main__":
    load()
    runpy.run_module(begun(socket.socket(fileno=int(sys.argv[1]))), run_name="__main__", alter_sys=True)
