"""The advice on every answer, every command of a selection from every stage, and what must come before what."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any, Final
from uuid import UUID

import pytest

from domain.errors import (
    AlreadyThere,
    AmountExceeded,
    AmountInvalid,
    CodeUnknown,
    DateInvalid,
    NeverStoodThere,
    NotFound,
    PartMissing,
    PartUnfitting,
    ReasonRequired,
    TooMany,
    WrongStage,
)
from domain.policy import Degree, Policy, Weighing
from domain.selection import (
    SELECTION,
    Abandoned,
    Advice,
    Answers,
    Assessed,
    Begun,
    CallClosed,
    CallOpened,
    Chosen,
    Completed,
    ContractRecorded,
    Ground,
    Prepared,
    ProposerConsulted,
    Reopened,
    Response,
    Shared,
    Stage,
    Standing,
    StepCorrected,
    Way,
    WayDecided,
    advise,
    standing,
)
from domain.values import Code
from tests.domain.facts import AOMORI, SAPPORO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

DAY: Final = date(2026, 10, 1)
LATER: Final = date(2026, 10, 30)
LOW: Final = (Degree.NONE, Degree.LOW, Degree.MIDDLE)
"""The text names no threshold; only the highest grade is high."""

FREE: Final = Answers(
    pays_now=False,
    pays_later=False,
    exclusive_rights=False,
    special_knowledge=False,
    no_other_party=False,
    open_to_many=False,
    know_how_touched=False,
    occupancy_in_time=Degree.LOW,
    occupancy_in_space=Degree.LOW,
    method=None,
)
PAID: Final = replace(FREE, pays_later=True)
UNIQUE: Final = ("exclusive_rights", "special_knowledge", "no_other_party")
YES_NO: Final = (False, True)


# --- the advice, over all answers ------------------------------------------------------------------------------------


def all_answers() -> list[Answers]:
    """Every answer there can be to every question."""
    degrees = (None, *Degree)
    methods = (None, Code("agreement"), Code("designated_manager"))
    sets = product(*[YES_NO] * 7, degrees, degrees, methods)
    return [Answers(*each) for each in sets]


ALL: Final = all_answers()


def test_all_answers_are_tried() -> None:
    assert len(set(ALL)) == 2**7 * 5 * 5 * 3


def test_where_the_city_pays_the_contract_procedure_follows_whatever_else_is_answered() -> None:
    for policy, answers in product((SAPPORO, AOMORI), ALL):
        if answers.pays_now or answers.pays_later:
            grounds = [Ground.PAYS_NOW] * answers.pays_now + [Ground.PAYS_LATER] * answers.pays_later
            assert advise(answers, policy) == (Advice.CONTRACT_PROCEDURE, tuple(grounds))


def test_without_city_money_occupancy_and_uniqueness_give_the_four_answers_of_the_table() -> None:
    table = {  # occupancy high, unique
        (True, False): Advice.PUBLIC_CALL,
        (False, True): Advice.WITHOUT_CALL,
        (True, True): Advice.NO_ANSWER,
        (False, False): Advice.NO_ANSWER,
    }
    seen = set()
    for answers in ALL:
        if answers.pays_now or answers.pays_later:
            continue
        high = Degree.HIGH in {answers.occupancy_in_time, answers.occupancy_in_space}
        unique = answers.exclusive_rights or answers.special_knowledge or answers.no_other_party
        advice, grounds = advise(answers, SAPPORO)
        assert advice is table[high, unique]
        assert set(grounds) == expected_grounds(answers, high=high, unique=unique)
        seen.add((high, unique))
    assert seen == set(table)


def expected_grounds(answers: Answers, *, high: bool, unique: bool) -> set[Ground]:
    told = set()
    if answers.occupancy_in_time is Degree.HIGH:
        told.add(Ground.OCCUPANCY_IN_TIME)
    if answers.occupancy_in_space is Degree.HIGH:
        told.add(Ground.OCCUPANCY_IN_SPACE)
    if not high:
        told.add(Ground.OCCUPANCY_LOW)
    told |= {Ground(name) for name in UNIQUE if getattr(answers, name)}
    if not unique:
        told.add(Ground.NOTHING_UNIQUE)
    return told


def test_by_nature_a_competition_follows_for_other_methods_and_where_many_should_be_asked() -> None:
    for answers in ALL:
        if answers.pays_now or answers.pays_later:
            continue
        other = answers.method == "designated_manager"
        told = [Ground.OTHER_METHOD] * other + [Ground.OPEN_TO_MANY] * answers.open_to_many
        expected = (Advice.COMPETITION, tuple(told)) if told else (Advice.NO_ANSWER, (Ground.LEFT_TO_NATURE,))
        assert advise(answers, AOMORI) == expected


def test_a_city_without_a_rule_gives_no_answer() -> None:
    for answers in ALL:
        advice, grounds = advise(answers, Policy())
        assert (advice, grounds[-1]) == (Advice.NO_ANSWER, Ground.NO_RULE)


def test_from_which_degree_occupancy_is_high_and_whether_one_measure_is_enough_is_policy() -> None:
    rules = SAPPORO.selection
    assert rules is not None
    answers = replace(FREE, occupancy_in_time=Degree.MIDDLE, occupancy_in_space=Degree.NONE)
    assert advise(answers, SAPPORO)[0] is Advice.NO_ANSWER
    sooner = replace(rules, high_from=Degree.MIDDLE)
    assert advise(answers, replace(SAPPORO, selection=sooner))[0] is Advice.PUBLIC_CALL
    both = replace(sooner, occupancy_by=Weighing.BOTH)
    assert advise(answers, replace(SAPPORO, selection=both))[0] is Advice.NO_ANSWER


def test_a_switch_that_is_off_leaves_other_methods_alone() -> None:
    rules = AOMORI.selection
    assert rules is not None
    off = replace(AOMORI, selection=replace(rules, other_methods_compete=False))
    assert advise(replace(FREE, method=Code("designated_manager")), off)[0] is Advice.NO_ANSWER


STANDINGS: Final[Mapping[Advice, str]] = {
    Advice.CONTRACT_PROCEDURE: "FFdFd",
    Advice.PUBLIC_CALL: "FFFdd",
    Advice.WITHOUT_CALL: "ddddF",
    Advice.COMPETITION: "FFFdd",
    Advice.NO_ANSWER: "-----",
}
"""For each way, as the enumeration has them: F follows, d deviates, - unadvised."""


@pytest.mark.parametrize("advice", Advice)
def test_which_way_follows_which_advice(advice: Advice) -> None:
    letters = {Standing.FOLLOWS: "F", Standing.DEVIATES: "d", Standing.UNADVISED: "-"}
    assert "".join(letters[standing(advice, way)] for way in Way) == STANDINGS[advice]


# --- every command from every stage ----------------------------------------------------------------------------------

BEGUN: Final = Begun(UUID(int=50), WELFARE_DIVISION, said("見守り"), sample=False)


def assessed(answers: Answers, policy: Policy = SAPPORO) -> Assessed:
    return Assessed(answers, *advise(answers, policy), note=None)


def decided(way: Way, reason: str | None = None) -> WayDecided:
    return WayDecided(way, Standing.FOLLOWS, said(reason) if reason else None)


HIGH: Final = replace(FREE, occupancy_in_time=Degree.HIGH)
ASSESSED: Final = assessed(HIGH)
DECIDED: Final = decided(Way.PUBLIC_CALL)
OPENED: Final = CallOpened(DAY, LATER, said("公募"))
CLOSED: Final = CallClosed(LATER, 3)
CHOSEN: Final = Chosen(by_proposer=True, implementer=None, reason=said("最も優れる"))
SHARED: Final = Shared(DAY, said("公募とする"), Degree.HIGH, Degree.LOW, unique=False, way=Way.PUBLIC_CALL)
PREPARED: Final = Prepared(said("委託"), said("仕様"), 1_000_000, needless_conditions_checked=True)
CONTRACT: Final = ContractRecorded(UUID(int=51), said("第1号"), 0, DAY, DAY, LATER)
CONSULTED: Final = ProposerConsulted(DAY, Response.AGREED_IN_PART, said("図面は除く"))
STEP_BACK: Final = StepCorrected(Stage.BEGUN, said("誤って進めた"))

CALLED: Final = (BEGUN, ASSESSED, DECIDED, SHARED, OPENED, CLOSED)
HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.BEGUN: (BEGUN,),
    Stage.ASSESSED: (BEGUN, ASSESSED),
    Stage.WAY_DECIDED: (BEGUN, ASSESSED, DECIDED),
    Stage.CALLING: CALLED[:-1],
    Stage.EXAMINING: CALLED,
    Stage.CHOSEN: (*CALLED, CHOSEN),
    Stage.COMPLETED: (*CALLED, CHOSEN, Completed(None)),
    Stage.ABANDONED: (BEGUN, Abandoned(said("取りやめ"))),
}
WISHES: Final[Mapping[str, Any]] = {
    "selection.begun": BEGUN,
    "selection.assessed": ASSESSED,
    "selection.way_decided": DECIDED,
    "selection.shared": SHARED,
    "selection.proposer_consulted": CONSULTED,
    "selection.prepared": PREPARED,
    "selection.call_opened": OPENED,
    "selection.call_closed": CLOSED,
    "selection.chosen": CHOSEN,
    "selection.contract_recorded": CONTRACT,
    "selection.reopened": Reopened(said("応募なし")),
    "selection.completed": Completed(None),
    "selection.abandoned": Abandoned(said("取りやめ")),
    "selection.step_corrected": STEP_BACK,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "selection.begun": row(Stage, new=GRANTED, rest=AlreadyThere),
    "selection.assessed": row(Stage, new=NotFound, begun=GRANTED, assessed=GRANTED, rest=WrongStage),
    "selection.way_decided": row(Stage, new=NotFound, assessed=GRANTED, rest=WrongStage),
    "selection.shared": row(
        Stage, new=NotFound, way_decided=GRANTED, calling=GRANTED, examining=GRANTED, chosen=GRANTED, rest=WrongStage
    ),
    "selection.proposer_consulted": row(Stage, new=NotFound, assessed=GRANTED, way_decided=GRANTED, rest=WrongStage),
    "selection.prepared": row(Stage, new=NotFound, assessed=GRANTED, way_decided=GRANTED, rest=WrongStage),
    "selection.call_opened": row(Stage, new=NotFound, way_decided=GRANTED, rest=WrongStage),
    "selection.call_closed": row(Stage, new=NotFound, calling=GRANTED, rest=WrongStage),
    "selection.chosen": row(Stage, new=NotFound, way_decided=PartMissing, examining=GRANTED, rest=WrongStage),
    "selection.contract_recorded": row(Stage, new=NotFound, chosen=GRANTED, rest=WrongStage),
    "selection.reopened": row(
        Stage,
        new=NotFound,
        begun=NOTHING,
        way_decided=GRANTED,
        calling=GRANTED,
        examining=GRANTED,
        chosen=GRANTED,
        completed=GRANTED,
        rest=WrongStage,
    ),
    "selection.completed": row(Stage, new=NotFound, chosen=GRANTED, completed=NOTHING, rest=WrongStage),
    "selection.abandoned": row(Stage, new=NotFound, completed=WrongStage, abandoned=NOTHING, rest=GRANTED),
    "selection.step_corrected": row(Stage, new=NotFound, begun=NOTHING, rest=GRANTED),
}


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(SELECTION.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    assert fold(SELECTION, HISTORIES[stage]).stage is stage
    outcome = given(SELECTION, *HISTORIES[stage]).when(SELECTION.decide, SAPPORO, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


# --- the rules -------------------------------------------------------------------------------------------------------


def judged(event: object, *history: object, policy: Policy = SAPPORO) -> Any:
    return given(SELECTION, *history).when(SELECTION.decide, policy, event)


def test_only_what_follows_the_advice_needs_no_reason() -> None:
    for answers, way in product((HIGH, FREE, PAID, replace(FREE, no_other_party=True)), Way):
        history = (BEGUN, assessed(answers))
        if standing(history[1].advice, way) is Standing.FOLLOWS:
            judged(decided(way), *history).then(decided(way))
        else:
            judged(decided(way), *history).refused(ReasonRequired)
            judged(decided(way, "地元に限る事情"), *history).then(decided(way, "地元に限る事情"))


def test_the_rule_on_occupancy_asks_for_both_degrees_where_the_city_pays_nothing() -> None:
    for name, told in (("occupancy_in_time", "occupancyInTime"), ("occupancy_in_space", "occupancyInSpace")):
        unanswered: dict[str, Any] = {name: None}
        judged(assessed(replace(FREE, **unanswered)), BEGUN).refused(PartMissing, field=f"answers.{told}")
        paid = assessed(replace(PAID, **unanswered))
        judged(paid, BEGUN).then(paid)
        elsewhere = assessed(replace(FREE, **unanswered), AOMORI)
        judged(elsewhere, BEGUN, policy=AOMORI).then(elsewhere)


def test_a_method_is_one_of_the_city() -> None:
    unknown = assessed(replace(FREE, method=Code("naming_rights")), AOMORI)
    judged(unknown, BEGUN, policy=AOMORI).refused(CodeUnknown, field="answers.method")


def test_no_call_is_opened_where_none_was_decided_on_nor_with_its_days_in_disorder() -> None:
    unique = (BEGUN, assessed(replace(FREE, exclusive_rights=True)), decided(Way.WITHOUT_CALL))
    judged(OPENED, *unique).refused(PartUnfitting, field="way")
    judged(CHOSEN, *unique).then(CHOSEN)
    judged(replace(OPENED, due_on=date(2026, 9, 30)), *HISTORIES[Stage.WAY_DECIDED]).refused(DateInvalid, field="dueOn")
    judged(replace(CLOSED, on=date(2026, 9, 30)), *HISTORIES[Stage.CALLING]).refused(DateInvalid, field="on")
    early = replace(CLOSED, on=LATER - timedelta(days=1))
    judged(early, *HISTORIES[Stage.CALLING]).refused(DateInvalid, field="on")
    judged(replace(CLOSED, applicants=-1), *HISTORIES[Stage.CALLING]).refused(PartUnfitting, field="applicants")


def test_where_the_city_pays_scheme_budget_and_specification_come_first() -> None:
    paid = (BEGUN, assessed(PAID), decided(Way.TENDER))
    judged(OPENED, *paid).refused(PartMissing, field="prepared")
    judged(OPENED, *paid, PREPARED).then(OPENED)
    direct = (BEGUN, assessed(PAID), decided(Way.DIRECT_CONTRACT))
    judged(CHOSEN, *direct).refused(PartMissing, field="prepared")
    judged(replace(PREPARED, needless_conditions_checked=False), *paid).refused(
        PartMissing, field="needlessConditionsChecked"
    )
    judged(replace(PREPARED, budget=-1), *paid).refused(AmountInvalid, field="budget")


def test_the_proposer_is_consulted_before_a_call_that_touches_its_know_how_where_the_city_says_so() -> None:
    answers = replace(FREE, open_to_many=True, know_how_touched=True)
    history = (BEGUN, assessed(answers, AOMORI), decided(Way.PUBLIC_CALL))
    judged(OPENED, *history, policy=AOMORI).refused(PartMissing, field="consulted")
    judged(OPENED, *history, CONSULTED, policy=AOMORI).then(OPENED)
    judged(OPENED, BEGUN, assessed(replace(HIGH, know_how_touched=True)), DECIDED).then(OPENED)
    untouched = (BEGUN, assessed(replace(answers, know_how_touched=False), AOMORI), decided(Way.PUBLIC_CALL))
    judged(OPENED, *untouched, policy=AOMORI).then(OPENED)


def test_who_is_chosen_is_the_proposer_or_another_by_name() -> None:
    another = replace(CHOSEN, by_proposer=False, implementer=said("北国商会"))
    judged(another, *CALLED).then(another)
    judged(replace(another, implementer=None), *CALLED).refused(PartMissing, field="implementer")
    judged(replace(another, by_proposer=True), *CALLED).refused(PartUnfitting, field="implementer")


def test_nobody_is_chosen_from_a_call_without_applicants() -> None:
    judged(CHOSEN, *CALLED[:-1], replace(CLOSED, applicants=0)).refused(PartUnfitting, field="implementer")


def test_without_city_money_what_was_weighed_is_shared_before_completion_where_the_city_says_so() -> None:
    untold = (BEGUN, ASSESSED, DECIDED, OPENED, CLOSED, CHOSEN)
    judged(Completed(None), *untold).refused(PartMissing, field="shared")
    judged(Completed(None), *untold, SHARED).then(Completed(None))
    judged(Completed(None), *untold, policy=AOMORI).then(Completed(None))


def test_another_decision_on_the_way_must_be_shared_anew() -> None:
    again = (*CALLED, Reopened(said("辞退")), ASSESSED, DECIDED, OPENED, CLOSED, CHOSEN)
    judged(Completed(None), *again).refused(PartMissing, field="shared")


def test_with_city_money_a_contract_within_the_budget_comes_before_completion() -> None:
    paid = (BEGUN, assessed(PAID), PREPARED, decided(Way.TENDER), OPENED, CLOSED, CHOSEN)
    judged(Completed(None), *paid).refused(PartMissing, field="contract")
    contract = replace(CONTRACT, amount=600_000)
    judged(contract, *paid).then(contract)
    judged(contract, *paid, contract).nothing()
    second = replace(contract, contract=UUID(int=52), amount=400_000)
    judged(second, *paid, contract).then(second)
    judged(replace(second, amount=400_001), *paid, contract).refused(
        AmountExceeded, field="amount", amount=1_000_001, limit=1_000_000
    )
    judged(Completed(None), *paid, contract).then(Completed(None))
    judged(replace(contract, amount=-1), *paid).refused(AmountInvalid, field="amount")
    judged(replace(contract, ends_on=date(2026, 9, 1)), *paid).refused(DateInvalid, field="endsOn")


def test_no_money_flows_where_it_was_answered_that_the_city_pays_nothing() -> None:
    judged(replace(CONTRACT, amount=1), *HISTORIES[Stage.CHOSEN]).refused(PartUnfitting, field="amount")


def test_taken_up_again_nothing_of_the_former_round_counts() -> None:
    paid = (BEGUN, assessed(PAID), PREPARED, decided(Way.TENDER), OPENED, CLOSED, CHOSEN, CONTRACT)
    state = fold(SELECTION, (*paid, Reopened(said("辞退"))))
    assert state == replace(fold(SELECTION, (BEGUN,)), preparations=3), "what was approved then does not hold again"


def test_one_contract_of_a_hundred_is_recorded_again_and_takes_its_own_place() -> None:
    paid = (BEGUN, assessed(PAID), PREPARED, decided(Way.TENDER), OPENED, CLOSED, CHOSEN)
    contract = replace(CONTRACT, amount=600_000)
    judged(contract, *paid, contract).nothing()
    for other in ({"amount": 1_000_000}, {"signed_on": LATER}, {"ends_on": DAY}, {"number": said("第2号")}):
        again = replace(contract, **other)
        judged(again, *paid, contract).then(again)
    judged(replace(contract, amount=1_000_001), *paid, contract).refused(AmountExceeded, amount=1_000_001)
    second = replace(contract, contract=UUID(int=52), amount=400_000)
    judged(replace(second, amount=1), *paid, contract, second, replace(contract, amount=999_999)).then(
        replace(second, amount=1)
    )
    many = tuple(replace(CONTRACT, contract=UUID(int=100 + number)) for number in range(101))
    judged(many[100], *paid, *many[:100]).refused(TooMany, count=101, limit=100)
    judged(replace(many[0], amount=1), *paid, *many[:100]).then(replace(many[0], amount=1))


# --- a wrong step is taken back --------------------------------------------------------------------------------------

FULL: Final = (
    *(BEGUN, assessed(PAID), CONSULTED, PREPARED, decided(Way.TENDER), SHARED, OPENED, CLOSED, CHOSEN),
    *(replace(CONTRACT, amount=600_000), Completed(said("済み"))),
)
"""Everything that a selection can have."""
NO_MORE: Final[Mapping[Stage, tuple[str, ...]]] = {
    Stage.CHOSEN: (),
    Stage.EXAMINING: ("by_proposer", "contracts"),
    Stage.CALLING: ("applicants",),
    Stage.WAY_DECIDED: ("call_due_on",),
    Stage.ASSESSED: ("way", "shared"),
    Stage.BEGUN: ("answers", "advice", "consulted", "budget"),
}
"""What is gone once it is taken back to a stage, besides what is gone with the stages after that."""


def test_what_the_steps_that_were_taken_back_had_brought_is_no_more() -> None:
    whole, nothing, gone = fold(SELECTION, FULL), fold(SELECTION, ()), set[str]()
    names = {name for told in NO_MORE.values() for name in told}
    assert not {name for name in names if getattr(whole, name) == getattr(nothing, name)}, "all of it was there"
    for to, told in NO_MORE.items():
        gone |= set(told)
        back = fold(SELECTION, (*FULL, replace(STEP_BACK, to=to)))
        assert back.stage is to
        assert {name for name in names if getattr(back, name) != getattr(whole, name)} == gone, to
        assert {name for name in names if getattr(back, name) == getattr(nothing, name)} == gone, to
        assert back.trail == whole.trail[: whole.trail.index(to)]
        assert back.preparations == whole.preparations + 1, "no approval of before is good for it"
        assert (back.proposal, back.department) == (BEGUN.proposal, BEGUN.department)


def test_it_is_taken_back_only_to_where_it_stood() -> None:
    unique = (BEGUN, assessed(replace(FREE, exclusive_rights=True)), decided(Way.WITHOUT_CALL), CHOSEN)
    judged(replace(STEP_BACK, to=Stage.EXAMINING), *unique).refused(
        NeverStoodThere, field="to", possible="begun, assessed, way_decided"
    )
    judged(replace(STEP_BACK, to=Stage.CHOSEN), *HISTORIES[Stage.ABANDONED]).refused(NeverStoodThere, field="to")
    again = (*FULL, Reopened(said("辞退")), ASSESSED)
    judged(replace(STEP_BACK, to=Stage.CHOSEN), *again).refused(NeverStoodThere, possible="begun")


def test_what_was_taken_back_is_done_anew_and_what_was_abandoned_by_mistake_goes_on() -> None:
    back = (*FULL, replace(STEP_BACK, to=Stage.WAY_DECIDED))
    judged(CHOSEN, *back).refused(PartMissing, field="call")
    judged(Completed(None), *back, OPENED, CLOSED, CHOSEN).refused(PartMissing, field="contract")
    judged(OPENED, *back).then(OPENED)
    kept = fold(SELECTION, (*FULL[:-1], Abandoned(said("誤り")), replace(STEP_BACK, to=Stage.CHOSEN)))
    assert replace(kept, preparations=0) == replace(fold(SELECTION, FULL[:-1]), preparations=0)


def test_another_round_may_follow_when_the_chosen_one_steps_back_after_all_was_done() -> None:
    reopened = Reopened(said("辞退"))
    judged(reopened, *FULL).then(reopened)
    assert not fold(SELECTION, (*FULL, reopened)).contracts
