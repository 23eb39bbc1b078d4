"""Notices of all cities that everybody may read, in plain text (公開のお知らせ).

A draft, and what is for the staff, is nowhere here; what was withdrawn goes. One whose title or text was erased is not
shown, and does not come back.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from domain.notice import Drafted, NoticeEvent, Published, Redrafted, Revised, StepCorrected, Topic, Withdrawn
from projections.model import Fact, Opened, ReadModel
from projections.published import told
from projections.search import grams, searchable


@dataclass(frozen=True, slots=True)
class PublicNoticeRow:
    """One notice as it is shown. ``shown_until`` is the last day; ``search`` and ``grams`` are for looking it up."""

    id: UUID
    version: int
    position: int
    public_id: UUID
    topic: Topic
    sample: bool
    title: str
    text: str
    shown_until: date | None
    published_at: datetime
    updated_at: datetime
    search: str
    grams: tuple[str, ...]


def change(before: PublicNoticeRow | None, fact: Fact, opened: Opened) -> PublicNoticeRow | None:
    """The row after an event, or none while the notice may not be shown; pure."""
    event: NoticeEvent = fact.event
    match event:
        case Published(public_id=public_id):
            return None if public_id is None else _worded(_published(fact, event, public_id), event, opened)
        case Drafted() | Redrafted() | Withdrawn() | StepCorrected():
            return None
        case Revised():
            if before is None:
                return None
            row = replace(before, version=fact.version, position=fact.position, updated_at=fact.recorded_at)
            return _worded(row, event, opened)
        case _:
            assert_never(event)


def _published(fact: Fact, event: Published, public_id: UUID) -> PublicNoticeRow:
    """The first row of a notice, before it tells anything."""
    return PublicNoticeRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        public_id=public_id,
        topic=event.topic,
        sample=event.sample,
        title="",
        text="",
        shown_until=None,
        published_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        search="",
        grams=(),
    )


def _worded(row: PublicNoticeRow, event: Published | Revised, opened: Opened) -> PublicNoticeRow | None:
    """The row with the words, or none when title or text are gone."""
    title, text = told(event.title, opened), told(event.text, opened)
    if title is None or text is None:
        return None
    found = searchable(title, text)
    return replace(row, title=title, text=text, shown_until=event.shown_until, search=found, grams=grams(found))


COMMONS_NOTICES: Final = ReadModel(
    name="commons_notices",
    table="commons.notices",
    row=PublicNoticeRow,
    aggregates=frozenset({"notice"}),
    change=change,
    public=True,
)
