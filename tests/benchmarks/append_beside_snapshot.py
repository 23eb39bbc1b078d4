"""Appends beside an open snapshot, as a backup or an export holds one: do they slow down while it lasts?

Two deployments on the same machine, each with a server of its own; a repeatable-read snapshot is open in one of them,
which is written to all the time. At the beginning and after two minutes both take turns. `ratio` is the rate beside the
snapshot by the rate without one at the end; `of_beginning` the same rate by what it was at the beginning.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.benchmarks.deployment import SAPPORO, Deployment, deployment
from tests.benchmarks.journey import Journeys
from tests.benchmarks.measuring import Options, Result, Rounds, alternate, rate, rounded, tell

NAME = "append_beside_snapshot"
TARGET = 0.8


def run(options: Options) -> Iterator[Result]:
    """At the end against the same without a snapshot, and against the beginning."""
    slice_of, rounds = options.sized(30, 2), options.sized(10, 2)
    with deployment() as beside, deployment() as free:
        ours, other = (Journeys(here.desk(), here.policy()) for here in (beside, free))
        with snapshot(beside):
            until = time.monotonic() + options.seconds
            first = in_turn(ours, other, slice_of, rounds)
            while time.monotonic() < until:
                now = rate(lambda: ours.go(5 * slice_of))
                tell(NAME, f"{now:,.0f} a second, {max(0.0, until - time.monotonic()):.0f} s left")
            last = in_turn(ours, other, slice_of, rounds)
        events = beside.house.tenancy.size(SAPPORO)
        beginning = statistics.median(last.ours) / statistics.median(first.ours)
        yield last.result(
            NAME, "commands/s", target=TARGET, of_beginning=rounded(beginning), seconds=options.seconds, events=events
        )


def in_turn(ours: Journeys, other: Journeys, journeys: int, rounds: int) -> Rounds:
    """Commands a second beside the snapshot and without one."""
    return alternate(NAME, lambda: rate(lambda: ours.go(journeys)), lambda: rate(lambda: other.go(journeys)), rounds)


@contextmanager
def snapshot(here: Deployment) -> Iterator[None]:
    """A transaction that sees the database as it is now and lasts, as `pg_dump` opens one."""
    with psycopg.connect(here.house.database.admin) as backup:
        backup.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        backup.execute("select count(*) from renkei.events")
        yield
