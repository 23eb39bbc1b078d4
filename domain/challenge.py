"""A regional or administrative problem that a department wants solved with others (課題)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from domain.decider import Decider
from domain.errors import AlreadyThere, NotFound, ReferenceUnknown, ReferenceUnsuitable, WrongStage
from domain.fields import FIELD_CODES
from domain.policy import Policy, known
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

EVENTS: Final[Mapping[str, type]] = {
    "challenge.raised": Raised,
    "challenge.published": Published,
    "challenge.closed": Closed,
}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    sample: bool = False


def evolve(challenge: Challenge, event: ChallengeEvent) -> Challenge:
    """Never refuses: it has already happened."""
    match event:
        case Raised(sample=sample):
            return replace(challenge, stage=Stage.RAISED, sample=sample)
        case Published():
            return replace(challenge, stage=Stage.PUBLISHED)
        case Closed():
            return replace(challenge, stage=Stage.CLOSED)
        case _:
            assert_never(event)


CHALLENGE: Final = Decider("challenge", Challenge(), evolve, EVENTS)


def named(challenge: Challenge, *possible: Stage) -> None:
    """A challenge that another record names. Raises ReferenceUnknown, ReferenceUnsuitable."""
    if challenge.stage is Stage.NEW:
        raise ReferenceUnknown(field="challenge")
    if challenge.stage not in possible:
        raise ReferenceUnsuitable(field="challenge", stage=challenge.stage.value, possible=", ".join(possible))


def raise_challenge(challenge: Challenge, policy: Policy, raised: Raised) -> tuple[ChallengeEvent, ...]:
    """Tell the desk about a problem (課題の提出). Raises AlreadyThere, CodeUnknown for an unknown field."""
    if challenge.stage is not Stage.NEW:
        raise AlreadyThere
    for code in raised.fields:
        known("fields", code, FIELD_CODES)
    for code in raised.plan_fields:
        known("planFields", code, policy.field_codes())
    return (raised,)


def publish(challenge: Challenge, published: Published) -> tuple[ChallengeEvent, ...]:
    """Show it to everybody (課題の公表). Raises NotFound, WrongStage, CodeUnknown for an unknown field."""
    if challenge.stage is Stage.PUBLISHED:
        return ()
    if challenge.stage is Stage.NEW:
        raise NotFound
    if challenge.stage is not Stage.RAISED:
        raise WrongStage(stage=challenge.stage.value, possible=Stage.RAISED.value)
    for code in published.fields:
        known("fields", code, FIELD_CODES)
    return (replace(published, sample=challenge.sample),)


def close(challenge: Challenge, closed: Closed) -> tuple[ChallengeEvent, ...]:
    """Take no more answers (課題の終了). Raises NotFound."""
    if challenge.stage is Stage.NEW:
        raise NotFound
    if challenge.stage is Stage.CLOSED:
        return ()
    return (closed,)
