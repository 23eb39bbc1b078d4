"""Until when something is due: the city's first answer, then what the proposer shall complete (回答目安・補正期限).

There is one deadline at a time. It ends with the step it was set for, waits while the proposal rests, and is moved only
with a reason. The first answer is the city's own aim, never a statutory processing period.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.days_in_words import in_japanese
from domain.errors import DateInvalid
from domain.policy import Policy
from domain.proposal.course import Closed, Resumed, StepCorrected, Withdrawn
from domain.proposal.deciding import (
    Decided,
    DecisionCorrected,
    DialogueHeld,
    DialogueRecorded,
    InvitationAccepted,
    Matched,
)
from domain.proposal.offer import ReceiptCorrected, Received
from domain.proposal.screening import Completed, Referred, Refused, Returned, Screened
from domain.proposal.state import Proposal
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class DeadlineExtended:
    """There is more time, and the proposer is told why (期限の延長)."""

    due_on: date
    reason: Sealed


ENDING: Final = (
    Completed,
    Screened,
    Refused,
    Referred,
    Matched,
    InvitationAccepted,
    DialogueHeld,
    DialogueRecorded,
    Decided,
    DecisionCorrected,
    StepCorrected,
    Withdrawn,
    Closed,
)
"""The steps with which the city has answered, or the proposer completed what was asked; then it ends."""


def due_after(due_on: date | None, event: object) -> date | None:
    """The deadline after an event; the step that it was set for ends it."""
    match event:
        case Received(due=due):
            return due.on if due else None
        case Returned(due_on=day) | DeadlineExtended(due_on=day):
            return day
        case Resumed(due_on=day):
            return day or due_on
        case ReceiptCorrected(due=due):
            return due.on if due else due_on
        case StepCorrected(due_on=day):
            return day
        case _:
            return None if isinstance(event, ENDING) else due_on


def owed_after(owed_on: date | None, due_on: date | None, event: object) -> date | None:
    """The deadline that a step ended, after an event before which ``due_on`` was the deadline."""
    return due_on if due_on is not None and isinstance(event, (*ENDING, Returned)) else owed_on


def check_extended(proposal: Proposal, _policy: Policy, extended: DeadlineExtended) -> None:
    """Raises DateInvalid unless there is more time than before."""
    if proposal.due_on is not None and extended.due_on <= proposal.due_on:
        raise DateInvalid(
            field="dueOn",
            problem=f"it must lie after the present last day ({proposal.due_on}).",
            problem_ja=f"現在の期限である{in_japanese(proposal.due_on)}より後の日付が必要です",
        )
