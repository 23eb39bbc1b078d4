"""A regional or administrative problem that a department wants solved with others (課題)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.fields import FIELD_CODES
from domain.policy import Policy, known
from domain.process import Step, never, process
from domain.values import Code, Sealed


class Stage(StrEnum):
    """Where a challenge stands (状態)."""

    NEW = "new"
    RAISED = "raised"
    PUBLISHED = "published"
    CLOSED = "closed"


RECORDED: Final = (Stage.RAISED, Stage.PUBLISHED, Stage.CLOSED)


class Result(StrEnum):
    """How a challenge ended (結果)."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    SOLVED_OTHERWISE = "solved_otherwise"
    NO_LONGER_PURSUED = "no_longer_pursued"


@dataclass(frozen=True, slots=True)
class Raised:
    """A department told the desk about a problem (課題の提出). ``plan_fields``: fields of the city's own plans."""

    department: UUID | None
    title: Sealed
    description: Sealed
    fields: tuple[Code, ...]
    plan_fields: tuple[Code, ...]
    sample: bool


@dataclass(frozen=True, slots=True)
class Published:
    """It was shown to everybody (公表). ``public_id`` is its id outside; ``due_on`` the last day for answers."""

    public_id: UUID
    title: Sealed
    description: Sealed
    conditions: Sealed | None
    city_offers: Sealed | None
    fields: tuple[Code, ...]
    due_on: date | None
    sample: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """It takes no more answers (終了)."""

    result: Result
    note: Sealed


ChallengeEvent = Raised | Published | Closed


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    sample: bool = False


def fold(challenge: Challenge, event: object) -> Challenge:
    """A sample stays one."""
    return replace(challenge, sample=event.sample) if isinstance(event, Raised) else challenge


def check_fields(_challenge: Challenge, policy: Policy, event: Raised | Published) -> None:
    """Raises CodeUnknown for a field that cities do not share, or that this city's plans do not have."""
    for code in event.fields:
        known("fields", code, FIELD_CODES)
    if isinstance(event, Raised):
        for code in event.plan_fields:
            known("planFields", code, policy.field_codes())


CHALLENGE: Final = process(
    "challenge",
    Challenge(),
    {
        "challenge.raised": Step(Raised, (Stage.NEW,), (Stage.RAISED,), granted=never, guards=(check_fields,)),
        "challenge.published": Step(Published, (Stage.RAISED,), (Stage.PUBLISHED,), guards=(check_fields,)),
        "challenge.closed": Step(Closed, (Stage.RAISED, Stage.PUBLISHED), (Stage.CLOSED,)),
    },
    fold,
)
