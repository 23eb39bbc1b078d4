"""The questions are answered, the way is decided and shared with the proposer (判定・選定方法の決定・協議)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import PartMissing, ReasonRequired
from domain.policy import Degree, Policy, SelectionRule, known
from domain.selection.advice import Advice, Answers, Ground, Standing, Way, standing
from domain.selection.state import Selection
from domain.values import Sealed


class Response(StrEnum):
    """What the proposer says to the use of its ideas in a specification (協議の結果)."""

    AGREED = "agreed"
    AGREED_IN_PART = "agreed_in_part"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Begun:
    """The selection for an adopted proposal began (選定の開始)."""

    proposal: UUID
    department: UUID | None
    title: Sealed
    sample: bool


@dataclass(frozen=True, slots=True)
class Assessed:
    """The questions were answered; the advice is what the rules in force then said of the answers (判定)."""

    answers: Answers
    advice: Advice
    grounds: tuple[Ground, ...]
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class WayDecided:
    """The way was decided (選定方法の決定); a reason stands unless it follows the advice."""

    way: Way
    standing: Standing
    reason: Sealed | None


@dataclass(frozen=True, slots=True)
class Shared:
    """Occupancy, uniqueness and the way of selection were shared with the proposer (認識の共有)."""

    on: date
    note: Sealed
    occupancy_in_time: Degree | None
    occupancy_in_space: Degree | None
    unique: bool
    way: Way | None


@dataclass(frozen=True, slots=True)
class ProposerConsulted:
    """The proposer was consulted about the use of its ideas (利用の協議); what must be left out stands in words."""

    on: date
    response: Response
    note: Sealed


def check_answers(_selection: Selection, policy: Policy, event: Assessed) -> None:
    """What the rules ask for is answered. Raises PartMissing, CodeUnknown for a method the city does not have."""
    answers = event.answers
    if answers.method is not None:
        known("answers.method", answers.method, policy.method_codes())
    asked = policy.selection is not None and policy.selection.rule is SelectionRule.OCCUPANCY_UNIQUENESS
    for name in ("occupancy_in_time", "occupancy_in_space"):
        if asked and not answers.paid and getattr(answers, name) is None:
            raise PartMissing(
                field="answers.occupancyInTime" if name == "occupancy_in_time" else "answers.occupancyInSpace",
                problem="say how far others are kept out; the city pays nothing, so its rules weigh it",
                problem_ja="市の負担がないため、占用の程度を指定してください",
            )


def check_reason(selection: Selection, _policy: Policy, event: WayDecided) -> None:
    """Raises ReasonRequired unless it follows the advice."""
    if standing(selection.advice, event.way) is not Standing.FOLLOWS and event.reason is None:
        raise ReasonRequired
