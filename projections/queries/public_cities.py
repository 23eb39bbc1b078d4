"""The cities of this deployment, for everybody (自治体一覧)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, NamedTuple

import msgspec
from psycopg import sql

from domain.values import CityCode, CorporateNumber
from projections.commons_cities import Profile
from projections.cursors import Cursors
from projections.queries.live import live
from projections.queries.pages import USUAL, Conditions, Connection, Listed, Page, one, one_more, reads, rows

CODE: Final = r"\A[0-9]{6}\Z"


@dataclass(frozen=True, slots=True)
class City:
    """One city and what it says of itself."""

    code: CityCode
    slug: str
    name_ja: str
    name_en: str
    corporate_number: CorporateNumber | None
    has_desk: bool
    profile: Profile
    policy_version: int
    updated_at: datetime


class Place(NamedTuple):
    """Sort key: the code, which goes from north to south."""

    code: Annotated[str, msgspec.Meta(pattern=CODE)]


CITIES: Final = Listed(Cursors("cities", Place), reads(City), lambda city: Place(city.code))

WHOLE: Final = sql.SQL(
    "select city as code, slug, name_ja, name_en, corporate_number, has_desk, profile, policy_version, updated_at"
    " from commons.cities where generation = {}"
).format(live("commons_cities"))
BY_NAME: Final = sql.SQL("{} and (city = %s or slug = %s)").format(WHOLE)
BY_CODE: Final = sql.SQL("{} and city = any(%s)").format(WHOLE)


async def cities(
    connection: Connection, first: int = USUAL, after: str | None = None, *, has_desk: bool | None = None
) -> Page[City]:
    """The cities by code, all or with (without) a desk. Raises FirstInvalid, CursorInvalid."""
    limit, place, asked = one_more(first), CITIES.cursors.read(after), Conditions()
    if has_desk is not None:
        asked.add("has_desk = %s", has_desk)
    if place is not None:
        asked.add("city > %s", place.code)
    statement = sql.SQL("{} and {} order by city limit %s").format(WHOLE, asked.together())
    found = await rows(connection, CITIES.decoder, statement, (*asked.values, limit))
    return CITIES.page(found, first, after)


async def city(connection: Connection, name: str) -> City | None:
    """The city of a code or slug, or none."""
    if "\0" in name:
        return None
    return await one(connection, CITIES.decoder, BY_NAME, (name, name))


async def cities_by_code(connection: Connection, codes: Iterable[CityCode]) -> dict[CityCode, City]:
    """Several cities; those that are not there are left out."""
    found = await rows(connection, CITIES.decoder, BY_CODE, (list(codes),))
    return {city.code: city for city in found}
