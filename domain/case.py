"""A partnership shown to others, under way or finished (事例).

Most cases grow out of work that a desk accompanied; others are imported from a document, which is then named as the
source and behind which no officer and no decision of ours stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from domain.decider import Decider
from domain.errors import AlreadyThere, NotFound, PartMissing, TooMany
from domain.fields import FIELD_CODES
from domain.methods import METHOD_CODES
from domain.policy import known
from domain.values import Code, Day, Sealed

MOST: Final = 100
"""Most entries of one list of a case."""


class Stage(StrEnum):
    """Where a case stands: under way or finished (状態)."""

    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"


class Origin(StrEnum):
    """Where a case comes from: a desk's own work, or a document (由来)."""

    DESK = "desk"
    IMPORTED = "imported"


class Side(StrEnum):
    """Who gives or gains."""

    CITY = "city"
    PARTNER = "partner"
    THIRD_PARTY = "third_party"


GIVERS: Final = (Code(Side.CITY.value), Code(Side.PARTNER.value))
"""The sides that bring resources in; a third party only gains."""


class ResourceKind(StrEnum):
    """《ヒト》《モノ》《カネ》《情報》."""

    PEOPLE = "people"
    THINGS = "things"
    MONEY = "money"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner, or another participant, by name (連携先・参加者)."""

    name: Sealed
    participant: bool


@dataclass(frozen=True, slots=True)
class LabelledDate:
    """A day of the case and what happened or was planned for it."""

    label: Sealed
    day: Day
    planned: bool
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """What a side brought in (提供リソース)."""

    side: Side
    kind: ResourceKind
    description: Sealed


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a side gained or was to gain (メリット)."""

    side: Side
    description: Sealed


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a case tells."""

    title: Sealed
    summary: Sealed
    method: Code
    fields: tuple[Code, ...]
    background: Sealed | None = None
    source: Sealed | None = None
    partners: tuple[Partner, ...] = ()
    dates: tuple[LabelledDate, ...] = ()
    resources: tuple[Resource, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    outcomes: tuple[Sealed, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """It was shown to everybody (公開). ``public_id`` is its id outside."""

    public_id: UUID
    origin: Origin
    content: Content
    challenge: UUID | None
    proposal: UUID | None
    sample: bool


@dataclass(frozen=True, slots=True)
class Revised:
    """What it tells was put right or carried on (改訂)."""

    content: Content
    note: Sealed


@dataclass(frozen=True, slots=True)
class Closed:
    """The partnership came to its end (終了)."""

    note: Sealed


CaseEvent = Published | Revised | Closed

EVENTS: Final[Mapping[str, type]] = {
    "case.published": Published,
    "case.revised": Revised,
    "case.closed": Closed,
}


@dataclass(frozen=True, slots=True)
class Case:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    origin: Origin = Origin.DESK


def evolve(case: Case, event: CaseEvent) -> Case:
    """Never refuses: it has already happened."""
    match event:
        case Published(origin=origin):
            return Case(Stage.OPEN, origin)
        case Revised():
            return case
        case Closed():
            return Case(Stage.CLOSED, case.origin)
        case _:
            assert_never(event)


CASE: Final = Decider("case", Case(), evolve, EVENTS)


def check(content: Content, origin: Origin) -> None:
    """Raises TooMany, CodeUnknown, also when a third party is said to bring something in.

    Raises PartMissing when an imported case names no source.
    """
    known("method", content.method, METHOD_CODES)
    for code in content.fields:
        known("fields", code, FIELD_CODES)
    for resource in content.resources:
        known("resources.side", resource.side, GIVERS)
    if origin is Origin.IMPORTED and content.source is None:
        raise PartMissing(
            field="source",
            problem="an imported case names the document it comes from",
            problem_ja="資料から収録する事例には出典が必要です",
        )
    for name in ("fields", "partners", "dates", "resources", "benefits", "outcomes"):
        if (count := len(getattr(content, name))) > MOST:
            raise TooMany(field=name, count=count, limit=MOST)


def publish(case: Case, published: Published) -> tuple[CaseEvent, ...]:
    """Show a partnership to everybody (事例の公開). Raises AlreadyThere and what :func:`check` raises."""
    if case.stage is not Stage.NEW:
        raise AlreadyThere
    check(published.content, published.origin)
    return (published,)


def revise(case: Case, revised: Revised) -> tuple[CaseEvent, ...]:
    """Put right or carry on what it tells (事例の改訂). Raises NotFound and what :func:`check` raises."""
    if case.stage is Stage.NEW:
        raise NotFound
    check(revised.content, case.origin)
    return (revised,)


def close(case: Case, closed: Closed) -> tuple[CaseEvent, ...]:
    """Say that the partnership has ended (事例の終了). Raises NotFound."""
    if case.stage is Stage.NEW:
        raise NotFound
    if case.stage is Stage.CLOSED:
        return ()
    return (closed,)
