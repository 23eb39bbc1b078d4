"""The one runner for all cities and read models: looks for news, folds it, goes on after whatever went wrong.

It polls (a lost notification would stall readers; finding news over 1,741 cities takes about 2 ms) and is woken by the
commands of its own process. Any number of processes may run it: leases keep them apart.
"""

import time
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import KeysUnavailable
from domain.values import CityCode
from projections import quarantine
from projections.batch import BATCH, Stopped, Stream, describe, is_data_error, run_batch
from projections.model import ReadModel
from tenants.database.walls import Row
from tenants.keys import KeyStore

REGISTER: Final = "insert into commons.projections (name) values (%s) on conflict do nothing"
SWITCHES: Final = "select name, generation, building from commons.projections where stopped is null"
NEWS: Final = """
with last as materialized (
    select c.city, (select e.position from renkei.events e where e.city = c.city order by e.position desc limit 1) as at
    from renkei.cities c)
select l.city, s.name, s.generation, p.position is null from last l
cross join unnest(%s::text[], %s::int[]) as s (name, generation)
left join renkei.positions p on p.city = l.city and p.projection = s.name and p.generation = s.generation
where l.at > coalesce(p.position, 0)
"""
BEGIN: Final = "insert into renkei.positions (city, projection, generation) values (%s, %s, %s) on conflict do nothing"
STOP: Final = "update commons.projections set stopped = %s where name = %s"

GO_ON: Final = (
    "update commons.projections set stopped = null where stopped is not null and (%s::text is null or name = %s)"
)

BUSY: Final = 0.02
IDLE: Final = 0.1
PATIENCE: Final = 0.5
"""Seconds between looks while there is work, while there is none, and after a failure."""


class Runner:
    """Folds every city's events into the read models. ``problem`` is told of failures (never of data)."""

    def __init__(
        self,
        pool: ConnectionPool[Connection[Row]],
        models: Sequence[ReadModel[Any]],
        keys: KeyStore,
        problem: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._pool, self._keys, self._problem = pool, keys, problem
        self._models = {model.name: model for model in models}
        self._woken, self._lock = Event(), Lock()
        self._registered = False

    def wake(self, city: CityCode) -> None:
        """There is news (called after each command of this process)."""
        del city
        self._woken.set()

    def run(self, stop: Event) -> None:
        """Work until told to stop; failures are told and tried again."""
        replayed = False
        while not stop.is_set():
            self._woken.clear()
            try:
                if not replayed:
                    self.replay()
                    replayed = True
                worked = self.step()
                pause = BUSY if worked else IDLE
            except (psycopg.Error, KeysUnavailable) as error:
                self._problem(type(error).__name__)
                pause = PATIENCE
                if isinstance(error, psycopg.OperationalError):
                    self._pool.check()
            self._woken.wait(pause)

    def step(self) -> int:
        """One look for news and one round of batches; gives the number of events folded.

        A stream that fails keeps no other back; the failure is raised last. Raises psycopg.Error, KeysUnavailable.
        """
        folded = 0
        failed: psycopg.Error | KeysUnavailable | None = None
        for stream in self.news():
            try:
                folded += self.advance(stream)
            except psycopg.OperationalError:
                raise  # the server itself is away: the others would only wait as well
            except (psycopg.Error, KeysUnavailable) as error:
                failed = error
        if failed is not None:
            raise failed
        return folded

    def catch_up(self, deadline: float = 60.0) -> None:
        """Work until there is no news. Raises TimeoutError after ``deadline`` seconds."""
        end = time.monotonic() + deadline
        while self.news():
            self.step()
            if time.monotonic() > end:
                raise TimeoutError("the projections did not catch up")

    def news(self) -> list[Stream]:
        """What is behind its city's log."""
        with self._pool.connection() as connection:
            if not self._registered:
                for name in self._models:
                    connection.execute(REGISTER, (name,))
                self._registered = True
            switches = connection.execute(SWITCHES).fetchall()
            streams = [
                (name, number)
                for name, generation, building in switches
                for number in (generation, building)
                if number is not None and name in self._models
            ]
            names, numbers = [name for name, _ in streams], [number for _, number in streams]
            rows = connection.execute(NEWS, (names, numbers), prepare=True).fetchall()
            for city, name, generation, is_new in rows:
                if is_new:
                    connection.execute(BEGIN, (city, name, generation))
        return [Stream(self._models[name], generation, CityCode(city)) for city, name, generation, _ in rows]

    def advance(self, stream: Stream, limit: int = BATCH) -> int:
        """One batch of one stream; an event that the database refuses is found and put aside."""
        with self._pool.connection() as connection:
            try:
                return run_batch(connection, stream, self._keys, limit)
            except Stopped as stopped:
                connection.execute(STOP, (str(stopped), stream.model.name))
                self._problem(f"{stream.model.name} stopped: {stopped}")
                return 0
            except psycopg.Error as error:
                if not is_data_error(error):
                    raise
                if limit > 1:
                    return self.advance_singly(stream)
                return quarantine.bury_next(connection, stream, describe("row", error))

    def advance_singly(self, stream: Stream) -> int:
        """The same batch event by event, so that only the bad one is put aside."""
        folded = 0
        for _ in range(BATCH):
            one = self.advance(stream, 1)
            if one == 0:
                break
            folded += one
        return folded

    def replay(self, projection: str | None = None, *, go_on: bool = False) -> list[tuple[str, UUID, bool]]:
        """Try the aggregates again that were put aside; gives city, id and whether it is whole again.

        ``go_on``: a projection that had stopped itself starts again.
        """
        with self._pool.connection() as connection:
            if go_on:
                connection.execute(GO_ON, (projection, projection))
            return quarantine.replay(connection, self._models, self._keys, projection)
