"""`python -m api` is `renkei`; told by Ctrl-C to stop while it still loads, it just ends."""

import sys


def main() -> None:
    """Load the command line and run it."""
    try:
        from api.cli import main as run  # noqa: PLC0415 - loading takes a moment in which Ctrl-C must be quiet as well

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":  # the workers of `renkei serve --workers 2` import this file under another name
    main()
