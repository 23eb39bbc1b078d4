"""Which receipt numbers of a year and kind no record bears, and why (欠番の説明).

Asked of the log's own tables, not of a view: a number is taken before its record is there, and stays taken.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, NamedTuple
from uuid import UUID

import msgspec
from psycopg import sql

from domain.values import CityCode
from projections.cursors import Cursors
from projections.queries.pages import USUAL, Connection, Listed, Page, one_more, reads, rows

LAST: Final = 2**31 - 2
"""After which there is room for one more in the column."""


class GapCause(StrEnum):
    """Why a receipt number is borne by no record (欠番の理由)."""

    UNDER_WAY = "under_way"
    """Taken within the last minute: its record may be there in a moment."""
    REFUSED = "refused"
    """Its command was refused after the number was taken, since somebody else had been faster."""
    NUMBERED_ANEW = "numbered_anew"
    """Its command was recorded under another number, of another year or kind."""
    NOT_RECORDED = "not_recorded"
    """Its command never ended, as in an outage, and was not sent again."""
    NOT_TAKEN = "not_taken"
    """No command took it though a later one was taken: this system gives none like that, so somebody must look."""


@dataclass(frozen=True, slots=True)
class NumberGap:
    """A number that no record bears. ``refused``: the code of the refusal; ``command_id``: what it was taken for."""

    serial: int
    cause: GapCause
    refused: str | None
    command_id: UUID | None
    taken_at: datetime | None


class Place(NamedTuple):
    """Sort key: the number."""

    serial: Annotated[int, msgspec.Meta(ge=0, le=LAST)]


GAPS: Final = Listed(Cursors("numbers", Place), reads(NumberGap), lambda row: Place(row.serial))
STATEMENT: Final = sql.SQL("""
    select s.serial, n.refused, n.command_id, n.taken_at, case
        when n.serial is null then 'not_taken'
        when b.position is not null then 'numbered_anew'
        when n.refused is not null then 'refused'
        when n.taken_at > clock_timestamp() - interval '1 minute' then 'under_way'
        else 'not_recorded' end as cause
    from generate_series(%(after)s::int + 1, (select max(t.serial) from renkei.receipt_numbers t
        where t.city = %(city)s and t.fiscal_year = %(year)s and t.kind = %(kind)s)) as s (serial)
    left join renkei.receipt_numbers n
        on n.city = %(city)s and n.fiscal_year = %(year)s and n.kind = %(kind)s and n.serial = s.serial
    left join renkei.commands c on c.city = %(city)s and c.command_id = n.command_id
    left join renkei.events b on b.city = %(city)s and b.position between c.first and c.last
        and b.topic in ('proposal.received', 'consultation.received')
    where b.position is null or exists (select from renkei.receipt_numbers o
        where o.city = %(city)s and o.command_id = n.command_id and o.taken_at > n.taken_at)
    order by s.serial limit %(limit)s""")
"""A command that took two numbers bears the later one: it was decided again under another year or kind."""


async def number_gaps(
    connection: Connection, city: CityCode, fiscal_year: int, kind: str, first: int = USUAL, after: str | None = None
) -> Page[NumberGap]:
    """The numbers of a year and kind that no record bears, in their order. Raises FirstInvalid, CursorInvalid."""
    limit, place = one_more(first), GAPS.cursors.read(after)
    values = {"city": city, "year": fiscal_year, "kind": kind, "after": place.serial if place else 0, "limit": limit}
    return GAPS.page(await rows(connection, GAPS.decoder, STATEMENT, values), first, after)
