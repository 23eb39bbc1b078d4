"""The one place where a city is set for a database transaction, and where database failures get their names.

Row-level security shows a desk only the rows of the city that its transaction has set. This guards against mistakes and
injection, not against a process that may set any city (tenants/README.md).
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection, Connection, Cursor, errors
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from domain.errors import CityUnknown, CommandReused, LogUnchecked, StoreFull, StoreUnavailable
from domain.values import CityCode

SET_CITY: Final = "select set_config('renkei.city', %s, true)"

Query = tuple[str, Sequence[Any] | Mapping[str, Any]]
Row = tuple[Any, ...]


@contextmanager
def named_failures(city: str = "") -> Iterator[None]:
    """Turn database failures into ours: nothing of SQL or of a server's text goes further.

    Raises StoreUnavailable, StoreFull, CityUnknown, CommandReused, LogUnchecked.
    """
    try:
        yield
    except (errors.DiskFull, errors.OutOfMemory) as error:
        raise StoreFull from error
    except (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction) as error:
        raise StoreUnavailable from error
    except psycopg.DatabaseError as error:
        match error.sqlstate:
            case "RK404":
                raise CityUnknown(city=city) from error
            case "RK409":
                raise CommandReused from error
            case "RK423":
                raise LogUnchecked(city=city, problem="the database server was started again.") from error
            case _:
                raise


@contextmanager
def connection(pool: ConnectionPool[Connection[Row]]) -> Iterator[Connection[Row]]:
    """A connection of the pool; when the server went away, the other idle connections are looked at as well."""
    try:
        with pool.connection() as connected:
            yield connected
    except psycopg.OperationalError as error:
        if not isinstance(error, errors.DiskFull):
            pool.check()
        raise


def one(cursor: Cursor[Row]) -> Row:
    """The one row of a statement that always has one. Raises StoreUnavailable when a server breaks that."""
    row = cursor.fetchone()
    if row is None:
        raise StoreUnavailable
    return row


def read(pool: ConnectionPool[Connection[Row]], city: CityCode, *queries: Query) -> list[list[Row]]:
    """Rows of several queries inside one city, in one round trip.

    A pipeline is one implicit transaction, so the city holds to its end and no longer.
    """
    with named_failures(city), connection(pool) as connected, connected.pipeline():
        connected.execute(SET_CITY, (city,), prepare=True)
        cursors = [
            connected.cursor(binary=True).execute(statement, values, prepare=True) for statement, values in queries
        ]
        return [cursor.fetchall() for cursor in cursors]


@asynccontextmanager
async def city_reads(
    pool: AsyncConnectionPool[AsyncConnection[Row]], city: CityCode
) -> AsyncIterator[AsyncConnection[Row]]:
    """A read-only transaction inside one city, on one snapshot.

    A connection that died in the pool is noticed before anything was read: then all of the pool are looked at, and it
    is begun once more.
    """
    with named_failures(city):
        async with AsyncExitStack() as ends:
            connected = await _begun(pool, city, ends) or await _begun(pool, city, ends, again=True)
            if connected is None:
                raise StoreUnavailable
            try:
                yield connected
            except psycopg.OperationalError:
                if connected.closed:
                    await pool.check()
                raise


async def _begun(
    pool: AsyncConnectionPool[AsyncConnection[Row]], city: CityCode, ends: AsyncExitStack, *, again: bool = False
) -> AsyncConnection[Row] | None:
    """A connection inside a city until ``ends``; ``None`` when the one that was lent had died, unless ``again``."""
    connected = None
    try:
        async with AsyncExitStack() as begun:
            connected = await begun.enter_async_context(pool.connection())
            await begun.enter_async_context(connected.transaction())
            await connected.execute("set transaction isolation level repeatable read read only")
            await connected.execute(SET_CITY, (city,))
            await ends.enter_async_context(begun.pop_all())
    except psycopg.OperationalError:
        if again or connected is None or not connected.closed:
            raise
        await pool.check()
        return None
    return connected
