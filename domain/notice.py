"""What the desk tells everybody, or the staff: news and training material (お知らせ・研修資料)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.process import Step, never, process
from domain.values import Sealed


class Reach(StrEnum):
    """Whom it reaches: everybody, or the city's own people (公開範囲)."""

    PUBLIC = "public"
    STAFF = "staff"


class Topic(StrEnum):
    """What it is (種別)."""

    NEWS = "news"
    TRAINING = "training"


class Stage(StrEnum):
    """Where a notice stands (状態)."""

    NEW = "new"
    DRAFTED = "drafted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Drafted:
    """It was written, for the desk alone (下書き)."""

    topic: Topic
    title: Sealed
    text: Sealed
    sample: bool


@dataclass(frozen=True, slots=True)
class Redrafted:
    """The draft was changed."""

    title: Sealed
    text: Sealed


@dataclass(frozen=True, slots=True)
class Published:
    """It was shown, in its readers' words (掲載).

    ``public_id`` is its id outside, if everybody reads it; ``shown_until`` the last day on which it is shown (掲載期限).
    """

    reach: Reach
    public_id: UUID | None
    title: Sealed
    text: Sealed
    shown_until: date | None = None


@dataclass(frozen=True, slots=True)
class Revised:
    """What is shown was changed; title, text and last day are said anew (改訂)."""

    title: Sealed
    text: Sealed
    note: Sealed | None
    shown_until: date | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It is not shown any more, or never was (取下げ)."""

    reason: Sealed


NoticeEvent = Drafted | Redrafted | Published | Revised | Withdrawn


@dataclass(frozen=True, slots=True)
class Notice:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    reach: Reach | None = None


def fold(notice: Notice, event: object) -> Notice:
    """Whom it reaches."""
    return replace(notice, reach=event.reach) if isinstance(event, Published) else notice


NOTICE: Final = process(
    "notice",
    Notice(),
    {
        "notice.drafted": Step(Drafted, (Stage.NEW,), (Stage.DRAFTED,), granted=never),
        "notice.redrafted": Step(Redrafted, (Stage.DRAFTED,), granted=never),
        "notice.published": Step(Published, (Stage.DRAFTED,), (Stage.PUBLISHED,)),
        "notice.revised": Step(Revised, (Stage.PUBLISHED,), granted=never),
        "notice.withdrawn": Step(Withdrawn, (Stage.DRAFTED, Stage.PUBLISHED), (Stage.WITHDRAWN,)),
    },
    fold,
)
