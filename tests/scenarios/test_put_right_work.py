"""Somebody was mistaken about a selection or about the work: what was wrong is taken back, and what stood stands."""

from collections.abc import Iterator
from typing import Any

import pytest

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall
from tests.scenarios.test_continuation import PAID

PARKS = "みどりの推進課"
FREE: dict[str, Any] = {
    **PAID,
    "paysNow": False,
    "paysLater": False,
    "occupancyInTime": "LOW",
    "occupancyInSpace": "LOW",
}


@pytest.fixture(scope="module")
def hall(module_house: House) -> Iterator[CityHall]:
    with city_hall(module_house, SAPPORO) as hall:
        hall.department(PARKS)
        yield hall


@pytest.fixture(scope="module")
def officer(hall: CityHall) -> Somebody:
    return hall.somebody(Role.DEPARTMENT_OFFICER, name="緑 一郎", department=PARKS)


def told(hall: CityHall, proposal: str, proceeding: str) -> list[tuple[bool, bool]]:
    """How the proposal knows its selections or projects: open, and binding."""
    known = hall.clerk.sees(proposal)["proceedings"]
    return [(each["open"], each["bound"]) for each in known if each["proceeding"] == proceeding]


def contracted(hall: CityHall, officer: Somebody, proposal: str, **contract: Any) -> dict[str, Any]:
    """A selection by tender, up to the contract."""
    here = {"selection": officer.does("beginSelection", proposal=proposal, title="見守り業務委託")["id"]}
    officer.does("assessSelection", **here, answers=PAID, note="保守も市が払う。")
    prepared: dict[str, Any] = {"scheme": "業務委託", "specification": "止まったら知らせること。", "budget": 3_000_000}
    officer.does("prepareSelection", **here, **prepared, needlessConditionsChecked=True)
    officer.does("decideSelectionWay", **here, way="TENDER", reason="広く募る。")
    officer.does("openSelectionCall", **here, title="見守り業務の入札", openedOn=hall.day(0), dueOn=hall.day(0))
    officer.does("closeSelectionCall", **here, on=hall.day(0), applicants=3)
    officer.does("chooseSelectionImplementer", **here, byProposer=True, reason="最も低い価格。")
    officer.does("recordSelectionContract", **here, **signed(hall), **contract)
    return here


def signed(hall: CityHall) -> dict[str, Any]:
    return {"signedOn": hall.day(0), "beginsOn": hall.day(1), "endsOn": hall.day(365)}


def uncalled(hall: CityHall, officer: Somebody, proposal: str) -> dict[str, Any]:
    """A selection without a call or money, to its end."""
    here = {"selection": officer.does("beginSelection", proposal=proposal, title="見守りの実施主体")["id"]}
    officer.does("assessSelection", **here, answers=FREE)
    officer.does("decideSelectionWay", **here, way="WITHOUT_CALL")
    officer.does("chooseSelectionImplementer", **here, byProposer=True, reason="特許を持つ。")
    officer.does("shareSelection", **here, note="公募しません。", on=hall.day(0))
    officer.does("completeSelection", **here)
    return here


def test_the_wrong_bidder_was_entered_as_chosen_and_the_tender_is_examined_again(
    hall: CityHall, officer: Somebody
) -> None:
    proposal = hall.adopted("水飲み場の見守り", PARKS, officer)
    here = contracted(hall, officer, proposal, amount=2_800_000, number="札緑契第5号")
    officer.does("completeSelection", **here, note="入札の記録は別冊。")
    assert told(hall, proposal, "SELECTION") == [(False, True)]
    wrong = {**here, "reason": "次点の者を入力した。"}
    assert officer.is_refused("correctSelectionStep", **wrong, to="ABANDONED") == "NEVER_STOOD_THERE"
    assert officer.does("correctSelectionStep", **wrong, to="EXAMINING")["stage"] == "examining"
    page = officer.opens("selection", here["selection"])
    assert (page["byProposer"], page["chosenBecause"], page["contracts"], page["completionNote"]) == (
        None,
        None,
        [],
        None,
    )
    assert (page["applicants"], page["call"], page["budget"]) == (3, "見守り業務の入札", 3_000_000)
    assert (page["note"], page["reason"]) == ("保守も市が払う。", "広く募る。")
    assert here["selection"] in officer.waits()
    assert told(hall, proposal, "SELECTION") == [(True, False)]
    another: dict[str, Any] = {"byProposer": False, "implementer": "北国商会", "reason": "最も低い価格。"}
    officer.does("chooseSelectionImplementer", **here, **another)
    assert officer.is_refused("completeSelection", **here) == "PART_MISSING", "the contract went with the choice"


def test_a_way_that_was_entered_wrongly_is_decided_anew_and_the_proposer_no_more_told_of_the_old_one(
    hall: CityHall, officer: Somebody
) -> None:
    company = hall.new()
    representative = hall.proposer(company, "北国 五郎")
    proposal = hall.adopted("雪の量を音で測る", PARKS, officer, proposer=company)
    here = uncalled(hall, officer, proposal)
    (shown,) = representative.looks_up_own(proposal)["selections"]
    assert (shown["sharedWay"], shown["byProposer"]) == ("WITHOUT_CALL", True)
    officer.does("correctSelectionStep", **here, to="ASSESSED", reason="占用の程度を見落とした。")
    assert representative.looks_up_own(proposal)["selections"] == [], "nothing of it is told any more"
    page = officer.opens("selection", here["selection"])
    assert (page["way"], page["standing"], page["advice"], page["reason"]) == (None, None, "WITHOUT_CALL", None)
    officer.does("decideSelectionWay", **here, way="PUBLIC_CALL", reason="占用が大きい。")


def test_who_may_not_decide_takes_no_decision_back(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.adopted("ベンチの更新", PARKS, officer)
    here = uncalled(hall, officer, proposal)
    approver = hall.somebody(Role.APPROVER, name="緑 部長", department=PARKS)
    relative = hall.somebody(Role.DEPARTMENT_OFFICER, name="緑 三郎", department=PARKS)
    relative.does("declareProposalInterest", proposal=proposal, note="提案者の親族。")
    back = {**here, "reason": "選定理由を誤った。"}
    assert relative.is_refused("correctSelectionStep", **back, to="WAY_DECIDED") == "INTEREST_OF_DECIDER"
    approver.does("correctSelectionStep", **back, to="WAY_DECIDED")


def test_what_was_abandoned_by_mistake_goes_on_unless_another_took_its_place(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.adopted("花壇の灌水", PARKS, officer)
    here = contracted(hall, officer, proposal, amount=1_000_000)
    officer.does("abandonSelection", **here, reason="取りやめる。")
    assert told(hall, proposal, "SELECTION") == [(False, False)]
    other = officer.does("beginSelection", proposal=proposal, title="やり直し")["id"]
    back = {**here, "to": "CHOSEN", "reason": "別の選定と取り違えた。"}
    for to in ("CHOSEN", "EXAMINING"):
        assert officer.is_refused("correctSelectionStep", **{**back, "to": to}) == "PART_UNFITTING"
    officer.does("abandonSelection", selection=other, reason="元の選定を続ける。")
    officer.does("correctSelectionStep", **back)
    assert sorted(told(hall, proposal, "SELECTION")) == [(False, False), (True, True)]
    officer.does("completeSelection", **here)
    hall.clerk.does("closeProposal", proposal=proposal, reason="済んだ。")
    again = {**here, "reason": "契約を誤った。"}
    assert officer.is_refused("correctSelectionStep", **again, to="CHOSEN") == "REFERENCE_UNSUITABLE"


def test_a_selection_is_not_taken_back_under_the_work_that_rests_on_it(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.adopted("遊具の点検", PARKS, officer)
    here = uncalled(hall, officer, proposal)
    begun = {"department": hall.departments[PARKS], "title": "遊具の点検", "track": "scheme", "proposal": proposal}
    work = {"project": officer.does("beginProject", **begun, **here)["id"]}
    back = {**here, "to": "CHOSEN", "reason": "選定を誤った。"}
    assert officer.is_refused("correctSelectionStep", **back) == "PART_UNFITTING"
    assert officer.is_refused("reopenSelection", **here, reason="辞退した。") == "PART_UNFITTING"
    officer.does("stopProject", **work, on=hall.day(0), reason="事業者が辞退した。")
    officer.does("reopenSelection", **here, reason="事業者が辞退した。")
    assert told(hall, proposal, "SELECTION") == [(True, False)]
    goes_on = {**work, "to": "RUNNING", "reason": "中止は誤り。"}
    assert officer.is_refused("correctProjectStep", **goes_on) == "REFERENCE_UNSUITABLE"


def test_a_contract_was_recorded_with_the_wrong_sum_and_day(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.adopted("芝生の管理", PARKS, officer)
    contract = hall.new()
    here = contracted(hall, officer, proposal, contract=contract, amount=2_800_000, number="札緑契第6号")
    right = {**here, **signed(hall), "contract": contract, "number": "札緑契第7号"}
    assert officer.is_refused("recordSelectionContract", **right, amount=3_000_001) == "AMOUNT_EXCEEDED"
    officer.does("recordSelectionContract", **{**right, "endsOn": hall.day(100)}, amount=3_000_000)
    (page,) = officer.opens("selection", here["selection"])["contracts"]
    assert (page["number"], page["amount"], page["endsOn"]) == ("札緑契第7号", 3_000_000, hall.day(100))


def test_work_was_completed_and_closed_by_mistake_and_goes_on(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.adopted("池の浄化", PARKS, officer)
    begun = {"department": hall.departments[PARKS], "title": "池の浄化", "track": "scheme", "proposal": proposal}
    here = {"project": officer.does("beginProject", **begun)["id"]}
    goal, milestone = hall.new(), hall.new()
    officer.does("setProjectGoal", **here, goal=goal, text="透明度を上げる")
    officer.does("planProjectMilestone", **here, milestone=milestone, title="設置", dueOn=hall.day(9))
    officer.does("completeProject", **here, on=hall.day(0), note="報告書は別冊。")
    officer.does("decideProjectContinuation", **here, path="END", reason="役目を終えた。")
    found = {"goal": goal, "result": "MET", "words": "澄んだ。"}
    for side in ("CITY", "PARTNER"):
        officer.does("evaluateProject", **here, side=side, summary="良い。", findings=[found])
    officer.does("closeProject", **here, note="事例にはしない。")
    assert (told(hall, proposal, "PROJECT"), here["project"] in officer.waits()) == ([(False, True)], False)

    officer.does("correctProjectStep", **here, to="COMPLETED", reason="まだ書類が残る。")
    page = officer.opens("project", here["project"])
    assert (page["note"], page["closingNote"], page["path"]) == ("報告書は別冊。", None, "END")
    assert (told(hall, proposal, "PROJECT"), here["project"] in officer.waits()) == ([(True, True)], True)
    assert hall.clerk.is_refused("closeProposal", proposal=proposal, reason="済んだ。") == "STILL_GOING_ON"

    officer.does("correctProjectStep", **here, to="RUNNING", reason="終わっていなかった。")
    page = officer.opens("project", here["project"])
    assert [page[name] for name in ("overOn", "note", "path", "pathBecause", "reason")] == [None] * 5
    assert (page["stage"], page["dueOn"], len(page["evaluations"])) == ("running", hall.day(9), 2)
    officer.does("stopProject", **here, on=hall.day(0), reason="池が涸れた。")
    officer.does("correctProjectStep", **here, to="RUNNING", reason="別の池だった。")
    page = officer.opens("project", here["project"])
    assert (page["stoppedBecause"], page["overOn"]) == (None, None)


def test_a_closed_proposal_lets_no_work_go_on(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.adopted("街路樹の剪定", PARKS, officer)
    begun = {"department": hall.departments[PARKS], "title": "剪定", "track": "scheme", "proposal": proposal}
    here = {"project": officer.does("beginProject", **begun)["id"]}
    officer.does("stopProject", **here, on=hall.day(0), reason="撤退した。")
    officer.does("decideProjectContinuation", **here, path="END", reason="撤退した。")
    for side in ("CITY", "PARTNER"):
        officer.does("evaluateProject", **here, side=side, summary="できなかった。")
    officer.does("closeProject", **here)
    hall.clerk.does("closeProposal", proposal=proposal, reason="済んだ。")
    back = {**here, "to": "STOPPED", "reason": "書類が残っていた。"}
    assert officer.is_refused("correctProjectStep", **back) == "REFERENCE_UNSUITABLE"


def test_milestones_problems_money_and_consent_are_put_right(hall: CityHall, officer: Somebody) -> None:
    here = {
        "project": officer.does(
            "beginProject", department=hall.departments[PARKS], title="噴水", track="scheme", implementer="北国商会"
        )["id"]
    }
    the_milestone_is_planned_and_the_problem_open_again(hall, officer, here)
    the_last_word_on_the_money_counts(hall, officer, here)
    no_case_without_consent(hall, officer, here)


def the_milestone_is_planned_and_the_problem_open_again(
    hall: CityHall, officer: Somebody, here: dict[str, Any]
) -> None:
    milestone, issue = hall.new(), hall.new()
    officer.does("planProjectMilestone", **here, milestone=milestone, title="設置", dueOn=hall.day(9))
    officer.does("reachProjectMilestone", **here, milestone=milestone, on=hall.day(0), note="済み。")
    assert officer.opens("project", here["project"])["dueOn"] is None
    officer.does("reopenProjectMilestone", **here, milestone=milestone, reason="別の噴水だった。")
    page = officer.opens("project", here["project"])
    (shown,) = page["milestones"]
    assert (shown["reachedOn"], shown["note"], shown["reason"]) == (None, None, "別の噴水だった。")
    assert page["dueOn"] == hall.day(9)
    officer.does("raiseProjectIssue", **here, issue=issue, title="漏水", description="止まらない。")
    officer.does("settleProjectIssue", **here, issue=issue, outcome="直した。")
    officer.does("reopenProjectIssue", **here, issue=issue, reason="また漏れた。")
    (stands,) = officer.opens("project", here["project"])["issues"]
    assert stands["outcome"] is None
    unknown = officer.is_refused("reopenProjectIssue", **here, issue=hall.new(), reason="誤り。")
    assert unknown == "REFERENCE_UNKNOWN"


def the_last_word_on_the_money_counts(hall: CityHall, officer: Somebody, here: dict[str, Any]) -> None:
    request, spending = hall.new(), hall.new()
    asked = {**here, "request": request, "fiscalYear": 2026}
    answered = {**here, "request": request}
    officer.does("requestProjectBudget", **asked, amount=50_000, reason="看板")
    officer.does("requestProjectBudget", **asked, amount=500_000, reason="看板と電源")
    (shown,) = officer.opens("project", here["project"])["budgetRequests"]
    assert (shown["requested"], shown["reason"]) == (500_000, "看板と電源")
    hall.clerk.does("refuseProjectBudget", **answered, reason="枠がない。")
    assert here["project"] not in hall.clerk.waits()
    assert hall.clerk.is_refused("grantProjectBudget", **answered, amount=300_000) == "PART_MISSING"
    hall.clerk.does("grantProjectBudget", **answered, amount=300_000, note="補正予算が付いた。")
    assert officer.is_refused("requestProjectBudget", **asked, amount=1, reason="看板") == "REFERENCE_UNSUITABLE"
    spent = {**here, "spending": spending, "amount": 200_000, "purpose": "看板"}
    officer.does("spendProjectBudget", **spent, on=hall.day(0))
    less = {**answered, "note": "減額する。"}
    assert hall.clerk.is_refused("grantProjectBudget", **less, amount=199_999) == "PART_UNFITTING"
    assert hall.clerk.is_refused("refuseProjectBudget", **answered, reason="誤り。") == "PART_UNFITTING"
    hall.clerk.does("grantProjectBudget", **less, amount=250_000)
    page = officer.opens("project", here["project"])
    (shown,) = page["budgetRequests"]
    assert (shown["granted"], shown["refused"], shown["answer"]) == (250_000, False, "減額する。")
    assert page["budgetLeft"] == 50_000
    officer.does("spendProjectBudget", **{**spent, "amount": 100_000, "purpose": "電源"}, on=hall.day(0))
    hall.clerk.does("grantProjectBudget", **less, amount=100_000)
    page = officer.opens("project", here["project"])
    assert (page["budgetLeft"], [each["purpose"] for each in page["spendings"]]) == (0, ["電源"])


def no_case_without_consent(hall: CityHall, officer: Somebody, here: dict[str, Any]) -> None:
    stays = [{"mark": "KNOW_HOW", "part": "図面"}]
    officer.does("agreeProjectCase", **here, on=hall.day(0), consent="代表者が同意した。", protected=stays)
    officer.does("withdrawProjectCaseConsent", **here, on=hall.day(0), reason="別の会社の同意だった。")
    page = officer.opens("project", here["project"])
    assert (page["caseAgreedOn"], page["caseConsent"], page["protected"]) == (None, None, [])
    content = {
        "title": "噴水", "summary": "動いた。", "method": "pilot", "fields": ["digital"],
        "partners": [{"name": "北国商会"}],
        "dates": [{"label": "開始", "day": {"on": hall.day(-9), "precision": "DAY"}}],
    }  # fmt: skip
    case: dict[str, Any] = {"content": content, **here}
    assert hall.clerk.is_refused("publishCase", **case) == "PART_MISSING"
    officer.does("agreeProjectCase", **here, on=hall.day(0), consent="今度は本人が同意した。")
    hall.clerk.does("publishCase", **case)


def test_work_that_was_stopped_does_not_go_on_under_a_choice_of_somebody_else(
    hall: CityHall, officer: Somebody
) -> None:
    proposal = hall.adopted("選び直し", PARKS, officer)
    selected = uncalled(hall, officer, proposal)
    first: dict[str, Any] = {"department": hall.departments[PARKS], "title": "事業", "proposal": proposal}
    project = officer.does("beginProject", **first, track="scheme", **selected)["id"]
    officer.does("stopProject", project=project, on=hall.day(0), reason="中止")
    officer.does("reopenSelection", **selected, reason="相手方が辞退した。")
    officer.does("assessSelection", **selected, answers=FREE)
    officer.does("decideSelectionWay", **selected, way="WITHOUT_CALL")
    chosen: dict[str, Any] = {"byProposer": False, "implementer": "別会社", "reason": "特許がある。"}
    officer.does("chooseSelectionImplementer", **selected, **chosen)
    officer.does("shareSelection", **selected, note="公募しません。", on=hall.day(0))
    officer.does("completeSelection", **selected)
    goes_on = {"project": project, "to": "RUNNING", "reason": "誤り"}
    assert officer.is_refused("correctProjectStep", **goes_on) == "PART_UNFITTING"


def test_what_was_shared_after_a_choice_that_was_wrong_is_shared_anew(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.adopted("言い直し", PARKS, officer)
    here = {"selection": officer.does("beginSelection", proposal=proposal, title="選定")["id"]}
    officer.does("assessSelection", **here, answers=FREE)
    officer.does("decideSelectionWay", **here, way="WITHOUT_CALL")
    officer.does("shareSelection", **here, note="公募しません。", on=hall.day(0))
    officer.does("correctSelectionStep", **here, to="ASSESSED", reason="誤り")
    officer.does("decideSelectionWay", **here, way="WITHOUT_CALL")
    officer.does("chooseSelectionImplementer", **here, byProposer=True, reason="特許がある。")
    officer.does("shareSelection", **here, note="貴社を選定しました。", on=hall.day(0))
    officer.does("correctSelectionStep", **here, to="WAY_DECIDED", reason="取り違えた。")
    assert officer.opens("selection", here["selection"])["sharedNote"] is None
    chosen: dict[str, Any] = {"byProposer": False, "implementer": "別会社", "reason": "特許がある。"}
    officer.does("chooseSelectionImplementer", **here, **chosen)
    assert officer.is_refused("completeSelection", **here) == "PART_MISSING"


def test_a_milestone_of_another_project_is_dropped_and_one_named_wrongly_is_planned_anew(
    hall: CityHall, officer: Somebody
) -> None:
    first: dict[str, Any] = {"department": hall.departments[PARKS], "title": "園路", "track": "scheme"}
    project = officer.does("beginProject", **first, proposal=hall.adopted("園路", PARKS, officer))["id"]
    here, there = ({"project": project, "milestone": hall.new()} for _ in range(2))
    officer.does("planProjectMilestone", **here, title="設置", dueOn=hall.day(10))
    officer.does("planProjectMilestone", **there, title="別の事業", dueOn=hall.day(1))
    assert officer.opens("project", project)["dueOn"] == hall.day(1)
    officer.does("dropProjectMilestone", **there, reason="別の事業のもの。")
    officer.does("planProjectMilestone", **here, title="設置の完了", dueOn=hall.day(20))
    page = officer.opens("project", project)
    assert [each["title"] for each in page["milestones"]] == ["設置の完了"]
    assert page["dueOn"] == hall.day(20)
