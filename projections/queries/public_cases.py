"""The published cases of all cities, for everybody (公開事例一覧)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.case import Origin, Stage
from domain.methods import METHOD_CODES
from domain.policy import known
from domain.values import Code
from projections.commons_cases import COMMONS_CASES, Benefit, LabelledDate, Partner, Resource
from projections.published import Happened
from projections.queries.pages import USUAL, Connection, Page
from projections.queries.public_ids import PublicId
from projections.queries.public_list import Published, few, public_list, shared


@dataclass(frozen=True, slots=True)
class Case(Published):
    """One published case. ``challenge`` is an inner id, to find the challenge by and never to be shown."""

    status: Stage
    origin: Origin
    summary: str
    background: str | None
    source: str | None
    method: Code
    fields: tuple[Code, ...]
    partners: tuple[Partner, ...]
    dates: tuple[LabelledDate, ...]
    resources: tuple[Resource, ...]
    benefits: tuple[Benefit, ...]
    outcomes: tuple[str, ...]
    history: tuple[Happened, ...]
    challenge: UUID | None


@dataclass(frozen=True, slots=True)
class CaseWhere:
    """Which cases; what is left empty asks for nothing. All must hold; within one any suffices.

    ``cities`` by code; ``text``: words that must all occur somewhere in the case.
    """

    cities: tuple[str, ...] = ()
    status: tuple[Stage, ...] = ()
    methods: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    text: str = ""
    updated_since: datetime | None = None


CASES: Final = public_list(COMMONS_CASES, Case)


async def cases(
    connection: Connection,
    where: CaseWhere = CaseWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[Case]:
    """Cases of all cities, published last first.

    Raises CityCodeInvalid, CodeUnknown, TooMany, TextTooLong, FirstInvalid, CursorInvalid.
    """
    asked = shared(where.cities, where.status, where.fields, where.updated_since)
    methods = [known("methods", code, METHOD_CODES) for code in few("methods", where.methods)]
    asked.any_of("method", methods, ordered=True)
    return await CASES.page(connection, asked, where.text, first, after)


async def case(connection: Connection, public_id: PublicId) -> Case | None:
    """One case, or none when there is no such case that is shown."""
    return await CASES.get(connection, public_id)
