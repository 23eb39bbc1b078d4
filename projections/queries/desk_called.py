"""What the records of one city are called, of whatever kind, for those who meet them by their ids (件名・番号)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from msgspec import Struct
from psycopg import sql

from domain.values import CityCode, Sealed
from projections.proposals import Receipt
from projections.queries.desk_book import BOOK
from projections.queries.desk_records import cases_by_id, challenges_by_id, proposals_by_id
from projections.queries.live import of_city
from projections.queries.pages import Connection, rows
from projections.records.sessions import SessionBody
from projections.records.table import RECORDS, RecordRow

NOTHING: Final[Mapping[UUID, Sealed]] = MappingProxyType({})


class Called(Struct, frozen=True):
    """What a record is called: its title, its number where it has one, and the items of a session's agenda."""

    title: Sealed | None
    receipt: Receipt | None = None
    items: Mapping[UUID, Sealed] = NOTHING


async def called(connection: Connection, city: CityCode, ids: Iterable[UUID]) -> dict[UUID, Called]:
    """Several records; those that are not there are left out. Four statements, however many are asked for."""
    asked = list(ids)
    proposals = await proposals_by_id(connection, city, asked)
    others = (await challenges_by_id(connection, city, asked), await cases_by_id(connection, city, asked))
    statement = sql.SQL("{} and id = any(%s)").format(of_city(RECORDS))
    booked = await rows(connection, BOOK.decoder, statement, (city, asked))
    return {
        **{row.id: _of_record(row) for row in booked},
        **{id_: Called(row.title) for found in others for id_, row in found.items()},
        **{id_: Called(row.title, row.receipt) for id_, row in proposals.items()},
    }


def _of_record(row: RecordRow) -> Called:
    body = row.content
    items = {each.item: each.question for each in body.items} if isinstance(body, SessionBody) else NOTHING
    return Called(row.title, items=items)
