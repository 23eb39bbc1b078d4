"""Runs the benchmarks that are named, or all."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final, cast

from tests.benchmarks.measuring import Options, Result

BENCHMARKS: Final[Mapping[str, str]] = {
    "append_one_city": "append_one_city.run",
    "append_many_cities": "append_many_cities.run",
    "append_many_cities_slow_disk": "append_many_cities.run_slow",
    "append_beside_snapshot": "append_beside_snapshot.run",
    "rebuild": "rebuild.run",
    "public_list": "public_list.run",
    "visible": "visible.run",
    "refusal": "refusal.run",
    "shedding": "shedding.run",
}
"""Name to module and function; only what is run is imported."""


def results(name: str, options: Options) -> Iterator[Result]:
    """What one benchmark finds."""
    module, _, function = BENCHMARKS[name].partition(".")
    run = getattr(import_module(f"tests.benchmarks.{module}"), function)
    return cast(Callable[[Options], Iterator[Result]], run)(options)


def main() -> None:
    """One JSON object a line on standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHMARKS)}; all if left out")
    parser.add_argument("--quick", action="store_true", help="everything small, only to see that it works")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long a snapshot is held open (120)")
    told = parser.parse_args()
    unknown = sorted(set(told.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and folders are put away
    options = Options(told.quick, min(told.seconds, 2.0) if told.quick else told.seconds)
    for name in told.names or BENCHMARKS:
        for result in results(name, options):
            print(result.line(quick=options.quick), flush=True)


if __name__ == "__main__":
    main()
