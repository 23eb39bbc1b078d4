"""Every command of a challenge from every stage, and what its words and codes must be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain.challenge import CHALLENGE, Closed, Published, Raised, Result, Stage
from domain.errors import AlreadyThere, CodeUnknown, NotFound, WrongStage
from domain.policy import Policy
from domain.values import Code
from tests.domain.facts import SAPPORO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

RAISED: Final = Raised(
    WELFARE_DIVISION,
    said("高齢者の見守り"),
    said("冬に外出が減る。"),
    fields=(Code("welfare"), Code("safety")),
    plan_fields=(Code("vision_snow"),),
    sample=False,
)
PUBLISHED: Final = Published(
    UUID(int=30),
    said("冬も人とつながる町へ"),
    said("見守りの仲間を求めます。"),
    conditions=None,
    city_offers=None,
    fields=(Code("welfare"),),
    due_on=date(2027, 3, 31),
    sample=False,
)
CLOSED: Final = Closed(Result.ANSWERED, said("三件の提案があった。"))

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.RAISED: (RAISED,),
    Stage.PUBLISHED: (RAISED, PUBLISHED),
    Stage.CLOSED: (RAISED, PUBLISHED, CLOSED),
}
WISHES: Final[Mapping[str, object]] = {
    "challenge.raised": RAISED,
    "challenge.published": PUBLISHED,
    "challenge.closed": CLOSED,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "challenge.raised": row(Stage, new=GRANTED, rest=AlreadyThere),
    "challenge.published": row(Stage, new=NotFound, raised=GRANTED, published=NOTHING, rest=WrongStage),
    "challenge.closed": row(Stage, new=NotFound, closed=NOTHING, rest=GRANTED),
}


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(CHALLENGE.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    assert fold(CHALLENGE, HISTORIES[stage]).stage is stage
    outcome = given(CHALLENGE, *HISTORIES[stage]).when(CHALLENGE.decide, SAPPORO, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


def test_each_stage_is_reached_by_a_command_and_left_but_closed() -> None:
    reached = {}
    for stage, history in HISTORIES.items():
        outcomes = [given(CHALLENGE, *history).when(CHALLENGE.decide, SAPPORO, wish).events for wish in WISHES.values()]
        reached[stage] = {fold(CHALLENGE, (*history, *events)).stage for events in outcomes} - {stage}
    assert reached == {
        Stage.NEW: {Stage.RAISED},
        Stage.RAISED: {Stage.PUBLISHED, Stage.CLOSED},
        Stage.PUBLISHED: {Stage.CLOSED},
        Stage.CLOSED: set(),
    }


def test_a_closed_challenge_is_not_published_again() -> None:
    given(CHALLENGE, RAISED, CLOSED).when(CHALLENGE.decide, SAPPORO, PUBLISHED).refused(
        WrongStage, stage="closed", possible="raised"
    )


def test_a_field_that_no_city_shares_is_refused() -> None:
    fields = (Code("welfare"), Code("ski_jumping"))
    given(CHALLENGE).when(CHALLENGE.decide, SAPPORO, replace(RAISED, fields=fields)).refused(
        CodeUnknown, field="fields", value="ski_jumping"
    )
    given(CHALLENGE, RAISED).when(CHALLENGE.decide, SAPPORO, replace(PUBLISHED, fields=fields)).refused(
        CodeUnknown, field="fields", value="ski_jumping"
    )


def test_a_field_of_a_plan_must_be_in_the_plans_of_this_city() -> None:
    raised = replace(RAISED, plan_fields=(Code("purpose_economy"),))
    given(CHALLENGE).when(CHALLENGE.decide, SAPPORO, raised).refused(
        CodeUnknown, field="planFields", value="purpose_economy", known="vision_snow, vision_energy"
    )
    given(CHALLENGE).when(CHALLENGE.decide, Policy(), RAISED).refused(CodeUnknown, field="planFields", known="")


def test_a_challenge_that_was_never_published_may_be_closed() -> None:
    closed = Closed(Result.NO_LONGER_PURSUED, said("庁内で解決した。"))
    given(CHALLENGE, RAISED).when(CHALLENGE.decide, SAPPORO, closed).then(closed)
