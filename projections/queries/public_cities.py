"""The cities of this deployment, for everybody (自治体一覧)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, LiteralString, NamedTuple, TypeVar

import msgspec
from psycopg import sql

from domain.values import CityCode, CorporateNumber
from projections.commons_cities import Profile
from projections.cursors import Cursors
from projections.queries.live import live
from projections.queries.pages import USUAL, Conditions, Connection, Listed, Page, one, one_more, reads, rows

T = TypeVar("T", bound="CityLine")

CODE: Final = r"\A[0-9]{6}\Z"


@dataclass(frozen=True, slots=True)
class CityLine:
    """One city in one line, as lists and what belongs to a city show it."""

    code: CityCode
    slug: str
    name_ja: str
    name_en: str
    corporate_number: CorporateNumber | None
    has_desk: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class City(CityLine):
    """One city and what it says of itself."""

    policy_version: int
    profile: Profile


@dataclass(frozen=True, slots=True)
class CityProfile:
    """What one city says of itself."""

    code: CityCode
    profile: Profile


class Place(NamedTuple):
    """Sort key: the code, which goes from north to south."""

    code: Annotated[str, msgspec.Meta(pattern=CODE)]


CURSORS: Final = Cursors("cities", Place)
LINES: Final = Listed(CURSORS, reads(CityLine), lambda city: Place(city.code))
CITIES: Final = Listed(CURSORS, reads(City), lambda city: Place(city.code))
PROFILE: Final = reads(CityProfile)


def shown(columns: LiteralString) -> sql.Composable:
    """SQL: these columns of the cities that are shown; a condition may follow."""
    statement = sql.SQL("select city as code, {} from commons.cities where generation = {}")
    return statement.format(sql.SQL(columns), live("commons_cities"))


LINE: Final = shown("slug, name_ja, name_en, corporate_number, has_desk, updated_at")
WHOLE: Final = shown("slug, name_ja, name_en, corporate_number, has_desk, updated_at, policy_version, profile")
LINE_BY_NAME: Final = sql.SQL("{} and (city = %s or slug = %s)").format(LINE)
LINE_BY_CODE: Final = sql.SQL("{} and city = any(%s)").format(LINE)
PROFILE_BY_CODE: Final = sql.SQL("{} and city = any(%s)").format(shown("profile"))
"""A profile holds a whole policy, fifteen thousand characters: it is read only where somebody asks for it."""


async def cities(
    connection: Connection, first: int = USUAL, after: str | None = None, *, has_desk: bool | None = None
) -> Page[City]:
    """The cities with their profiles by code, all or with (without) a desk. Raises FirstInvalid, CursorInvalid."""
    return await _page(connection, WHOLE, CITIES, first, after, has_desk)


async def city_lines(
    connection: Connection, first: int = USUAL, after: str | None = None, *, has_desk: bool | None = None
) -> Page[CityLine]:
    """The cities by code, all or with (without) a desk. Raises FirstInvalid, CursorInvalid."""
    return await _page(connection, LINE, LINES, first, after, has_desk)


async def _page(
    connection: Connection,
    shown: sql.Composable,
    listed: Listed[T, Place],
    first: int,
    after: str | None,
    has_desk: bool | None,  # noqa: FBT001 - as it was asked
) -> Page[T]:
    limit, place, asked = one_more(first), CURSORS.read(after), Conditions()
    if has_desk is not None:
        asked.add("has_desk = %s", has_desk)
    if place is not None:
        asked.add("city > %s", place.code)
    statement = sql.SQL("{} and {} order by city limit %s").format(shown, asked.together())
    return listed.page(await rows(connection, listed.decoder, statement, (*asked.values, limit)), first, after)


async def city_line(connection: Connection, name: str) -> CityLine | None:
    """The city of a code or slug, or none."""
    if "\0" in name:
        return None
    return await one(connection, LINES.decoder, LINE_BY_NAME, (name, name))


async def city_lines_by_code(connection: Connection, codes: Iterable[CityCode]) -> dict[CityCode, CityLine]:
    """Several cities; those that are not there are left out."""
    found = await rows(connection, LINES.decoder, LINE_BY_CODE, (list(codes),))
    return {city.code: city for city in found}


async def profiles_by_code(connection: Connection, codes: Iterable[CityCode]) -> dict[CityCode, Profile]:
    """What several cities say of themselves; those that are not there are left out."""
    found = await rows(connection, PROFILE, PROFILE_BY_CODE, (list(codes),))
    return {city.code: city.profile for city in found}
