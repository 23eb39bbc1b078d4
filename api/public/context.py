"""What the resolvers of one public request share: its reads, and loaders that gather what many fields ask for."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api.graphql.loading import Loader
from api.graphql.reading import Reads
from domain.values import CityCode
from projections.commons_cities import Profile
from projections.queries import commons
from projections.queries.pages import Page
from projections.queries.public_of_cities import (
    cases_of_cities,
    challenges_of_cities,
    gatherings_of_cities,
    notices_of_cities,
)
from projections.queries.public_statistics import Proposals, Published, proposals_of_cities, published_of_cities
from tenants.database.walls import Row

T = TypeVar("T")


class PageOf(NamedTuple):
    """A page of what belongs to one city."""

    city: CityCode
    first: int
    after: str | None


Inner = tuple[CityCode, UUID]
"""A challenge by its city and inner id."""


@dataclass(frozen=True, slots=True)
class Context:
    """One request; never kept longer."""

    reads: Reads
    city: Loader[CityCode, commons.CityLine | None]
    profile: Loader[CityCode, Profile | None]
    challenge: Loader[Inner, commons.Challenge | None]
    cases_of: Loader[PageOf, Page[commons.Case]]
    challenges_of: Loader[PageOf, Page[commons.Challenge]]
    notices_of: Loader[PageOf, Page[commons.Notice]]
    gatherings_of: Loader[PageOf, Page[commons.Gathering]]
    counts_of: Loader[CityCode, Published]
    proposals_of: Loader[CityCode, tuple[Proposals, ...] | None]


def context_on(pool: AsyncConnectionPool[AsyncConnection[Row]]) -> Context:
    """A fresh one for a request."""
    reads = Reads(pool)

    async def cities(codes: list[CityCode]) -> list[commons.CityLine | None]:
        found = await reads(commons.city_lines_by_code, codes)
        return [found.get(code) for code in codes]

    async def profiles(codes: list[CityCode]) -> list[Profile | None]:
        found = await reads(commons.profiles_by_code, codes)
        return [found.get(code) for code in codes]

    async def challenges(keys: list[Inner]) -> list[commons.Challenge | None]:
        found = await reads(commons.challenges_by_id, keys)
        return [found.get(key) for key in keys]

    async def counts(codes: list[CityCode]) -> list[Published]:
        found = await reads(published_of_cities, codes)
        return [found.get(code, Published()) for code in codes]

    async def proposals(codes: list[CityCode]) -> list[tuple[Proposals, ...] | None]:
        found = await reads(proposals_of_cities, codes)
        return [found.get(code) for code in codes]

    return Context(
        reads,
        Loader(cities),
        Loader(profiles),
        Loader(challenges),
        pages_of(reads, cases_of_cities),
        pages_of(reads, challenges_of_cities),
        pages_of(reads, notices_of_cities),
        pages_of(reads, gatherings_of_cities),
        Loader(counts),
        Loader(proposals),
    )


OfCities = Callable[[AsyncConnection[Any], Sequence[CityCode], int, str | None], Awaitable[dict[CityCode, Page[T]]]]
"""Asks for a page of each of several cities."""


def pages_of(reads: Reads, query: OfCities[T]) -> Loader[PageOf, Page[T]]:
    """A loader of pages of each city."""

    async def load(keys: list[PageOf]) -> list[Page[T]]:
        return await paged(reads, keys, query)

    return Loader(load)


async def paged(reads: Reads, keys: Sequence[PageOf], query: OfCities[T]) -> list[Page[T]]:
    """Pages in the order of the keys, one statement for all of the same size and beginning."""
    found: dict[PageOf, Page[T]] = {}
    for first, after in dict.fromkeys((key.first, key.after) for key in keys):
        codes = [key.city for key in keys if (key.first, key.after) == (first, after)]
        pages = await reads(query, codes, first, after)
        found |= {PageOf(code, first, after): pages[code] for code in codes}
    return [found[key] for key in keys]
