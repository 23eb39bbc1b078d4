"""Encrypts a file segment by segment, so that it is never whole in memory and no part is given out unproven.

Each segment is AES-256-GCM under the file's own key with the nonce ``0⁷ ‖ number ‖ last?`` (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015), bound to city and file: segments left out, moved, cut off or of another
file do not open. The key is used for one file alone, so no nonce comes twice.
"""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final
from uuid import UUID

from anyio import to_thread
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.values import CityCode
from tenants.files.storage import FileDamaged, Storage

SEGMENT: Final = 2**18
"""Bytes of a file in each segment but the last."""
TAG: Final = 16
SEALED: Final = SEGMENT + TAG


def segments(size: int) -> int:
    """How many segments a file of so many bytes has."""
    return -(-size // SEGMENT)


class Cipher:
    """One file's key. ``secret``: 32 bytes."""

    def __init__(self, secret: bytes, city: CityCode, file: UUID) -> None:
        self._cipher, self._bound = AESGCM(secret), f"renkei/file/1\n{city}\n{file}".encode()

    def seal(self, number: int, plain: bytes, *, last: bool) -> bytes:
        """A segment as it is stored."""
        return self._cipher.encrypt(_nonce(number, last=last), plain, self._bound)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """A segment as it was. Raises FileDamaged."""
        try:
            return self._cipher.decrypt(_nonce(number, last=last), sealed, self._bound)
        except (InvalidTag, ValueError) as error:  # a ValueError: too short to be one
            raise FileDamaged from error


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4) + bytes([last])


class Sealing:
    """A file on its way in. ``size`` and both digests are known once all of it was taken."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher
        self.size = 0
        self.content, self.stored = hashlib.sha256(), hashlib.sha256()

    async def sealed(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The segments of what comes. Raises what the chunks raise."""
        waiting, number = bytearray(), 0
        async for chunk in chunks:
            waiting += chunk
            while len(waiting) > SEGMENT:
                yield await self._segment(number, bytes(waiting[:SEGMENT]), last=False)
                del waiting[:SEGMENT]
                number += 1
        yield await self._segment(number, bytes(waiting), last=True)

    async def _segment(self, number: int, plain: bytes, *, last: bool) -> bytes:
        return await to_thread.run_sync(self._taken, number, plain, last)

    def _taken(self, number: int, plain: bytes, last: bool) -> bytes:  # noqa: FBT001 - handed to a thread by place
        self.size += len(plain)
        self.content.update(plain)
        sealed = self._cipher.seal(number, plain, last=last)
        self.stored.update(sealed)
        return sealed


async def opened(storage: Storage, name: str, cipher: Cipher, size: int, first: int = 0) -> AsyncGenerator[bytes, None]:
    """A file's segments from the ``first`` (from 0) on, each proven before it is given out.

    Raises FileDamaged, StorageUnavailable.
    """
    number, waiting, count = first, bytearray(), segments(size)
    length = size + count * TAG - first * SEALED
    async with storage.read(name, first * SEALED, length) as pieces:
        async for piece in pieces:
            waiting += piece
            while len(waiting) >= SEALED and number < count - 1:
                yield cipher.open(number, bytes(waiting[:SEALED]), last=False)
                del waiting[:SEALED]
                number += 1
    if number != count - 1:
        raise FileDamaged  # it ends too early
    yield cipher.open(number, bytes(waiting), last=True)


async def part(storage: Storage, name: str, cipher: Cipher, size: int, start: int, length: int) -> bytes:
    """A few bytes of a file, wherever they stand. Raises FileDamaged, StorageUnavailable."""
    first, found = start // SEGMENT, bytearray()
    skip = start - first * SEGMENT
    async with aclosing(opened(storage, name, cipher, size, first)) as reading:
        async for segment in reading:
            found += segment
            if len(found) >= skip + length:
                break
    return bytes(found[skip : skip + length])
