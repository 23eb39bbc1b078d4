"""The gatherings of all cities to which everybody may come, for everybody (交流イベント一覧)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, LiteralString

from domain.gathering import Stage
from projections.commons_gatherings import COMMONS_GATHERINGS
from projections.queries.pages import USUAL, Connection, Page
from projections.queries.public_ids import PublicId
from projections.queries.public_list import TODAY, Published, public_list, shared


@dataclass(frozen=True, slots=True)
class Gathering(Published):
    """One gathering as it stands, without who registered."""

    status: Stage
    description: str
    place: str | None
    how_to_register: str | None
    reason: str | None
    held_on: date
    register_by: date
    capacity: int | None


@dataclass(frozen=True, slots=True)
class GatheringWhere:
    """Which gatherings; what is left empty asks for nothing. All must hold; within one any suffices.

    ``cities`` by code; ``coming``: announced, and today or later; ``text``: words that must all occur in it.
    """

    cities: tuple[str, ...] = ()
    status: tuple[Stage, ...] = ()
    coming: bool = False
    text: str = ""
    updated_since: datetime | None = None


GATHERINGS: Final = public_list(COMMONS_GATHERINGS, Gathering)
COMING: Final[LiteralString] = "status = %s and held_on >= " + TODAY


async def gatherings(
    connection: Connection,
    where: GatheringWhere = GatheringWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[Gathering]:
    """Gatherings of all cities, announced last first.

    Raises CityCodeInvalid, TooMany, TextTooLong, FirstInvalid, CursorInvalid.
    """
    asked = shared(where.cities, where.status, (), where.updated_since)
    if where.coming:
        asked.beside.add(COMING, Stage.ANNOUNCED)
    return await GATHERINGS.page(connection, asked, where.text, first, after)


async def gathering(connection: Connection, public_id: PublicId) -> Gathering | None:
    """One gathering, or none when there is no such gathering that is shown."""
    return await GATHERINGS.get(connection, public_id)
