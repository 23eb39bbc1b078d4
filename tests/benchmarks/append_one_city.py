"""Commands a second through a desk in one process and one city, tree, sealing and command ids included."""

from collections.abc import Iterator

from tests.benchmarks.deployment import SAPPORO, STOCK, deployment
from tests.benchmarks.journey import Journeys
from tests.benchmarks.measuring import Options, Processor, Result, alternate
from tests.benchmarks.stock import StockJourneys

NAME = "append_one_city"
TARGET = 1.2


def run(options: Options) -> Iterator[Result]:
    """Against the stock application; `cpu_us` is processor time a command, which a busy machine hardly changes."""
    journeys, rounds = options.sized(30, 2), options.sized(30, 2)
    with deployment() as here:
        ours = Journeys(here.desk(), here.policy())
        stock = StockJourneys(here.stock_environment, SAPPORO, ours.policy)
        processor = {name: Processor(here.admin, name) for name in ("renkei", STOCK)}
        with stock.app:
            ours.go(journeys)
            stock.go(journeys)
            found = alternate(
                NAME,
                lambda: processor["renkei"].rate(lambda: ours.go(journeys)),
                lambda: processor[STOCK].rate(lambda: stock.go(journeys)),
                rounds,
            )
        cost = {"ours": processor["renkei"].each(), "baseline": processor[STOCK].each()}
        yield found.result(NAME, "commands/s", target=TARGET, cpu_us=cost)
