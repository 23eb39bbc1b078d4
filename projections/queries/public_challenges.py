"""The published challenges of all cities, for everybody (公開課題一覧)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.challenge import Result, Stage
from domain.values import CityCode, Code
from projections.commons_challenges import COMMONS_CHALLENGES
from projections.published import Happened
from projections.queries.pages import USUAL, Connection, Page
from projections.queries.public_ids import PublicId
from projections.queries.public_list import Published, public_list, shared


@dataclass(frozen=True, slots=True)
class Challenge(Published):
    """One published challenge. ``id`` is the inner id, by which cases name it, and never to be shown."""

    id: UUID
    status: Stage
    description: str
    conditions: str | None
    city_offers: str | None
    fields: tuple[Code, ...]
    due_on: date | None
    result: Result | None
    history: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class ChallengeWhere:
    """Which challenges; what is left empty asks for nothing. All must hold; within one any suffices.

    ``cities`` by code; ``text``: words that must all occur somewhere in the challenge.
    """

    cities: tuple[str, ...] = ()
    status: tuple[Stage, ...] = ()
    fields: tuple[str, ...] = ()
    text: str = ""
    updated_since: datetime | None = None


CHALLENGES: Final = public_list(COMMONS_CHALLENGES, Challenge)


async def challenges(
    connection: Connection,
    where: ChallengeWhere = ChallengeWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[Challenge]:
    """Challenges of all cities, published last first.

    Raises CityCodeInvalid, CodeUnknown, TooMany, TextTooLong, FirstInvalid, CursorInvalid.
    """
    asked = shared(where.cities, where.status, where.fields, where.updated_since)
    return await CHALLENGES.page(connection, asked, where.text, first, after)


async def challenge(connection: Connection, public_id: PublicId) -> Challenge | None:
    """One challenge, or none when there is no such challenge that is shown."""
    return await CHALLENGES.get(connection, public_id)


async def challenges_by_id(
    connection: Connection, places: Iterable[tuple[CityCode, UUID]]
) -> dict[tuple[CityCode, UUID], Challenge]:
    """Several challenges by city and inner id; those that are not public are left out."""
    found = await CHALLENGES.inside(connection, list(places))
    return {(challenge.city, challenge.id): challenge for challenge in found}
