"""A proposer's own proposals, and what was written to it about them (自らの提案).

Which parties somebody stands for is the city's log's to say; every statement names the city and the parties.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import Struct
from psycopg import sql

from domain.values import CityCode, Precision, Sealed
from projections.cursors import Cursors
from projections.proposals import PROPOSALS, ProposalRow
from projections.queries.desk_records import INBOX, proposal_by_id
from projections.queries.live import columns, live, of_city
from projections.queries.pages import USUAL, Conditions, Connection, Listed, Page, one, one_more, reads, rows
from projections.records.table import RECORDS, RecordRow
from projections.records.told import for_proposer
from projections.timeline import TIMELINE
from tenants.visibility import TOLD

LONGEST_TOLD: Final = 1_000
"""Most events of one proposal that are looked through for what was written."""
MOST_RECORDS: Final = 100
"""Most records about one proposal of which its proposer is told: the newest."""


class Received(NamedTuple):
    """Sort key: last received first. When the city last did something about a proposal is not the proposer's to see."""

    received_on: date
    id: UUID


class Written(Struct, frozen=True):
    """An event in which something was typed. ``words``: where it stands in the event, to what was typed there."""

    id: UUID
    topic: str
    occurred_on: date
    precision: Precision
    words: dict[str, Sealed]


OWN: Final = Listed(Cursors("own proposals", Received), INBOX.decoder, lambda row: Received(row.received_on, row.id))
WRITTEN: Final = reads(Written)
RECORD: Final = reads(RecordRow)
OF_EACH: Final = sql.SQL(
    "select happened.* from unnest(%s::uuid[]) as asked (id) cross join lateral"
    " (select t.id, t.topic, t.occurred_on, t.precision, t.words from renkei.timeline t"
    "  where t.city = %s and t.generation = {live} and t.id = asked.id and t.words <> '{{}}'"
    "  order by t.version limit %s) happened"
).format(live=live(TIMELINE.name))

ABOUT_EACH: Final = sql.SQL(
    "select told.* from unnest(%s::uuid[]) as asked (id) cross join lateral"
    " (select {columns} from renkei.records r"
    "  where r.city = %s and r.generation = {live} and r.about = asked.id and r.kind = any(%s)"
    "  and not exists (select from renkei.dead_letters d where d.city = r.city and d.projection = {name}"
    "   and d.generation = r.generation and d.originator_id = r.id)"
    "  order by r.recorded_at desc, r.id limit %s) told order by told.recorded_at, told.id"
).format(columns=columns(RECORDS.row), live=live(RECORDS.name), name=sql.Literal(RECORDS.name))


def of_parties(parties: Collection[UUID]) -> Conditions:
    """Only what these parties proposed."""
    asked = Conditions()
    asked.add("proposer = any(%s)", list(parties))
    return asked


async def proposals_of(
    connection: Connection,
    city: CityCode,
    parties: Collection[UUID],
    first: int = USUAL,
    after: str | None = None,
) -> Page[ProposalRow]:
    """What these parties proposed, last received first. Raises FirstInvalid, CursorInvalid."""
    limit, place, asked = one_more(first), OWN.cursors.read(after), of_parties(parties)
    if place is not None:
        asked.add("received_on <= %s and (received_on < %s or id > %s)", place.received_on, place.received_on, place.id)
    whole = sql.SQL("{} and {} order by received_on desc, id limit %s").format(of_city(PROPOSALS), asked.together())
    found = await rows(connection, OWN.decoder, whole, (city, *asked.values, limit))
    return OWN.page(found, first, after)


async def proposal_of(
    connection: Connection, city: CityCode, parties: Collection[UUID], id_: UUID
) -> ProposalRow | None:
    """One of them; none for what others proposed. Raises Unreadable for one of theirs that was put aside."""
    asked = of_parties(parties)
    asked.add("id = %s", id_)
    whole = sql.SQL("{} and {}").format(of_city(PROPOSALS), asked.together())
    found = await one(connection, OWN.decoder, whole, (city, *asked.values))
    return None if found is None else await proposal_by_id(connection, city, found.id)


async def written(connection: Connection, city: CityCode, ids: Iterable[UUID]) -> dict[UUID, tuple[Written, ...]]:
    """What was typed about these proposals, by and for whomever, oldest first; who may read it is not said here."""
    found: dict[UUID, tuple[Written, ...]] = {}
    for row in await rows(connection, WRITTEN, OF_EACH, (list(ids), city, LONGEST_TOLD)):
        found[row.id] = (*found.get(row.id, ()), row)
    return found


async def told_records(
    connection: Connection, city: CityCode, ids: Iterable[UUID]
) -> dict[UUID, tuple[RecordRow, ...]]:
    """The records about these proposals that concern their proposers, oldest first; one put aside is not shown."""
    found: dict[UUID, list[RecordRow]] = {}
    for row in await rows(connection, RECORD, ABOUT_EACH, (list(ids), city, list(TOLD), MOST_RECORDS)):
        if row.about is not None:
            found.setdefault(row.about, []).append(row)
    return {proposal: for_proposer(about, proposal) for proposal, about in found.items()}
