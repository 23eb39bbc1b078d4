"""Every step of a dialogue from every stage, and what its meetings, costs and codes must be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain import proposal
from domain.dialogue import (
    DIALOGUE,
    Accepted,
    Asset,
    Cost,
    CostsRecorded,
    Disclosed,
    Ended,
    Ending,
    Extended,
    Goal,
    GoalsRecorded,
    Invited,
    MeetingArranged,
    MeetingCancelled,
    MeetingHeld,
    MessageReceived,
    MessageSent,
    MinutesCorrected,
    Noted,
    Party,
    PlansAligned,
    Recalled,
    Resource,
    ResourcesRecorded,
    Resumed,
    SchemeRecorded,
    Stage,
    StepCorrected,
    TurnedDown,
    goes_on,
    may_invite,
)
from domain.errors import (
    AlreadyThere,
    CodeUnknown,
    NotFound,
    PartUnfitting,
    ReferenceUnknown,
    ReferenceUnsuitable,
    TooMany,
)
from domain.errors import WrongStage as Wrong
from domain.proposal import PROPOSAL, Proposal
from domain.values import Code
from tests.domain.facts import AOMORI, PROPOSER, SAPPORO, SATO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

MEETING, NEXT, OTHER = UUID(int=81), UUID(int=82), UUID(int=83)
DAY: Final = date(2027, 5, 10)
INVITED: Final = Invited(UUID(int=80), PROPOSER, WELFARE_DIVISION, said("見守り"), said("検討を"), DAY, sample=False)
EXTENDED: Final = Extended(date(2027, 5, 31), said("庁内調整のため。"))
RECALLED: Final = Recalled(said("別の課が担当する。"))
ACCEPTED: Final = Accepted(None)
TURNED_DOWN: Final = TurnedDown(said("所管しない。"))
ARRANGED: Final = MeetingArranged(MEETING, DAY, said("14時"), said("本庁舎"), None, (SATO,), (said("田中"),))
HELD: Final = MeetingHeld(MEETING, said("期間を話した。"), said("来月もう一度。"), None, (SATO,), ())
CORRECTED: Final = MinutesCorrected(MEETING, said("期間と場所を話した。"), None, None, said("場所が抜けていた。"))
CANCELLED: Final = MeetingCancelled(MEETING, said("大雪のため。"))
SENT: Final = MessageSent(UUID(int=84), said("資料をお送りします。"))
GOT: Final = MessageReceived(UUID(int=85), said("受け取りました。"))
NOTED: Final = Noted(UUID(int=86), said("予算は難しい。"))
DISCLOSED: Final = Disclosed(UUID(int=87), said("利用者数"), said("田中"), said("外に出さない。"))
RESOURCES: Final = ResourcesRecorded((Resource(Party.CITY, Asset.KOTO, said("祭りの場")),))
GOALS: Final = GoalsRecorded((Goal(said("外出が増える"), said("回数"), said("週二回"), DAY),))
COSTS: Final = CostsRecorded((Cost(Party.PARTNER, said("機器"), 300_000), Cost(Party.CITY, said("場所"), None)))
SCHEME: Final = SchemeRecorded(said("三つの地区で試す。"), None)
PLANS: Final = PlansAligned((Code("vision_snow"),), None)
ENDED: Final = Ended(Ending.READY_TO_DECIDE, said("まとまった。"))
RESUMED: Final = Resumed(said("条件が変わった。"))
STEP_BACK: Final = StepCorrected(Stage.INVITED, said("別の提案への辞退だった。"))

TALK: Final = (INVITED, ACCEPTED)
HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.INVITED: (INVITED,),
    Stage.IN_DIALOGUE: (*TALK, ARRANGED),
    Stage.TURNED_DOWN: (INVITED, TURNED_DOWN),
    Stage.RECALLED: (INVITED, RECALLED),
    Stage.CLOSED: (*TALK, ARRANGED, HELD, ENDED),
}
WISHES: Final[Mapping[str, object]] = {
    "dialogue.invited": INVITED,
    "dialogue.extended": EXTENDED,
    "dialogue.recalled": RECALLED,
    "dialogue.accepted": ACCEPTED,
    "dialogue.turned_down": TURNED_DOWN,
    "dialogue.meeting_arranged": replace(ARRANGED, meeting=NEXT),
    "dialogue.meeting_held": replace(HELD, meeting=NEXT),
    "dialogue.minutes_corrected": CORRECTED,
    "dialogue.meeting_cancelled": CANCELLED,
    "dialogue.message_sent": SENT,
    "dialogue.message_received": GOT,
    "dialogue.noted": NOTED,
    "dialogue.disclosed": DISCLOSED,
    "dialogue.resources_recorded": RESOURCES,
    "dialogue.goals_recorded": GOALS,
    "dialogue.costs_recorded": COSTS,
    "dialogue.scheme_recorded": SCHEME,
    "dialogue.plans_aligned": PLANS,
    "dialogue.ended": ENDED,
    "dialogue.resumed": RESUMED,
    "dialogue.step_corrected": STEP_BACK,
}
TALKING: Final = row(Stage, new=NotFound, in_dialogue=GRANTED, rest=Wrong)
WRITTEN: Final = row(Stage, new=NotFound, in_dialogue=GRANTED, closed=GRANTED, rest=Wrong)
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "dialogue.invited": row(Stage, new=GRANTED, rest=AlreadyThere),
    "dialogue.extended": row(Stage, new=NotFound, invited=GRANTED, rest=Wrong),
    "dialogue.recalled": row(Stage, new=NotFound, invited=GRANTED, recalled=NOTHING, rest=Wrong),
    "dialogue.accepted": row(Stage, new=NotFound, invited=GRANTED, in_dialogue=NOTHING, rest=Wrong),
    "dialogue.turned_down": row(Stage, new=NotFound, invited=GRANTED, turned_down=NOTHING, rest=Wrong),
    "dialogue.meeting_arranged": TALKING,
    "dialogue.meeting_held": TALKING,
    "dialogue.minutes_corrected": {**WRITTEN, Stage.IN_DIALOGUE: ReferenceUnsuitable},
    "dialogue.meeting_cancelled": TALKING,
    "dialogue.message_sent": WRITTEN,
    "dialogue.message_received": WRITTEN,
    "dialogue.noted": row(Stage, new=NotFound, rest=GRANTED),
    "dialogue.disclosed": TALKING,
    "dialogue.resources_recorded": TALKING,
    "dialogue.goals_recorded": TALKING,
    "dialogue.costs_recorded": TALKING,
    "dialogue.scheme_recorded": TALKING,
    "dialogue.plans_aligned": TALKING,
    "dialogue.ended": row(Stage, new=NotFound, in_dialogue=GRANTED, closed=NOTHING, rest=Wrong),
    "dialogue.resumed": row(Stage, new=NotFound, closed=GRANTED, in_dialogue=NOTHING, rest=Wrong),
    "dialogue.step_corrected": row(
        Stage, new=NotFound, invited=NOTHING, turned_down=GRANTED, recalled=GRANTED, rest=Wrong
    ),
}


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(DIALOGUE.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    assert fold(DIALOGUE, HISTORIES[stage]).stage is stage
    outcome = given(DIALOGUE, *HISTORIES[stage]).when(DIALOGUE.decide, SAPPORO, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


def test_each_stage_is_reached_by_a_command_and_a_correction_alone_leaves_one_without_dialogue() -> None:
    reached = {}
    for stage, history in HISTORIES.items():
        outcomes = [given(DIALOGUE, *history).when(DIALOGUE.decide, SAPPORO, wish).events for wish in WISHES.values()]
        reached[stage] = {fold(DIALOGUE, (*history, *events)).stage for events in outcomes} - {stage}
    assert reached == {
        Stage.NEW: {Stage.INVITED},
        Stage.INVITED: {Stage.IN_DIALOGUE, Stage.TURNED_DOWN, Stage.RECALLED},
        Stage.IN_DIALOGUE: {Stage.CLOSED},
        Stage.TURNED_DOWN: {Stage.INVITED},
        Stage.RECALLED: {Stage.INVITED},
        Stage.CLOSED: {Stage.IN_DIALOGUE},
    }


def test_a_meeting_is_arranged_anew_until_it_is_held_or_cancelled() -> None:
    later = replace(ARRANGED, on=date(2027, 6, 1))
    given(DIALOGUE, *TALK, ARRANGED).when(DIALOGUE.decide, SAPPORO, later).then(later)
    given(DIALOGUE, *TALK, ARRANGED, HELD).when(DIALOGUE.decide, SAPPORO, later).refused(
        ReferenceUnsuitable, field="meeting", stage="held", possible="arranged"
    )
    given(DIALOGUE, *TALK, ARRANGED, CANCELLED).when(DIALOGUE.decide, SAPPORO, later).refused(ReferenceUnsuitable)


def test_what_is_said_of_a_meeting_is_said_once() -> None:
    given(DIALOGUE, *TALK, ARRANGED, HELD).when(DIALOGUE.decide, SAPPORO, HELD).nothing()
    given(DIALOGUE, *TALK, ARRANGED, CANCELLED).when(DIALOGUE.decide, SAPPORO, CANCELLED).nothing()
    given(DIALOGUE, *TALK, SENT, GOT, NOTED, DISCLOSED).when(DIALOGUE.decide, SAPPORO, SENT).nothing()
    given(DIALOGUE, *TALK, SENT, GOT, NOTED, DISCLOSED).when(DIALOGUE.decide, SAPPORO, GOT).nothing()
    given(DIALOGUE, *TALK, SENT, GOT, NOTED, DISCLOSED).when(DIALOGUE.decide, SAPPORO, NOTED).nothing()
    given(DIALOGUE, *TALK, SENT, GOT, NOTED, DISCLOSED).when(DIALOGUE.decide, SAPPORO, DISCLOSED).nothing()


def test_a_meeting_that_was_held_is_not_cancelled_nor_one_that_was_cancelled_held() -> None:
    given(DIALOGUE, *TALK, ARRANGED, HELD).when(DIALOGUE.decide, SAPPORO, CANCELLED).refused(ReferenceUnsuitable)
    given(DIALOGUE, *TALK, ARRANGED, CANCELLED).when(DIALOGUE.decide, SAPPORO, HELD).refused(ReferenceUnsuitable)
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, SAPPORO, CANCELLED).refused(ReferenceUnknown, field="meeting")
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, SAPPORO, CORRECTED).refused(ReferenceUnknown, field="meeting")


def test_costs_are_yen_and_not_less_than_none() -> None:
    owed = CostsRecorded((Cost(Party.CITY, said("機器"), -1),))
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, SAPPORO, owed).refused(PartUnfitting, field="costs.yen")
    free = CostsRecorded((Cost(Party.CITY, said("場所"), 0),))
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, SAPPORO, free).then(free)


def test_a_method_and_the_fields_of_plans_are_those_of_this_city() -> None:
    ours, theirs = replace(SCHEME, method=Code("agreement")), replace(SCHEME, method=Code("barter"))
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, AOMORI, ours).then(ours)
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, AOMORI, theirs).refused(CodeUnknown, field="method")
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, AOMORI, PLANS).refused(CodeUnknown, field="planFields")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (ResourcesRecorded(RESOURCES.resources * 101), "resources"),
        (GoalsRecorded(GOALS.goals * 101), "goals"),
        (CostsRecorded(COSTS.costs * 51), "costs"),
        (PlansAligned(PLANS.plan_fields * 101, None), "planFields"),
        (replace(ARRANGED, members=(SATO,) * 101), "members"),
        (replace(ARRANGED, visitors=(said("田中"),) * 101), "visitors"),
        (replace(HELD, members=(SATO,) * 101), "members"),
        (replace(HELD, visitors=(said("田中"),) * 101), "visitors"),
    ],
)
def test_a_list_of_more_than_a_hundred_is_refused(wish: Any, field: str) -> None:
    given(DIALOGUE, *TALK).when(DIALOGUE.decide, SAPPORO, wish).refused(TooMany, field=field, limit=100)


def test_every_one_of_a_hundred_disclosures_stays_and_there_is_no_more() -> None:
    each = [replace(DISCLOSED, disclosure=UUID(int=1000 + number)) for number in range(101)]
    given(DIALOGUE, *TALK, *each[:99]).when(DIALOGUE.decide, SAPPORO, each[99]).then(each[99])
    given(DIALOGUE, *TALK, *each[:100]).when(DIALOGUE.decide, SAPPORO, each[100]).refused(TooMany, limit=100)


OVER: Final = {
    *("new", "draft", "discarded", "turned_away", "received", "returned"),
    *("refused", "referred", "declined", "withdrawn", "closed"),
}


@pytest.mark.parametrize("stage", proposal.Stage)
def test_a_department_is_invited_about_a_screened_proposal_until_it_is_decided(stage: proposal.Stage) -> None:
    expected: dict[Any, set[str]] = {may_invite: OVER | {"adopted"}, goes_on: OVER}
    for check, refused in expected.items():
        if stage.value not in refused:
            check(Proposal(stage))
            continue
        with pytest.raises(ReferenceUnknown if stage is PROPOSAL.beginning else ReferenceUnsuitable):
            check(Proposal(stage))
