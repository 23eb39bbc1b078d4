"""The notices of all cities that everybody may read, for everybody (お知らせ一覧)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from domain.notice import Topic
from projections.commons_notices import COMMONS_NOTICES
from projections.queries.pages import USUAL, Connection, Page
from projections.queries.public_ids import PublicId
from projections.queries.public_list import TODAY, Published, public_list, shared


@dataclass(frozen=True, slots=True)
class Notice(Published):
    """One notice that is shown today."""

    topic: Topic
    text: str
    shown_until: date | None


@dataclass(frozen=True, slots=True)
class NoticeWhere:
    """Which notices; what is left empty asks for nothing. All must hold; within one any suffices.

    ``cities`` by code; ``text``: words that must all occur somewhere in the notice.
    """

    cities: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    text: str = ""
    updated_since: datetime | None = None


NOTICES: Final = public_list(COMMONS_NOTICES, Notice, while_="(shown_until is null or shown_until >= " + TODAY + ")")


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
