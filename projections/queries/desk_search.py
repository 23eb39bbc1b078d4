"""Proposals whose title or proposer's name holds some words (受付簿の検索).

Both are sealed, so that no index holds them: the rows that everything else leaves over are opened in batches and looked
at. A member finds only what the list shows to that member: a value that is withheld, erased or damaged holds no word,
whatever stands in it, and what is withheld is not even opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from psycopg import sql

from domain.errors import SearchTooWide
from domain.values import CityCode, Sealed
from projections.proposals import PROPOSALS, FormerName, ProposalRow
from projections.queries.desk_records import (
    INBOX,
    Changed,
    InboxWhere,
    from_after,
    last_changed_first,
    of_inbox,
    proposals_by_id,
)
from projections.queries.desk_words import Opened, open_words
from projections.queries.live import live
from projections.queries.pages import USUAL, Connection, Page, one_more, reads, rows
from projections.search import in_hiragana, normalised, terms
from tenants.keys import KeyStore
from tenants.members import Member
from tenants.visibility import may_read

BATCH: Final = 200
"""Rows that are opened together: two statements."""
MOST_LOOKED_AT: Final = 5_000
"""Most rows that are opened for one request, however many searches stand in it: opening keeps everybody waiting."""


class Candidate(Struct, frozen=True):
    """As much of a row as is looked at."""

    id: UUID
    updated_at: datetime
    title: Sealed
    organisation: Sealed
    kana: Sealed | None
    former_names: tuple[FormerName, ...]

    def names(self) -> tuple[Sealed, ...]:
        """What the proposer is called and was called, with the readings (団体名・旧名称・よみ)."""
        borne = ((self.organisation, self.kana), *((each.name, each.kana) for each in self.former_names))
        return tuple(name for names in borne for name in names if name is not None)


CANDIDATE: Final = reads(Candidate)
OF_CITY: Final = sql.SQL(
    "select id, updated_at, title, organisation, words -> 'organisation_kana' as kana,"
    " coalesce(dossier -> 'former_names', '[]') as former_names"
    " from renkei.proposals where city = %s and generation = {}"
).format(live(PROPOSALS.name))


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that must all stand in the title, and those that must in the organisation's name; as compared."""

    title: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()

    def of(self, row: Candidate, member: Member) -> Iterator[tuple[tuple[Sealed, ...], tuple[str, ...]]]:
        """What the member may look at in a row, and the words that must stand in one of them."""
        for texts, words in (((row.title,), self.title), (row.names(), self.organisation)):
            if words:
                yield tuple(text for text in texts if may_read(member, text.audience)), words


def sought(title: str | None, organisation: str | None) -> Sought | None:
    """What is asked for, or none. Raises TextTooLong, TooMany."""
    asked = Sought(_compared(title), _compared(organisation))
    return asked if asked.title or asked.organisation else None


def _compared(query: str | None) -> tuple[str, ...]:
    return tuple(in_hiragana(word) for word in terms(query or ""))


@dataclass(slots=True)
class Room:
    """How many rows one request may still open."""

    left: int = field(default_factory=lambda: MOST_LOOKED_AT)

    def require(self) -> None:
        """Raises SearchTooWide when none is left."""
        if self.left <= 0:
            raise SearchTooWide(limit=MOST_LOOKED_AT)


@dataclass(frozen=True, slots=True)
class Search:
    """One search of one member, in the room of a request."""

    keys: KeyStore
    member: Member
    asked: Sought
    room: Room

    async def holding(self, connection: Connection, city: CityCode, batch: list[Candidate]) -> list[UUID]:
        """Those in which the member reads all the words."""
        looked_at = {row.id: tuple(self.asked.of(row, self.member)) for row in batch}
        open_to = {id_: parts for id_, parts in looked_at.items() if all(texts for texts, _ in parts)}
        refs = (text for parts in open_to.values() for texts, _ in parts for text in texts)
        opened = await open_words(connection, self.keys, city, refs)
        return [
            id_
            for id_, parts in open_to.items()
            if all(any(_holds(opened[text.commitment], words) for text in texts) for texts, words in parts)
        ]

    async def found(
        self, connection: Connection, city: CityCode, where: InboxWhere, place: Changed | None, limit: int
    ) -> list[UUID]:
        """The first so many, last changed first, from after a place on. Raises SearchTooWide."""
        found: list[UUID] = []
        while True:
            self.room.require()
            asked = from_after(place, of_inbox(where))
            statement = last_changed_first(OF_CITY, asked)
            batch = await rows(connection, CANDIDATE, statement, (city, *asked.values, BATCH))
            self.room.left -= len(batch)
            found += await self.holding(connection, city, batch)
            if len(found) >= limit or len(batch) < BATCH:
                return found[:limit]
            place = Changed(batch[-1].updated_at, batch[-1].id)


async def inbox_found(
    connection: Connection,
    city: CityCode,
    search: Search,
    where: InboxWhere,
    first: int = USUAL,
    after: str | None = None,
) -> Page[ProposalRow]:
    """As ``inbox``, of what the member finds there. Raises FirstInvalid, CursorInvalid, SearchTooWide."""
    limit, place = one_more(first), INBOX.cursors.read(after)
    found = await search.found(connection, city, where, place, limit)
    told = await proposals_by_id(connection, city, found)
    return INBOX.page([told[id_] for id_ in found if id_ in told], first, after)


def _holds(opened: Opened, words: tuple[str, ...]) -> bool:
    text = in_hiragana(normalised(opened)) if isinstance(opened, str) else None
    return text is not None and all(word in text for word in words)
