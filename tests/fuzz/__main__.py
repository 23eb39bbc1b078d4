"""Fuzzes the demo: both GraphQL endpoints, then every route; one JSON object a line, and the status tells."""

import argparse
import json
import signal
import sys

from tests.fuzz.running import demo, fuzz, targets


def main() -> None:
    """Divides the time among the targets; shows what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="how long altogether (600)")
    parser.add_argument("--seed", type=int, help="makes the same requests again")
    told = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server and its folder are put away
    well = True
    with demo() as program:
        asked = targets(program)
        for target in asked:
            found = fuzz(program, target, max(1, told.seconds // len(asked)), told.seed)
            print(
                json.dumps({"name": found.name, "cases": found.cases, "seconds": round(found.seconds, 1)}), flush=True
            )
            if found.problems:
                well = False
                print(found.problems, file=sys.stderr, flush=True)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
