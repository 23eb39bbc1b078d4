"""Meetings are arranged, held, written down or cancelled (面談)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.dialogue.state import Dialogue, MeetingStage, few
from domain.errors import ReferenceUnknown, ReferenceUnsuitable
from domain.policy import Policy
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class MeetingArranged:
    """A meeting was arranged (面談の設定). ``members`` are of the city, ``visitors`` of the other side."""

    meeting: UUID
    on: date
    time: Sealed | None
    place: Sealed
    agenda: Sealed | None
    members: tuple[UUID, ...]
    visitors: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting took place, arranged before or not; it happened on the event's ``occurred_on`` (面談の記録).

    ``shared`` is what the proposer is told of it.
    """

    meeting: UUID
    minutes: Sealed
    shared: Sealed | None
    next_step: Sealed | None
    members: tuple[UUID, ...]
    visitors: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class MinutesCorrected:
    """What was written about a meeting was put right (記録の訂正)."""

    meeting: UUID
    minutes: Sealed
    shared: Sealed | None
    next_step: Sealed | None
    reason: Sealed


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """An arranged meeting does not take place (面談の中止)."""

    meeting: UUID
    reason: Sealed


def _meeting(dialogue: Dialogue, meeting: UUID, *possible: MeetingStage) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable unless the meeting stands there."""
    stage = dialogue.meetings.get(meeting)
    if stage is None:
        raise ReferenceUnknown(field="meeting")
    if stage not in possible:
        raise ReferenceUnsuitable(field="meeting", stage=stage.value, possible=", ".join(possible))


def check_arranged(dialogue: Dialogue, _policy: Policy, event: MeetingArranged) -> None:
    """Raises ReferenceUnsuitable for the id of a meeting that was held or cancelled, TooMany."""
    if event.meeting in dialogue.meetings:
        _meeting(dialogue, event.meeting, MeetingStage.ARRANGED)
    few("members", event.members)
    few("visitors", event.visitors)


def check_held(dialogue: Dialogue, _policy: Policy, event: MeetingHeld) -> None:
    """Raises ReferenceUnsuitable for a meeting that was cancelled, TooMany."""
    if event.meeting in dialogue.meetings:
        _meeting(dialogue, event.meeting, MeetingStage.ARRANGED)
    few("members", event.members)
    few("visitors", event.visitors)


def check_corrected(dialogue: Dialogue, _policy: Policy, event: MinutesCorrected) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a meeting that was not held."""
    _meeting(dialogue, event.meeting, MeetingStage.HELD)


def check_cancelled(dialogue: Dialogue, _policy: Policy, event: MeetingCancelled) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a meeting that took place."""
    _meeting(dialogue, event.meeting, MeetingStage.ARRANGED)
