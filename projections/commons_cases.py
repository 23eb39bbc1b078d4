"""Cases of all cities as everybody may read them, in plain text (公開事例).

A case whose title or summary was erased is not shown, and does not come back: a revision that follows is not shown
either, and the city publishes the case anew if it may be shown again. Any other erased part is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, assert_never
from uuid import UUID

from domain import case as domain
from domain.case import CaseEvent, Closed, Content, Origin, Published, ResourceKind, Revised, Side, Stage
from domain.values import Code, Precision
from projections.model import Fact, Opened, ReadModel
from projections.published import Happened, HappenedType, told
from projections.search import grams, searchable


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner, or another participant, by name."""

    name: str
    participant: bool


@dataclass(frozen=True, slots=True)
class LabelledDate:
    """A day, or a span of days, and what happened or was planned for it."""

    label: str
    on: date
    precision: Precision
    planned: bool
    until: date | None = None
    until_precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """What a side brought in."""

    side: Side
    kind: ResourceKind
    description: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a side gained or was to gain."""

    side: Side
    description: str


@dataclass(frozen=True, slots=True)
class PublicCaseRow:
    """One case as it stands. ``search`` and ``grams`` are for looking it up; ``challenge`` is an inner id."""

    id: UUID
    version: int
    position: int
    public_id: UUID
    status: Stage
    origin: Origin
    sample: bool
    title: str
    summary: str
    background: str | None
    source: str | None
    method: Code
    fields: tuple[Code, ...]
    partners: tuple[Partner, ...]
    dates: tuple[LabelledDate, ...]
    resources: tuple[Resource, ...]
    benefits: tuple[Benefit, ...]
    outcomes: tuple[str, ...]
    history: tuple[Happened, ...]
    challenge: UUID | None
    published_at: datetime
    updated_at: datetime
    search: str
    grams: tuple[str, ...]


def change(before: PublicCaseRow | None, fact: Fact, opened: Opened) -> PublicCaseRow | None:
    """The row after an event, or none while the case may not be shown; pure."""
    event: CaseEvent = fact.event
    if isinstance(event, Published):
        return _published(fact, event, opened)
    if before is None:
        return None
    row = replace(before, version=fact.version, position=fact.position, updated_at=fact.recorded_at)
    match event:
        case Revised(content=content, note=note):
            happened = Happened(fact.recorded_at, HappenedType.REVISED, told(note, opened))
            texts = _texts(content, opened)
            return None if texts is None else replace(row, **texts, history=(*row.history, happened))
        case Closed(note=note):
            happened = Happened(fact.recorded_at, HappenedType.CLOSED, told(note, opened))
            return replace(row, status=Stage.CLOSED, history=(*row.history, happened))
        case _:
            assert_never(event)


def _published(fact: Fact, event: Published, opened: Opened) -> PublicCaseRow | None:
    texts = _texts(event.content, opened)
    if texts is None:
        return None
    return PublicCaseRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        public_id=event.public_id,
        status=Stage.OPEN,
        origin=event.origin,
        sample=event.sample,
        history=(Happened(fact.recorded_at, HappenedType.PUBLISHED),),
        challenge=event.challenge,
        published_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        **texts,
    )


def _texts(content: Content, opened: Opened) -> dict[str, Any] | None:
    """The columns that the content fills, or none when title or summary are gone."""
    title, summary = told(content.title, opened), told(content.summary, opened)
    if title is None or summary is None:
        return None
    background, source = told(content.background, opened), told(content.source, opened)
    partners = tuple(
        Partner(name, item.participant) for item in content.partners if (name := told(item.name, opened)) is not None
    )
    dates = tuple(
        _date(item, label) for item in content.dates if (label := told(item.label, opened)) is not None
    )
    resources = tuple(
        Resource(item.side, item.kind, text)
        for item in content.resources
        if (text := told(item.description, opened)) is not None
    )
    benefits = tuple(
        Benefit(item.side, text) for item in content.benefits if (text := told(item.description, opened)) is not None
    )
    outcomes = tuple(text for item in content.outcomes if (text := told(item, opened)) is not None)
    found = searchable(
        title,
        summary,
        background,
        source,
        *(item.name for item in partners),
        *(item.label for item in dates),
        *_descriptions(resources),
        *_descriptions(benefits),
        *outcomes,
    )
    return {
        "title": title,
        "summary": summary,
        "background": background,
        "source": source,
        "method": content.method,
        "fields": content.fields,
        "partners": partners,
        "dates": dates,
        "resources": resources,
        "benefits": benefits,
        "outcomes": outcomes,
        "search": found,
        "grams": grams(found),
    }


def _date(item: domain.LabelledDate, label: str) -> LabelledDate:
    until = item.until
    return LabelledDate(
        label,
        item.day.on,
        item.day.precision,
        item.planned,
        until.on if until else None,
        until.precision if until else None,
    )


def _descriptions(items: Iterable[Resource | Benefit]) -> list[str]:
    return [item.description for item in items]


COMMONS_CASES: Final = ReadModel(
    name="commons_cases",
    table="commons.cases",
    row=PublicCaseRow,
    aggregates=frozenset({"case"}),
    change=change,
    public=True,
)
