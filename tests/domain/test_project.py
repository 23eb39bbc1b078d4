"""Every command of a project from every stage, its money, its goals, and what must come before it is closed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain.case import Side
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
    ReferenceUnknown,
    ReferenceUnsuitable,
    Refusal,
    TooMany,
    WrongStage,
)
from domain.policy import Evaluation, Policy, Provision
from domain.project import (
    PROJECT,
    AgreementDropped,
    AgreementNamed,
    Begun,
    BudgetGranted,
    BudgetRefused,
    BudgetRequested,
    BudgetSpent,
    CaseAgreed,
    CaseConsentWithdrawn,
    CaseHidden,
    CaseShown,
    Closed,
    Completed,
    ContinuationDecided,
    CostBearer,
    Duty,
    Evaluated,
    Finding,
    GoalDropped,
    GoalResult,
    GoalSet,
    IssueRaised,
    IssueReopened,
    IssueSettled,
    MilestoneDropped,
    MilestoneMoved,
    MilestonePlanned,
    MilestoneReached,
    MilestoneReopened,
    Path,
    PlanChanged,
    Protected,
    ResultsReported,
    RolesDivided,
    Stage,
    StepCorrected,
    Stopped,
    SupportAgreed,
    named_for_case,
)
from domain.values import Code, Mark
from tests.domain.facts import AOMORI, SAPPORO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

DAY, LATER = date(2026, 10, 1), date(2027, 3, 31)
PROPOSAL, MILESTONE, GOAL, SECOND, REQUEST, SPENDING, ISSUE = (UUID(int=number) for number in range(60, 67))
BOTH: Final = replace(
    AOMORI,
    support_budget=SAPPORO.support_budget,
    evaluation=Evaluation(AOMORI.intake.provenance),  # type: ignore[union-attr]
)
"""A city that has all that either has, and asks for nothing at the end."""

BEGUN: Final = Begun(
    PROPOSAL, None, Code("pilot_support"), WELFARE_DIVISION, said("見守り"), None, ends_on=LATER, sample=False
)
WITHOUT_TRACK: Final = replace(BEGUN, track=None)
GOAL_SET: Final = GoalSet(GOAL, said("転倒を一割減らす"), None)
PLANNED: Final = MilestonePlanned(MILESTONE, said("設置"), DAY)
MOVED: Final = MilestoneMoved(MILESTONE, LATER, said("雪"))
REACHED: Final = MilestoneReached(MILESTONE, DAY, None)
SUPPORT: Final = SupportAgreed(
    (Provision.FIELD, Provision.BASE), said("公園"), said("中央区"), DAY, LATER, CostBearer.BUSINESS, 0, LATER
)
REPORTED: Final = ResultsReported(LATER, said("八割が使った"))
REQUESTED: Final = BudgetRequested(REQUEST, 2026, 500_000, said("看板"))
GIVEN: Final = BudgetGranted(REQUEST, 300_000, None)
SPENT: Final = BudgetSpent(SPENDING, 200_000, DAY, said("看板"))
RAISED: Final = IssueRaised(ISSUE, said("電源"), said("遠い"))
COMPLETED: Final = Completed(LATER, None)
STOPPED: Final = Stopped(LATER, said("撤退"))
CONTINUED: Final = ContinuationDecided(Path.BUDGETED_CONTRACT, said("効果あり"))
CASE: Final = CaseAgreed(DAY, said("代表が同意"), (Protected(Mark.KNOW_HOW, said("図面")),))


SETTLED: Final = IssueSettled(ISSUE, said("延長した"))
DROPPED_ONE: Final = MilestoneDropped(MILESTONE, said("別の事業のもの"))
NOT_REACHED: Final = MilestoneReopened(MILESTONE, said("まだ無い"))
STANDS_AGAIN: Final = IssueReopened(ISSUE, said("また止まった"))
NO_CONSENT: Final = CaseConsentWithdrawn(LATER, said("別の会社の同意だった"))
STEP_BACK: Final = StepCorrected(Stage.RUNNING, said("誤って進めた"))
FILED: Final = Closed(said("事例は後日公表する。"))


def evaluated(side: Side, *goals: UUID) -> Evaluated:
    return Evaluated(side, tuple(Finding(goal, GoalResult.PARTLY, said("半ば")) for goal in goals), said("良い"))


BOTH_SIDES: Final = (evaluated(Side.CITY, GOAL), evaluated(Side.PARTNER, GOAL))
AT_WORK: Final = (BEGUN, GOAL_SET, PLANNED, SUPPORT, REQUESTED, RAISED)
UNDER: Final = AgreementNamed(UUID(int=74))
HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.RUNNING: AT_WORK,
    Stage.COMPLETED: (*AT_WORK, GIVEN, COMPLETED),
    Stage.STOPPED: (*AT_WORK, GIVEN, STOPPED),
    Stage.CLOSED: (*AT_WORK, GIVEN, REPORTED, COMPLETED, Closed(None)),
}
WISHES: Final[Mapping[str, Any]] = {
    "project.begun": BEGUN,
    "project.roles_divided": RolesDivided((Duty(Side.CITY, said("場")),)),
    "project.goal_set": GOAL_SET,
    "project.goal_dropped": GoalDropped(GOAL, said("測れない")),
    "project.milestone_planned": replace(PLANNED, milestone=UUID(int=70)),
    "project.milestone_moved": MOVED,
    "project.milestone_dropped": DROPPED_ONE,
    "project.milestone_reached": REACHED,
    "project.support_agreed": SUPPORT,
    "project.results_reported": REPORTED,
    "project.budget_requested": replace(REQUESTED, request=UUID(int=71)),
    "project.budget_granted": GIVEN,
    "project.budget_refused": BudgetRefused(REQUEST, said("枠なし")),
    "project.budget_spent": SPENT,
    "project.issue_raised": replace(RAISED, issue=UUID(int=72)),
    "project.issue_settled": SETTLED,
    "project.plan_changed": PlanChanged(UUID(int=73), said("場所"), said("工事"), None),
    "project.evaluated": BOTH_SIDES[0],
    "project.case_agreed": CASE,
    "project.case_shown": CaseShown(UUID(int=74)),
    "project.case_hidden": CaseHidden(UUID(int=74)),
    "project.completed": COMPLETED,
    "project.stopped": STOPPED,
    "project.continuation_decided": CONTINUED,
    "project.closed": Closed(None),
    "project.agreement_named": UNDER,
    "project.agreement_dropped": AgreementDropped(UNDER.agreement, said("別の協定による")),
    "project.milestone_reopened": NOT_REACHED,
    "project.issue_reopened": STANDS_AGAIN,
    "project.case_consent_withdrawn": NO_CONSENT,
    "project.step_corrected": STEP_BACK,
}
RUNNING_ONLY: Final = row(Stage, new=NotFound, running=GRANTED, rest=WrongStage)
UNTIL_CLOSED: Final = row(Stage, new=NotFound, closed=WrongStage, rest=GRANTED)
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    **dict.fromkeys(WISHES, RUNNING_ONLY),
    "project.begun": row(Stage, new=GRANTED, rest=AlreadyThere),
    "project.results_reported": UNTIL_CLOSED,
    "project.budget_granted": row(Stage, new=NotFound, running=GRANTED, rest=NOTHING),
    "project.budget_spent": row(Stage, new=NotFound, running=AmountExceeded, closed=WrongStage, rest=GRANTED),
    "project.issue_settled": UNTIL_CLOSED,
    "project.evaluated": UNTIL_CLOSED,
    "project.case_agreed": row(Stage, new=NotFound, rest=GRANTED),
    "project.case_shown": row(Stage, new=NotFound, rest=GRANTED),
    "project.case_hidden": row(Stage, new=NotFound, rest=NOTHING),  # no case tells of it
    "project.agreement_named": UNTIL_CLOSED,
    "project.agreement_dropped": row(Stage, new=NotFound, rest=NOTHING),
    "project.completed": row(Stage, new=NotFound, running=GRANTED, completed=NOTHING, rest=WrongStage),
    "project.stopped": row(Stage, new=NotFound, running=GRANTED, stopped=NOTHING, rest=WrongStage),
    "project.continuation_decided": row(Stage, new=NotFound, completed=GRANTED, stopped=GRANTED, rest=WrongStage),
    "project.closed": row(Stage, new=NotFound, running=WrongStage, closed=NOTHING, rest=PartMissing),
    "project.milestone_reopened": row(Stage, new=NotFound, rest=NOTHING),
    "project.issue_reopened": row(Stage, new=NotFound, rest=NOTHING),
    "project.case_consent_withdrawn": row(Stage, new=NotFound, rest=NOTHING),
    "project.step_corrected": row(Stage, new=NotFound, running=NOTHING, rest=GRANTED),
}


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(PROJECT.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    assert fold(PROJECT, HISTORIES[stage]).stage is stage
    outcome = given(PROJECT, *HISTORIES[stage]).when(PROJECT.decide, BOTH, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


def judged(event: object, *history: object, policy: Policy = BOTH) -> Any:
    return given(PROJECT, *history).when(PROJECT.decide, policy, event)


# --- how it begins ---------------------------------------------------------------------------------------------------


def test_a_track_is_one_of_the_city_and_is_named_where_there_are_some() -> None:
    judged(WITHOUT_TRACK).refused(PartMissing, field="track")
    judged(replace(BEGUN, track=Code("scheme"))).refused(CodeUnknown, field="track")
    judged(WITHOUT_TRACK, policy=Policy()).then(WITHOUT_TRACK)
    judged(BEGUN, policy=Policy()).refused(CodeUnknown, field="track")


def test_work_may_begin_without_any_proposal_but_then_nothing_was_selected() -> None:
    alone = replace(BEGUN, proposal=None, implementer=said("北国商会"))
    judged(alone).then(alone)
    judged(replace(alone, selection=UUID(int=80))).refused(PartMissing, field="proposal")


# --- milestones, goals, issues ---------------------------------------------------------------------------------------


def test_a_milestone_that_is_not_there_or_was_reached_is_not_moved() -> None:
    judged(MOVED, BEGUN).refused(ReferenceUnknown, field="milestone")
    judged(REACHED, BEGUN).refused(ReferenceUnknown, field="milestone")
    judged(MOVED, BEGUN, PLANNED, REACHED).refused(ReferenceUnsuitable, field="milestone")
    judged(REACHED, BEGUN, PLANNED, REACHED).nothing()
    judged(PLANNED, BEGUN, PLANNED, MOVED).then(PLANNED)


def test_goals_and_issues_that_are_not_there_are_not_dropped_nor_settled() -> None:
    judged(GoalDropped(GOAL, said("測れない")), BEGUN).refused(ReferenceUnknown, field="goal")
    judged(IssueSettled(ISSUE, said("済み")), BEGUN).refused(ReferenceUnknown, field="issue")


# --- pilot support ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("track", "policy"), [("pilot_support", SAPPORO), ("partnership", AOMORI), ("pilot_support", Policy())]
)
def test_a_city_supports_pilots_only_on_its_tracks_for_them(track: str, policy: Policy) -> None:
    judged(SUPPORT, replace(BEGUN, track=Code(track)), policy=policy).refused(PartUnfitting, field="support")


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"provides": ()}, PartMissing, "provides"),
        ({"city_pays": -1}, AmountInvalid, "cityPays"),
        ({"city_pays": 1}, PartUnfitting, "cityPays"),
        ({"cost_by": CostBearer.SHARED}, PartUnfitting, "cityPays"),
        ({"ends_on": date(2026, 9, 30)}, DateInvalid, "endsOn"),
        ({"report_due_on": date(2026, 9, 30)}, DateInvalid, "reportDueOn"),
    ],
)
def test_what_is_agreed_on_support_must_be_possible(change: dict[str, Any], error: type[Refusal], field: str) -> None:
    judged(replace(SUPPORT, **change), BEGUN).refused(error, field=field)


def test_what_the_city_does_not_provide_and_costs_it_does_not_bear_are_refused() -> None:
    support = AOMORI.pilot_support
    assert support is not None
    less = replace(BOTH, pilot_support=replace(support, provides=(Provision.FIELD,), city_may_pay=False))
    judged(SUPPORT, BEGUN, policy=less).refused(CodeUnknown, field="provides", value="base", known="field")
    paid = replace(SUPPORT, provides=(Provision.FIELD,), cost_by=CostBearer.CITY, city_pays=50_000)
    judged(paid, BEGUN, policy=less).refused(PartUnfitting, field="costBy")
    judged(paid, BEGUN).then(paid)


def test_without_support_no_report_is_due_and_with_it_none_is_closed_without() -> None:
    judged(REPORTED, BEGUN).refused(PartUnfitting, field="report")
    judged(Closed(None), BEGUN, COMPLETED).then(Closed(None))
    judged(Closed(None), BEGUN, SUPPORT, COMPLETED).refused(PartMissing, field="report")
    judged(Closed(None), BEGUN, SUPPORT, COMPLETED, REPORTED).then(Closed(None))


# --- money -----------------------------------------------------------------------------------------------------------


def test_a_city_without_such_a_budget_takes_no_request() -> None:
    judged(REQUESTED, BEGUN, policy=AOMORI).refused(PartUnfitting, field="request")


@pytest.mark.parametrize("event", [REQUESTED, GIVEN, SPENT])
def test_a_sum_is_at_least_one_yen(event: Any) -> None:
    history = () if event is REQUESTED else (REQUESTED,) if event is GIVEN else (REQUESTED, GIVEN)
    for amount in (0, -1):
        judged(replace(event, amount=amount), BEGUN, *history).refused(AmountInvalid, field="amount")
    judged(replace(event, amount=1), BEGUN, *history).then(replace(event, amount=1))


def test_no_more_is_granted_than_was_asked_for() -> None:
    judged(GIVEN, BEGUN).refused(ReferenceUnknown, field="request")
    judged(replace(GIVEN, amount=500_000), BEGUN, REQUESTED).then(replace(GIVEN, amount=500_000))
    judged(replace(GIVEN, amount=500_001), BEGUN, REQUESTED).refused(AmountExceeded, amount=500_001, limit=500_000)
    judged(replace(GIVEN, note=said("増額")), BEGUN, REQUESTED, GIVEN).nothing()


REFUSED: Final = BudgetRefused(REQUEST, said("枠なし"))


def test_the_last_word_on_a_request_counts_and_another_one_than_before_says_why() -> None:
    for first in (GIVEN, REFUSED):
        more = replace(GIVEN, amount=400_000)
        judged(more, BEGUN, REQUESTED, first).refused(PartMissing, field="note")
        told = replace(more, note=said("誤記"))
        judged(told, BEGUN, REQUESTED, first).then(told)
        judged(replace(told, amount=500_001), BEGUN, REQUESTED, first).refused(AmountExceeded, limit=500_000)
        state = fold(PROJECT, (BEGUN, REQUESTED, first, told))
        assert (state.granted, state.refused) == ({REQUEST: 400_000}, frozenset())
    judged(REFUSED, BEGUN, REQUESTED, GIVEN).then(REFUSED)
    state = fold(PROJECT, (BEGUN, REQUESTED, GIVEN, REFUSED))
    assert (dict(state.granted), set(state.refused)) == ({}, {REQUEST})
    judged(SPENT, BEGUN, REQUESTED, GIVEN, REFUSED).refused(AmountExceeded, limit=0)
    judged(GIVEN, BEGUN, REQUESTED, GIVEN, COMPLETED).nothing()
    judged(REFUSED, BEGUN, REQUESTED, GIVEN, COMPLETED).refused(WrongStage)


def test_what_was_spent_already_stays_granted_over_all_requests() -> None:
    other = UUID(int=81)
    spent = (BEGUN, REQUESTED, GIVEN, SPENT)
    less = replace(GIVEN, amount=200_000, note=said("減額"))
    judged(less, *spent).then(less)
    judged(replace(less, amount=199_999), *spent).refused(PartUnfitting, field="amount")
    judged(REFUSED, *spent).refused(PartUnfitting, field="request")
    covered = (replace(REQUESTED, request=other), replace(GIVEN, request=other, amount=150_000))
    judged(replace(less, amount=50_000), *spent, *covered).then(replace(less, amount=50_000))
    judged(replace(less, amount=49_999), *spent, *covered).refused(PartUnfitting, field="amount")
    judged(REFUSED, *spent, *covered).refused(PartUnfitting, field="request")
    judged(REFUSED, *spent, *covered, replace(SPENT, amount=150_000)).then(REFUSED)


def test_a_request_is_made_again_under_its_id_until_it_is_answered() -> None:
    for other in ({"amount": 1}, {"fiscal_year": 2027}, {"reason": said("案内板")}):
        again = replace(REQUESTED, **other)
        judged(again, BEGUN, REQUESTED).then(again)
        for answer, stage in ((GIVEN, "granted"), (REFUSED, "not_granted")):
            judged(again, BEGUN, REQUESTED, answer).refused(ReferenceUnsuitable, field="request", stage=stage)
            judged(REQUESTED, BEGUN, REQUESTED, answer).nothing()
    judged(REQUESTED, BEGUN, REQUESTED).nothing()
    judged(GIVEN, BEGUN, REQUESTED, replace(REQUESTED, amount=1)).refused(AmountExceeded, limit=1)


def test_what_was_spent_is_entered_again_with_another_day_or_purpose() -> None:
    for other in ({"on": LATER}, {"purpose": said("照明")}):
        again = replace(SPENT, **other)
        judged(again, BEGUN, REQUESTED, GIVEN, SPENT).then(again)


def test_no_more_is_spent_than_was_granted_in_all() -> None:
    other = UUID(int=81)
    judged(SPENT, BEGUN, REQUESTED).refused(AmountExceeded, amount=200_000, limit=0)
    history = (BEGUN, REQUESTED, GIVEN, SPENT)
    judged(SPENT, *history).nothing()
    for amount in (1, 300_000):  # entered again, for it was mistyped
        judged(replace(SPENT, amount=amount), *history).then(replace(SPENT, amount=amount))
    judged(replace(SPENT, amount=300_001), *history).refused(AmountExceeded, amount=300_001, limit=300_000)
    judged(replace(SPENT, spending=other, amount=100_000), *history).then(
        replace(SPENT, spending=other, amount=100_000)
    )
    judged(replace(SPENT, spending=other, amount=100_001), *history).refused(
        AmountExceeded, amount=300_001, limit=300_000
    )
    second = (replace(REQUESTED, request=other), replace(GIVEN, request=other))
    more = replace(SPENT, spending=other, amount=400_000)
    judged(more, *history, *second).then(more)


# --- looking back ----------------------------------------------------------------------------------------------------


def test_each_side_speaks_of_every_goal_once() -> None:
    history = (BEGUN, GOAL_SET, replace(GOAL_SET, goal=SECOND))
    judged(evaluated(Side.CITY, GOAL), *history).refused(PartMissing, field="findings")
    judged(evaluated(Side.CITY, GOAL, SECOND, GOAL), *history).refused(PartUnfitting, field="findings.goal")
    judged(evaluated(Side.CITY, GOAL, SECOND, ISSUE), *history).refused(ReferenceUnknown, field="findings.goal")
    judged(evaluated(Side.THIRD_PARTY, GOAL, SECOND), *history).refused(CodeUnknown, field="side")
    told = evaluated(Side.PARTNER, SECOND, GOAL)
    judged(told, *history).then(told)
    judged(evaluated(Side.CITY, GOAL), *history, GoalDropped(SECOND, said("測れない"))).then(evaluated(Side.CITY, GOAL))


def test_where_the_city_always_evaluates_both_sides_come_first_and_the_continuation_is_decided() -> None:
    history = (WITHOUT_TRACK, GOAL_SET, COMPLETED)
    for told in ((), BOTH_SIDES[:1], BOTH_SIDES[1:]):
        judged(Closed(None), *history, CONTINUED, *told, policy=SAPPORO).refused(PartMissing, field="evaluation")
    judged(Closed(None), *history, *BOTH_SIDES, policy=SAPPORO).refused(PartMissing, field="continuation")
    judged(FILED, *history, *BOTH_SIDES, CONTINUED, policy=SAPPORO).then(FILED)
    judged(FILED, *history, policy=AOMORI).then(FILED)


def test_where_the_city_publishes_cases_none_is_closed_without_one_but_for_a_reason() -> None:
    history = (WITHOUT_TRACK, GOAL_SET, COMPLETED)
    judged(Closed(None), *history, policy=AOMORI).refused(PartMissing, field="note")
    judged(Closed(None), *history, CASE, CaseShown(UUID(int=85)), policy=AOMORI).then(Closed(None))
    judged(Closed(None), WITHOUT_TRACK, GOAL_SET, STOPPED, policy=AOMORI).then(Closed(None))


def test_no_problem_is_left_open() -> None:
    judged(FILED, WITHOUT_TRACK, RAISED, COMPLETED, policy=AOMORI).refused(PartMissing, field="issues")
    judged(FILED, WITHOUT_TRACK, RAISED, COMPLETED, SETTLED, policy=AOMORI).then(FILED)


def test_a_goal_set_after_one_side_looked_back_must_be_spoken_of_too() -> None:
    history = (WITHOUT_TRACK, GOAL_SET, *BOTH_SIDES, replace(GOAL_SET, goal=SECOND), COMPLETED, CONTINUED)
    judged(Closed(None), *history, policy=SAPPORO).refused(PartMissing, field="evaluation")


def test_a_goal_put_in_other_words_after_it_was_looked_back_at_must_be_spoken_of_anew() -> None:
    other = replace(GOAL_SET, text=said("別の目標"))
    history = (WITHOUT_TRACK, GOAL_SET, *BOTH_SIDES, other, COMPLETED, CONTINUED)
    judged(Closed(None), *history, policy=SAPPORO).refused(PartMissing, field="evaluation")
    judged(FILED, *history, *BOTH_SIDES, policy=SAPPORO).then(FILED)


def test_a_case_tells_of_a_project_whose_partner_agreed_and_of_its_own_proposal() -> None:
    agreed = fold(PROJECT, (BEGUN, CASE))
    named_for_case(agreed, PROPOSAL)
    named_for_case(agreed, None)
    for state, proposal, error in (
        (PROJECT.initial, None, ReferenceUnknown),
        (fold(PROJECT, (BEGUN,)), None, PartMissing),
        (agreed, UUID(int=90), PartUnfitting),
    ):
        with pytest.raises(error):
            named_for_case(state, proposal)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ("project.goal_set", "goal"),
        ("project.milestone_planned", "milestone"),
        ("project.budget_requested", "request"),
        ("project.budget_spent", "spending"),
        ("project.issue_raised", "issue"),
        ("project.plan_changed", "change"),
        ("project.agreement_named", "agreement"),
    ],
)
def test_a_hundred_of_a_kind_gather_and_no_more(command: str, field: str) -> None:
    wish = replace(WISHES[command], amount=1) if "budget" in command else WISHES[command]
    many = tuple(replace(wish, **{field: UUID(int=1000 + number)}) for number in range(101))
    history = (BEGUN, REQUESTED, GIVEN) if command == "project.budget_spent" else (BEGUN,)
    judged(many[99], *history, *many[:99]).then(many[99])
    judged(many[100], *history, *many[:100]).refused(TooMany, count=101, limit=100)


def test_a_hundred_stand_in_one_list_and_no_more() -> None:
    duties, parts = (Duty(Side.CITY, said("場")),) * 100, (Protected(Mark.KNOW_HOW, said("図面")),) * 100
    for full, more in (
        (RolesDivided(duties), RolesDivided((*duties, duties[0]))),
        (replace(CASE, protected=parts), replace(CASE, protected=(*parts, parts[0]))),
    ):
        judged(full, BEGUN).then(full)
        judged(more, BEGUN).refused(TooMany, count=101, limit=100)


def test_one_case_tells_of_a_project() -> None:
    shown = CaseShown(UUID(int=74))
    history = (BEGUN, CASE, shown)
    given(PROJECT, *history).when(PROJECT.decide, BOTH, shown).nothing()
    given(PROJECT, *history).when(PROJECT.decide, BOTH, CaseShown(UUID(int=75))).refused(PartUnfitting)


def test_a_hundred_of_a_kind_leave_room_to_put_one_of_them_right() -> None:
    requests = tuple(replace(REQUESTED, request=UUID(int=1000 + number), amount=1) for number in range(100))
    judged(replace(requests[0], amount=2), BEGUN, *requests).then(replace(requests[0], amount=2))
    spendings = tuple(replace(SPENT, spending=UUID(int=1000 + number), amount=1) for number in range(100))
    judged(replace(spendings[0], amount=2), BEGUN, REQUESTED, GIVEN, *spendings).then(replace(spendings[0], amount=2))


# --- what was entered wrongly is put right ---------------------------------------------------------------------------


def test_a_milestone_entered_wrongly_is_planned_anew_or_dropped_until_it_is_reached() -> None:
    anew = replace(PLANNED, title=said("設置の完了"), due_on=LATER)
    judged(anew, BEGUN, PLANNED).then(anew)
    judged(DROPPED_ONE, BEGUN, PLANNED).then(DROPPED_ONE)
    judged(DROPPED_ONE, BEGUN, PLANNED, DROPPED_ONE).nothing()
    judged(PLANNED, BEGUN, PLANNED, DROPPED_ONE).then(PLANNED)
    judged(REACHED, BEGUN, PLANNED, DROPPED_ONE).refused(ReferenceUnknown, field="milestone")
    for wish in (anew, DROPPED_ONE):
        judged(wish, BEGUN, PLANNED, REACHED).refused(ReferenceUnsuitable, field="milestone")


def test_a_milestone_that_was_not_reached_after_all_is_planned_again() -> None:
    judged(NOT_REACHED, BEGUN).refused(ReferenceUnknown, field="milestone")
    judged(NOT_REACHED, BEGUN, PLANNED).nothing()
    judged(NOT_REACHED, BEGUN, PLANNED, REACHED).then(NOT_REACHED)
    judged(NOT_REACHED, BEGUN, PLANNED, REACHED, COMPLETED).refused(WrongStage)
    for event in (MOVED, REACHED):
        judged(event, BEGUN, PLANNED, REACHED, NOT_REACHED).then(event)


def test_a_problem_that_was_not_settled_after_all_keeps_the_file_open() -> None:
    judged(STANDS_AGAIN, BEGUN).refused(ReferenceUnknown, field="issue")
    judged(STANDS_AGAIN, BEGUN, RAISED).nothing()
    for over in ((), (COMPLETED,), (STOPPED,)):
        judged(STANDS_AGAIN, BEGUN, RAISED, SETTLED, *over).then(STANDS_AGAIN)
    judged(STANDS_AGAIN, BEGUN, RAISED, SETTLED, COMPLETED, Closed(None)).refused(WrongStage)
    again = (WITHOUT_TRACK, RAISED, SETTLED, COMPLETED, STANDS_AGAIN)
    judged(FILED, *again, policy=AOMORI).refused(PartMissing, field="issues")
    judged(FILED, *again, SETTLED, policy=AOMORI).then(FILED)


def test_without_consent_no_case_tells_of_it_and_a_new_one_counts() -> None:
    judged(NO_CONSENT, BEGUN).nothing()
    judged(NO_CONSENT, BEGUN, CASE).then(NO_CONSENT)
    judged(NO_CONSENT, BEGUN, CASE, COMPLETED, Closed(None)).then(NO_CONSENT)
    with pytest.raises(PartMissing):
        named_for_case(fold(PROJECT, (BEGUN, CASE, NO_CONSENT)), PROPOSAL)
    named_for_case(fold(PROJECT, (BEGUN, CASE, NO_CONSENT, CASE)), PROPOSAL)


def test_a_wrong_step_is_taken_back_and_what_it_had_brought_but_not_how_both_sides_looked_back() -> None:
    history = (WITHOUT_TRACK, GOAL_SET, COMPLETED, *BOTH_SIDES, CONTINUED, FILED)
    for to, continuation in ((Stage.COMPLETED, Path.BUDGETED_CONTRACT), (Stage.RUNNING, None)):
        back = replace(STEP_BACK, to=to)
        judged(back, *history, policy=SAPPORO).then(back)
        state = fold(PROJECT, (*history, back))
        assert (state.stage, state.continuation, state.evaluated) == (to, continuation, True)
    judged(replace(STEP_BACK, to=Stage.STOPPED), *history).refused(
        NeverStoodThere, field="to", possible="running, completed"
    )
    again = (*history, STEP_BACK, COMPLETED)
    judged(FILED, *again, policy=SAPPORO).refused(PartMissing, field="continuation")
    assert fold(PROJECT, (*history, STEP_BACK)).trail == ()


def test_what_was_stopped_is_given_up_until_that_is_taken_back() -> None:
    for history, given_up in (
        ((BEGUN, COMPLETED), False),
        ((BEGUN, COMPLETED, Closed(None)), False),
        ((BEGUN, STOPPED), True),
        ((BEGUN, STOPPED, Closed(None)), True),
        ((BEGUN, STOPPED, STEP_BACK), False),
        ((BEGUN, STOPPED, STEP_BACK, COMPLETED), False),
    ):
        assert fold(PROJECT, history).given_up is given_up
