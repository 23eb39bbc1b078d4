"""The files that belong to records (添付ファイル)."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from psycopg import sql

from domain.values import CityCode
from projections.attachments import ATTACHMENTS, AttachmentRow
from projections.queries.live import of_city
from projections.queries.pages import Conditions, Connection, reads, rows

DECODER: Final = reads(AttachmentRow)
MOST: Final = 1_000
"""Files of the records of one page that are shown."""


async def attachments_of(
    connection: Connection, city: CityCode, ids: Iterable[UUID]
) -> dict[UUID, tuple[AttachmentRow, ...]]:
    """The files that belong to these records now, oldest first."""
    asked = Conditions()
    asked.add("id = any(%s)", list(ids))
    found: dict[UUID, tuple[AttachmentRow, ...]] = {}
    for row in sorted(await _rows(connection, city, asked), key=lambda row: row.position):
        others = tuple(each for each in found.get(row.id, ()) if each.file != row.file)
        found[row.id] = others if row.detached else (*others, row)
    return found


async def attachment(connection: Connection, city: CityCode, file: UUID) -> tuple[AttachmentRow, bool] | None:
    """A file as it was last put with a record, and whether it was detached from it since."""
    asked = Conditions()
    asked.add("file = %s", file)
    happened = sorted(await _rows(connection, city, asked), key=lambda row: row.position)
    came = [row for row in happened if not row.detached]
    return (came[-1], happened[-1].detached) if came else None


async def _rows(connection: Connection, city: CityCode, asked: Conditions) -> list[AttachmentRow]:
    statement = sql.SQL("{} and {} order by position desc limit %s").format(of_city(ATTACHMENTS), asked.together())
    return await rows(connection, DECODER, statement, (city, *asked.values, MOST))
