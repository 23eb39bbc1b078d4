"""A question from a business or a department, before or without any proposal (相談・問合せ)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.calendar import Due
from domain.policy import Policy
from domain.process import Step, again, corrected, never, process
from domain.values import Sealed


class Stage(StrEnum):
    """Where a consultation stands (状態)."""

    NEW = "new"
    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    BECAME_PROPOSAL = "became_proposal"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Received:
    """Somebody asked (相談受付), and was told a number of the city, the fiscal year and this kind.

    ``asker`` is the party under whose key its words are; ``department`` the one that asks, none for somebody outside;
    ``purpose`` the version of the statement of purpose (利用目的) that was accepted.
    """

    fiscal_year: int
    serial: int
    asker: UUID
    department: UUID | None
    organisation: Sealed | None
    contact_name: Sealed | None
    contact: Sealed | None
    title: Sealed
    question: Sealed
    due: Due | None
    sample: bool
    purpose: int | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """A department was asked to answer (担当課への割振り)."""

    department: UUID
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The asker was told an answer (回答); there may be several."""

    answer: Sealed


@dataclass(frozen=True, slots=True)
class Noted:
    """Something was noted that the asker is not told (内部メモ)."""

    note: Sealed


@dataclass(frozen=True, slots=True)
class BecameProposal:
    """A proposal grew out of it (提案への移行)."""

    proposal: UUID


@dataclass(frozen=True, slots=True)
class Closed:
    """It came to an end otherwise (終了)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正)."""

    to: Stage
    reason: Sealed


@dataclass(frozen=True, slots=True)
class ReceiptCorrected:
    """What was entered at its receipt was wrong and is written anew as a whole (受付内容の訂正).

    ``received_on``: the day on which it was asked; the number that was told stays. ``due``: counted from that day.
    """

    organisation: Sealed | None
    contact_name: Sealed | None
    contact: Sealed | None
    title: Sealed
    question: Sealed
    received_on: date
    due: Due | None
    reason: Sealed
    sample: bool
    purpose: int | None = None


ConsultationEvent = Received | Assigned | Answered | Noted | BecameProposal | Closed | StepCorrected | ReceiptCorrected


@dataclass(frozen=True, slots=True)
class Consultation:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    number: str | None = None
    """As it is said and written: 2026-consultation-12."""
    asker: UUID | None = None
    department: UUID | None = None
    """The one that answers."""
    inside: bool = False
    """Whether a department asks."""
    proposal: UUID | None = None
    """What grew out of it."""
    trail: tuple[Stage, ...] = ()


def fold(consultation: Consultation, event: object) -> Consultation:
    """What stands beside the stage."""
    match event:
        case Received(fiscal_year=year, serial=serial, asker=asker, department=asking):
            number = f"{year}-{CONSULTATION.name}-{serial}"
            return replace(consultation, asker=asker, number=number, inside=asking is not None)
        case Assigned(department=department):
            return replace(consultation, department=department)
        case BecameProposal(proposal=proposal):
            return replace(consultation, proposal=proposal)
        case StepCorrected(to=to):
            there = Stage.ASSIGNED in {to, *consultation.trail}
            return replace(consultation, proposal=None, department=consultation.department if there else None)
        case _:
            return consultation


def check_received(_consultation: Consultation, policy: Policy, received: Received | ReceiptCorrected) -> None:
    """Who is named accepted what it is used for. Raises PartMissing, CodeUnknown."""
    policy.check_purpose(received.purpose, asked=bool(received.contact_name or received.contact))


OPEN: Final = (Stage.RECEIVED, Stage.ASSIGNED, Stage.ANSWERED)
THERE: Final = tuple(stage for stage in Stage if stage is not Stage.NEW)

CONSULTATION: Final = process(
    "consultation",
    Consultation(),
    {
        "consultation.received": Step(
            Received, (Stage.NEW,), (Stage.RECEIVED,), granted=never, guards=(check_received,)
        ),
        "consultation.assigned": Step(
            Assigned,
            OPEN,
            (Stage.ASSIGNED,),
            granted=lambda consultation, assigned: (
                consultation.stage is Stage.ASSIGNED and consultation.department == assigned.department
            ),
        ),
        "consultation.answered": Step(Answered, OPEN, (Stage.ANSWERED,), granted=never),
        "consultation.noted": Step(Noted, THERE, granted=never),
        "consultation.became_proposal": Step(
            BecameProposal,
            OPEN,
            (Stage.BECAME_PROPOSAL,),
            granted=again(Stage.BECAME_PROPOSAL, proposal="proposal"),
        ),
        "consultation.closed": Step(Closed, OPEN, (Stage.CLOSED,)),
        "consultation.step_corrected": corrected(StepCorrected, THERE[1:], OPEN),
        "consultation.receipt_corrected": Step(ReceiptCorrected, THERE, granted=never, guards=(check_received,)),
    },
    fold,
)
