"""Challenges of all cities that were published, in plain text, as everybody may read them (公開課題).

A challenge that was only raised is nowhere here, and one published by mistake goes until it is published anew. One
whose title or description was erased is not shown, and does not come back; any other erased part is left out.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from domain.challenge import (
    ChallengeEvent,
    Closed,
    ContactNamed,
    Edited,
    Extended,
    Published,
    Raised,
    Result,
    Reviewed,
    Revised,
    Stage,
    StepCorrected,
)
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
    if isinstance(event, Published):
        return _published(fact, event, opened)
    if before is None:
        return None
    row = replace(before, version=fact.version, position=fact.position, updated_at=fact.recorded_at)
    match event:
        case Revised(note=note):
            happened = Happened(fact.recorded_at, HappenedType.REVISED, told(note, opened))
            return _worded(replace(row, fields=event.fields, history=(*row.history, happened)), event, opened)
        case Extended(due_on=day, reason=reason):
            happened = Happened(fact.recorded_at, HappenedType.REVISED, told(reason, opened))
            return replace(row, due_on=day, history=(*row.history, happened))
        case Closed(result=result, note=note):
            happened = Happened(fact.recorded_at, HappenedType.CLOSED, told(note, opened))
            return replace(row, status=Stage.CLOSED, result=result, history=(*row.history, happened))
        case StepCorrected(to=Stage.PUBLISHED):
            happened = Happened(fact.recorded_at, HappenedType.REVISED)  # why is said inside
            return replace(row, status=Stage.PUBLISHED, result=None, history=(*row.history, happened))
        case StepCorrected():
            return None
        case ContactNamed():
            return replace(row, updated_at=before.updated_at)
        case Raised() | Edited() | Reviewed():
            return before
        case _:
            assert_never(event)


def _worded(row: PublicChallengeRow, event: Published | Revised, opened: Opened) -> PublicChallengeRow | None:
    """The row with the public words, or none when title or description are gone."""
    title, description = told(event.title, opened), told(event.description, opened)
    if title is None or description is None:
        return None
    conditions, city_offers = told(event.conditions, opened), told(event.city_offers, opened)
    found = searchable(title, description, conditions, city_offers)
    return replace(
        row,
        title=title,
        description=description,
        conditions=conditions,
        city_offers=city_offers,
        search=found,
        grams=grams(found),
    )


def _published(fact: Fact, event: Published, opened: Opened) -> PublicChallengeRow | None:
    row = PublicChallengeRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        public_id=event.public_id,
        status=Stage.PUBLISHED,
        sample=event.sample,
        title="",
        description="",
        conditions=None,
        city_offers=None,
        fields=event.fields,
        due_on=event.due_on,
        result=None,
        history=(Happened(fact.recorded_at, HappenedType.PUBLISHED),),
        published_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        search="",
        grams=(),
    )
    return _worded(row, event, opened)


COMMONS_CHALLENGES: Final = ReadModel(
    name="commons_challenges",
    table="commons.challenges",
    row=PublicChallengeRow,
    aggregates=frozenset({"challenge"}),
    change=change,
    public=True,
)
