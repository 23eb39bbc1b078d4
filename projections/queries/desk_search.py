"""Proposals whose title or proposer's name holds some words (受付簿の検索).

Both are sealed, so that no index holds them: the rows that everything else leaves over are opened in batches and looked
at. A member finds only what the list shows to that member: a value that is withheld, erased or damaged holds no word,
whatever stands in it, and is not even opened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import SearchTooWide
from domain.values import CityCode, Sealed
from projections.proposals import ProposalRow
from projections.queries.desk_records import INBOX, Changed, InboxWhere, inbox_rows
from projections.queries.desk_words import Opened, open_words
from projections.queries.pages import USUAL, Connection, Page, one_more
from projections.search import normalised, terms
from tenants.keys import KeyStore
from tenants.members import Member
from tenants.visibility import may_read

BATCH: Final = 500
"""Rows that are opened together: two statements."""
MOST_LOOKED_AT: Final = 10_000
"""Most rows that are opened for one page."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that must all stand in the title, and those that must in the organisation's name; normalised."""

    title: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()

    def of(self, row: ProposalRow) -> Iterator[tuple[Sealed, tuple[str, ...]]]:
        """What is looked at in a row, and the words that must stand there."""
        if self.title:
            yield row.title, self.title
        if self.organisation:
            yield row.organisation, self.organisation


def sought(title: str | None, organisation: str | None) -> Sought | None:
    """What is asked for, or none. Raises TextTooLong, TooMany."""
    asked = Sought(terms(title or ""), terms(organisation or ""))
    return asked if asked.title or asked.organisation else None


async def inbox_found(
    connection: Connection,
    city: CityCode,
    keys: KeyStore,
    member: Member,
    asked: Sought,
    where: InboxWhere,
    first: int = USUAL,
    after: str | None = None,
) -> Page[ProposalRow]:
    """As ``inbox``, of what the member finds there. Raises FirstInvalid, CursorInvalid, SearchTooWide."""
    limit, place = one_more(first), INBOX.cursors.read(after)
    found: list[ProposalRow] = []
    for _ in range(MOST_LOOKED_AT // BATCH):
        batch = await inbox_rows(connection, city, where, place, BATCH)
        found += await _holding(connection, city, keys, member, asked, batch)
        if len(found) >= limit or len(batch) < BATCH:
            return INBOX.page(found[:limit], first, after)
        place = Changed(batch[-1].updated_at, batch[-1].id)
    raise SearchTooWide(limit=MOST_LOOKED_AT)


async def _holding(
    connection: Connection,
    city: CityCode,
    keys: KeyStore,
    member: Member,
    asked: Sought,
    batch: Sequence[ProposalRow],
) -> list[ProposalRow]:
    """Those of the rows in which the member reads all the words."""
    open_to = [row for row in batch if all(may_read(member, sealed.audience) for sealed, _ in asked.of(row))]
    opened = await open_words(connection, keys, city, (sealed for row in open_to for sealed, _ in asked.of(row)))
    return [row for row in open_to if all(_holds(opened[sealed.commitment], words) for sealed, words in asked.of(row))]


def _holds(opened: Opened, words: tuple[str, ...]) -> bool:
    text = normalised(opened) if isinstance(opened, str) else None
    return text is not None and all(word in text for word in words)
