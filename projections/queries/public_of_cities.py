"""A page of each of several cities in one statement: what a list of cities shows beside each (各市の一覧)."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from psycopg import sql

from domain.values import CityCode
from projections.queries.pages import Connection, Page, one_more, rows
from projections.queries.public_cases import CASES, Case
from projections.queries.public_challenges import CHALLENGES, Challenge
from projections.queries.public_gatherings import GATHERINGS, Gathering
from projections.queries.public_list import Publication, PublicList
from projections.queries.public_notices import NOTICES, Notice

T = TypeVar("T", bound=Case | Challenge | Notice | Gathering)

EACH: Final = sql.SQL(
    "select page.* from unnest(%s::text[]) as asked (code) cross join lateral ("
    " select {columns} from {table} where {shown} and city = asked.code and {further}"
    " order by published_at desc, city, public_id limit %s) page"
    " order by city, published_at desc, local_id"
)
FROM_PLACE: Final = sql.SQL(
    "published_at <= %s and (published_at < %s or (city, public_id) > (%s, %s))"  # as in the list of all cities
)


async def cases_of_cities(
    connection: Connection, codes: Sequence[CityCode], first: int, after: str | None
) -> dict[CityCode, Page[Case]]:
    """A page of cases of each of these cities, published last first. Raises FirstInvalid, CursorInvalid."""
    return await _of_cities(connection, CASES, codes, first, after)


async def challenges_of_cities(
    connection: Connection, codes: Sequence[CityCode], first: int, after: str | None
) -> dict[CityCode, Page[Challenge]]:
    """A page of challenges of each of these cities, published last first. Raises FirstInvalid, CursorInvalid."""
    return await _of_cities(connection, CHALLENGES, codes, first, after)


async def notices_of_cities(
    connection: Connection, codes: Sequence[CityCode], first: int, after: str | None
) -> dict[CityCode, Page[Notice]]:
    """A page of notices of each of these cities, published last first. Raises FirstInvalid, CursorInvalid."""
    return await _of_cities(connection, NOTICES, codes, first, after)


async def gatherings_of_cities(
    connection: Connection, codes: Sequence[CityCode], first: int, after: str | None
) -> dict[CityCode, Page[Gathering]]:
    """A page of gatherings of each of these cities, announced last first. Raises FirstInvalid, CursorInvalid."""
    return await _of_cities(connection, GATHERINGS, codes, first, after)


async def _of_cities(
    connection: Connection, public: PublicList[T], codes: Sequence[CityCode], first: int, after: str | None
) -> dict[CityCode, Page[T]]:
    limit = one_more(first)
    place: Publication | None = public.listed.cursors.read(after)
    statement = EACH.format(
        columns=public.columns,
        table=sql.Identifier(*public.model.table.split(".")),
        shown=public.shown,
        further=FROM_PLACE if place is not None else sql.SQL("true"),
    )
    further: list[Any] = [place.published_at, *place] if place is not None else []
    found = await rows(connection, public.listed.decoder, statement, (list(codes), *further, limit))
    grouped: dict[CityCode, list[T]] = {code: [] for code in codes}
    for row in found:
        grouped[row.city].append(row)
    return {code: public.listed.page(of_city, first, after) for code, of_city in grouped.items()}
