"""The library's recorder protocol over one city's log: one statement appends, nothing else can."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from psycopg import Connection, errors
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from domain.values import CityCode, Sealed
from tenants.database.walls import Row, connection, named_failures, one, read
from tenants.keys import Place, wrapped_keys

APPEND: Final = "select * from renkei.append_events(%b, %b, %b::int4, %b, %b, %b, %b, %b::int4, %b, %b, %b, %b)"
READ: Final = "select * from renkei.read_aggregate(%b, %b, %b::int4, %b::int4, %b, %b, %b)"
EVENTS_FROM: Final = (
    "select originator_id, originator_version, topic, state, position from renkei.events"
    " where city = %s and position >= %s and position <= %s and (%s::text[] = '{}' or topic = any(%s))"
    " order by position limit %s"
)
LAST_POSITION: Final = "select position from renkei.events where city = %s order by position desc limit 1"
Rows: Final = partial(Jsonb, dumps=msgspec.json.encode)
"""Rows as one parameter, bytes in base64: binding eleven arrays took longer than all the rest of the client."""

FIRST_VERSION: Final = -1
LAST_VERSION: Final = 2**31 - 1
LAST: Final = 2**63 - 1


@dataclass(slots=True)
class Envelope:
    """What is recorded around the events of one command (promises 3, 5 and 6), and where it ended up.

    ``digest``: HMAC-SHA256 of the wish. With ``city_id``, the append is refused as a conflict when the city's own
    aggregate is no longer at ``policy_place``, and so when an aggregate of ``depends`` is no longer at its version
    there. ``first`` and ``last`` are log positions after recording; ``repeated``
    says that the same command had been recorded before and nothing was added.
    """

    actor: UUID
    policy_version: int
    command_id: UUID
    request_id: str
    digest: bytes
    city_id: UUID | None = None
    policy_place: int = 0
    boxes: list[tuple[Sealed, bytes, bytes]] = field(default_factory=list)
    new_keys: dict[Place, bytes] = field(default_factory=dict)
    depends: dict[UUID, int] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    repeated: bool = False


@dataclass(slots=True)
class Alongside:
    """What a command must know besides the aggregate, read in the same statement.

    ``keys``: subjects and files whose data keys are wanted. ``seen``: actor, digest, first and last position of the
    same command, recorded before. ``policy_place``: version of the city's own aggregate, 0 without one. ``wrapped``:
    the data keys there are.
    """

    command_id: UUID
    city_id: UUID
    keys: tuple[UUID, ...]
    seen: tuple[UUID, bytes, int, int] | None = None
    policy_place: int = 0
    wrapped: dict[Place, bytes] = field(default_factory=dict)


class CityRecorder(ApplicationRecorder):
    """Reads and appends the events of one city. ``alongside`` is read with an aggregate and filled."""

    def __init__(
        self, pool: ConnectionPool[Connection[Row]], city: CityCode, alongside: Alongside | None = None
    ) -> None:
        self._pool, self._city, self._alongside = pool, city, alongside

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append in one autocommit statement.

        Raises IntegrityError when somebody else recorded at this version first, and what ``named_failures`` names.
        """
        envelope = cast(Envelope, kwargs["envelope"])
        self.append(stored_events, envelope)
        return list(range(envelope.first, envelope.last + 1))

    def append(self, stored_events: Sequence[StoredEvent], envelope: Envelope) -> None:
        """The same, also for no events at all: then the command alone is remembered."""
        events = [
            {
                "id": event.originator_id,
                "version": event.originator_version,
                "topic": event.topic,
                "state": event.state,
                "salt": os.urandom(16),
            }
            for event in stored_events
        ]
        sealed = [
            {
                "commitment": value.commitment,
                "key": value.key,
                "audience": value.audience,
                "box": box,
                "wrapped": wrapped,
            }
            for value, box, wrapped in envelope.boxes
        ]
        keys = [
            {"key": key, "audience": ring, "wrapped": wrapped} for (_, key, ring), wrapped in envelope.new_keys.items()
        ]
        values = (
            self._city,
            envelope.actor,
            envelope.policy_version,
            envelope.command_id,
            envelope.digest,
            envelope.request_id,
            envelope.city_id,
            envelope.policy_place,
            Rows(events),
            Rows(sealed) if sealed else None,
            Rows(keys) if keys else None,
            Rows(envelope.depends) if envelope.depends else None,
        )
        with named_failures(self._city), connection(self._pool) as connected:
            try:
                row = one(connected.cursor(binary=True).execute(APPEND, values, prepare=True))
            except errors.UniqueViolation as error:
                raise IntegrityError("somebody else recorded first") from error
        envelope.first, envelope.last, envelope.repeated = row

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one aggregate in order of version."""
        told = self._alongside
        values = (
            self._city,
            originator_id,
            FIRST_VERSION if gt is None else gt,
            LAST_VERSION if lte is None else lte,
            told and told.command_id,
            told and told.city_id,
            [] if told is None else list(told.keys),
        )
        with named_failures(self._city), connection(self._pool) as connected:
            row = one(connected.cursor(binary=True).execute(READ, values, prepare=True))
        versions, topics, states, *rest = row
        if told is not None:
            actor, digest, first, last, place, keys, rings, wrapped = rest
            told.seen = None if actor is None else (actor, digest, first, last)
            told.policy_place = place or 0
            told.wrapped = wrapped_keys(self._city, keys, rings, wrapped)
        events = [
            StoredEvent(originator_id, *event) for event in zip(versions or (), topics or (), states or (), strict=True)
        ]
        return (events[::-1] if desc else events)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events of the log in order of position."""
        first = 1 if start is None else start + (0 if inclusive_of_start else 1)
        names = list(topics)
        (rows,) = read(
            self._pool,
            self._city,
            (EVENTS_FROM, (self._city, first, LAST if stop is None else stop, names, names, limit)),
        )
        return [Notification(*row) for row in rows]

    def max_notification_id(self) -> int | None:
        """Last position of the log, or ``None`` when it is empty."""
        (rows,) = read(self._pool, self._city, (LAST_POSITION, (self._city,)))
        return rows[0][0] if rows else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "PolledSubscription":
        """Follow the log by polling (no LISTEN: a lost notification would stall a reader)."""
        return PolledSubscription(self, gt, topics)


class PolledSubscription(Subscription[CityRecorder]):
    """Yields what is recorded, looking again every 20 ms when there is nothing new."""

    WAIT = 0.02
    BATCH = 500

    def __init__(self, recorder: CityRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._position = gt or 0
        self._topic_names = topics
        self._batch: list[Notification] = []

    def __next__(self) -> Notification:
        while not self._batch and not self._has_been_stopped:
            found = self._recorder.select_notifications(
                self._position, self.BATCH, topics=self._topic_names, inclusive_of_start=False
            )
            self._batch = list(reversed(found))
            if not found:
                time.sleep(self.WAIT)
        if self._has_been_stopped:
            raise StopIteration
        notification = self._batch.pop()
        self._position = notification.id
        return notification
