"""Where files lie: what every storage does, a folder or an S3-compatible service (保管先).

A name is ``<city>/<digest>``; while a file comes in it is ``<city>/incoming/<id>``, so that what never became whole is
found by its name and swept away.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from domain.errors import RenkeiError, Unavailable
from domain.values import CityCode

INCOMING: Final = "incoming"


class StorageUnavailable(Unavailable):
    """The storage of files does not answer, or refuses."""

    en = "The storage of files does not answer at the moment. Try again in a few seconds."
    ja = "ファイルの保管先が一時的に応答しません。数秒後にもう一度お試しください。"


class FileDamaged(RenkeiError):
    """What lies in the storage is not what was put there, or is there no longer: the operator must look."""

    en = "This file can no longer be read: what is stored is not what was put there. Tell the operator."
    ja = "このファイルは破損していて読めません。運用担当に連絡してください。"


class Storage(Protocol):
    """A place for files. Every method raises StorageUnavailable."""

    async def put(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Store what comes under this name: whole when it returns, and nothing of it when it raises.

        Raises what the chunks raise.
        """

    async def rename(self, name: str, to: str) -> None:
        """Give it another name, in the place of what had that name. Raises FileDamaged when it is not there."""

    def read(self, name: str, start: int, length: int) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """A part of it, or less where it ends before, in pieces of any size.

        Raises FileDamaged when it is not there.
        """

    async def delete(self, name: str) -> None:
        """It is there no longer, or never was."""

    def names(self, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        """Every name below a prefix, and when it was written last."""


def kept_at(city: CityCode, digest: bytes) -> str:
    """The name under which a file lies for good."""
    return f"{city}/{digest.hex()}"


def coming_at(city: CityCode, id_: UUID) -> str:
    """The name under which a file comes in."""
    return f"{city}/{INCOMING}/{id_}"
