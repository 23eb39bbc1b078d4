"""札幌: what is improved, goes on, and at last becomes a contract with a budget of its own (継続検討)."""

from typing import Any

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

PARKS = "みどりの推進課"
PAID: dict[str, Any] = {
    "paysNow": True, "paysLater": True, "exclusiveRights": True, "specialKnowledge": False, "noOtherParty": False,
    "openToMany": False, "knowHowTouched": False,
}  # fmt: skip


def test_a_pilot_is_improved_then_goes_on_then_becomes_a_contract_after_a_lawful_procedure(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        hall.department(PARKS)
        officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="緑 一郎", department=PARKS)
        proposal = hall.adopted("水飲み場の見守り", PARKS, officer)
        first = a_year_of_work(hall, officer, proposal, "三つの公園で試す", "IMPROVE")
        second = a_year_of_work(hall, officer, proposal, "装置を替えて試す", "CONTINUE")
        third = a_year_of_work(hall, officer, proposal, "十の公園で続ける", "BUDGETED_CONTRACT")
        paths = [officer.opens("project", each)["path"] for each in (first, second, third)]
        assert paths == ["IMPROVE", "CONTINUE", "BUDGETED_CONTRACT"]
        the_contract_is_given_by_a_lawful_procedure(hall, officer, proposal)
        assert {each["id"] for each in officer.sees(proposal)["records"]} >= {first, second, third}


def a_year_of_work(hall: CityHall, officer: Somebody, proposal: str, title: str, path: str) -> str:
    """Work that is evaluated by both sides, also without the city's money, before anybody says how it goes on."""
    project: str = officer.does(
        "beginProject", department=hall.departments[PARKS], title=title, proposal=proposal, track="scheme"
    )["id"]
    here: dict[str, Any] = {"project": project}
    officer.does("setProjectGoal", **here, goal=(goal := hall.new()), text="止まったら一日で直す", measure="停止日数")
    assert officer.is_refused("decideProjectContinuation", **here, path=path, reason="-") == "WRONG_STAGE"
    officer.does("completeProject", **here, on=hall.day(0))
    officer.does("decideProjectContinuation", **here, path=path, reason=f"{title}の結果による。")
    assert officer.is_refused("closeProject", **here) == "PART_MISSING"
    for side in ("CITY", "PARTNER"):
        found = {"goal": goal, "result": "PARTLY", "words": "半分は一日で直った。"}
        officer.does("evaluateProject", **here, side=side, summary="続ける価値がある。", findings=[found])
    officer.does("closeProject", **here, note="事例は後日公表する。")
    return project


def the_contract_is_given_by_a_lawful_procedure(hall: CityHall, officer: Somebody, proposal: str) -> None:
    """The city pays now: scheme, budget, specification, and a procedure that others may enter (契約手続)."""
    selection: str = officer.does("beginSelection", proposal=proposal, title="水飲み場の見守り業務委託")["id"]
    here: dict[str, Any] = {"selection": selection}
    officer.does("assessSelection", **here, answers=PAID)
    advised = officer.opens("selection", selection)
    assert (advised["advice"], advised["grounds"]) == ("CONTRACT_PROCEDURE", ["PAYS_NOW", "PAYS_LATER"])
    assert officer.is_refused("decideSelectionWay", **here, way="WITHOUT_CALL") == "REASON_REQUIRED"
    officer.does("decideSelectionWay", **here, way="TENDER")

    call: dict[str, Any] = {"title": "見守り業務の入札", "openedOn": hall.day(0), "dueOn": hall.day(0)}
    assert officer.is_refused("openSelectionCall", **here, **call) == "PART_MISSING"
    prepared: dict[str, Any] = {"scheme": "業務委託", "specification": "止まったら知らせること。", "budget": 3_000_000}
    unchecked = officer.is_refused("prepareSelection", **here, **prepared, needlessConditionsChecked=False)
    assert unchecked == "PART_MISSING"
    officer.does("prepareSelection", **here, **prepared, needlessConditionsChecked=True)
    officer.does("openSelectionCall", **here, **call)
    assert officer.is_refused("closeSelectionCall", **here, on=hall.day(1), applicants=3) == "DATE_INVALID"
    officer.does("closeSelectionCall", **here, on=hall.day(0), applicants=3)
    officer.does("chooseSelectionImplementer", **here, byProposer=True, reason="最も低い価格。")
    assert officer.is_refused("completeSelection", **here) == "PART_MISSING"
    contract: dict[str, Any] = {"signedOn": hall.day(0), "beginsOn": hall.day(1), "endsOn": hall.day(365)}
    assert officer.is_refused("recordSelectionContract", **here, amount=3_000_001, **contract) == "AMOUNT_EXCEEDED"
    officer.does("recordSelectionContract", **here, amount=2_800_000, number="札緑契第5号", **contract)
    officer.does("completeSelection", **here)

    told = officer.opens("selection", selection)
    assert (told["stage"], told["applicants"], told["byProposer"], told["standing"]) == (
        "completed", 3, True, "FOLLOWS"
    )  # fmt: skip
    assert [(each["number"], each["amount"]) for each in told["contracts"]] == [("札緑契第5号", 2_800_000)]
