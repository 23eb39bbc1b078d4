"""How long the files of one city's records are kept, and of which that time is over (保存期間・満了簿)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import Struct
from psycopg import sql

from domain.policy import RetentionRules
from domain.retention import FILED, completed_by
from domain.values import CityCode, Code, Sealed
from projections.cursors import Cursors
from projections.queries.live import live
from projections.queries.pages import USUAL, Connection, Listed, Page, one_more, reads, rows
from projections.retention import FILES


class FileRow(Struct, frozen=True):
    """The file of a record; ``retention``: its class, None where the city has no rules; ``until``: extended to."""

    id: UUID
    kind: str
    fiscal_year: int
    completed_on: date | None
    retention: Code | None
    until: date | None
    reason: Sealed | None


class Completed(NamedTuple):
    """Sort key: completed first."""

    completed_on: date
    id: UUID


def _completed(row: FileRow) -> Completed:
    """Raises ValueError for a file that is not completed: it is in no list of these."""
    if row.completed_on is None:
        raise ValueError("a file that is not completed ends at no day")
    return Completed(row.completed_on, row.id)


EXPIRED: Final = Listed(Cursors("files", Completed), reads(FileRow), _completed)
FILE: Final = sql.SQL(
    "select f.id, f.kind, f.fiscal_year, f.completed_on, coalesce(s.retention, u.class) as retention, s.until, s.reason"
    " from renkei.files f left join unnest(%s::text[], %s::text[]) as u(kind, class) on u.kind = f.kind"
    " left join renkei.files s on s.city = f.city and s.generation = f.generation and s.record = f.id"
    " and s.kind = 'retention'"
    " where f.city = %s and f.generation = {} and f.kind <> 'retention'"
).format(live(FILES.name))
"""With the class of each kind by the city's rules."""
OF: Final = sql.SQL("{} and f.id = any(%s)").format(FILE)
OVER: Final = sql.SQL(
    "select * from ({}) file join unnest(%s::text[], %s::date[]) as c(class, completed_by) on c.class = retention"
    " where completed_on <= c.completed_by and (until is null or until <= %s)"
    " and (%s::date is null or (completed_on, id) > (%s, %s)) order by completed_on, id limit %s"
).format(FILE)
"""Of which the time is over by a day, from after a place on."""


def _usual(rules: RetentionRules | None) -> tuple[list[str], list[str]]:
    kinds: list[str] = [*FILED] if rules else []
    return kinds, [rules.of(kind) for kind in kinds] if rules else []


async def files_of(
    connection: Connection, city: CityCode, rules: RetentionRules | None, ids: Iterable[UUID]
) -> Mapping[UUID, FileRow]:
    """The files of these records."""
    found = await rows(connection, EXPIRED.decoder, OF, (*_usual(rules), city, list(ids)))
    return {row.id: row for row in found}


async def files_over(
    connection: Connection,
    city: CityCode,
    rules: RetentionRules | None,
    until: date,
    first: int = USUAL,
    after: str | None = None,
) -> Page[FileRow]:
    """Files that are kept no longer than until a day, completed first. Raises FirstInvalid, CursorInvalid."""
    limit, place = one_more(first), EXPIRED.cursors.read(after)
    ends = {
        code: completed_by(until, told.years) for code, told in (rules.classes if rules else {}).items() if told.years
    }
    since = (place.completed_on, place.completed_on, place.id) if place else (None, None, None)
    given = (*_usual(rules), city, list(ends), list(ends.values()), until, *since, limit)
    return EXPIRED.page(await rows(connection, EXPIRED.decoder, OVER, given), first, after)
