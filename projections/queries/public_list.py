"""How what is published is listed and found: the conditions they share, their order, their words.

Measured with 100,000 cases of 100 cities (460 characters each, 2 busy cores, PostgreSQL 18, 20 a page): any list or
filter 1 to 3 ms; words in 2 to 8 of 100 cases 1 to 3 ms; words that hardly any case has 3 ms, with another condition
8 ms; three rare words with one 11 ms, eight words 12 ms; a word of 8 of 100 cases, all of them old, 16 ms, or 24 ms
when it has more than two characters. Left to one plain statement, the server took 80 ms where it guessed the frequency
of a word wrong, and over 200 ms where it also read the grams of every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any, Final, Generic, LiteralString, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from psycopg import sql

from domain.errors import TooMany
from domain.fields import FIELD_CODES
from domain.policy import known
from domain.values import CityCode, city_code
from projections.cursors import MOST, Cursors
from projections.model import ReadModel
from projections.queries.live import live
from projections.queries.pages import Conditions, Connection, Listed, Page, one, one_more, reads, rows
from projections.queries.public_cities import CODE
from projections.queries.public_ids import PublicId
from projections.search import needed, terms

T = TypeVar("T")
P = TypeVar("P", bound="Published")


class Publication(NamedTuple):
    """Sort key: published last first, then by city and public id."""

    published_at: Annotated[datetime, msgspec.Meta(tz=True)]
    city: Annotated[str, msgspec.Meta(pattern=CODE)]
    public_id: UUID


@dataclass(frozen=True, slots=True)
class Published:
    """What everything published tells: whose it is, its title, and since when it is there."""

    city: CityCode
    local_id: UUID
    sample: bool
    title: str
    published_at: datetime
    updated_at: datetime

    @property
    def public_id(self) -> PublicId:
        """Its id outside."""
        return PublicId(self.city, self.local_id)

    @property
    def publication(self) -> Publication:
        """Its place in a list."""
        return Publication(self.published_at, self.city, self.local_id)


TODAY: Final[LiteralString] = "(now() at time zone 'Asia/Tokyo')::date"
"""SQL: the day in Japan; what is shown may depend on it beside the version of the commons."""
WINDOW: Final = 2_000
"""So many of the newest rows are looked at one by one before the index of words is asked."""
PATIENCE: Final = 25
"""So many for each that is wanted, where other conditions hold for few rows and many are read to find these."""
PAIR: Final = 2
"""A word of one or two characters is itself a gram: a row that has the gram has the word."""

WHOLE: Final = sql.SQL("select {columns} from {table} where {shown} and {asked}")
LISTED: Final = sql.SQL(
    "select {columns} from {table} where {shown} and {along} and {beside}"
    " order by published_at desc, city, public_id limit %s"
)
NEAR: Final = sql.SQL(
    "select {columns} from ("
    " select * from {table} where {shown} and {along} and {beside}"
    " order by published_at desc, city, public_id limit %s) newest"
    " where {held} order by published_at desc, city, public_id limit %s"
)
"""Exact when it fills the page: the newest rows are the beginning of the list."""
FAR: Final = sql.SQL(
    "select {columns} from ("
    " select * from {table} where {shown} and {along} and {beside} and grams @> (select %s::text[])"
    " and {held} offset 0) hits"
    " where exists (select from {table} where {shown} and {along}"
    " order by published_at desc, city, public_id offset %s)"
    " order by published_at desc, city, public_id limit %s"
)
"""Everything that has the words, by the index of words; nothing when the newest rows were surely all there are.

``offset 0`` and the inner ``select`` keep the server from guessing how frequent the words are: it guessed a hundredfold
wrong, and then read the long list of grams of every row.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions of a list.

    ``along``: those for which an index has the order of the list too, so that the newest rows that hold them are read
    at once. ``beside``: all others; to find the newest rows that hold them, many may be read that do not.
    """

    along: Conditions = field(default_factory=Conditions)
    beside: Conditions = field(default_factory=Conditions)

    @property
    def values(self) -> list[Any]:
        """The values of both, in this order."""
        return [*self.along.values, *self.beside.values]

    def any_of(self, column: LiteralString, values: Sequence[str], *, ordered: bool = False) -> None:
        """Only rows with one of the values, if there are any. ``ordered``: an index has this column and the order."""
        if len(values) == 1:
            (self.along if ordered else self.beside).add(column + " = %s", *values)
        elif values:
            self.beside.add(column + " = any(%s)", list(values))


def shared(cities: Sequence[str], status: Sequence[str], fields: Sequence[str], since: datetime | None) -> Asked:
    """The conditions that cases and challenges share. Raises CityCodeInvalid, CodeUnknown, TooMany."""
    asked = Asked()
    asked.any_of("city", [city_code(code) for code in few("cities", cities)], ordered=True)
    asked.any_of("status", status)
    if fields:
        asked.beside.add("fields && %s", [known("fields", code, FIELD_CODES) for code in few("fields", fields)])
    if since is not None:
        asked.beside.add("updated_at >= %s", since)
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
    while_: LiteralString = "true"
    """What must hold for a row to be shown at all, now: asked wherever rows are read."""

    @property
    def shown(self) -> sql.Composable:
        """SQL: that a row is of the live generation and may be shown now."""
        return sql.SQL("generation = {} and {}").format(live(self.model.name), sql.SQL(self.while_))

    async def page(self, connection: Connection, asked: Asked, text: str, first: int, after: str | None) -> Page[T]:
        """Published last first; one statement, or two when words are rare. Raises as ``cases`` does."""
        limit, place, words = one_more(first), self.listed.cursors.read(after), terms(text)
        if place is not None:
            asked.along.add(
                "published_at <= %s and (published_at < %s or (city, public_id) > (%s, %s))", place.published_at, *place
            )
        if words:
            return self.listed.page(await self._search(connection, asked, words, limit), first, after)
        statement = LISTED.format(**self._asked(asked))
        found = await rows(connection, self.listed.decoder, statement, (*asked.values, limit))
        return self.listed.page(found, first, after)

    async def get(self, connection: Connection, public_id: PublicId) -> T | None:
        """The one with this id, or none."""
        one_only = Conditions()
        one_only.add("city = %s and public_id = %s", public_id.city, public_id.id)
        statement = WHOLE.format(**self._parts(), asked=one_only.together())
        return await one(connection, self.listed.decoder, statement, one_only.values)

    async def inside(self, connection: Connection, places: Sequence[tuple[CityCode, UUID]]) -> list[T]:
        """Those with these inner ids that are public, in any order."""
        these = Conditions()
        these.add(
            "(city, id) in (select * from unnest(%s::text[], %s::uuid[]))",
            [city for city, _ in places],
            [id_ for _, id_ in places],
        )
        statement = WHOLE.format(**self._parts(), asked=these.together())
        return await rows(connection, self.listed.decoder, statement, these.values)

    async def _search(self, connection: Connection, asked: Asked, words: tuple[str, ...], limit: int) -> Sequence[T]:
        parts, decoder = self._asked(asked), self.listed.decoder
        window = min(WINDOW, PATIENCE * limit) if asked.beside.parts else WINDOW
        values = (*asked.values, window, *words, limit)
        near = await rows(connection, decoder, NEAR.format(**parts, held=held(words)), values)
        if len(near) == limit:
            return near
        long = tuple(word for word in words if len(word) > PAIR)
        values = (*asked.values, needed(words), *long, *asked.along.values, window - 1, limit)
        return await rows(connection, decoder, FAR.format(**parts, held=held(long)), values) or near

    def _asked(self, asked: Asked) -> dict[str, sql.Composable]:
        return self._parts() | {"along": asked.along.together(), "beside": asked.beside.together()}

    def _parts(self) -> dict[str, sql.Composable]:
        return {
            "columns": self.columns,
            "table": sql.Identifier(*self.model.table.split(".")),
            "shown": self.shown,
        }


def public_list(model: ReadModel[Any], row: type[P], while_: LiteralString = "true") -> PublicList[P]:
    """The list of what a read model of the commons holds, as rows of this type."""
    cursors = Cursors(model.name.removeprefix("commons_"), Publication)
    return PublicList(model, listed_columns(row), Listed(cursors, reads(row), attrgetter("publication")), while_)


def held(words: Sequence[str]) -> sql.Composable:
    """SQL: that the text of a row has all these words, a ``%s`` for each."""
    return sql.SQL(" and ").join([sql.SQL("strpos(search, %s) <> 0")] * len(words)) if words else sql.SQL("true")


def listed_columns(row: type[Any]) -> sql.Composable:
    """SQL: the columns of a row type; its id outside is there as ``local_id``."""
    return sql.SQL(", ").join(
        sql.SQL("public_id as local_id") if name == "local_id" else sql.Identifier(name)
        for name in row.__dataclass_fields__
    )
