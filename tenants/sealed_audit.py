"""Opens every sealed value that a city's log refers to, and counts what became of them (封緘値の監査).

The tree proves that the references are those that were recorded; this proves that what they refer to is still there.
A value whose key and box are both gone was erased, and that is in order; where only one is gone, something was lost.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import LogDiffers, Unreadable
from domain.values import CityCode, Sealed
from tenants.audit import city_snapshot, rows
from tenants.database.walls import Row
from tenants.keys import KeyStore, Place, ring
from tenants.mapper import decode, sealed_of
from tenants.sealing import unseal

EVENTS_AT_A_TIME: Final = 500

COUNT: Final = "select count(*) from renkei.events where city = %s"
EVENTS: Final = "select position, topic, state from renkei.events where city = %s order by position"
BOXES: Final = """
    select s.key, s.audience, s.commitment, s.box
    from (select distinct * from unnest(%s::uuid[], %s::bytea[]) as asked (key, commitment)) asked
    join renkei.sealed s on s.city = %s and s.key = asked.key and s.commitment = asked.commitment"""
KEYS: Final = "select key, audience, wrapped from renkei.data_keys where city = %s and key = any(%s)"

Reference = tuple[int, Sealed]
"""A sealed value and the position of the event that refers to it."""


class Fate(StrEnum):
    """What became of a sealed value."""

    OPENED = "opened"
    ERASED = "erased"
    MISSING = "missing"
    UNOPENABLE = "not openable"
    DIFFERENT = "not as committed"


@dataclass(frozen=True, slots=True)
class Looked:
    """One reference that was looked at: the event that holds it, its commitment (32 bytes), and its fate."""

    position: int
    commitment: bytes
    fate: Fate


@dataclass(frozen=True, slots=True)
class SealedAudit:
    """How many references of a city's log met which fate, over how many events; ``first`` is what people must see."""

    city: CityCode
    events: int
    counts: dict[Fate, int]
    first: Looked | None


def verify_sealed(
    pool: ConnectionPool[Connection[Row]],
    city: CityCode,
    keys: KeyStore,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> SealedAudit:
    """Open every reference of every event, on one snapshot, in constant memory.

    ``progress`` gets the number of events done and of all. Raises KeysUnavailable, Unreadable with the position,
    StoreUnavailable.
    """
    counts, first, done = Counter[Fate](), None, 0
    with city_snapshot(pool, city) as connected:
        ((size,),) = connected.execute(COUNT, (city,)).fetchall()
        events = rows(connected, EVENTS, (city,))
        while batch := list(islice(events, EVENTS_AT_A_TIME)):
            for looked in _fates(connected, city, keys, [found for row in batch for found in _references(row)]):
                counts[looked.fate] += 1
                if first is None and looked.fate not in (Fate.OPENED, Fate.ERASED):
                    first = looked
            done += len(batch)
            progress(done, size)
    return SealedAudit(city, done, {fate: counts[fate] for fate in Fate}, first)


def _references(row: Row) -> Iterator[Reference]:
    position, topic, state = row
    try:
        found = decode(topic, state)
    except Unreadable as error:
        raise Unreadable(topic=f"{error.details['topic']}, position {position}") from error
    for sealed in (*sealed_of(found.circumstances), *sealed_of(found.event)):
        yield position, sealed


def _fates(
    connected: Connection[Row], city: CityCode, keys: KeyStore, references: Sequence[Reference]
) -> Iterator[Looked]:
    """What became of each reference, in their order."""
    asked: tuple[list[Any], list[Any]] = ([s.key for _, s in references], [s.commitment for _, s in references])
    found = connected.cursor(binary=True).execute(BOXES, (*asked, city)).fetchall()
    boxes = {(key, audience, commitment): box for key, audience, commitment, box in found}
    stored = connected.cursor(binary=True).execute(KEYS, (city, list(set(asked[0])))).fetchall()
    wrapped = {(city, key, kind): box for key, kind, box in stored}
    for position, sealed in references:
        box = boxes.get((sealed.key, sealed.audience.value, sealed.commitment))
        yield Looked(position, sealed.commitment, _fate(city, sealed, box, keys, wrapped))


def _fate(city: CityCode, sealed: Sealed, box: bytes | None, keys: KeyStore, wrapped: dict[Place, bytes]) -> Fate:
    key_there = (city, sealed.key, ring(sealed.audience)) in wrapped
    if box is None:
        return Fate.MISSING if key_there else Fate.ERASED
    if not key_there:
        return Fate.MISSING
    try:
        unseal(city, sealed, box, keys, wrapped)
    except LogDiffers as error:  # one that did not even decrypt has a cause of its own
        return Fate.DIFFERENT if error.__cause__ is None else Fate.UNOPENABLE
    return Fate.OPENED
