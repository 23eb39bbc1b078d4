"""Processes that write at the same time: they start together at a barrier, and the slowest ends the measurement."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier as BarrierType
from pathlib import Path
from typing import Any, Final

from api.house import open_house
from api.settings import Settings
from domain.values import CityCode
from tests.benchmarks.deployment import desk_of, policy_of, stock_environment
from tests.benchmarks.journey import COMMANDS, Journeys
from tests.benchmarks.stock import StockJourneys

SPAWN: Final = multiprocessing.get_context("spawn")
PATIENCE: Final = 120.0
"""Seconds after which a process that waits for others gives up."""
OURS, STOCK, END = range(3)


@dataclass(frozen=True, slots=True)
class Part:
    """One process: the data folder of the deployment and the cities it writes in, in turn."""

    folder: Path
    cities: Sequence[CityCode]


def _write(part: Part, gate: BarrierType, order: Any) -> None:
    """Do what ``order`` says between two passages of the gate, until it says END."""
    with open_house(Settings(part.folder), attach=True) as house:
        ours = [Journeys(desk_of(house, city), policy_of(house, city)) for city in part.cities]
        stock = StockJourneys(stock_environment(house), part.cities[0], ours[0].policy)
        with stock.app:
            while True:
                gate.wait(PATIENCE)
                side, journeys = order
                if side == END:
                    return
                for number in range(journeys):
                    (ours[number % len(ours)] if side == OURS else stock).go(1)
                gate.wait(PATIENCE)


class Writers:
    """So many processes, waiting at the gate."""

    def __init__(self, gate: BarrierType, order: Any, processes: int) -> None:
        self._gate, self._order, self._processes = gate, order, processes

    def rate(self, side: int, journeys: int) -> float:
        """Commands a second of all together when each does so many journeys: by the clock, to the last one's end."""
        self._order[:] = (side, journeys)
        self._gate.wait(PATIENCE)
        began = time.perf_counter()
        self._gate.wait(PATIENCE)
        return self._processes * journeys * COMMANDS / (time.perf_counter() - began)


@contextmanager
def writers(folder: Path, cities: Sequence[CityCode], processes: int) -> Iterator[Writers]:
    """Processes that share the cities out among them; they are gone afterwards."""
    gate, order = SPAWN.Barrier(processes + 1), SPAWN.Array("i", (OURS, 0))
    parts = [Part(folder, cities[number::processes]) for number in range(processes)]
    started = [SPAWN.Process(target=_write, args=(part, gate, order), daemon=True) for part in parts]
    for process in started:
        process.start()
    try:
        yield Writers(gate, order, processes)
        order[:] = (END, 0)
        gate.wait(PATIENCE)
        for process in started:
            process.join(PATIENCE)
    finally:
        gate.abort()
        for process in started:
            process.terminate()
            process.join()
