"""Everything about its own process that a command could notice, as JSON; run by `test_forking.py`."""

import gc
import json
import locale
import os
import resource
import signal
import sys
import threading
import time
import warnings
from pathlib import Path


def streams() -> list[object]:
    """How the three streams are opened."""
    return [
        [one.name, one.encoding, one.errors, one.line_buffering, one.isatty(), os.fstat(one.fileno()).st_mode]
        for one in (sys.stdin, sys.stdout, sys.stderr)
    ]


def masked() -> int:
    """The rights that new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def noticed() -> dict[str, object]:
    """What is the same in every process that is started with the same arguments in the same environment."""
    return {
        "arguments": sys.argv,
        "path": sys.path,
        "flags": str(sys.flags),
        "main": [__name__, __spec__.name, vars(sys.modules["__main__"]) is globals()],
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "leads": [os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()],
        "open": sorted(one.name for one in Path("/proc/self/fd").iterdir()),
        "streams": streams(),
        "typed": sys.stdin.read(),
        "signals": {one.name: str(signal.getsignal(one)) for one in signal.Signals},
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "mask": masked(),
        "limits": {
            name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name[:7] == "RLIMIT_"
        },
        "locale": [locale.setlocale(locale.LC_ALL), locale.getpreferredencoding(), sys.getfilesystemencoding()],
        "zone": [time.tzname, time.timezone],
        "threads": [one.name for one in threading.enumerate()],
        "warnings": [str(one) for one in warnings.filters],
        "collecting": [gc.isenabled(), gc.get_threshold()],
        "commands": sorted(name for name in sys.modules if name.startswith(("api.cli", "api.__main__", "tests."))),
    }


if __name__ == "__main__":
    print(json.dumps(noticed()))  # noqa: T201 - it is asked for that
    print("遅れて", file=sys.stderr)  # noqa: T201 - as above
    match sys.argv[1:]:
        case ["killed"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["late"]:
            Path(os.environ["HOME"], "number").write_text(str(os.getpid()), "utf-8")
            time.sleep(60)
        case ["wrong"]:
            raise ValueError
        case [status]:
            sys.exit(int(status))
        case _:
            pass
