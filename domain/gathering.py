"""An event at which businesses and the city's people meet (交流イベント)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.days_in_words import in_japanese
from domain.errors import CapacityReached, DateInvalid, DeadlinePassed, PartUnfitting, ReferenceUnknown
from domain.notice import Reach
from domain.policy import Policy
from domain.process import Step, corrected, never, process
from domain.values import Sealed


class Stage(StrEnum):
    """Where a gathering stands (状態)."""

    NEW = "new"
    ANNOUNCED = "announced"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Announced:
    """It was announced, to everybody or inside (開催案内).

    ``public_id`` is its id outside, if everybody reads it; ``register_by`` the last day for registrations, else the day
    itself; ``capacity`` how many may register, any number when left out; ``how_to_register`` where and how (申込方法).
    """

    reach: Reach
    public_id: UUID | None
    title: Sealed
    description: Sealed
    place: Sealed | None
    on: date
    register_by: date | None
    capacity: int | None
    sample: bool
    how_to_register: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Revised:
    """What was announced was changed; all of it is said anew (変更)."""

    title: Sealed
    description: Sealed
    place: Sealed | None
    on: date
    register_by: date | None
    capacity: int | None
    how_to_register: Sealed | None = None


@dataclass(frozen=True, slots=True)
class GuestRegistered:
    """Somebody of a business registered (事業者の参加登録); ``on`` that day."""

    registration: UUID
    party: UUID
    organisation: Sealed
    guest_name: Sealed
    contact: Sealed | None
    on: date


@dataclass(frozen=True, slots=True)
class MemberRegistered:
    """Somebody of the city registered (職員の参加登録); ``on`` that day."""

    registration: UUID
    member: UUID
    on: date


@dataclass(frozen=True, slots=True)
class RegistrationWithdrawn:
    """A registration was taken back (登録の取消し)."""

    registration: UUID


@dataclass(frozen=True, slots=True)
class Held:
    """It took place, with so many present (開催); entered again, that takes the place of before."""

    present: int
    note: Sealed | None
    on: date


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It will not take place (中止)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it is announced after all (手続の訂正).

    ``on`` is the day for which it is announced: who shows it outside knows only on which it was said to be held.
    """

    to: Stage
    reason: Sealed
    on: date


GatheringEvent = (
    Announced | Revised | GuestRegistered | MemberRegistered | RegistrationWithdrawn | Held | Cancelled | StepCorrected
)


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the next decision needs to know. ``registered``: registration to the party or member."""

    stage: Stage = Stage.NEW
    reach: Reach | None = None
    on: date | None = None
    last_day: date | None = None
    capacity: int | None = None
    registered: Mapping[UUID, UUID] = field(default_factory=dict)
    withdrawn: frozenset[UUID] = frozenset()
    present: int | None = None
    trail: tuple[Stage, ...] = ()


def fold(gathering: Gathering, event: object) -> Gathering:
    """What stands beside the stage."""
    match event:
        case Announced():
            return replace(_planned(gathering, event), reach=event.reach)
        case Revised():
            return _planned(gathering, event)
        case (
            GuestRegistered(registration=registration, party=who)
            | MemberRegistered(registration=registration, member=who)
        ):
            return replace(gathering, registered={**gathering.registered, registration: who})
        case RegistrationWithdrawn(registration=registration):
            left = {each: who for each, who in gathering.registered.items() if each != registration}
            return replace(gathering, registered=left, withdrawn=gathering.withdrawn | {registration})
        case Held(present=present):
            return replace(gathering, present=present)
        case StepCorrected():
            return replace(gathering, present=None)
        case _:
            return gathering


def _planned(gathering: Gathering, event: Announced | Revised) -> Gathering:
    return replace(gathering, on=event.on, last_day=event.register_by or event.on, capacity=event.capacity)


def check_plan(_gathering: Gathering, _policy: Policy, event: Announced | Revised) -> None:
    """Raises DateInvalid when registration ends after the day itself, PartUnfitting for no room at all."""
    if event.register_by is not None and event.register_by > event.on:
        raise DateInvalid(
            field="registerBy",
            problem=f"it must not lie after the day itself ({event.on}).",
            problem_ja=f"開催日である{in_japanese(event.on)}以前の日付が必要です",
        )
    if event.capacity is not None and event.capacity < 1:
        raise PartUnfitting(
            field="capacity",
            problem="at least one person; leave it out if any number may come",
            problem_ja="定員は 1 以上です。定めないときは省略してください",
        )


def check_registration(gathering: Gathering, _policy: Policy, event: GuestRegistered | MemberRegistered) -> None:
    """Raises DeadlinePassed, CapacityReached."""
    if gathering.last_day is not None and event.on > gathering.last_day:
        raise DeadlinePassed(day=gathering.last_day)
    if gathering.capacity is not None and len(gathering.registered) >= gathering.capacity:
        raise CapacityReached(capacity=gathering.capacity)


def check_withdrawal(gathering: Gathering, _policy: Policy, event: RegistrationWithdrawn) -> None:
    """Raises ReferenceUnknown for a registration that there is not."""
    if event.registration not in gathering.registered:
        raise ReferenceUnknown(field="registration")


def check_held(gathering: Gathering, _policy: Policy, event: Held) -> None:
    """Raises DateInvalid before its day, PartUnfitting for fewer than none."""
    if gathering.on is not None and event.on < gathering.on:
        raise DateInvalid(
            field="entry.occurredOn.on",
            problem=f"it takes place on {gathering.on}; note it from that day on.",
            problem_ja=f"開催日である{in_japanese(gathering.on)}以降に記録してください",
        )
    if event.present < 0:
        raise PartUnfitting(field="present", problem="it is a number from 0 on", problem_ja="0 以上の数が必要です")


GATHERING: Final = process(
    "gathering",
    Gathering(),
    {
        "gathering.announced": Step(Announced, (Stage.NEW,), (Stage.ANNOUNCED,), granted=never, guards=(check_plan,)),
        "gathering.revised": Step(Revised, (Stage.ANNOUNCED,), granted=never, guards=(check_plan,)),
        "gathering.guest_registered": Step(
            GuestRegistered,
            (Stage.ANNOUNCED,),
            granted=lambda gathering, event: event.party in gathering.registered.values(),
            guards=(check_registration,),
        ),
        "gathering.member_registered": Step(
            MemberRegistered,
            (Stage.ANNOUNCED,),
            granted=lambda gathering, event: event.member in gathering.registered.values(),
            guards=(check_registration,),
        ),
        "gathering.registration_withdrawn": Step(
            RegistrationWithdrawn,
            (Stage.ANNOUNCED,),
            granted=lambda gathering, event: event.registration in gathering.withdrawn,
            guards=(check_withdrawal,),
        ),
        "gathering.held": Step(
            Held,
            (Stage.ANNOUNCED, Stage.HELD),
            (Stage.HELD,),
            granted=lambda gathering, event: gathering.present == event.present,
            guards=(check_held,),
        ),
        "gathering.cancelled": Step(Cancelled, (Stage.ANNOUNCED,), (Stage.CANCELLED,)),
        "gathering.step_corrected": corrected(StepCorrected, (Stage.HELD, Stage.CANCELLED), (Stage.ANNOUNCED,)),
    },
    fold,
)
