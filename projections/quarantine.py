"""Aggregates that could not be read: put aside from their first bad event, and folded again after the fix (隔離)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from domain.values import CityCode
from projections.batch import ADVANCE, BURY, EVENTS, LEASE, NEWER, Stream, fold, write
from projections.model import ReadModel
from tenants.database.walls import Row
from tenants.keys import KeyStore

LETTERS: Final = (
    "select city, projection, generation, originator_id, position from renkei.dead_letters"
    " where %s::text is null or projection = %s order by city, projection, generation, position"
)
EVENTS_OF: Final = (
    "select position, originator_id, originator_version, topic, state, actor, policy_version, recorded_at"
    " from renkei.events where city = %s and originator_id = %s and position <= %s order by position"
)
FORGET: Final = (
    "delete from renkei.dead_letters where city = %s and projection = %s and generation = %s and originator_id = %s"
)
WAIT: Final = LEASE.replace(" skip locked", "")


def bury_next(connection: Connection[Row], stream: Stream, problem: str) -> int:
    """Put the aggregate of the next event aside and go past that event; gives 1, or 0 without the lease."""
    with connection.transaction():
        lease = connection.execute(LEASE, stream.key).fetchone()
        if lease is None:
            return 0
        row = connection.cursor(binary=True).execute(EVENTS, (stream.city, lease[0], 1)).fetchone()
        if row is None:
            return 0
        position, aggregate = row[:2]
        connection.execute(BURY, (*stream.key, aggregate, position, problem))
        _remove(connection, stream, aggregate, public_only=True)
        connection.execute(ADVANCE, (position, *stream.key))
    return 1


def replay(
    connection: Connection[Row], models: Mapping[str, ReadModel[Any]], keys: KeyStore, projection: str | None
) -> list[tuple[str, UUID, bool]]:
    """Fold each aggregate that was put aside from its beginning to its projection's position, under the lease."""
    results = []
    for city, name, generation, aggregate, _ in connection.execute(LETTERS, (projection, projection)).fetchall():
        if name in models:
            stream = Stream(models[name], generation, CityCode(city))
            results.append((city, aggregate, _replay_one(connection, stream, aggregate, keys)))
    return results


def _replay_one(connection: Connection[Row], stream: Stream, aggregate: UUID, keys: KeyStore) -> bool:
    with connection.transaction():
        lease = connection.execute(WAIT, stream.key).fetchone()
        if lease is None:
            return False
        cursor = connection.cursor(binary=True)
        events = cursor.execute(EVENTS_OF, (stream.city, aggregate, lease[0])).fetchall()
        _remove(connection, stream, aggregate, public_only=False)
        folded = fold(connection, stream, events, set(), keys)
        if not folded.poisoned:
            connection.execute(FORGET, (*stream.key, aggregate))
        write(connection, stream, folded, lease[0])
        return not folded.poisoned


def _remove(connection: Connection[Row], stream: Stream, aggregate: UUID, *, public_only: bool) -> None:
    if public_only and not stream.model.public:
        return
    connection.execute(
        f"delete from {stream.model.table} where city = %s and generation = %s and id = %s",  # noqa: S608
        (stream.city, stream.generation, aggregate),
    )
    if stream.model.public:
        connection.execute(NEWER)
