"""What happened in a city, event by event: to one record or to all (時系列)."""

from collections.abc import Iterable
from typing import Annotated, Final, NamedTuple
from uuid import UUID

import msgspec
from psycopg import sql

from domain.values import CityCode
from projections.cursors import Cursors
from projections.queries.live import columns, live, of_city
from projections.queries.pages import USUAL, Conditions, Connection, Listed, Page, one_more, reads, rows
from projections.timeline import TIMELINE, TimelineRow

LAST: Final = 2**63 - 1


class Place(NamedTuple):
    """Sort key: the event's place in the city's log."""

    position: Annotated[int, msgspec.Meta(ge=0, le=LAST)]


EVENTS: Final = Listed(Cursors("timeline", Place), reads(TimelineRow), lambda row: Place(row.position))

OF_EACH: Final = sql.SQL(
    "select happened.* from unnest(%s::uuid[]) as asked (id) cross join lateral"
    " (select {columns} from renkei.timeline t where t.city = %s and t.generation = {live} and t.id = asked.id"
    " order by t.version limit %s) happened"
).format(columns=columns(TimelineRow), live=live(TIMELINE.name))


async def timeline(
    connection: Connection,
    city: CityCode,
    id_: UUID | None = None,
    first: int = USUAL,
    after: str | None = None,
    *,
    newest_first: bool = False,
) -> Page[TimelineRow]:
    """What happened to one record, or with no id in the whole city. Raises FirstInvalid, CursorInvalid."""
    limit, place, asked = one_more(first), EVENTS.cursors.read(after), Conditions()
    if id_ is not None:
        asked.add("id = %s", id_)
    if place is not None:
        asked.add("position < %s" if newest_first else "position > %s", place.position)
    order = sql.SQL("position desc" if newest_first else "position")
    statement = sql.SQL("{} and {} order by {} limit %s").format(of_city(TIMELINE), asked.together(), order)
    found = await rows(connection, EVENTS.decoder, statement, (city, *asked.values, limit))
    return EVENTS.page(found, first, after)


async def timelines_by_id(
    connection: Connection, city: CityCode, ids: Iterable[UUID], first: int = USUAL
) -> dict[UUID, Page[TimelineRow]]:
    """The beginnings of several timelines, oldest first, each as a page. Raises FirstInvalid."""
    wanted = list(dict.fromkeys(ids))
    found: dict[UUID, list[TimelineRow]] = {id_: [] for id_ in wanted}
    for row in await rows(connection, EVENTS.decoder, OF_EACH, (wanted, city, one_more(first))):
        found[row.id].append(row)
    return {id_: EVENTS.page(happened, first, None) for id_, happened in found.items()}
