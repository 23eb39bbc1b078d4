"""Cases of all cities as everybody may read them, in plain text (公開事例).

A case whose title or summary was erased is not shown, and does not come back: a revision that follows is not shown
either, and the city publishes the case anew if it may be shown again. Any other erased part is left out. A case that
was withdrawn goes with its history; shown again, it keeps its id, and its history begins anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from domain import case as domain
from domain.case import (
    CaseEvent,
    Closed,
    Content,
    Origin,
    Published,
    ResourceKind,
    Revised,
    ShownAgain,
    Side,
    Stage,
    StepCorrected,
    Withdrawn,
)
from domain.values import Code, Precision
from projections.model import Fact, Opened, ReadModel
from projections.published import Happened, HappenedType, told
from projections.search import grams, searchable

UNSTATED: Final = Code("unstated")


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
    history: tuple[Happened, ...]
    challenge: UUID | None
    published_at: datetime
    updated_at: datetime
    title: str = ""
    summary: str = ""
    background: str | None = None
    source: str | None = None
    method: Code = UNSTATED
    fields: tuple[Code, ...] = ()
    partners: tuple[Partner, ...] = ()
    dates: tuple[LabelledDate, ...] = ()
    resources: tuple[Resource, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    outcomes: tuple[str, ...] = ()
    search: str = ""
    grams: tuple[str, ...] = ()


def change(before: PublicCaseRow | None, fact: Fact, opened: Opened) -> PublicCaseRow | None:
    """The row after an event, or none while the case may not be shown; pure."""
    event: CaseEvent = fact.event
    if isinstance(event, Published | ShownAgain):
        return _told(_begun(fact, event), event.content, opened)
    if before is None:
        return None
    row = replace(before, version=fact.version, position=fact.position, updated_at=fact.recorded_at)
    match event:
        case Revised(content=content, note=note):
            happened = Happened(fact.recorded_at, HappenedType.REVISED, told(note, opened))
            return _told(replace(row, history=(*row.history, happened)), content, opened)
        case Closed(note=note):
            happened = Happened(fact.recorded_at, HappenedType.CLOSED, told(note, opened))
            return replace(row, status=Stage.CLOSED, history=(*row.history, happened))
        case StepCorrected():
            happened = Happened(fact.recorded_at, HappenedType.REVISED)  # why is said inside
            return replace(row, status=Stage.OPEN, history=(*row.history, happened))
        case Withdrawn():
            return None
        case _:
            assert_never(event)


def _begun(fact: Fact, event: Published | ShownAgain) -> PublicCaseRow:
    """The first row of a case, or that of one shown again, before it tells anything."""
    return PublicCaseRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        public_id=event.public_id,
        status=event.to if isinstance(event, ShownAgain) else Stage.OPEN,
        origin=event.origin,
        sample=event.sample,
        history=(Happened(fact.recorded_at, HappenedType.PUBLISHED),),
        challenge=event.challenge,
        published_at=fact.recorded_at,
        updated_at=fact.recorded_at,
    )


def _told(row: PublicCaseRow, content: Content, opened: Opened) -> PublicCaseRow | None:
    """The row with what the content tells, or none when title or summary are gone."""
    title, summary = told(content.title, opened), told(content.summary, opened)
    if title is None or summary is None:
        return None
    row = replace(
        row,
        title=title,
        summary=summary,
        background=told(content.background, opened),
        source=told(content.source, opened),
        method=content.method,
        fields=content.fields,
        partners=tuple(_partners(content.partners, opened)),
        dates=tuple(_dates(content.dates, opened)),
        resources=tuple(_resources(content.resources, opened)),
        benefits=tuple(_benefits(content.benefits, opened)),
        outcomes=tuple(text for item in content.outcomes if (text := told(item, opened)) is not None),
    )
    found = searchable(*_texts(row))
    return replace(row, search=found, grams=grams(found))


def _partners(items: Iterable[domain.Partner], opened: Opened) -> Iterator[Partner]:
    for item in items:
        if (name := told(item.name, opened)) is not None:
            yield Partner(name, item.participant)


def _dates(items: Iterable[domain.LabelledDate], opened: Opened) -> Iterator[LabelledDate]:
    for item in items:
        if (label := told(item.label, opened)) is not None:
            day, until = item.day, item.until
            ended = (until.on, until.precision) if until else ()
            yield LabelledDate(label, day.on, day.precision, item.planned, *ended)


def _resources(items: Iterable[domain.Resource], opened: Opened) -> Iterator[Resource]:
    for item in items:
        if (description := told(item.description, opened)) is not None:
            yield Resource(item.side, item.kind, description)


def _benefits(items: Iterable[domain.Benefit], opened: Opened) -> Iterator[Benefit]:
    for item in items:
        if (description := told(item.description, opened)) is not None:
            yield Benefit(item.side, description)


def _texts(row: PublicCaseRow) -> Iterator[str | None]:
    """Everything by which a case is found; not its source, which many cases of one document share."""
    yield from (row.title, row.summary, row.background)
    yield from (partner.name for partner in row.partners)
    yield from (day.label for day in row.dates)
    yield from (resource.description for resource in row.resources)
    yield from (benefit.description for benefit in row.benefits)
    yield from row.outcomes


COMMONS_CASES: Final = ReadModel(
    name="commons_cases",
    table="commons.cases",
    row=PublicCaseRow,
    aggregates=frozenset({"case"}),
    change=change,
    public=True,
)
