"""What the tests of the queries share: two cities with all that could leak, and a way to ask as one of the accounts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

from psycopg import AsyncConnection, AsyncCursor
from psycopg_pool import AsyncConnectionPool

from domain.values import CityCode
from projections.catalogue import READ_MODELS
from tenants.commands import cases, challenges
from tenants.database.access import Role as Account
from tenants.database.walls import Row, city_reads
from tenants.desk import Desk
from tenants.wish import Entry, Wish
from tests.conftest import House
from tests.projections.running import runner_of

T = TypeVar("T")

Pool = AsyncConnectionPool[AsyncConnection[Row]]


class Counting(AsyncCursor[Row]):
    """Counts the statements it is given."""

    statements = 0

    async def execute(self, *args: Any, **kwargs: Any) -> Any:
        Counting.statements += 1
        return await super().execute(*args, **kwargs)


@asynccontextmanager
async def pool_of(house: House, account: Account) -> AsyncIterator[Pool]:
    """A pool of one of the serving accounts."""
    kwargs = {"autocommit": True, "cursor_factory": Counting}
    async with AsyncConnectionPool[AsyncConnection[Row]](
        house.database.conninfo(account), kwargs=kwargs, min_size=1, max_size=2, open=False
    ) as pool:
        yield pool


def public(house: House, question: Callable[[Any], Awaitable[T]]) -> T:
    """The answer to what anybody asks."""

    async def ask() -> T:
        async with pool_of(house, Account.PUBLIC) as pool, pool.connection() as connection:
            Counting.statements = 0
            return await question(connection)

    return asyncio.run(ask())


def inside(house: House, city: CityCode, question: Callable[[Any], Awaitable[T]]) -> T:
    """The answer to what somebody of a city asks."""

    async def ask() -> T:
        async with pool_of(house, Account.DESK) as pool, city_reads(pool, city) as connection:
            Counting.statements = 0
            return await question(connection)

    return asyncio.run(ask())


def caught_up(house: House) -> None:
    """Fold everything recorded so far into all read models."""
    with runner_of(house, READ_MODELS) as runner:
        runner.catch_up()


def do(desk: Desk, *wishes: Wish[Any]) -> None:
    """Have wishes granted, one after another."""
    for wish in wishes:
        desk.do(wish, Entry(uuid4()))


def text(title: str, **parts: Any) -> cases.CaseText:
    """What a case tells, with what is not said filled in."""
    return cases.CaseText(**{"title": title, "summary": f"{title}の概要", "method": "pilot", **parts})


def publish_case(desk: Desk, title: str, *, sample: bool = False, challenge: UUID | None = None, **parts: Any) -> UUID:
    """A case shown to everybody."""
    case = uuid4()
    do(desk, cases.Publish(case=case, content=text(title, **parts), sample=sample, challenge=challenge))
    return case


def raise_challenge(desk: Desk, title: str, *, sample: bool = False, id_: UUID | None = None) -> UUID:
    """A challenge that only the city knows of."""
    challenge = id_ or uuid4()
    do(desk, challenges.Raise(challenge=challenge, title=title, description=f"{title}の事情", sample=sample))
    return challenge


def publish_challenge(desk: Desk, title: str, *, sample: bool = False, **parts: Any) -> UUID:
    """A challenge shown to everybody."""
    challenge = raise_challenge(desk, f"庁内の{title}", sample=sample)
    do(desk, challenges.Publish(challenge=challenge, title=title, description=f"{title}の説明", **parts))
    return challenge
