"""What members may wish of a notice: news and training material (お知らせ・研修資料の操作)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from domain import notice as domain
from domain.circumstances import Act
from domain.days_in_words import in_japanese
from domain.errors import DateInvalid
from domain.notice import NOTICE, Notice, Reach
from domain.values import LONG, SHORT, Audience, CityCode, Typed
from tenants.members import Role
from tenants.saying import Doing, Says, TitleForStaff, ToDesk, ToStaff
from tenants.wish import Context

TitleForDesk = Annotated[str, Says(Audience.DESK, limit=SHORT)]


def for_readers(context: Context, reach: Reach, name: str, value: str, limit: int = LONG) -> Typed:
    """A text for whom it reaches. Raises Invalid."""
    return Says(Audience(reach.value), limit=limit).sealed(name, value, context.file)


def still_shown(shown_until: date | None, today: date) -> None:
    """Raises DateInvalid for a last day that has passed: nobody would ever see it."""
    if shown_until is not None and shown_until < today:
        raise DateInvalid(
            field="shownUntil",
            problem=f"it would be shown to nobody; give {today} or later, or leave it out.",
            problem_ja=f"だれにも表示されません。{in_japanese(today)}以降の日付にするか、省略してください",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWish(Doing[Notice]):
    """About one notice."""

    decider = NOTICE
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DESK_OFFICER})

    notice: UUID

    def target(self, city: CityCode) -> UUID:
        """The notice."""
        del city
        return self.notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(NoticeWish):
    """Write a notice, for the desk alone as yet."""

    name = "notice.draft"
    ja = "お知らせの下書きを作る"
    records = domain.Drafted

    topic: domain.Topic
    title: TitleForDesk
    text: ToDesk
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraft(NoticeWish):
    """Change a draft."""

    name = "notice.redraft"
    ja = "お知らせの下書きを直す"
    records = domain.Redrafted

    title: TitleForDesk
    text: ToDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(NoticeWish):
    """Show it to everybody or to the staff, in the words that they shall read."""

    name = "notice.publish"
    ja = "お知らせを掲載する"
    records = domain.Published

    reach: Reach
    title: TitleForStaff
    text: ToStaff
    shown_until: date | None = None

    def judge(self, state: Notice, context: Context) -> None:
        """Raises DateInvalid."""
        del state
        still_shown(self.shown_until, context.today)

    def beside(self, state: Notice, context: Context) -> dict[str, Any]:
        """Its id outside, which it keeps; what its draft said that it is, and its words for whom it reaches."""
        return {
            "topic": state.topic,
            "sample": state.sample,
            "public_id": (state.public_id or context.new_id("public")) if self.reach is Reach.PUBLIC else None,
            "title": for_readers(context, self.reach, "title", self.title, SHORT),
            "text": for_readers(context, self.reach, "text", self.text),
        }

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.PUBLISH_NOTICE if self.reach is Reach.PUBLIC else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revise(NoticeWish):
    """Change what is shown; until which day it is shown is said anew."""

    name = "notice.revise"
    ja = "お知らせを改める"
    records = domain.Revised

    title: TitleForStaff
    text: ToStaff
    note: ToDesk | None = None
    shown_until: date | None = None

    def judge(self, state: Notice, context: Context) -> None:
        """Raises DateInvalid."""
        del state
        still_shown(self.shown_until, context.today)

    def beside(self, state: Notice, context: Context) -> dict[str, Any]:
        """Its words for whom it reaches."""
        reach = state.reach or Reach.STAFF
        return {
            "title": for_readers(context, reach, "title", self.title, SHORT),
            "text": for_readers(context, reach, "text", self.text),
        }

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.PUBLISH_NOTICE

    def reaches(self, state: Notice) -> bool:
        """Where everybody reads it."""
        return state.reach is Reach.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(NoticeWish):
    """Show it no longer, or give up a draft."""

    name = "notice.withdraw"
    ja = "お知らせを取り下げる"
    records = domain.Withdrawn

    reason: ToDesk

    def act(self) -> Act | None:
        """As what it reaches outside, if it does."""
        return Act.WITHDRAW_NOTICE

    def reaches(self, state: Notice) -> bool:
        """Where everybody reads it."""
        return state.reach is Reach.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStep(NoticeWish):
    """Take back that it was withdrawn: it is a draft again, and is shown once it is published anew."""

    name = "notice.correctStep"
    ja = "お知らせの誤った手続を訂正する"
    records = domain.StepCorrected

    to: domain.Stage
    reason: ToDesk


WISHES: Final = (Draft, Redraft, Publish, Revise, Withdraw, CorrectStep)
