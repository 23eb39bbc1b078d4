"""The library's recorder protocol over one city's log: one statement appends, nothing else can (DESIGN.md section 2)."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool

from domain.values import CityCode, Sealed
from tenants.database.walls import Query, Row, connection, named_failures, read
from tenants.keys import Place

APPEND: Final = (
    "select first, last, repeated from renkei.append_events("
    "%b, %b, %b::int4, %b, %b, %b, %b, %b::int4[], %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"
)
EVENTS_OF: Final = (
    "select originator_id, originator_version, topic, state from renkei.events"
    " where city = %s and originator_id = %s and originator_version > %s and originator_version <= %s"
    " order by originator_version "
)
EVENTS_FROM: Final = (
    "select originator_id, originator_version, topic, state, position from renkei.events"
    " where city = %s and position >= %s and position <= %s and (%s::text[] = '{}' or topic = any(%s))"
    " order by position limit %s"
)
LAST_POSITION: Final = "select position from renkei.events where city = %s order by position desc limit 1"
FIRST_VERSION: Final = -1
LAST_VERSION: Final = 2**31 - 1
LAST: Final = 2**63 - 1


@dataclass(slots=True)
class Envelope:
    """What is recorded around the events of one command (promises 3, 5 and 6), and where it ended up.

    ``digest``: HMAC-SHA256 of the wish. ``first`` and ``last`` are log positions after recording; ``repeated`` says
    that the same command had been recorded before and nothing was added.
    """

    actor: UUID
    policy_version: int
    command_id: UUID
    request_id: str
    digest: bytes
    boxes: list[tuple[bytes, Sealed, bytes]] = field(default_factory=list)
    new_keys: dict[Place, bytes] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    repeated: bool = False


class CityRecorder(ApplicationRecorder):
    """Reads and appends the events of one city. ``riders`` are read in the same round trip as an aggregate."""

    def __init__(self, pool: ConnectionPool[Connection[Row]], city: CityCode) -> None:
        self._pool, self._city = pool, city
        self.riders: list[Query] = []
        self.ridden: list[list[Row]] = []

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append in one autocommit statement.

        Raises IntegrityError when somebody else recorded at this version first, and what ``named_failures`` names.
        """
        envelope = cast(Envelope, kwargs["envelope"])
        self.append(stored_events, envelope)
        return list(range(envelope.first, envelope.last + 1))

    def append(self, stored_events: Sequence[StoredEvent], envelope: Envelope) -> None:
        """The same, also for no events at all: then the command alone is remembered."""
        boxes, places = envelope.boxes, list(envelope.new_keys)
        values = (
            self._city,
            envelope.actor,
            envelope.policy_version,
            envelope.command_id,
            envelope.digest,
            envelope.request_id,
            [event.originator_id for event in stored_events],
            [event.originator_version for event in stored_events],
            [event.topic for event in stored_events],
            [event.state for event in stored_events],
            [os.urandom(16) for _ in stored_events],
            [commitment for commitment, _, _ in boxes],
            [sealed.key for _, sealed, _ in boxes],
            [sealed.audience.value for _, sealed, _ in boxes],
            [box for _, _, box in boxes],
            [key for _, key, _ in places],
            [ring for _, _, ring in places],
            list(envelope.new_keys.values()),
        )
        with named_failures(self._city), connection(self._pool) as connected:
            try:
                row = connected.cursor(binary=True).execute(APPEND, values, prepare=True).fetchone()
            except errors.UniqueViolation as error:
                raise IntegrityError("somebody else recorded first") from error
        assert row is not None
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
        statement = EVENTS_OF + ("desc" if desc else "asc") + ("" if limit is None else f" limit {int(limit)}")
        values = (
            self._city,
            originator_id,
            FIRST_VERSION if gt is None else gt,
            LAST_VERSION if lte is None else lte,
        )
        rows, *self.ridden = read(self._pool, self._city, (statement, values), *self.riders)
        return [StoredEvent(*row) for row in rows]

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
