"""Every step of a gathering from every stage, and who may still register."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain.errors import (
    AlreadyThere,
    CapacityReached,
    DateInvalid,
    DeadlinePassed,
    NotFound,
    PartUnfitting,
    ReferenceUnknown,
)
from domain.errors import WrongStage as Wrong
from domain.gathering import (
    GATHERING,
    Announced,
    Cancelled,
    GuestRegistered,
    Held,
    MemberRegistered,
    RegistrationWithdrawn,
    Revised,
    Stage,
    StepCorrected,
)
from domain.notice import Reach
from tests.domain.facts import SAPPORO, SATO, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

DAY, LAST = date(2027, 2, 10), date(2027, 2, 3)
ANNOUNCED: Final = Announced(
    Reach.PUBLIC, UUID(int=90), said("冬の交流会"), said("除雪を語る。"), said("市民ホール"), DAY, LAST, 2, sample=False
)
REVISED: Final = Revised(said("冬の交流会"), said("会場を変えました。"), None, DAY, LAST, 3)
GUEST: Final = GuestRegistered(UUID(int=91), UUID(int=92), said("見本社"), said("鈴木"), None, LAST)
MEMBER: Final = MemberRegistered(UUID(int=93), SATO, LAST)
GONE: Final = RegistrationWithdrawn(GUEST.registration)
HELD: Final = Held(41, said("盛況。"), DAY)
CANCELLED: Final = Cancelled(said("大雪のため。"))
STEP_BACK: Final = StepCorrected(Stage.ANNOUNCED, said("別の催しだった。"), DAY)

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.ANNOUNCED: (ANNOUNCED,),
    Stage.HELD: (ANNOUNCED, HELD),
    Stage.CANCELLED: (ANNOUNCED, CANCELLED),
}
WISHES: Final[Mapping[str, object]] = {
    "gathering.announced": ANNOUNCED,
    "gathering.revised": REVISED,
    "gathering.guest_registered": GUEST,
    "gathering.member_registered": MEMBER,
    "gathering.registration_withdrawn": GONE,
    "gathering.held": HELD,
    "gathering.cancelled": CANCELLED,
    "gathering.step_corrected": STEP_BACK,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "gathering.announced": row(Stage, new=GRANTED, rest=AlreadyThere),
    "gathering.revised": row(Stage, new=NotFound, announced=GRANTED, rest=Wrong),
    "gathering.guest_registered": row(Stage, new=NotFound, announced=GRANTED, rest=Wrong),
    "gathering.member_registered": row(Stage, new=NotFound, announced=GRANTED, rest=Wrong),
    "gathering.registration_withdrawn": row(Stage, new=NotFound, announced=ReferenceUnknown, rest=Wrong),
    "gathering.held": row(Stage, new=NotFound, announced=GRANTED, held=NOTHING, rest=Wrong),
    "gathering.cancelled": row(Stage, new=NotFound, announced=GRANTED, cancelled=NOTHING, rest=Wrong),
    "gathering.step_corrected": row(Stage, new=NotFound, announced=NOTHING, rest=GRANTED),
}


def test_the_table_holds_every_step_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(GATHERING.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wish", TABLE)
def test_from_each_stage_a_step_does_what_the_table_says(wish: str, stage: Stage) -> None:
    assert fold(GATHERING, HISTORIES[stage]).stage is stage
    outcome = given(GATHERING, *HISTORIES[stage]).when(GATHERING.decide, SAPPORO, WISHES[wish])
    judge(outcome, TABLE[wish][stage], WISHES[wish])


def test_as_many_register_as_there_is_room_and_whoever_withdraws_makes_room() -> None:
    third = replace(GUEST, registration=UUID(int=94), party=UUID(int=95))
    full = (ANNOUNCED, GUEST, MEMBER)
    given(GATHERING, *full).when(GATHERING.decide, SAPPORO, third).refused(CapacityReached, capacity=2)
    given(GATHERING, *full, REVISED).when(GATHERING.decide, SAPPORO, third).then(third)
    given(GATHERING, *full).when(GATHERING.decide, SAPPORO, GONE).then(GONE)
    given(GATHERING, *full, GONE).when(GATHERING.decide, SAPPORO, third).then(third)
    given(GATHERING, *full, GONE).when(GATHERING.decide, SAPPORO, GONE).nothing()


def test_without_a_number_there_is_room_for_all() -> None:
    crowd = [replace(GUEST, registration=UUID(int=n), party=UUID(int=1000 + n)) for n in range(100, 300)]
    open_to_all = replace(ANNOUNCED, capacity=None)
    given(GATHERING, open_to_all, *crowd).when(GATHERING.decide, SAPPORO, GUEST).then(GUEST)


def test_nobody_registers_twice_but_after_withdrawing_again() -> None:
    again = replace(GUEST, registration=UUID(int=96))
    given(GATHERING, ANNOUNCED, GUEST).when(GATHERING.decide, SAPPORO, again).nothing()
    given(GATHERING, ANNOUNCED, MEMBER).when(GATHERING.decide, SAPPORO, replace(MEMBER, on=DAY)).nothing()
    given(GATHERING, ANNOUNCED, GUEST, GONE).when(GATHERING.decide, SAPPORO, again).then(again)


@pytest.mark.parametrize(("by", "last"), [(LAST, LAST), (None, DAY)])
def test_the_last_day_to_register_is_the_one_named_or_the_day_itself(by: date | None, last: date) -> None:
    announced = replace(ANNOUNCED, register_by=by)
    in_time = replace(MEMBER, on=last)
    given(GATHERING, announced).when(GATHERING.decide, SAPPORO, in_time).then(in_time)
    late = replace(MEMBER, on=date.fromordinal(last.toordinal() + 1))
    given(GATHERING, announced).when(GATHERING.decide, SAPPORO, late).refused(DeadlinePassed, day=last)


def test_a_plan_that_cannot_be_is_refused() -> None:
    for plan in (ANNOUNCED, REVISED):
        there = () if plan is ANNOUNCED else (ANNOUNCED,)
        late = replace(plan, register_by=date(2027, 2, 11))
        given(GATHERING, *there).when(GATHERING.decide, SAPPORO, late).refused(DateInvalid, field="registerBy")
        none = replace(plan, capacity=0)
        given(GATHERING, *there).when(GATHERING.decide, SAPPORO, none).refused(PartUnfitting, field="capacity")


def test_it_is_not_held_before_its_day_nor_with_fewer_than_none() -> None:
    early = replace(HELD, on=LAST)
    given(GATHERING, ANNOUNCED).when(GATHERING.decide, SAPPORO, early).refused(DateInvalid)
    given(GATHERING, ANNOUNCED).when(GATHERING.decide, SAPPORO, replace(HELD, present=-1)).refused(PartUnfitting)


def test_how_many_came_is_entered_again_when_it_was_miscounted() -> None:
    other = replace(HELD, present=42)
    given(GATHERING, ANNOUNCED, HELD).when(GATHERING.decide, SAPPORO, HELD).nothing()
    given(GATHERING, ANNOUNCED, HELD).when(GATHERING.decide, SAPPORO, other).then(other)
    given(GATHERING, ANNOUNCED, HELD, other).when(GATHERING.decide, SAPPORO, other).nothing()


@pytest.mark.parametrize("step", [HELD, CANCELLED])
def test_what_was_held_or_cancelled_by_mistake_is_announced_with_all_who_had_registered(step: object) -> None:
    there = fold(GATHERING, (ANNOUNCED, GUEST, MEMBER, GONE, step, STEP_BACK))
    assert there == fold(GATHERING, (ANNOUNCED, GUEST, MEMBER, GONE))
    given(GATHERING, ANNOUNCED, GUEST, step, STEP_BACK).when(GATHERING.decide, SAPPORO, HELD).then(HELD)
