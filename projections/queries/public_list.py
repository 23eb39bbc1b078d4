"""How published cases and challenges are listed and found: the conditions they share, their order, their words.

Measured with 100,000 cases of 100 cities (460 characters each, 2 busy cores, PostgreSQL 18, 20 a page): any list or
filter 1 to 3 ms; words in 8 of 100 cases 2 ms, in 2 of 100 5 ms, in 1 of 100 24 ms, in hardly any or none 8 to 14 ms;
words of 8 of 100 cases, all of them old, 45 ms. Left to one plain statement, the server took 80 ms where it guessed
the frequency of a word wrong, and over 200 ms where it also read the grams of every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Generic, LiteralString, NamedTuple, TypeVar
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


WINDOW: Final = 2_000
"""So many of the newest rows are read word by word before the index of words is asked."""

WHOLE: Final = sql.SQL("select {columns} from {table} where generation = {live} and {asked}")
LISTED: Final = sql.SQL(
    "select {columns} from {table} where generation = {live} and {asked}"
    " order by published_at desc, city, public_id limit %s"
)
NEAR: Final = sql.SQL(
    "select {columns} from ("
    " select * from {table} where generation = {live} and {asked}"
    " order by published_at desc, city, public_id limit %s) newest"
    " where {held} order by published_at desc, city, public_id limit %s"
)
"""Exact when it fills the page: the newest rows are the beginning of the list."""
FAR: Final = sql.SQL(
    "select {columns} from ("
    " select * from {table} where generation = {live} and {asked} and grams @> (select %s::text[]) and {held}"
    " offset 0) hits"
    " where exists (select from {table} where generation = {live} and {asked}"
    " order by published_at desc, city, public_id offset %s)"
    " order by published_at desc, city, public_id limit %s"
)
"""Everything that has the words, by the index of words; nothing when the newest rows were all there are.

``offset 0`` and the inner ``select`` keep the server from guessing how frequent the words are: it guessed a hundredfold
wrong, and then read the long list of grams of every row.
"""


def shared(cities: Sequence[str], status: Sequence[str], fields: Sequence[str], since: datetime | None) -> Conditions:
    """The conditions that cases and challenges share. Raises CityCodeInvalid, CodeUnknown, TooMany."""
    asked = Conditions()
    add_any(asked, "city", [city_code(code) for code in few("cities", cities)])
    add_any(asked, "status", status)
    if fields:
        asked.add("fields && %s", [known("fields", code, FIELD_CODES) for code in few("fields", fields)])
    if since is not None:
        asked.add("updated_at >= %s", since)
    return asked


def add_any(asked: Conditions, column: LiteralString, values: Sequence[str]) -> None:
    """Only rows with one of the values, if there are any; a single one may use an index that also has the order."""
    if len(values) == 1:
        asked.add(column + " = %s", *values)
    elif values:
        asked.add(column + " = any(%s)", list(values))


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
        """Published last first; one statement, or two when words are rare. Raises as ``cases`` does."""
        limit, place, words = one_more(first), self.listed.cursors.read(after), terms(text)
        if place is not None:
            asked.add(
                "published_at <= %s and (published_at < %s or (city, public_id) > (%s, %s))", place.published_at, *place
            )
        if words:
            return self.listed.page(await self._search(connection, asked, words, limit), first, after)
        statement = LISTED.format(**self._parts(asked))
        found = await rows(connection, self.listed.decoder, statement, (*asked.values, limit))
        return self.listed.page(found, first, after)

    async def get(self, connection: Connection, public_id: PublicId) -> T | None:
        """The one with this id, or none."""
        one_only = Conditions()
        one_only.add("city = %s and public_id = %s", public_id.city, public_id.id)
        statement = WHOLE.format(**self._parts(one_only))
        return await one(connection, self.listed.decoder, statement, one_only.values)

    async def inside(self, connection: Connection, places: Sequence[tuple[CityCode, UUID]]) -> list[T]:
        """Those with these inner ids that are public, in any order."""
        these = Conditions()
        these.add(
            "(city, id) in (select * from unnest(%s::text[], %s::uuid[]))",
            [city for city, _ in places],
            [id_ for _, id_ in places],
        )
        return await rows(connection, self.listed.decoder, WHOLE.format(**self._parts(these)), these.values)

    async def _search(
        self, connection: Connection, asked: Conditions, words: tuple[str, ...], limit: int
    ) -> Sequence[T]:
        parts, decoder = self._parts(asked), self.listed.decoder
        held = sql.SQL(" and ").join([sql.SQL("strpos(search, %s) <> 0")] * len(words))
        near = await rows(connection, decoder, NEAR.format(**parts, held=held), (*asked.values, WINDOW, *words, limit))
        if len(near) == limit:
            return near
        values = (*asked.values, needed(words), *words, *asked.values, WINDOW - 1, limit)
        return await rows(connection, decoder, FAR.format(**parts, held=held), values) or near

    def _parts(self, asked: Conditions) -> dict[str, sql.Composable]:
        return {
            "columns": self.columns,
            "table": sql.Identifier(*self.model.table.split(".")),
            "live": live(self.model.name),
            "asked": asked.together(),
        }


def listed_columns(row: type[Any]) -> sql.Composable:
    """SQL: the columns of a row type; its id outside is there as ``local_id``."""
    return sql.SQL(", ").join(
        sql.SQL("public_id as local_id") if name == "local_id" else sql.Identifier(name)
        for name in row.__dataclass_fields__
    )
