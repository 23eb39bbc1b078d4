"""How far the read models have come in one city, so that whoever recorded something can wait until it is shown."""

import asyncio
import time
from collections.abc import Collection
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.values import CityCode
from projections.queries.pages import Connection
from tenants.database.walls import city_reads

POSITIONS: Final = (
    "select p.name, coalesce(o.position, 0) from commons.projections p left join renkei.positions o"
    " on o.city = %s and o.projection = p.name and o.generation = p.generation"
)
PAUSE: Final = 0.002
LONGEST_PAUSE: Final = 0.05
PATIENCE: Final = 2.0
"""Seconds."""


async def positions(connection: Connection, city: CityCode) -> dict[str, int]:
    """Read model to the position of the last event that it shows (0: none yet)."""
    cursor = await connection.execute(POSITIONS, (city,))
    return {str(name): int(position) for name, position in await cursor.fetchall()}


async def wait_for(
    pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]],
    city: CityCode,
    position: int,
    read_models: Collection[str] | None = None,
    timeout: float = PATIENCE,  # noqa: ASYNC109 - it gives an answer, it does not cancel
) -> bool:
    """Wait until these read models (or all) show the event at a position; whether they do within ``timeout`` seconds.

    A connection is held for each look only. Raises StoreUnavailable.
    """
    end, pause = time.monotonic() + timeout, PAUSE
    while True:
        async with city_reads(pool, city) as connection:
            shown = await positions(connection, city)
        wanted = shown if read_models is None else read_models
        if all(shown.get(name, 0) >= position for name in wanted):
            return True
        left = end - time.monotonic()
        if left <= 0:
            return False
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)
