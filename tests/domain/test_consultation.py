"""Every step of a consultation from every stage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain.calendar import Due
from domain.consultation import (
    CONSULTATION,
    Answered,
    Assigned,
    BecameProposal,
    Closed,
    Consultation,
    Noted,
    ReceiptCorrected,
    Received,
    Stage,
    StepCorrected,
)
from domain.errors import AlreadyThere, CodeUnknown, NeverStoodThere, NotFound, PartMissing
from domain.errors import WrongStage as Wrong
from domain.policy import USUAL_PURPOSE, Deadline
from tests.domain.facts import COOPERATION_OFFICE, SAPPORO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

ASKER: Final = UUID(int=71)
RECEIVED: Final = Received(
    2026,
    12,
    ASKER,
    None,
    said("見本株式会社"),
    said("佐藤"),
    None,
    said("除雪の実証"),
    said("道路で試せますか。"),
    Due(Deadline.CONSULTATION_ANSWER, 5, date(2026, 11, 30)),
    sample=False,
)
ASSIGNED: Final = Assigned(WELFARE_DIVISION, said("回答をお願いします。"))
ANSWERED: Final = Answered(said("申請が要ります。"))
NOTED: Final = Noted(said("提案になりそう。"))
BECAME: Final = BecameProposal(UUID(int=72))
CLOSED: Final = Closed(said("回答で足りた。"))
STEP_BACK: Final = StepCorrected(Stage.RECEIVED, said("誤って進めた。"))
CORRECTED: Final = ReceiptCorrected(
    said("見本合同会社"),
    said("佐藤"),
    None,
    said("融雪の実証"),
    said("歩道で試せますか。"),
    date(2026, 11, 20),
    Due(Deadline.CONSULTATION_ANSWER, 5, date(2026, 11, 27)),
    said("聞き違えていた。"),
    sample=False,
)

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.RECEIVED: (RECEIVED,),
    Stage.ASSIGNED: (RECEIVED, ASSIGNED),
    Stage.ANSWERED: (RECEIVED, ASSIGNED, ANSWERED),
    Stage.BECAME_PROPOSAL: (RECEIVED, BECAME),
    Stage.CLOSED: (RECEIVED, ANSWERED, CLOSED),
}
WISHES: Final[Mapping[str, object]] = {
    "consultation.received": RECEIVED,
    "consultation.assigned": ASSIGNED,
    "consultation.answered": ANSWERED,
    "consultation.noted": NOTED,
    "consultation.became_proposal": BECAME,
    "consultation.closed": CLOSED,
    "consultation.step_corrected": STEP_BACK,
    "consultation.receipt_corrected": CORRECTED,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "consultation.received": row(Stage, new=GRANTED, rest=AlreadyThere),
    "consultation.assigned": row(Stage, new=NotFound, received=GRANTED, assigned=NOTHING, answered=GRANTED, rest=Wrong),
    "consultation.answered": row(Stage, new=NotFound, became_proposal=Wrong, closed=Wrong, rest=GRANTED),
    "consultation.noted": row(Stage, new=NotFound, rest=GRANTED),
    "consultation.became_proposal": row(Stage, new=NotFound, became_proposal=NOTHING, closed=Wrong, rest=GRANTED),
    "consultation.closed": row(Stage, new=NotFound, closed=NOTHING, became_proposal=Wrong, rest=GRANTED),
    "consultation.step_corrected": row(Stage, new=NotFound, received=NOTHING, rest=GRANTED),
    "consultation.receipt_corrected": row(Stage, new=NotFound, rest=GRANTED),
}


def test_the_table_holds_every_step_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(CONSULTATION.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wish", TABLE)
def test_from_each_stage_a_step_does_what_the_table_says(wish: str, stage: Stage) -> None:
    assert fold(CONSULTATION, HISTORIES[stage]).stage is stage
    outcome = given(CONSULTATION, *HISTORIES[stage]).when(CONSULTATION.decide, SAPPORO, WISHES[wish])
    judge(outcome, TABLE[wish][stage], WISHES[wish])


def test_who_is_named_accepted_the_statement_of_purpose_where_the_city_has_one() -> None:
    there = given(CONSULTATION)
    stated = replace(SAPPORO, purpose_of_use=replace(USUAL_PURPOSE, version=2))
    for named in ({"contact_name": said("佐藤")}, {"contact": said("011-000-0000")}):
        person: dict[str, Any] = {"contact_name": None, "contact": None, **named}
        asked = replace(RECEIVED, **person)
        there.when(CONSULTATION.decide, stated, asked).refused(PartMissing, field="purpose")
        there.when(CONSULTATION.decide, stated, replace(asked, purpose=1)).refused(CodeUnknown, known="2")
        there.when(CONSULTATION.decide, stated, replace(asked, purpose=2)).then(replace(asked, purpose=2))
        there.when(CONSULTATION.decide, replace(SAPPORO, purpose_of_use=None), asked).then(asked)
        anew = replace(CORRECTED, contact_name=person["contact_name"], contact=person["contact"], purpose=None)
        given(CONSULTATION, RECEIVED).when(CONSULTATION.decide, stated, anew).refused(PartMissing, field="purpose")
    nobody = replace(RECEIVED, contact_name=None, contact=None)
    there.when(CONSULTATION.decide, stated, nobody).then(nobody)


def test_a_wrong_step_is_taken_back_to_where_it_stood_and_what_it_had_brought_with_it() -> None:
    led = given(CONSULTATION, RECEIVED, ASSIGNED, ANSWERED, ASSIGNED, BECAME)
    back = replace(STEP_BACK, to=Stage.ASSIGNED)
    led.when(CONSULTATION.decide, SAPPORO, back).then(back)
    never_answered = replace(STEP_BACK, to=Stage.ANSWERED)
    led.when(CONSULTATION.decide, SAPPORO, never_answered).refused(
        NeverStoodThere, field="to", stage="answered", possible="received, assigned"
    )
    there = fold(CONSULTATION, (RECEIVED, ASSIGNED, ANSWERED, ASSIGNED, BECAME, back))
    assert (there.stage, there.department, there.proposal) == (Stage.ASSIGNED, WELFARE_DIVISION, None)
    assert there.trail == (Stage.RECEIVED,)
    begun = fold(CONSULTATION, (RECEIVED, ASSIGNED, CLOSED, STEP_BACK))
    assert (begun.stage, begun.department, begun.trail) == (Stage.RECEIVED, None, ())


def test_its_number_can_be_said_on_the_telephone() -> None:
    assert fold(CONSULTATION, (RECEIVED,)) == Consultation(Stage.RECEIVED, "2026-consultation-12", ASKER)


def test_another_department_may_be_asked_and_an_answer_may_follow_an_answer() -> None:
    other = replace(ASSIGNED, department=COOPERATION_OFFICE)
    given(CONSULTATION, RECEIVED, ASSIGNED).when(CONSULTATION.decide, SAPPORO, other).then(other)
    assert fold(CONSULTATION, (RECEIVED, ASSIGNED, other)).department == COOPERATION_OFFICE
    given(CONSULTATION, RECEIVED, ANSWERED).when(CONSULTATION.decide, SAPPORO, ANSWERED).then(ANSWERED)
