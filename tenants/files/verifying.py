"""Looks at every file that a city's log refers to: whether what lies in the storage is what was attached (添付の監査).

Needs no key: the digest in the log is that of what lies there. What an erased key made unreadable may be gone.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.files import FileAttached
from domain.policy import LARGEST_FILE
from domain.values import CityCode
from tenants.database.walls import read
from tenants.files.storage import FileDamaged, Storage, kept_at
from tenants.mapper import decode

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

ATTACHED: Final = (
    "select e.position, e.topic, e.state from renkei.events e where e.city = %s"
    " and split_part(e.topic, '.', 2) = 'attached' and e.position > %s order by e.position limit 500"
)
KEYS: Final = "select key from renkei.data_keys where city = %s and key = any(%s)"


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
    counts, first, position = Counter[Fate](), None, 0
    while rows := read(tenancy.pool, city, (ATTACHED, (city, position)))[0]:
        for position, topic, state in rows:
            event = decode(topic, bytes(state)).event
            if not isinstance(event, FileAttached):
                continue
            (there,) = read(tenancy.pool, city, (KEYS, (city, [event.secret.key])))
            fate = await _fate(storage, kept_at(city, event.digest), event.digest) if there else Fate.ERASED
            counts[fate] += 1
            if first is None and fate not in {Fate.WHOLE, Fate.ERASED}:
                first = (position, event.file, fate)
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
