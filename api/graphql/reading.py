"""How one request reads: one connection at a time, however many fields ask at once (読み取り)."""

from asyncio import Lock
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import QueryCanceled
from psycopg_pool import AsyncConnectionPool

from api.graphql.refusals import ReadTooLong
from tenants.database.walls import Row, named_failures

P = ParamSpec("P")
T = TypeVar("T")

Query = Callable[Concatenate[AsyncConnection[Any], P], Awaitable[T]]


class Reads:
    """The reads of one request on a pool that many share.

    The fields of a document are resolved side by side; without the lock one document could take the whole pool.
    """

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Row]]) -> None:
        self._pool = pool
        self._turn = Lock()

    async def __call__(self, query: "Query[P, T]", *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of one query. Raises StoreUnavailable, ReadTooLong and what the query raises."""
        async with self._turn:
            with named_failures():
                try:
                    async with self._pool.connection() as connection:
                        return await query(connection, *args, **kwargs)
                except QueryCanceled as error:  # by the account's statement_timeout
                    raise ReadTooLong from error
                except OperationalError:
                    await self._pool.check()  # the server went away: the next request shall not meet another dead one
                    raise
