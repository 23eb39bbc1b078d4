"""Writing small files that must not be lost and that nobody else may read, and what to say when the disk refuses."""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tenants.database.errors import DataFolderForeign, DiskFull, ServerDidNotStart

NO_SPACE: Final = os.strerror(errno.ENOSPC)  # PostgreSQL says it in the same words under LC_ALL=C


def write_private(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file that only its owner may read: whole or not at all, and safe on the disk on return.

    An existing file is replaced or, if `replace` is false, kept as it is: of two who write at once, both find the same.
    Raises OSError.
    """
    staging = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            staging.rename(path)
        elif not path.exists():
            path.hardlink_to(staging)
    except FileExistsError:
        pass  # somebody else was faster
    finally:
        staging.unlink(missing_ok=True)
    flush_folder(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else meanwhile who asks for the same lock file; what this process held is free when it ends."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def flush_folder(folder: Path) -> None:
    """Make a new name in this folder outlive a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refused_by_disk(path: Path, error: OSError) -> DiskFull | DataFolderForeign:
    """The error to raise when the disk refuses."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _disk_full(path)
    return DataFolderForeign(
        f"{error.filename or path} cannot be used: {error.strerror}. Correct it, or choose another data folder with "
        "RENKEI_DATA."
    )


def refused_by_server(home: Path, what: str, said: str) -> DiskFull | ServerDidNotStart:
    """The error to raise when PostgreSQL refuses; `said` is its own explanation."""
    return _disk_full(home) if NO_SPACE in said else ServerDidNotStart(f"{what} in {home}: {said or 'no reason given'}")


def _disk_full(path: Path) -> DiskFull:
    return DiskFull(f"The disk that holds {path} is full. Free some space (new data takes 100 MB) and start again.")
