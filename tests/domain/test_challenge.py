"""Every command of a challenge from every stage, and what its words and codes must be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain import challenge
from domain.challenge import CHALLENGE, Closed, Published, Raised, Result, Stage, close, publish, raise_challenge
from domain.errors import AlreadyThere, CodeUnknown, NotFound, WrongStage
from domain.policy import Policy
from domain.values import Code
from tests.domain.facts import SAPPORO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, commands_of, judge, row

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
WISHES: Final[Mapping[str, tuple[Any, ...]]] = {
    "raise_challenge": (SAPPORO, RAISED),
    "publish": (PUBLISHED,),
    "close": (CLOSED,),
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "raise_challenge": row(Stage, new=GRANTED, rest=AlreadyThere),
    "publish": row(Stage, new=NotFound, raised=GRANTED, published=NOTHING, rest=WrongStage),
    "close": row(Stage, new=NotFound, closed=NOTHING, rest=GRANTED),
}
COMMANDS: Final = commands_of(challenge, CHALLENGE)


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(COMMANDS)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    assert fold(CHALLENGE, HISTORIES[stage]).stage is stage
    wish = WISHES[command]
    outcome = given(CHALLENGE, *HISTORIES[stage]).when(COMMANDS[command], *wish)
    judge(outcome, TABLE[command][stage], wish[-1])


def test_each_stage_is_reached_by_a_command_and_left_but_closed() -> None:
    reached = {}
    for stage, history in HISTORIES.items():
        outcomes = [given(CHALLENGE, *history).when(COMMANDS[name], *wish).events for name, wish in WISHES.items()]
        reached[stage] = {fold(CHALLENGE, (*history, *events)).stage for events in outcomes} - {stage}
    assert reached == {
        Stage.NEW: {Stage.RAISED},
        Stage.RAISED: {Stage.PUBLISHED, Stage.CLOSED},
        Stage.PUBLISHED: {Stage.CLOSED},
        Stage.CLOSED: set(),
    }


def test_a_closed_challenge_is_not_published_again() -> None:
    given(CHALLENGE, RAISED, CLOSED).when(publish, PUBLISHED).refused(WrongStage, stage="closed", possible="raised")


def test_a_field_that_no_city_shares_is_refused() -> None:
    fields = (Code("welfare"), Code("ski_jumping"))
    given(CHALLENGE).when(raise_challenge, SAPPORO, replace(RAISED, fields=fields)).refused(
        CodeUnknown, field="fields", value="ski_jumping"
    )
    given(CHALLENGE, RAISED).when(publish, replace(PUBLISHED, fields=fields)).refused(
        CodeUnknown, field="fields", value="ski_jumping"
    )


def test_a_field_of_a_plan_must_be_in_the_plans_of_this_city() -> None:
    raised = replace(RAISED, plan_fields=(Code("purpose_economy"),))
    given(CHALLENGE).when(raise_challenge, SAPPORO, raised).refused(
        CodeUnknown, field="planFields", value="purpose_economy", known="vision_snow, vision_energy"
    )
    given(CHALLENGE).when(raise_challenge, Policy(), RAISED).refused(CodeUnknown, field="planFields", known="")


@pytest.mark.parametrize("sample", [False, True])
def test_a_challenge_stays_a_sample_when_it_is_published(*, sample: bool) -> None:
    history = (replace(RAISED, sample=sample),)
    given(CHALLENGE, *history).when(publish, replace(PUBLISHED, sample=not sample)).then(
        replace(PUBLISHED, sample=sample)
    )


def test_a_challenge_that_was_never_published_may_be_closed() -> None:
    closed = Closed(Result.NO_LONGER_PURSUED, said("庁内で解決した。"))
    given(CHALLENGE, RAISED).when(close, closed).then(closed)
