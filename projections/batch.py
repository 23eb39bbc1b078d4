"""One batch: a few thousand events of one city folded into one read model, rows and position in one transaction.

The position row is lease and fence at once: it is taken ``FOR UPDATE SKIP LOCKED`` inside the batch's own transaction,
so a second process passes by, and one that dies gives it back by itself.
"""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
import psycopg
from psycopg import Connection

from domain.errors import LogDiffers, Unreadable
from domain.values import CityCode
from projections.model import ENCODER, Fact, Opened, ReadModel, decoder
from tenants.database.walls import Row, one
from tenants.keys import KeyStore
from tenants.mapper import decode, sealed_of
from tenants.sealing import unseal
from tenants.visibility import OUTSIDE

BATCH: Final = 2_000
"""Events of one batch."""

MANY: Final = 20
"""So many aggregates failing in one batch say that the program is wrong, not the data: the projection stops."""

DATA_ERRORS: Final = (
    Unreadable,
    LogDiffers,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    msgspec.MsgspecError,
)
"""What a wrong event or a wrong read model raises; anything else is no reason to put an event aside."""

LAZILY: Final = "set local synchronous_commit = off"
"""Rows and position are lost together or not at all, and folded again: no batch need wait for the disk."""

LEASE: Final = (
    "select position from renkei.positions where city = %s and projection = %s and generation = %s"
    " for update skip locked"
)
HELD: Final = "select originator_id from renkei.dead_letters where city = %s and projection = %s and generation = %s"
EVENTS: Final = (
    "select position, originator_id, originator_version, topic, state, actor, policy_version, recorded_at"
    " from renkei.events where city = %s and position > %s order by position limit %s"
)
OPEN: Final = (
    "select s.commitment, s.box, k.key, k.wrapped from renkei.sealed s join renkei.data_keys k"
    " on k.city = s.city and k.key = s.key and k.audience = 'public'"
    " where s.city = %s and s.key = any(%s) and s.audience = 'public' and s.commitment = any(%s)"
)
ADVANCE: Final = (
    "update renkei.positions set position = %s, updated_at = clock_timestamp()"
    " where city = %s and projection = %s and generation = %s"
)
BURY: Final = (
    "insert into renkei.dead_letters (city, projection, generation, originator_id, position, problem)"
    " values (%s, %s, %s, %s, %s, %s) on conflict (city, projection, generation, originator_id)"
    " do update set attempts = renkei.dead_letters.attempts + 1, last_at = clock_timestamp(),"
    " problem = excluded.problem, position = excluded.position"
)
NEWER: Final = "update commons.version set version = version + 1"


class Stopped(Exception):
    """A projection stops itself: too much of it cannot be read. Nothing of the batch was written."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One read model in one generation for one city: what a position row stands for."""

    model: ReadModel[Any]
    generation: int
    city: CityCode

    @property
    def key(self) -> tuple[str, str, int]:
        """Key of its position row."""
        return (self.city, self.model.name, self.generation)


@dataclass(slots=True)
class Folded:
    """What a batch came to: rows to write, aggregates to remove, aggregates that could not be read."""

    rows: dict[Any, Any]
    poisoned: dict[Any, tuple[int, str]]

    def poison(self, aggregate: Any, position: int, problem: str) -> None:
        """Put an aggregate aside from this position on; what came before it stays good."""
        if position < self.poisoned.get(aggregate, (position + 1, ""))[0]:
            self.poisoned[aggregate] = (position, problem)

    def good(self, aggregate: Any, position: int) -> bool:
        """Whether the aggregate can be read up to this position."""
        return aggregate not in self.poisoned or position < self.poisoned[aggregate][0]


def run_batch(connection: Connection[Row], stream: Stream, keys: KeyStore, limit: int = BATCH) -> int:
    """Fold the next events; gives how many, 0 when there are none or another process holds the lease.

    Raises Stopped, psycopg.Error, KeysUnavailable; then nothing was written.
    """
    with connection.transaction():
        with connection.pipeline():
            connection.execute(LAZILY, prepare=True)
            lease = connection.execute(LEASE, stream.key, prepare=True)
            held_rows = connection.execute(HELD, stream.key, prepare=True)
        found = lease.fetchone()
        if found is None:
            return 0
        events = _events(connection, stream, found[0], limit)
        if not events:
            return 0
        held = {row[0] for row in held_rows.fetchall()}
        folded = fold(connection, stream, events, held, keys)
        if len(folded.poisoned) >= MANY:
            raise Stopped(next(iter(folded.poisoned.values()))[1])
        write(connection, stream, folded, events[-1][0])
        return len(events)


def _events(connection: Connection[Row], stream: Stream, position: int, limit: int) -> list[Row]:
    cursor = connection.cursor(binary=True)
    return cursor.execute(EVENTS, (stream.city, position, limit), prepare=True).fetchall()


def fold(connection: Connection[Row], stream: Stream, events: list[Row], held: set[Any], keys: KeyStore) -> Folded:
    """Apply events to the rows they belong to; an aggregate is put aside from its first bad event on."""
    folded = Folded({}, {})
    facts = []
    for row in events:
        if row[1] in held or row[1] in folded.poisoned or not stream.model.listens_to(row[3]):
            continue
        try:
            facts.append(_fact(stream.city, row))
        except DATA_ERRORS as error:
            folded.poison(row[1], row[0], describe(row[3], error))
    if not facts:
        return folded
    opened = _opened(connection, stream, facts, keys, folded)
    before = {} if stream.model.log else load(connection, stream, list({fact.id for fact in facts}))
    for fact in facts:
        if folded.good(fact.id, fact.position):
            _apply(stream.model, fact, before, opened, folded)
    return folded


def _fact(city: CityCode, row: Row) -> Fact:
    position, aggregate, version, topic, state, actor, policy_version, recorded_at = row
    found = decode(topic, state)
    return Fact(
        city,
        position,
        aggregate,
        version,
        topic,
        found.event,
        found.circumstances,
        actor,
        policy_version,
        recorded_at,
    )


def describe(topic: str, error: Exception) -> str:
    """What went wrong, without a word of the data."""
    return f"{topic[:100]}: {type(error).__name__}"


def _apply(model: ReadModel[Any], fact: Fact, before: dict[Any, Any], opened: Opened, folded: Folded) -> None:
    key = (fact.id, fact.version) if model.log else fact.id
    row = folded.rows[key] if key in folded.rows else before.get(key)
    if row is not None and row.version >= fact.version:
        return
    try:
        folded.rows[key] = model.change(row, fact, opened)
    except DATA_ERRORS as error:
        folded.poison(fact.id, fact.position, describe(fact.topic, error))


def load(connection: Connection[Row], stream: Stream, ids: list[Any]) -> dict[Any, Any]:
    """The present rows of these aggregates."""
    statement = (
        f"select coalesce(json_agg(t), '[]')::text from {stream.model.table} t"  # noqa: S608 - a name of ours
        " where city = %s and generation = %s and id = any(%s)"
    )
    row = one(connection.execute(statement, (stream.city, stream.generation, ids), prepare=True))
    return {found.id: found for found in decoder(stream.model.row).decode(row[0])}


def _opened(connection: Connection[Row], stream: Stream, facts: list[Fact], keys: KeyStore, folded: Folded) -> Opened:
    """The published texts of these events; an erased one is ``None``."""
    if not stream.model.public:
        return {}
    public = {
        sealed.commitment: (sealed, fact)
        for fact in facts
        for sealed in sealed_of(fact.event)
        if sealed.audience in OUTSIDE
    }
    opened: dict[bytes, str | None] = dict.fromkeys(public)
    files = list({sealed.key for sealed, _ in public.values()})
    rows = connection.cursor(binary=True).execute(OPEN, (stream.city, files, list(public)), prepare=True).fetchall()
    for commitment, box, key, wrapped in rows:
        sealed, fact = public[commitment]
        try:
            opened[commitment] = unseal(stream.city, sealed, box, keys, {(stream.city, key, "public"): wrapped})
        except LogDiffers as error:
            folded.poison(fact.id, fact.position, describe(fact.topic, error))
    return opened


def write(connection: Connection[Row], stream: Stream, folded: Folded, position: int) -> None:
    """Rows, dead letters and position together."""
    model, place = stream.model, (stream.city, stream.generation)
    rows = [row for row in folded.rows.values() if row is not None]
    gone = [] if model.log else [key for key, row in folded.rows.items() if row is None]
    if model.public:
        rows = [row for row in rows if row.id not in folded.poisoned]
        gone += list(folded.poisoned)
    with connection.pipeline():
        if rows:
            connection.execute(upsert(model), (*place, ENCODER.encode(rows).decode()), prepare=True)
        if gone:
            connection.execute(
                f"delete from {model.table} where city = %s and generation = %s and id = any(%s)",  # noqa: S608
                (*place, gone),
            )
        for aggregate, (at, problem) in folded.poisoned.items():
            connection.execute(BURY, (*stream.key, aggregate, at, problem))
        connection.execute(ADVANCE, (position, *stream.key), prepare=True)
        if model.public and (rows or gone):
            connection.execute(NEWER, prepare=True)


_UPSERTS: dict[str, str] = {}


def upsert(model: ReadModel[Any]) -> str:
    """The one statement that writes all rows of a batch."""
    if model.name not in _UPSERTS:
        columns = model.columns
        told = ", ".join(columns)
        changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in model.key)
        action = "nothing" if model.log else f"update set {changed}"
        _UPSERTS[model.name] = (
            f"insert into {model.table} (city, generation, {told})"  # noqa: S608 - names of ours
            f" select %s, %s, {', '.join(f'r.{name}' for name in columns)}"
            f" from json_populate_recordset(null::{model.table}, %s::json) r"
            f" on conflict (city, generation, {', '.join(model.key)}) do {action}"
        )
    return _UPSERTS[model.name]


def is_data_error(error: psycopg.Error) -> bool:
    """Whether the database refused a row, rather than being away."""
    return isinstance(error, psycopg.DataError | psycopg.IntegrityError)
