"""The one place where a ``Member`` is made from a row of the database (担当者の読み取り)."""

from typing import Final

from domain.values import CityCode
from tenants.database.walls import Row
from tenants.members import Member, Role

COLUMNS: Final = "m.member, m.roles, m.name, m.department"
"""What ``member_from`` needs, of ``renkei.members m``; always the first columns of a row."""


def member_from(city: CityCode, row: Row) -> Member:
    """The member of a row that begins with ``COLUMNS``."""
    return Member(city, row[0], frozenset(map(Role, row[1])), row[2], row[3])
