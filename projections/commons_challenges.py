"""Challenges of all cities that were published, in plain text, as everybody may read them (公開課題).

A challenge that was only raised is nowhere here. One whose title or description was erased is not shown, and does not
come back; any other erased part is left out.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from domain.challenge import ChallengeEvent, Closed, Published, Raised, Result, Stage
from domain.values import Code
from projections.model import Fact, Opened, ReadModel
from projections.published import Happened, HappenedType, told
from projections.search import grams, searchable


@dataclass(frozen=True, slots=True)
class PublicChallengeRow:
    """One published challenge as it stands. ``search`` and ``grams`` are for looking it up."""

    id: UUID
    version: int
    position: int
    public_id: UUID
    status: Stage
    sample: bool
    title: str
    description: str
    conditions: str | None
    city_offers: str | None
    fields: tuple[Code, ...]
    due_on: date | None
    result: Result | None
    history: tuple[Happened, ...]
    published_at: datetime
    updated_at: datetime
    search: str
    grams: tuple[str, ...]


def change(before: PublicChallengeRow | None, fact: Fact, opened: Opened) -> PublicChallengeRow | None:
    """The row after an event, or none while the challenge may not be shown; pure."""
    event: ChallengeEvent = fact.event
    match event:
        case Raised():
            return None
        case Published():
            return _published(fact, event, opened)
        case Closed(result=result, note=note):
            if before is None:
                return None
            happened = Happened(fact.recorded_at, HappenedType.CLOSED, told(note, opened))
            return replace(
                before,
                version=fact.version,
                position=fact.position,
                status=Stage.CLOSED,
                result=result,
                history=(*before.history, happened),
                updated_at=fact.recorded_at,
            )
        case _:
            assert_never(event)


def _published(fact: Fact, event: Published, opened: Opened) -> PublicChallengeRow | None:
    title, description = told(event.title, opened), told(event.description, opened)
    if title is None or description is None:
        return None
    conditions, city_offers = told(event.conditions, opened), told(event.city_offers, opened)
    found = searchable(title, description, conditions, city_offers)
    return PublicChallengeRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        public_id=event.public_id,
        status=Stage.PUBLISHED,
        sample=event.sample,
        title=title,
        description=description,
        conditions=conditions,
        city_offers=city_offers,
        fields=event.fields,
        due_on=event.due_on,
        result=None,
        history=(Happened(fact.recorded_at, HappenedType.PUBLISHED),),
        published_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        search=found,
        grams=grams(found),
    )


COMMONS_CHALLENGES: Final = ReadModel(
    name="commons_challenges",
    table="commons.challenges",
    row=PublicChallengeRow,
    aggregates=frozenset({"challenge"}),
    change=change,
    public=True,
)
