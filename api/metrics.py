"""What Prometheus reads: how far the read models are behind, and what was put aside."""

import psycopg
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from psycopg import Connection
from psycopg_pool import ConnectionPool

from projections.lag import lags
from tenants.database.walls import Row, connection


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
