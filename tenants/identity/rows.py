"""The one place where a ``Member`` is made, from a row of the database and the rights in the log (担当者の読み取り)."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from psycopg import AsyncConnection

from domain.errors import NotSignedIn
from domain.values import CityCode
from tenants.database.walls import Row
from tenants.members import Member
from tenants.standing import Standing, standing, standing_within

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

COLUMNS: Final = "m.member, m.name"
"""What a member is made from, of ``renkei.members m``; always the first columns of a row."""


def member_from(tenancy: "Tenancy", city: CityCode, row: Row) -> Member:
    """The member of a row that begins with ``COLUMNS``, with the rights of today.

    Raises NotSignedIn for who is not (or no longer) a member today, Unreadable, Unavailable.
    """
    return _member(tenancy, city, row, standing(tenancy, city), None)


async def member_within(
    tenancy: "Tenancy", city: CityCode, connection: AsyncConnection[Row], row: Row, begun: datetime
) -> Member:
    """The same, asked within a transaction inside the city, for who came in at some time.

    What was begun before the member left lets in no more when the member is back. Raises NotSignedIn, Unreadable.
    """
    return _member(tenancy, city, row, await standing_within(tenancy, city, connection), begun)


def _member(tenancy: "Tenancy", city: CityCode, row: Row, now: Standing, begun: datetime | None) -> Member:
    today, there = tenancy.today(), now.rights.state.members.get(row[0])
    since = None if there is None else there.since_before(today)
    if since is None or (begun is not None and tenancy.day_of(begun) < since):
        raise NotSignedIn
    return Member(city, row[0], now.rights_of(row[0], today), row[1], now.versions)
