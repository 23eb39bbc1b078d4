"""Numbers that everybody may read: of cases and challenges, and of proposals where a city opens them (公開統計).

What everybody may look up one by one is counted from the commons. Numbers of proposals come from the one function that
looks at the city's policy and leaves small numbers out; samples are counted nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from psycopg import sql

from domain.values import CityCode
from projections.queries.live import live
from projections.queries.pages import Connection, reads, rows


@dataclass(frozen=True, slots=True)
class Published:
    """How many cases and challenges a city shows, or all cities together."""

    cases_open: int = 0
    cases_closed: int = 0
    challenges_open: int = 0
    challenges_closed: int = 0
    city: CityCode | None = None


@dataclass(frozen=True, slots=True)
class Proposals:
    """Numbers of one fiscal year; ``adopted`` and ``declined`` are None where one would be too small to be told."""

    city: CityCode
    fiscal_year: int | None
    received: int | None
    adopted: int | None
    declined: int | None
    suppressed_under: int


SHOWN: Final = sql.SQL("""
select {of}
       count(*) filter (where kind = 'case' and status = 'open') as cases_open,
       count(*) filter (where kind = 'case' and status = 'closed') as cases_closed,
       count(*) filter (where kind = 'challenge' and status = 'published') as challenges_open,
       count(*) filter (where kind = 'challenge' and status = 'closed') as challenges_closed
from (select 'case' as kind, city, status from commons.cases where generation = {cases} and not sample
      union all
      select 'challenge', city, status from commons.challenges where generation = {challenges} and not sample) shown
{which}
""")
PARTS: Final = {"cases": live("commons_cases"), "challenges": live("commons_challenges")}
OF_ALL: Final = SHOWN.format(**PARTS, of=sql.SQL(""), which=sql.SQL(""))
OF_CITIES: Final = SHOWN.format(**PARTS, of=sql.SQL("city,"), which=sql.SQL("where city = any(%s) group by city"))
NUMBERS: Final = sql.SQL("select * from commons.proposal_numbers(%s) order by city, fiscal_year desc")

COUNTS: Final = reads(Published)
PROPOSALS: Final = reads(Proposals)


async def published(connection: Connection) -> Published:
    """Of all cities together."""
    (found,) = await rows(connection, COUNTS, OF_ALL, ())
    return found


async def published_of_cities(connection: Connection, codes: Sequence[CityCode]) -> dict[CityCode, Published]:
    """Of each of these cities; one that shows nothing is left out."""
    found = await rows(connection, COUNTS, OF_CITIES, (list(codes),))
    return {each.city: each for each in found if each.city}


async def proposals_of_cities(
    connection: Connection, codes: Sequence[CityCode]
) -> dict[CityCode, tuple[Proposals, ...]]:
    """By fiscal year, the newest first, of each of these cities that opens its numbers; the others are left out."""
    found: dict[CityCode, tuple[Proposals, ...]] = {}
    for row in await rows(connection, PROPOSALS, NUMBERS, (list(codes),)):
        years = (row,) if row.fiscal_year is not None else ()
        found[row.city] = (*found.get(row.city, ()), *years)
    return found
