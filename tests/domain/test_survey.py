"""Every step of a survey among departments from every stage; "none" is an answer, silence is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain.errors import AlreadyThere, DateInvalid, NotFound, PartMissing, PartUnfitting, WrongStage
from domain.survey import SURVEY, Answered, Asked, Closed, Extended, Reminded, Reply, Stage, StepCorrected
from tests.domain.facts import CHALLENGE, COOPERATION_OFFICE, SAPPORO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

BOTH: Final = (WELFARE_DIVISION, COOPERATION_OFFICE)
ASKED: Final = Asked(said("課題の照会"), said("課題を挙げてください。"), BOTH, date(2026, 7, 31), sample=False)
RAISED: Final = Answered(WELFARE_DIVISION, Reply.CHALLENGES, (CHALLENGE,), None)
NONE: Final = Answered(COOPERATION_OFFICE, Reply.NONE, (), said("該当なし。"))
REMINDED: Final = Reminded(BOTH, date(2026, 7, 25), None)
EXTENDED: Final = Extended(date(2026, 8, 31), said("議会のため。"))
CLOSED: Final = Closed(None)
STEP_BACK: Final = StepCorrected(Stage.ASKED, said("誤って締め切った。"))

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.ASKED: (ASKED,),
    Stage.CLOSED: (ASKED, CLOSED),
}
WISHES: Final[Mapping[str, object]] = {
    "survey.asked": ASKED,
    "survey.answered": RAISED,
    "survey.reminded": REMINDED,
    "survey.extended": EXTENDED,
    "survey.closed": CLOSED,
    "survey.step_corrected": STEP_BACK,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "survey.asked": row(Stage, new=GRANTED, rest=AlreadyThere),
    "survey.answered": row(Stage, new=NotFound, asked=GRANTED, closed=WrongStage, rest=WrongStage),
    "survey.reminded": row(Stage, new=NotFound, asked=GRANTED, closed=WrongStage, rest=WrongStage),
    "survey.extended": row(Stage, new=NotFound, asked=GRANTED, closed=WrongStage, rest=WrongStage),
    "survey.closed": row(Stage, new=NotFound, asked=GRANTED, closed=NOTHING, rest=WrongStage),
    "survey.step_corrected": row(Stage, new=NotFound, asked=NOTHING, rest=GRANTED),
}


def test_the_table_holds_every_step_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(SURVEY.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wish", TABLE)
def test_from_each_stage_a_step_does_what_the_table_says(wish: str, stage: Stage) -> None:
    assert fold(SURVEY, HISTORIES[stage]).stage is stage
    outcome = given(SURVEY, *HISTORIES[stage]).when(SURVEY.decide, SAPPORO, WISHES[wish])
    judge(outcome, TABLE[wish][stage], WISHES[wish])


@pytest.mark.parametrize("departments", [(), (WELFARE_DIVISION, WELFARE_DIVISION)])
def test_departments_are_asked_each_once(departments: tuple[UUID, ...]) -> None:
    wish = replace(ASKED, departments=departments)
    given(SURVEY).when(SURVEY.decide, SAPPORO, wish).refused(PartMissing, field="departments")


def test_none_is_an_answer_and_silence_is_not() -> None:
    assert fold(SURVEY, (ASKED,)).missing == BOTH
    assert fold(SURVEY, (ASKED, NONE)).missing == (WELFARE_DIVISION,)
    assert fold(SURVEY, (ASKED, NONE, RAISED)).missing == ()


def test_an_answer_names_challenges_or_says_that_there_are_none() -> None:
    for wish in (replace(RAISED, challenges=()), replace(NONE, challenges=(CHALLENGE,))):
        given(SURVEY, ASKED).when(SURVEY.decide, SAPPORO, wish).refused(PartMissing, field="challenges")


def test_only_who_was_asked_answers() -> None:
    stranger = replace(NONE, department=UUID(int=99))
    given(SURVEY, ASKED).when(SURVEY.decide, SAPPORO, stranger).refused(PartUnfitting, field="department")


def test_an_answer_may_be_changed_until_the_survey_is_closed() -> None:
    other = replace(RAISED, reply=Reply.NONE, challenges=())
    given(SURVEY, ASKED, RAISED).when(SURVEY.decide, SAPPORO, other).then(other)
    given(SURVEY, ASKED, RAISED, CLOSED).when(SURVEY.decide, SAPPORO, other).refused(WrongStage, stage="closed")


def test_what_was_closed_by_mistake_takes_the_answers_that_are_missing() -> None:
    again = given(SURVEY, ASKED, RAISED, CLOSED, STEP_BACK)
    again.when(SURVEY.decide, SAPPORO, NONE).then(NONE)
    again.when(SURVEY.decide, SAPPORO, EXTENDED).then(EXTENDED)
    assert fold(SURVEY, (ASKED, RAISED, CLOSED, STEP_BACK)).missing == (COOPERATION_OFFICE,)


def test_all_that_have_not_answered_are_reminded_and_nobody_else() -> None:
    rest = replace(REMINDED, departments=(WELFARE_DIVISION,))
    given(SURVEY, ASKED, NONE).when(SURVEY.decide, SAPPORO, rest).then(rest)
    given(SURVEY, ASKED, NONE).when(SURVEY.decide, SAPPORO, REMINDED).refused(PartUnfitting, field="departments")
    nobody = replace(REMINDED, departments=())
    given(SURVEY, ASKED, NONE, RAISED).when(SURVEY.decide, SAPPORO, nobody).refused(PartUnfitting)


def test_a_deadline_moves_only_to_later() -> None:
    given(SURVEY, ASKED, EXTENDED).when(SURVEY.decide, SAPPORO, EXTENDED).nothing()
    earlier = replace(EXTENDED, due_on=date(2026, 8, 30))
    given(SURVEY, ASKED, EXTENDED).when(SURVEY.decide, SAPPORO, earlier).refused(DateInvalid, field="dueOn")
