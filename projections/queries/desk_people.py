"""A city's organisation, and the names of its members for those whom the log knows by id only (組織・担当者)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from psycopg import sql

from domain.values import CityCode
from projections.organisation import ORGANISATION, OrganisationRow
from projections.queries.live import of_city
from projections.queries.pages import Connection, one, reads, rows


@dataclass(frozen=True, slots=True)
class MemberName:
    """A member as others see them; one who left stays, or old decisions would lose their author."""

    id: UUID
    name: str
    active: bool


ORGANISATIONS: Final = reads(OrganisationRow)
MEMBERS: Final = reads(MemberName)
NAMES: Final = sql.SQL("select member as id, name, active from renkei.members where city = %s and member = any(%s)")


async def organisation(connection: Connection, city: CityCode) -> OrganisationRow | None:
    """The city's departments, posts and holdings with their whole history; none before the first was entered."""
    return await one(connection, ORGANISATIONS, of_city(ORGANISATION), (city,))


async def members_by_id(connection: Connection, city: CityCode, ids: Iterable[UUID]) -> dict[UUID, MemberName]:
    """The names of members, also of those who left; ids that are no member's are left out."""
    return {member.id: member for member in await rows(connection, MEMBERS, NAMES, (city, list(ids)))}
