"""Files in a folder of this machine, private and safe on the disk before anybody is told that they are there."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from anyio import to_thread

from domain.errors import StoreFull
from tenants.database.errors import DiskFull
from tenants.database.files import flush_folder, refused_by_disk
from tenants.files.storage import FileDamaged, StorageUnavailable

P = ParamSpec("P")
T = TypeVar("T")

PIECE: Final = 2**18
"""Bytes read in one go."""


class Folder:
    """A storage in a folder, which is made when something is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """As Storage says: what breaks off is removed."""
        path = self.folder / name
        descriptor = await self._do(_begun, path, self.folder)
        try:
            try:
                async for chunk in chunks:
                    await self._do(_written, descriptor, chunk)
                await self._do(os.fsync, descriptor)
            finally:
                os.close(descriptor)
            await self._do(flush_folder, path.parent)
        except BaseException:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise

    async def rename(self, name: str, to: str) -> None:
        """As Storage says."""
        await self._do(_renamed, self.folder / name, self.folder / to)

    @asynccontextmanager
    async def read(self, name: str, start: int, length: int) -> AsyncIterator[AsyncIterator[bytes]]:
        """As Storage says."""
        descriptor = await self._do(os.open, self.folder / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            yield self._pieces(descriptor, start, length)
        finally:
            os.close(descriptor)

    async def _pieces(self, descriptor: int, start: int, length: int) -> AsyncIterator[bytes]:
        end = start + length
        while start < end and (piece := await self._do(os.pread, descriptor, min(PIECE, end - start), start)):
            start += len(piece)
            yield piece

    async def delete(self, name: str) -> None:
        """As Storage says."""
        await self._do(_gone, self.folder / name)

    async def names(self, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        """As Storage says."""
        for found in await self._do(_below, self.folder, prefix):
            yield found

    async def _do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """In a thread. Raises FileDamaged for what is not there, StoreFull, StorageUnavailable."""
        try:
            return await to_thread.run_sync(lambda: work(*args, **kwargs))
        except FileNotFoundError as error:
            raise FileDamaged from error
        except OSError as error:
            full = isinstance(refused_by_disk(self.folder, error), DiskFull)
            raise (StoreFull if full else StorageUnavailable) from error


def _begun(path: Path, folder: Path) -> int:
    for needed in (folder, *reversed(path.relative_to(folder).parents[:-1])):
        (folder / needed).mkdir(mode=0o700, parents=needed is folder, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def _written(descriptor: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[os.write(descriptor, left) :]


def _renamed(path: Path, to: Path) -> None:
    path.rename(to)
    flush_folder(to.parent)


def _gone(path: Path) -> None:
    path.unlink(missing_ok=True)


def _below(folder: Path, prefix: str) -> list[tuple[str, datetime]]:
    """One level: files are never deeper than the prefix says."""
    place = folder / prefix
    if not place.is_dir():
        return []
    return [
        (f"{prefix}/{path.name}", datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for path in place.iterdir()
        if path.is_file()
    ]
