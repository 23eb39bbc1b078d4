"""Notices: news and training material, as they stand (お知らせ・研修資料)."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.notice import NOTICE, Reach, Revised, Stage, StepCorrected, Topic
from domain.roles import Role
from domain.values import Sealed
from projections.model import Fact
from projections.records.kind import NOBODY, Head, Kind, absorbed, begun


class NoticeBody(Struct, frozen=True, tag="notice"):
    """What the desk tells everybody, or the staff (お知らせ・研修資料)."""

    topic: Annotated[Topic, "What it is."]
    title: Annotated[Sealed, "Its title, as it is shown once it is."]
    text: Annotated[Sealed, "Its text, as it is shown once it is."]
    sample: Annotated[bool, "Made up to show the program (見本)."]
    reach: Annotated[Reach | None, "Whom it reaches, once it is shown."] = None
    shown_until: Annotated[date | None, "The last day on which its readers are shown it (掲載期限)."] = None
    public_id: Annotated[UUID | None, "Its id outside, if everybody reads it."] = None
    note: Annotated[Sealed | None, "What was said of the last change."] = None
    reason: Annotated[Sealed | None, "Why it was withdrawn."] = None


def change(body: NoticeBody, fact: Fact) -> NoticeBody:
    """What is revised says its last day anew; what is a draft again is shown to nobody."""
    match fact.event:
        case StepCorrected():
            return replace(body, reach=None, public_id=None, shown_until=None, note=None, reason=None)
        case Revised(shown_until=day):
            return replace(absorbed(body, fact), shown_until=day)
        case _:
            return absorbed(body, fact)


def head(body: NoticeBody, stage: str) -> Head:
    """A draft is the desk's to publish."""
    drafted = stage == Stage.DRAFTED
    return Head(title=body.title, waiting_for=Role.DESK_OFFICER if drafted else NOBODY, sample=body.sample)


NOTICES: Final = Kind(NOTICE, NoticeBody, head, begun(NoticeBody), change)
