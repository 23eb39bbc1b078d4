"""Every command of a challenge from every stage, and what its words and codes must be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain.challenge import (
    CHALLENGE,
    Closed,
    ContactNamed,
    Edited,
    Extended,
    Published,
    Raised,
    Result,
    Reviewed,
    Revised,
    Stage,
    StepCorrected,
    Verdict,
)
from domain.errors import (
    AlreadyThere,
    CodeUnknown,
    DateInvalid,
    NeverStoodThere,
    NotFound,
    PartMissing,
    PartUnfitting,
    WrongStage,
)
from domain.policy import ChallengePart, ChallengeRules, Policy, Provenance, RuleStatus
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

EDITED: Final = Edited(
    WELFARE_DIVISION, said("見守り"), said("書き直した。"), (Code("welfare"),), (Code("vision_energy"),)
)
ACCEPTED: Final = Reviewed(Verdict.ACCEPTED, None)
RETURNED: Final = Reviewed(Verdict.RETURNED, said("数字を足してください。"))
CONTACT: Final = ContactNamed(said("福祉政策課 佐藤"))
REVISED: Final = Revised(
    said("冬も人とつながる町へ"), said("対象を広げました。"), None, None, (Code("welfare"),), said("対象を広げた。")
)
EXTENDED: Final = Extended(date(2027, 5, 31), said("問合せが多いため。"))
STEP_BACK: Final = StepCorrected(Stage.RAISED, said("別の課題だった。"))

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.RAISED: (RAISED,),
    Stage.RETURNED: (RAISED, RETURNED),
    Stage.ACCEPTED: (RAISED, ACCEPTED),
    Stage.PUBLISHED: (RAISED, PUBLISHED),
    Stage.CLOSED: (RAISED, PUBLISHED, CLOSED),
}
WISHES: Final[Mapping[str, object]] = {
    "challenge.raised": RAISED,
    "challenge.edited": EDITED,
    "challenge.reviewed": ACCEPTED,
    "challenge.contact_named": CONTACT,
    "challenge.revised": REVISED,
    "challenge.extended": EXTENDED,
    "challenge.published": PUBLISHED,
    "challenge.closed": CLOSED,
    "challenge.step_corrected": STEP_BACK,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "challenge.raised": row(Stage, new=GRANTED, rest=AlreadyThere),
    "challenge.edited": row(Stage, new=NotFound, published=WrongStage, closed=WrongStage, rest=GRANTED),
    "challenge.reviewed": row(Stage, new=NotFound, raised=GRANTED, accepted=NOTHING, rest=WrongStage),
    "challenge.contact_named": row(Stage, new=NotFound, closed=WrongStage, rest=GRANTED),
    "challenge.published": row(
        Stage, new=NotFound, raised=GRANTED, accepted=GRANTED, published=NOTHING, rest=WrongStage
    ),
    "challenge.revised": row(Stage, new=NotFound, published=GRANTED, rest=WrongStage),
    "challenge.extended": row(Stage, new=NotFound, published=GRANTED, rest=WrongStage),
    "challenge.closed": row(Stage, new=NotFound, closed=NOTHING, rest=GRANTED),
    "challenge.step_corrected": row(Stage, new=NotFound, raised=NOTHING, rest=GRANTED),
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


def test_each_stage_is_reached_by_a_command_and_left_but_closed_which_only_a_correction_leaves() -> None:
    reached = {}
    for stage, history in HISTORIES.items():
        wishes = (*(each for each in WISHES.values() if each is not STEP_BACK), RETURNED)
        outcomes = [given(CHALLENGE, *history).when(CHALLENGE.decide, SAPPORO, wish).events for wish in wishes]
        reached[stage] = {fold(CHALLENGE, (*history, *events)).stage for events in outcomes} - {stage}
    assert reached == {
        Stage.NEW: {Stage.RAISED},
        Stage.RAISED: {Stage.RETURNED, Stage.ACCEPTED, Stage.PUBLISHED, Stage.CLOSED},
        Stage.RETURNED: {Stage.RAISED, Stage.CLOSED},
        Stage.ACCEPTED: {Stage.RAISED, Stage.PUBLISHED, Stage.CLOSED},
        Stage.PUBLISHED: {Stage.CLOSED},
        Stage.CLOSED: set(),
    }


def test_a_closed_challenge_is_not_published_again() -> None:
    given(CHALLENGE, RAISED, CLOSED).when(CHALLENGE.decide, SAPPORO, PUBLISHED).refused(
        WrongStage, stage="closed", possible="raised, accepted"
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


# --- before it is published ------------------------------------------------------------------------------------------

SOURCE: Final = Provenance("試験用の規定", RuleStatus.IN_FORCE, date(2026, 4, 1))


def strict(*needed: ChallengePart, reviewed: bool = False) -> Policy:
    return replace(SAPPORO, challenges=ChallengeRules(SOURCE, reviewed, needed))


def test_it_goes_back_to_a_department_and_with_a_reason() -> None:
    bare = Reviewed(Verdict.RETURNED, None)
    given(CHALLENGE, RAISED).when(CHALLENGE.decide, SAPPORO, bare).refused(PartMissing, field="reason")
    of_nobody = replace(RAISED, department=None)
    given(CHALLENGE, of_nobody).when(CHALLENGE.decide, SAPPORO, RETURNED).refused(PartMissing, field="department")
    assert fold(CHALLENGE, (of_nobody, EDITED, RETURNED)).stage is Stage.RETURNED


def test_what_was_edited_is_reviewed_again() -> None:
    assert fold(CHALLENGE, (RAISED, ACCEPTED, EDITED)).stage is Stage.RAISED
    wrong = replace(EDITED, plan_fields=(Code("purpose_economy"),))
    given(CHALLENGE, RAISED).when(CHALLENGE.decide, SAPPORO, wrong).refused(CodeUnknown, field="planFields")


def test_a_city_may_ask_that_the_desk_accepts_it_first() -> None:
    policy = strict(reviewed=True)
    given(CHALLENGE, RAISED).when(CHALLENGE.decide, policy, PUBLISHED).refused(
        WrongStage, stage="raised", possible="accepted"
    )
    given(CHALLENGE, RAISED, ACCEPTED).when(CHALLENGE.decide, policy, PUBLISHED).then(PUBLISHED)


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (ChallengePart.CONDITIONS, "conditions"),
        (ChallengePart.CITY_OFFERS, "cityOffers"),
        (ChallengePart.DUE_ON, "dueOn"),
        (ChallengePart.CONTACT, "contact"),
    ],
)
def test_a_city_may_ask_what_must_be_said(part: ChallengePart, field: str) -> None:
    whole = replace(PUBLISHED, conditions=said("道内"), city_offers=said("場所"))
    given(CHALLENGE, RAISED, CONTACT).when(CHALLENGE.decide, strict(*ChallengePart), whole).then(whole)
    without = whole if part is ChallengePart.CONTACT else replace(whole, **{part.value: None})  # type: ignore[arg-type]
    before = (RAISED,) if part is ChallengePart.CONTACT else (RAISED, CONTACT)
    given(CHALLENGE, *before).when(CHALLENGE.decide, strict(part), without).refused(PartMissing, field=field)


def test_what_must_be_said_is_not_taken_away_by_a_revision() -> None:
    policy = strict(*ChallengePart)
    whole = replace(REVISED, conditions=said("道内"), city_offers=said("場所"))
    before = given(CHALLENGE, RAISED, CONTACT, PUBLISHED)
    before.when(CHALLENGE.decide, policy, whole).then(whole)
    before.when(CHALLENGE.decide, policy, replace(whole, conditions=None)).refused(PartMissing, field="conditions")


# --- taken back -------------------------------------------------------------------------------------------------------


def back_to(stage: Stage) -> StepCorrected:
    return replace(STEP_BACK, to=stage)


@pytest.mark.parametrize(
    ("history", "way"),
    [
        ((RAISED, RETURNED), "raised"),
        ((RAISED, RETURNED, CLOSED), "raised, returned"),
        ((RAISED, ACCEPTED), "raised"),
        ((RAISED, PUBLISHED), "raised"),
        ((RAISED, RETURNED, EDITED, ACCEPTED, PUBLISHED, CLOSED), "raised, accepted, published"),
        ((RAISED, ACCEPTED, PUBLISHED, CLOSED, back_to(Stage.PUBLISHED)), "raised, accepted"),
    ],
)
def test_it_is_taken_back_along_the_way_by_which_it_came_and_nowhere_else(history: Any, way: str) -> None:
    there = given(CHALLENGE, *history)
    stands = fold(CHALLENGE, history).stage
    for stage in set(Stage) - {Stage.NEW, stands}:
        back = back_to(stage)
        outcome = there.when(CHALLENGE.decide, SAPPORO, back)
        if stage.value in way.split(", "):
            outcome.then(back)
            assert fold(CHALLENGE, (*history, back)).stage is stage
        else:
            outcome.refused(NeverStoodThere, field="to", stage=stage.value, possible=way)


def test_closed_by_mistake_it_takes_answers_until_the_same_day_and_has_not_ended() -> None:
    history = (RAISED, PUBLISHED, EXTENDED, CLOSED, back_to(Stage.PUBLISHED))
    there = fold(CHALLENGE, history)
    assert (there.stage, there.result, there.due_on) == (Stage.PUBLISHED, None, EXTENDED.due_on)
    otherwise = replace(CLOSED, result=Result.UNANSWERED)
    given(CHALLENGE, *history).when(CHALLENGE.decide, SAPPORO, otherwise).then(otherwise)


def test_published_by_mistake_it_has_no_last_day_and_keeps_its_id_outside() -> None:
    there = fold(CHALLENGE, (RAISED, ACCEPTED, PUBLISHED, back_to(Stage.ACCEPTED)))
    assert (there.stage, there.due_on, there.public_id) == (Stage.ACCEPTED, None, PUBLISHED.public_id)
    given(CHALLENGE, RAISED, ACCEPTED, PUBLISHED, back_to(Stage.ACCEPTED)).when(
        CHALLENGE.decide, strict(reviewed=True), PUBLISHED
    ).then(PUBLISHED)


def test_accepted_by_mistake_it_is_reviewed_again_where_the_city_asks_for_that() -> None:
    given(CHALLENGE, RAISED, ACCEPTED, STEP_BACK).when(CHALLENGE.decide, strict(reviewed=True), PUBLISHED).refused(
        WrongStage, stage="raised", possible="accepted"
    )


# --- after it was published ------------------------------------------------------------------------------------------


def test_answers_are_taken_for_longer_and_never_for_shorter() -> None:
    given(CHALLENGE, RAISED, PUBLISHED, EXTENDED).when(CHALLENGE.decide, SAPPORO, EXTENDED).nothing()
    earlier = replace(EXTENDED, due_on=date(2027, 5, 30))
    given(CHALLENGE, RAISED, PUBLISHED, EXTENDED).when(CHALLENGE.decide, SAPPORO, earlier).refused(
        DateInvalid, field="dueOn"
    )
    endless = replace(PUBLISHED, due_on=None)
    given(CHALLENGE, RAISED, endless).when(CHALLENGE.decide, SAPPORO, EXTENDED).refused(PartUnfitting, field="dueOn")
