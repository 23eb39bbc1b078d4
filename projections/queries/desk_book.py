"""The records of one city of every kind, as its desk lists and opens them (記録簿)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Final, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg import sql

from domain.approval import APPROVAL, OPEN
from domain.errors import Unreadable
from domain.values import CityCode
from projections.cursors import Cursors
from projections.queries.desk_records import ASIDE, ENDING
from projections.queries.live import live, of_city
from projections.queries.pages import USUAL, Conditions, Connection, Listed, Page, one, one_more, reads, rows
from projections.records.table import RECORDS, RecordRow
from tenants.members import Role
from tenants.standing import Manned
from tenants.visibility import READ_INSIDE, View, record_view


class Changed(NamedTuple):
    """Sort key: last changed first."""

    updated_at: Annotated[datetime, msgspec.Meta(tz=True)]
    id: UUID


BOOK: Final = Listed(Cursors("records", Changed), reads(RecordRow), lambda row: Changed(row.updated_at, row.id))


INSIDE: Final[LiteralString] = (
    "coalesce(%s <= (content->>'shown_until')::date, true) and ("
    + " or ".join(["kind = %s and stage = any(%s)"] * len(READ_INSIDE))
    + ")"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn: a member, the posts it holds with those they succeeded, and its roles with the departments of one.

    ``manned``: who is there, for whom what waits for somebody else who is not is its turn as well: the desk's.
    """

    member: UUID
    posts: frozenset[UUID]
    roles: frozenset[Role]
    departments: frozenset[UUID] | None = None
    manned: Manned | None = None

    def has(self, row: RecordRow) -> bool:
        """Whether a record waits for it, as the list filters it."""
        if row.member == self.member or not self.posts.isdisjoint(row.posts):
            return True
        if not self.roles.isdisjoint(row.also) or self._takes_over(row):
            return True
        if row.waiting_for not in self.roles:
            return False
        officer = row.waiting_for == Role.DEPARTMENT_OFFICER and self.departments is not None
        return not officer or not (self.departments or frozenset()).isdisjoint((row.department, *row.departments))

    def _takes_over(self, row: RecordRow) -> bool:
        """Whether it is an open approval at somebody who left, or at a post that nobody holds."""
        going_on = row.kind == APPROVAL.name and row.stage in OPEN
        return self.manned is not None and going_on and self.manned.left(row.member, row.posts)


@dataclass(frozen=True, slots=True)
class RecordsWhere:
    """Which records; what is left empty asks for nothing. ``overdue_on``: due before that day and not ended.

    ``inside_on``: only what all of the city's own people read on that day, by ``tenants.visibility.record_view``;
    ``ending``: how the id ends.
    """

    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    about: UUID | None = None
    turn: Turn | None = None
    overdue_on: date | None = None
    sample: bool | None = None
    inside_on: date | None = None
    ending: str | None = None


async def records(
    connection: Connection,
    city: CityCode,
    where: RecordsWhere = RecordsWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[RecordRow]:
    """The city's records, last changed first. Raises FirstInvalid, CursorInvalid."""
    limit, place = one_more(first), BOOK.cursors.read(after)
    asked = _asked(where)
    if place is not None:
        asked.add("updated_at <= %s and (updated_at < %s or id > %s)", place.updated_at, place.updated_at, place.id)
    statement = sql.SQL("{} and {} order by updated_at desc, id limit %s").format(of_city(RECORDS), asked.together())
    return BOOK.page(await rows(connection, BOOK.decoder, statement, (city, *asked.values, limit)), first, after)


def _asked(where: RecordsWhere) -> Conditions:
    asked = Conditions()
    if where.kinds:
        asked.add("kind = any(%s)", list(where.kinds))
    if where.stages:
        asked.add("stage = any(%s)", list(where.stages))
    if where.about is not None:
        asked.add("(about = %s or concerns && %s)", where.about, [where.about])
    if where.overdue_on is not None:
        asked.add("due_on < %s", where.overdue_on)
    if where.sample is not None:
        asked.add("sample = %s", where.sample)
    if where.ending is not None:
        asked.add(ENDING, len(where.ending), where.ending)
    if where.turn is not None:
        _add_turn(asked, where.turn)
    if where.inside_on is not None:
        asked.add(INSIDE, where.inside_on, *chain.from_iterable((kind, list(of)) for kind, of in READ_INSIDE.items()))
    return asked


def view_of(row: RecordRow, today: date) -> View:
    """The view that a record belongs to, as the list asks for it."""
    return record_view(row.kind, row.stage, getattr(row.content, "shown_until", None), today)


def _add_turn(asked: Conditions, turn: Turn) -> None:
    officer = Role.DEPARTMENT_OFFICER
    bound = turn.departments is not None and officer in turn.roles
    own = list(turn.departments or ()) if bound else []
    asked.add(
        "(waiting_for = any(%s) or also && %s::text[] or member = %s or posts && %s"
        " or waiting_for = %s and (department = any(%s) or departments && %s)"
        " or %s and kind = %s and stage = any(%s) and (member is not null and member <> all(%s) or not posts <@ %s))",
        list(turn.roles - {officer} if bound else turn.roles),
        list(turn.roles),
        turn.member,
        list(turn.posts),
        officer,
        own,
        own,
        turn.manned is not None,
        APPROVAL.name,
        list(OPEN),
        list(turn.manned.members if turn.manned else ()),
        list(turn.manned.posts if turn.manned else ()),
    )


async def record(connection: Connection, city: CityCode, id_: UUID) -> RecordRow | None:
    """One record, or none. Raises Unreadable when it was put aside: what the view shows of it is old."""
    statement = ASIDE.format(live(RECORDS.name))
    aside = await (await connection.execute(statement, (city, RECORDS.name, id_))).fetchone()
    if aside is not None:
        raise Unreadable(topic=aside[0].partition(":")[0])
    return await one(connection, BOOK.decoder, sql.SQL("{} and id = %s").format(of_city(RECORDS)), (city, id_))


async def records_about(
    connection: Connection, city: CityCode, ids: Iterable[UUID]
) -> dict[UUID, tuple[RecordRow, ...]]:
    """The records about these others or that concern them, oldest first; what there is none about is left out."""
    asked, wanted = list(ids), sql.SQL("{} and (about = any(%s) or concerns && %s) order by recorded_at, id")
    found: dict[UUID, tuple[RecordRow, ...]] = {}
    for row in await rows(connection, BOOK.decoder, wanted.format(of_city(RECORDS)), (city, asked, asked)):
        for about in dict.fromkeys((row.about, *row.concerns)):
            if about is not None:
                found[about] = (*found.get(about, ()), row)
    return found
