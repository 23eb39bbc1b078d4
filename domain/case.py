"""A partnership shown to others, under way or finished (事例).

Most cases grow out of work that a desk accompanied; others are imported from a document, which is then named as the
source and behind which no officer and no decision of ours stands.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import NeverStoodThere, PartMissing, TooMany
from domain.fields import FIELD_CODES
from domain.methods import METHOD_CODES
from domain.policy import Policy, known
from domain.process import Step, corrected, never, process
from domain.values import Code, Day, Sealed

MOST: Final = 100
"""Most entries of one list of a case."""


class Stage(StrEnum):
    """Where a case stands: under way, finished, or not shown any more (状態)."""

    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


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
    """《ヒト》《モノ》《カネ》《情報》 and, as Sapporo says, 《コト》: what is done together, such as an event."""

    PEOPLE = "people"
    THINGS = "things"
    MONEY = "money"
    INFORMATION = "information"
    KOTO = "koto"


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
    project: UUID | None = None


@dataclass(frozen=True, slots=True)
class Revised:
    """What it tells was put right or carried on (改訂)."""

    content: Content
    note: Sealed


@dataclass(frozen=True, slots=True)
class Closed:
    """The partnership came to its end (終了)."""

    note: Sealed


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nobody outside is shown it any more: it was shown by mistake, or its partner does not agree (公開の取りやめ)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class ShownAgain:
    """It is shown to everybody after all, in words said anew (再公開).

    Nothing of what was withdrawn is kept where everybody reads, so that the event tells all of it: ``to`` is where the
    case stood, and all but the content is what it was when it was published.
    """

    to: Stage
    public_id: UUID
    origin: Origin
    content: Content
    challenge: UUID | None
    sample: bool


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it is under way after all (手続の訂正)."""

    to: Stage
    reason: Sealed


CaseEvent = Published | Revised | Closed | Withdrawn | ShownAgain | StepCorrected


@dataclass(frozen=True, slots=True)
class Case:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    origin: Origin = Origin.DESK
    public_id: UUID | None = None
    challenge: UUID | None = None
    project: UUID | None = None
    sample: bool = False
    trail: tuple[Stage, ...] = ()


def fold(case: Case, event: object) -> Case:
    """Where it comes from stays, and how it is known outside."""
    match event:
        case Published():
            told = ("origin", "public_id", "challenge", "project", "sample")
            return replace(case, **{name: getattr(event, name) for name in told})
        case _:
            return case


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


def check_project(of_proposal: Collection[UUID], project: UUID | None) -> None:
    """The projects of a proposal are where its partner agrees to be shown. Raises PartMissing when none is named."""
    if of_proposal and project is None:
        raise PartMissing(
            field="project",
            problem="name the project that grew out of this proposal: its partner must have agreed",
            problem_ja="この提案から始まった事業を指定してください（連携先の公表への同意が必要です）",
        )


def check_published(_case: Case, _policy: Policy, event: Published) -> None:
    """What :func:`check` raises."""
    check(event.content, event.origin)


def check_revised(case: Case, _policy: Policy, event: Revised | ShownAgain) -> None:
    """What :func:`check` raises."""
    check(event.content, case.origin)


def check_again(case: Case, _policy: Policy, event: ShownAgain) -> None:
    """Raises NeverStoodThere for another stage than that at which it was withdrawn."""
    if event.to not in case.trail[-1:]:
        raise NeverStoodThere(field="to", stage=event.to.value, possible=", ".join(case.trail[-1:]))


SHOWN: Final = (Stage.OPEN, Stage.CLOSED)
"""Where everybody is shown it."""


CASE: Final = process(
    "case",
    Case(),
    {
        "case.published": Step(Published, (Stage.NEW,), (Stage.OPEN,), granted=never, guards=(check_published,)),
        "case.revised": Step(Revised, SHOWN, guards=(check_revised,)),
        "case.closed": Step(Closed, (Stage.OPEN,), (Stage.CLOSED,)),
        "case.withdrawn": Step(Withdrawn, SHOWN, (Stage.WITHDRAWN,)),
        "case.shown_again": Step(
            ShownAgain,
            (Stage.WITHDRAWN,),
            SHOWN,
            leads=lambda shown: shown.to,
            granted=never,
            guards=(check_again, check_revised),
        ),
        "case.step_corrected": corrected(StepCorrected, (Stage.CLOSED,), (Stage.OPEN,)),
    },
    fold,
)
