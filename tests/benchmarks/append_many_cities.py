"""Commands a second of several processes in eight cities, on this disk and on a slow one.

Each process works in cities of its own, as offices do. A slow disk is one that takes 3 ms more for every commit, as a
networked disk or a synchronous standby would: a deferred trigger sleeps at the end of the transaction, on the commands
of ours and on the events of the baseline. A receipt number does not wait for the disk, so nothing is added to it.
"""

from collections.abc import Iterator

from tests.benchmarks.deployment import CODES, SAPPORO, Connection, Deployment, deployment
from tests.benchmarks.journey import Journeys
from tests.benchmarks.measuring import Options, Result, alternate
from tests.benchmarks.stock import StockJourneys
from tests.benchmarks.writers import OURS, STOCK, writers

NAME = "append_many_cities"
SLOW_NAME = "append_many_cities_slow_disk"
TARGET, SLOW_TARGET = 1.6, 4.0
PROCESSES, SLOW_PROCESSES = 4, 8
SLOWER = 0.003
"""Seconds that a slow disk adds to a commit."""

SLEEP = """
create function public.wait_for_the_disk() returns trigger language plpgsql as
$$ begin perform pg_sleep({seconds}); return null; end $$;
create constraint trigger slow_disk after insert on {table}
    deferrable initially deferred for each row execute function public.wait_for_the_disk();
"""


def run(options: Options) -> Iterator[Result]:
    """4 processes over 8 cities."""
    with deployment(len(CODES)) as here:
        prepare(here)
        with writers(here.house.settings.data, CODES, PROCESSES) as all_writers:
            journeys, rounds = options.sized(16, 2), options.sized(16, 2)
            found = alternate(
                NAME,
                lambda: all_writers.rate(OURS, journeys),
                lambda: all_writers.rate(STOCK, journeys),
                rounds,
            )
        yield found.result(NAME, "commands/s", target=TARGET, processes=PROCESSES, cities=len(CODES))


def run_slow(options: Options) -> Iterator[Result]:
    """8 processes over 8 cities, 3 ms more for every commit."""
    with deployment(len(CODES)) as here:
        prepare(here)
        slow_down(here.admin, "renkei.commands")
        slow_down(here.stock_admin, "public.proposals_events")
        with writers(here.house.settings.data, CODES, SLOW_PROCESSES) as all_writers:
            ours, stock, rounds = options.sized(8, 2), options.sized(3, 1), options.sized(12, 2)
            found = alternate(
                SLOW_NAME,
                lambda: all_writers.rate(OURS, ours),
                lambda: all_writers.rate(STOCK, stock),
                rounds,
            )
        yield found.result(
            SLOW_NAME, "commands/s", target=SLOW_TARGET, processes=SLOW_PROCESSES, cities=len(CODES), commit_ms=3
        )


def prepare(here: Deployment) -> None:
    """One journey on either side, so that all tables are there before the processes come."""
    ours = Journeys(here.desk(), here.policy())
    stock = StockJourneys(here.stock_environment, SAPPORO, ours.policy)
    with stock.app:
        ours.go(1)
        stock.go(1)


def slow_down(admin: Connection, table: str) -> None:
    """Every commit that wrote to the table waits."""
    admin.execute(SLEEP.format(seconds=SLOWER, table=table).encode())
