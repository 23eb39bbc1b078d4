"""The notices of all cities that everybody may read, for everybody (お知らせ一覧)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.notice import Topic
from domain.values import CityCode
from projections.commons_notices import COMMONS_NOTICES
from projections.cursors import Cursors
from projections.queries.pages import USUAL, Connection, Listed, Page, reads
from projections.queries.public_ids import PublicId
from projections.queries.public_list import TODAY, Publication, PublicList, listed_columns, shared


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice that is shown today."""

    city: CityCode
    local_id: UUID
    topic: Topic
    sample: bool
    title: str
    text: str
    shown_until: date | None
    published_at: datetime
    updated_at: datetime

    @property
    def public_id(self) -> PublicId:
        """Its id outside."""
        return PublicId(self.city, self.local_id)


@dataclass(frozen=True, slots=True)
class NoticeWhere:
    """Which notices; what is left empty asks for nothing. All must hold; within one any suffices.

    ``cities`` by code; ``text``: words that must all occur somewhere in the notice.
    """

    cities: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    text: str = ""
    updated_since: datetime | None = None


NOTICES: Final = PublicList(
    COMMONS_NOTICES,
    listed_columns(Notice),
    Listed(
        Cursors("notices", Publication),
        reads(Notice),
        lambda found: Publication(found.published_at, found.city, found.local_id),
    ),
    while_="(shown_until is null or shown_until >= " + TODAY + ")",
)


async def notices(
    connection: Connection,
    where: NoticeWhere = NoticeWhere(),
    first: int = USUAL,
    after: str | None = None,
) -> Page[Notice]:
    """Notices of all cities that are shown today, published last first.

    Raises CityCodeInvalid, TooMany, TextTooLong, FirstInvalid, CursorInvalid.
    """
    asked = shared(where.cities, (), (), where.updated_since)
    asked.any_of("topic", where.topics)
    return await NOTICES.page(connection, asked, where.text, first, after)


async def notice(connection: Connection, public_id: PublicId) -> Notice | None:
    """One notice, or none when there is no such notice that is shown today."""
    return await NOTICES.get(connection, public_id)
