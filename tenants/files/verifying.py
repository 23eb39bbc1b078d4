"""Looks at every file that a city's log refers to: whether what lies in the storage is what was attached (添付の監査).

Needs no key: the digest in the log is that of what lies there. What was erased is gone, or goes with the next sweep.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from domain.policy import LARGEST_FILE
from domain.values import CityCode
from tenants.files.attached import attached
from tenants.files.storage import FileDamaged, Storage, kept_at

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy


class Fate(StrEnum):
    """What became of a file."""

    WHOLE = "whole"
    ERASED = "erased"
    MISSING = "missing"
    DIFFERENT = "not as attached"


@dataclass(frozen=True, slots=True)
class FileAudit:
    """How many files met which fate; ``first``: position and file of what people must see."""

    counts: dict[Fate, int]
    first: tuple[int, UUID, Fate] | None


async def verify_files(tenancy: "Tenancy", city: CityCode, storage: Storage) -> FileAudit:
    """Read every file once, a piece at a time. Raises StorageUnavailable, Unreadable, Unavailable."""
    counts, first = Counter[Fate](), None
    for found in attached(tenancy, city):
        event = found.event
        fate = Fate.ERASED if found.erased else await _fate(storage, kept_at(city, event.digest), event.digest)
        counts[fate] += 1
        if first is None and fate not in {Fate.WHOLE, Fate.ERASED}:
            first = (found.position, event.file, fate)
    return FileAudit({fate: counts[fate] for fate in Fate}, first)


async def _fate(storage: Storage, name: str, digest: bytes) -> Fate:
    found = hashlib.sha256()
    try:
        async with storage.read(name, 0, 2 * LARGEST_FILE) as pieces:
            async for piece in pieces:
                found.update(piece)
    except FileDamaged:
        return Fate.MISSING
    return Fate.WHOLE if found.digest() == digest else Fate.DIFFERENT
