"""From the commit of a command until its change can be read in a view, at 50 commands a second.

In one process, as `renkei serve` runs it (the runner is woken by each command), and with the runner in a process of its
own (it looks for news by itself). Another process watches the positions of the views, which are committed together with
their rows. The baseline is the library's `ProjectionRunner`, keeping one view beside the stock application; ours keeps
all read models, and `all_views` is the time until the last of them shows the change.
"""

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, Final

import psycopg
from eventsourcing.projection import ProjectionRunner

from api.house import open_house, working
from api.settings import Settings
from tests.benchmarks.deployment import SAPPORO, Deployment, deployment
from tests.benchmarks.journey import Journeys
from tests.benchmarks.measuring import Options, Result, percentiles, tell
from tests.benchmarks.stock import Proposals, StockJourneys
from tests.benchmarks.stock_view import StockProjection, StockView, create_view

NAME = "visible"
TARGET = 100.0
PER_SECOND: Final = 50
LOOK: Final = 0.001
"""Seconds between two looks of the watcher."""
PATIENCE: Final = 60.0
SPAWN: Final = multiprocessing.get_context("spawn")
POSITIONS: Final = """
select coalesce(min(p.position) filter (where p.projection = 'proposals'), 0), coalesce(min(p.position), 0)
from renkei.positions p join commons.projections s on s.name = p.projection and s.generation = p.generation
where p.city = %s
"""

Seen = list[tuple[float, int, int]]
"""When the watcher first saw the proposals' view, and all views, at these positions."""
Commands = list[tuple[float, int]]
"""When a command came back, and the last position of its events."""


def run(options: Options) -> Iterator[Result]:
    """`ours` and `baseline` are p99 in milliseconds; a smaller time is better, so the ratio is the other way round."""
    seconds, rounds = options.sized(5, 1), options.sized(3, 1)
    one: list[float] = []
    every: list[float] = []
    apart: list[float] = []
    stock: list[float] = []
    with deployment() as here:
        for number in range(rounds):
            tell(NAME, f"round {number + 1} of {rounds}")
            with working(here.house):
                settle(here)
                commands, seen = watched(here, seconds)
                one += delays(commands, [(at, position) for at, position, _ in seen])
                every += delays(commands, [(at, position) for at, _, position in seen])
            with runner_apart(here.house.settings.data), working(here.house, project=False):
                settle(here)
                commands, seen = watched(here, seconds)
                apart += delays(commands, [(at, position) for at, position, _ in seen])
            stock += stock_delays(here, seconds)
    ours, baseline = percentiles(one, 50, 95, 99), percentiles(stock, 50, 95, 99)
    yield Result(
        NAME,
        ours["p99"],
        baseline["p99"],
        baseline["p99"] / ours["p99"],
        "ms",
        {
            "target": TARGET,
            "commands": len(one),
            "one_process": ours,
            "all_views": percentiles(every, 50, 95, 99),
            "runner_apart": percentiles(apart, 50, 95, 99),
            "library_runner": baseline,
        },
    )


def watched(here: Deployment, seconds: int) -> tuple[Commands, Seen]:
    """Send commands at an even pace while another process watches the positions."""
    journeys = Journeys(here.desk(), here.policy())
    near, far = SPAWN.Pipe()
    watcher = SPAWN.Process(target=watch, args=(here.house.database.admin, far), daemon=True)
    watcher.start()
    try:
        near.recv()  # it looks now
        commands = paced(seconds * PER_SECOND, journeys.answers())
        near.send(commands[-1][1])
        if not near.poll(PATIENCE):
            raise TimeoutError("the views did not show the last command")
        return commands, near.recv()
    finally:
        watcher.terminate()
        watcher.join()


def watch(admin: str, pipe: "Pipe[Any, Any]") -> None:
    """Note when the positions change, until all views have reached the position that is told at last."""
    seen: Seen = []
    last: int | None = None
    with psycopg.connect(admin, autocommit=True) as connection:
        pipe.send("looking")
        while last is None or not seen or seen[-1][2] < last:
            row = connection.execute(POSITIONS, (SAPPORO,), prepare=True).fetchone()
            if row is not None and (not seen or row != seen[-1][1:]):
                seen.append((time.monotonic(), *row))
            if last is None and pipe.poll():
                last = pipe.recv()
            time.sleep(LOOK)
    pipe.send(seen)


def paced(number: int, answers: Iterator[int]) -> Commands:
    """So many commands, each at its time, however long the one before took."""
    commands: Commands = []
    began = time.monotonic()
    for turn in range(number):
        time.sleep(max(0.0, began + turn / PER_SECOND - time.monotonic()))
        position = next(answers)
        commands.append((time.monotonic(), position))
    return commands


def delays(commands: Commands, seen: list[tuple[float, int]]) -> list[float]:
    """Milliseconds from each command's answer to the first sight of its position; seen before the answer counts 0."""
    found, looks = [], iter(seen)
    at, reached = next(looks)
    for answered, position in commands:
        while reached < position:
            at, reached = next(looks)
        found.append(max(0.0, at - answered) * 1000)
    return found


def settle(here: Deployment) -> None:
    """Wait until the runner has seen everything recorded so far."""
    last, until = here.house.tenancy.size(SAPPORO), time.monotonic() + PATIENCE
    while here.admin.execute(POSITIONS, (SAPPORO,)).fetchall()[0][1] < last:
        if time.monotonic() > until:
            raise TimeoutError("the runner did not catch up")
        time.sleep(0.05)


@contextmanager
def runner_apart(folder: Path) -> Iterator[None]:
    """A runner in a process of its own, as `renkei project run` starts it."""
    stop = SPAWN.Event()
    process = SPAWN.Process(target=project, args=(folder, stop), daemon=True)
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join(10)
        process.terminate()
        process.join()


def project(folder: Path, stop: Any) -> None:
    """The other process: polls, as nobody here wakes it."""
    ended = threading.Event()
    with open_house(Settings(folder), attach=True) as house:
        threading.Thread(target=pass_on, args=(stop, ended), daemon=True).start()
        house.runner.run(ended)


def pass_on(stop: Any, ended: threading.Event) -> None:
    """From another process to the threads of this one."""
    stop.wait()
    ended.set()


def stock_delays(here: Deployment, seconds: int) -> list[float]:
    """The same for the library's runner in this process."""
    stock = StockJourneys(here.stock_environment, SAPPORO, here.policy())
    create_view(here.admin, here.stock_admin)
    here.stock_admin.execute("truncate public.proposals_events restart identity")
    runner = ProjectionRunner(
        application_class=Proposals,
        projection_class=StockProjection,
        view_class=StockView,
        env=here.stock_environment,
    )
    with stock.app, runner:
        commands = paced(seconds * PER_SECOND, stock.positions())
        runner.wait(commands[-1][1], timeout=PATIENCE)
    return delays(commands, [(at, position) for position, at in runner.view.committed])
