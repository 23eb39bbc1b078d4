"""Runs the benchmarks that are named, or all."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.benchmarks import append_many_cities, append_one_city
from tests.benchmarks.measuring import Options, Result

BENCHMARKS: Final[Mapping[str, Callable[[Options], Iterator[Result]]]] = {
    append_one_city.NAME: append_one_city.run,
    append_many_cities.NAME: append_many_cities.run,
    append_many_cities.SLOW_NAME: append_many_cities.run_slow,
}


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
        for result in BENCHMARKS[name](options):
            print(result.line(), flush=True)


if __name__ == "__main__":
    main()
