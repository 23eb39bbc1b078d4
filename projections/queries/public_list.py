"""How published cases and challenges are listed and found: the conditions they share, their order, their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from psycopg import sql

from domain.errors import TooMany
from domain.fields import FIELD_CODES
from domain.policy import known
from domain.values import CityCode, city_code
from projections.cursors import MOST
from projections.model import ReadModel
from projections.queries.live import live
from projections.queries.pages import Conditions, Connection, Listed, Page, one, one_more, rows
from projections.queries.public_cities import CODE
from projections.queries.public_ids import PublicId
from projections.search import needed, terms

T = TypeVar("T")


class Publication(NamedTuple):
    """Sort key: published last first, then by city and public id."""

    published_at: Annotated[datetime, msgspec.Meta(tz=True)]
    city: Annotated[str, msgspec.Meta(pattern=CODE)]
    public_id: UUID


def shared(cities: Sequence[str], status: Sequence[str], fields: Sequence[str], since: datetime | None) -> Conditions:
    """The conditions that cases and challenges share. Raises CityCodeInvalid, CodeUnknown, TooMany."""
    asked = Conditions()
    if cities:
        asked.add("city = any(%s)", [city_code(code) for code in few("cities", cities)])
    if status:
        asked.add("status = any(%s)", list(status))
    if fields:
        asked.add("fields && %s", [known("fields", code, FIELD_CODES) for code in few("fields", fields)])
    if since is not None:
        asked.add("updated_at >= %s", since)
    return asked


def few(name: str, values: Sequence[str]) -> Sequence[str]:
    """The values of one condition. Raises TooMany above 100."""
    if len(values) > MOST:
        raise TooMany(field=name, count=len(values), limit=MOST)
    return values


@dataclass(frozen=True, slots=True)
class PublicList(Generic[T]):
    """One public table as it is listed and looked up."""

    model: ReadModel[Any]
    columns: sql.Composable
    listed: Listed[T, Publication]

    async def page(
        self, connection: Connection, asked: Conditions, text: str, first: int, after: str | None
    ) -> Page[T]:
        """Published last first. Raises FirstInvalid, CursorInvalid, TextTooLong, TooMany."""
        limit, place = one_more(first), self.listed.cursors.read(after)
        for term in (found := terms(text)):
            asked.add("strpos(search, %s) > 0", term)
        if found:
            asked.add("grams @> %s", needed(found))
        if place is not None:
            asked.add(
                "published_at <= %s and (published_at < %s or (city, public_id) > (%s, %s))", place.published_at, *place
            )
        statement = sql.SQL("{} and {} order by published_at desc, city, public_id limit %s").format(
            self._whole(), asked.together()
        )
        return self.listed.page(
            await rows(connection, self.listed.decoder, statement, (*asked.values, limit)), first, after
        )

    async def get(self, connection: Connection, public_id: PublicId) -> T | None:
        """The one with this id, or none."""
        statement = sql.SQL("{} and city = %s and public_id = %s").format(self._whole())
        return await one(connection, self.listed.decoder, statement, (public_id.city, public_id.id))

    async def inside(self, connection: Connection, places: Sequence[tuple[CityCode, UUID]]) -> list[T]:
        """Those with these inner ids that are public, in any order."""
        statement = sql.SQL(
            "{} and (city, id) in (select * from unnest(%s::text[], %s::uuid[]))"
        ).format(self._whole())
        cities, ids = [city for city, _ in places], [id_ for _, id_ in places]
        return await rows(connection, self.listed.decoder, statement, (cities, ids))

    def _whole(self) -> sql.Composable:
        return sql.SQL("select {} from {} where generation = {}").format(
            self.columns, sql.Identifier(*self.model.table.split(".")), live(self.model.name)
        )


def listed_columns(row: type[Any]) -> sql.Composable:
    """SQL: the columns of a row type; its id outside is there as ``local_id``."""
    return sql.SQL(", ").join(
        sql.SQL("public_id as local_id") if name == "local_id" else sql.Identifier(name)
        for name in row.__dataclass_fields__
    )
