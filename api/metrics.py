"""What Prometheus reads: how far the read models are behind, and what was put aside."""

import asyncio
import time
from typing import Final

import psycopg
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from psycopg import Connection
from psycopg_pool import ConnectionPool

from projections.lag import lags
from tenants.database.walls import Row, connection

FRESH: Final = 1.0
"""Seconds for which everybody is told the same."""
LOOK: Final = 2.0
"""Seconds in which a database that is ready has counted."""


class Latest:
    """The metrics for all who ask: counted by one at a time, and at most once a second."""

    def __init__(self, pool: ConnectionPool[Connection[Row]]) -> None:
        self._pool = pool
        self._counting: asyncio.Task[bytes] | None = None
        self._began = 0.0

    async def text(self) -> bytes:
        """As :func:`text` gives it; a database that only hangs is away."""
        now = time.monotonic()
        if self._counting is None or (self._counting.done() and now - self._began > FRESH):
            self._counting, self._began = asyncio.create_task(asyncio.to_thread(text, self._pool)), now
        counting = self._counting
        await asyncio.wait({counting}, timeout=LOOK)
        return counting.result() if counting.done() else text(None)


def text(pool: ConnectionPool[Connection[Row]] | None) -> bytes:
    """The metrics in Prometheus text format; with the database away, or ``None``, only that it is away."""
    registry = CollectorRegistry()
    up = Gauge("renkei_database_up", "1 when the database answers", registry=registry)
    labels = ("projection", "city")
    events = Gauge("renkei_projection_lag_events", "Events not yet in the read model", labels, registry=registry)
    seconds = Gauge("renkei_projection_lag_seconds", "Age of the oldest such event", labels, registry=registry)
    aside = Gauge("renkei_projection_quarantined", "Aggregates put aside", labels, registry=registry)
    stopped = Gauge("renkei_projection_stopped", "1 when the projection stopped itself", labels[:1], registry=registry)
    up.set(0)
    if pool is None:
        return generate_latest(registry)
    try:
        with connection(pool) as connected:
            found = lags(connected)
    except psycopg.Error:
        return generate_latest(registry)
    up.set(1)
    for lag in found:
        events.labels(lag.projection, lag.city).set(lag.events)
        seconds.labels(lag.projection, lag.city).set(lag.seconds)
        aside.labels(lag.projection, lag.city).set(lag.quarantined)
        stopped.labels(lag.projection).set(0 if lag.stopped is None else 1)
    return generate_latest(registry)
