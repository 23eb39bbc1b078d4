"""Meetings are arranged, recorded, put right and cancelled (面談)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain import dialogue as domain
from domain.dialogue import Dialogue
from domain.errors import ReferenceUnknown
from tenants.commands.dialogues.wish import Deciding, DialogueWish, ShortToProposer, Talking, Visitor
from tenants.commands.referring import MemberId
from tenants.saying import ToDepartment, ToProposer
from tenants.wish import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangeMeeting(Deciding):
    """Arrange a meeting, or arrange one anew for another time: when, where, who."""

    name = "dialogue.arrangeMeeting"
    ja = "面談を設定する"
    records = domain.MeetingArranged

    meeting: UUID
    on: date
    place: ShortToProposer
    time: ShortToProposer | None = None
    agenda: ToProposer | None = None
    members: tuple[MemberId, ...] = ()
    visitors: tuple[Visitor, ...] = ()

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises DateInvalid for a day that is over: what took place is recorded as held."""
        super(ArrangeMeeting, self).judge(state, context)
        context.not_past("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeeting(Talking):
    """Record a meeting that took place on ``occurredOn``; without `meeting` one that was not arranged before.

    Left out, ``occurredOn`` is today, for whichever day it was arranged: meetings are moved up and put off.
    """

    name = "dialogue.recordMeeting"
    ja = "面談を記録する"
    records = domain.MeetingHeld

    meeting: UUID
    minutes: ToDepartment
    shared: ToProposer | None = None
    next_step: ToProposer | None = None
    members: tuple[MemberId, ...] = ()
    visitors: tuple[Visitor, ...] = ()

    def judge(self, state: Dialogue, context: Context) -> None:
        """Raises OutsideRemit, ReferenceUnknown for a meeting that was never arranged."""
        super(RecordMeeting, self).judge(state, context)
        arranged = self.meeting in state.meetings or self.meeting == context.new_id("meeting")
        if state.stage is domain.Stage.IN_DIALOGUE and not arranged:
            raise ReferenceUnknown(field="meeting")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectMinutes(DialogueWish):
    """Put right what was written about a meeting, saying why; the history keeps what it said before."""

    name = "dialogue.correctMinutes"
    ja = "面談の記録を訂正する"
    records = domain.MinutesCorrected

    meeting: UUID
    minutes: ToDepartment
    reason: ToDepartment
    shared: ToProposer | None = None
    next_step: ToProposer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMeeting(DialogueWish):
    """Call off a meeting that was arranged."""

    name = "dialogue.cancelMeeting"
    ja = "面談を中止する"
    records = domain.MeetingCancelled

    meeting: UUID
    reason: ToProposer
