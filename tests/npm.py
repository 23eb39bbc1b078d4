"""Packages of npm that tests ask: installed once for a checkout, however many processes want them at once."""

import fcntl
import subprocess
from pathlib import Path
from typing import Final

INSTALL: Final = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def packages(folder: Path) -> Path:
    """What the lock file of a folder names; its stamp is written last."""
    lock, installed = folder / "package-lock.json", folder / "node_modules"
    stamp = installed / ".renkei-lock"
    with (folder / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
            done = subprocess.run(INSTALL, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
            assert done.returncode == 0, done.stderr[-2_000:]
            stamp.write_bytes(lock.read_bytes())
    return installed
