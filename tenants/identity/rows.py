"""The one place where a ``Member`` is made, from a row of the database and the rights in the log (担当者の読み取り)."""

from typing import TYPE_CHECKING, Final

from psycopg import AsyncConnection

from domain.values import CityCode
from tenants.database.walls import Row
from tenants.members import Member
from tenants.standing import Standing, standing, standing_within

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

COLUMNS: Final = "m.member, m.name"
"""What a member is made from, of ``renkei.members m``; always the first columns of a row."""


def member_from(tenancy: "Tenancy", city: CityCode, row: Row) -> Member:
    """The member of a row that begins with ``COLUMNS``, with the rights of today. Raises Unreadable, Unavailable."""
    return _member(tenancy, city, row, standing(tenancy, city))


async def member_within(tenancy: "Tenancy", city: CityCode, connection: AsyncConnection[Row], row: Row) -> Member:
    """The same, asked within a transaction inside the city. Raises Unreadable."""
    return _member(tenancy, city, row, await standing_within(tenancy, city, connection))


def _member(tenancy: "Tenancy", city: CityCode, row: Row, now: Standing) -> Member:
    return Member(city, row[0], now.rights_of(row[0], tenancy.today()), row[1])
