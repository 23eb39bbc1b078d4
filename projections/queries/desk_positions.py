"""How far the read models have come in one city, so that whoever recorded something can wait until it is shown."""

import asyncio
import time
from collections.abc import Collection
from typing import Any, ClassVar, Final

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.errors import Invalid
from domain.values import CityCode
from projections.queries.pages import Connection
from tenants.database.walls import city_reads

POSITIONS: Final = (
    "select p.name, coalesce(o.position, 0) from commons.projections p left join renkei.positions o"
    " on o.city = %s and o.projection = p.name and o.generation = p.generation"
)
LAST: Final = "select position from renkei.events where city = %s order by position desc limit 1"
PAUSE: Final = 0.002
LONGEST_PAUSE: Final = 0.05
PATIENCE: Final = 2.0
"""Seconds."""


class PositionUnknown(Invalid):
    """The city's log has not come as far as that. Details: ``position``; where the log ends is not told."""

    en: ClassVar[str] = "atLeast: nothing is recorded at position {position}. Give a position that a command answered."
    ja: ClassVar[str] = (
        "atLeast: 記録番号 {position} はまだありません。操作の結果で返された番号（position）を指定してください。"
    )


async def positions(connection: Connection, city: CityCode) -> dict[str, int]:
    """Read model to the position of the last event that it shows (0: none yet)."""
    cursor = await connection.execute(POSITIONS, (city,))
    return {str(name): int(position) for name, position in await cursor.fetchall()}


async def last(connection: Connection, city: CityCode) -> int:
    """The position of the last event in the city's log (0: none yet)."""
    cursor = await connection.execute(LAST, (city,))
    found = await cursor.fetchone()
    return int(found[0]) if found else 0


async def wait_for(
    pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]],
    city: CityCode,
    position: int,
    read_models: Collection[str] | None = None,
    timeout: float = PATIENCE,  # noqa: ASYNC109 - it gives an answer, it does not cancel
) -> bool:
    """Wait until these read models (or all) show the event at a position; whether they do within ``timeout`` seconds.

    A connection is held for each look only. Raises PositionUnknown at once, StoreUnavailable.
    """
    recorded = False
    end, pause = time.monotonic() + timeout, PAUSE
    while True:
        async with city_reads(pool, city) as connection:
            shown = await positions(connection, city)
            if all(shown.get(name, 0) >= position for name in (shown if read_models is None else read_models)):
                return True
            recorded = recorded or await last(connection, city) >= position
        if not recorded:
            raise PositionUnknown(position=position)
        left = end - time.monotonic()
        if left <= 0:
            return False
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)
