"""What the desk tells everybody, or the staff: news and training material (お知らせ・研修資料)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import PartUnfitting
from domain.policy import Policy
from domain.process import Step, corrected, never, process
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
    """The draft was changed (下書きの修正)."""

    title: Sealed
    text: Sealed


@dataclass(frozen=True, slots=True)
class Published:
    """It was shown, in its readers' words (掲載).

    ``public_id`` is its id outside, if everybody reads it; ``shown_until`` the last day on which it is shown.
    ``topic`` and ``sample`` are those of the draft: who shows it outside does not see drafts.
    """

    reach: Reach
    public_id: UUID | None
    title: Sealed
    text: Sealed
    shown_until: date | None = None
    topic: Topic = Topic.NEWS
    sample: bool = False


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


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: what was withdrawn is a draft again (手続の訂正).

    It is not shown again by this: nothing of what was withdrawn is kept where everybody reads, so that it is published
    anew with its words.
    """

    to: Stage
    reason: Sealed


NoticeEvent = Drafted | Redrafted | Published | Revised | Withdrawn | StepCorrected


@dataclass(frozen=True, slots=True)
class Notice:
    """What the next decision needs to know. ``public_id``: its id outside, which it keeps once it was published."""

    stage: Stage = Stage.NEW
    reach: Reach | None = None
    topic: Topic = Topic.NEWS
    sample: bool = False
    public_id: UUID | None = None
    trail: tuple[Stage, ...] = ()


def fold(notice: Notice, event: object) -> Notice:
    """What it is, and whom it reaches."""
    match event:
        case Drafted(topic=topic, sample=sample):
            return replace(notice, topic=topic, sample=sample)
        case Published(reach=reach, public_id=public_id):
            return replace(notice, reach=reach, public_id=public_id or notice.public_id)
        case StepCorrected():
            return replace(notice, reach=None)
        case _:
            return notice


def check_reach(notice: Notice, _policy: Policy, event: Published) -> None:
    """Raises PartUnfitting for training material that everybody would read."""
    if notice.topic is Topic.TRAINING and event.reach is not Reach.STAFF:
        raise PartUnfitting(
            field="reach",
            problem="training material is for the staff; publish news instead",
            problem_ja="職員研修資料は庁内にのみ掲載できます。市民等に知らせるときは、お知らせとして作成してください",
        )


NOTICE: Final = process(
    "notice",
    Notice(),
    {
        "notice.drafted": Step(Drafted, (Stage.NEW,), (Stage.DRAFTED,), granted=never),
        "notice.redrafted": Step(Redrafted, (Stage.DRAFTED,), granted=never),
        "notice.published": Step(Published, (Stage.DRAFTED,), (Stage.PUBLISHED,), guards=(check_reach,)),
        "notice.revised": Step(Revised, (Stage.PUBLISHED,), granted=never),
        "notice.withdrawn": Step(Withdrawn, (Stage.DRAFTED, Stage.PUBLISHED), (Stage.WITHDRAWN,)),
        "notice.step_corrected": corrected(StepCorrected, (Stage.WITHDRAWN,), (Stage.DRAFTED,)),
    },
    fold,
)
