"""What is put right goes round no rule: consent, adoption, selection, sharing and promised days hold as else."""

from collections.abc import Iterator
from typing import Any

import pytest

from domain.fields import FIELD_CODES
from domain.methods import METHOD_CODES
from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

PARKS = "公園緑地課"
DUE = "query ($id: UUID!) { proposal(id: $id) { stage dueOn answeredOn } }"
ANEW: dict[str, Any] = {
    "kind": "free",
    "organisationKind": "COMPANY",
    "title": "題",
    "summary": "要旨",
    "reason": "誤り",
}


@pytest.fixture(scope="module")
def hall(module_house: House) -> Iterator[CityHall]:
    with city_hall(module_house, SAPPORO) as hall:
        hall.department(PARKS)
        hall.now_rules("deadlines", "business_days = { first_answer = 10 }")
        yield hall


@pytest.fixture(scope="module")
def officer(hall: CityHall) -> Somebody:
    return hall.somebody(Role.DEPARTMENT_OFFICER, name="公園 太郎", department=PARKS)


def content(title: str) -> dict[str, Any]:
    return {"title": title, "summary": "要旨", "method": METHOD_CODES[0], "fields": [FIELD_CODES[0]]}


def begun(hall: CityHall, officer: Somebody, proposal: str, **told: Any) -> str:
    work = {"department": hall.departments[PARKS], "title": "事業", "proposal": proposal, "track": "scheme", **told}
    made: str = officer.does("beginProject", **work)["id"]
    return made


def stopped(hall: CityHall, officer: Somebody, title: str) -> tuple[str, str]:
    """Proposal and project."""
    proposal = hall.adopted(title, PARKS, officer)
    project = begun(hall, officer, proposal)
    officer.does("stopProject", project=project, on=hall.day(0), reason="中止")
    return proposal, project


def test_no_case_is_shown_again_without_the_consent_of_its_partner_nor_counts_while_it_is_hidden(
    hall: CityHall, officer: Somebody
) -> None:
    proposal = hall.adopted("同意", PARKS, officer)
    project = begun(hall, officer, proposal)
    officer.does("agreeProjectCase", project=project, on=hall.day(0), consent="よい")
    grown = {"proposal": proposal, "project": project}
    case = hall.clerk.does("publishCase", case=hall.new(), content=content("同意"), **grown)["id"]
    assert officer.opens("project", project)["case"] == case
    officer.does("withdrawProjectCaseConsent", project=project, on=hall.day(0), reason="撤回")
    hall.clerk.does("withdrawCase", case=case, reason="同意がない。")
    assert officer.opens("project", project)["case"] is None
    again = {"case": case, "content": content("改めて")}
    assert hall.clerk.is_refused("showCaseAgain", **again) == "PART_MISSING"
    officer.does("agreeProjectCase", project=project, on=hall.day(0), consent="やはりよい")
    hall.clerk.does("showCaseAgain", **again)
    assert officer.opens("project", project)["case"] == case


def test_stopped_work_does_not_go_on_for_who_withdrew_since(hall: CityHall, officer: Somebody) -> None:
    proposal, project = stopped(hall, officer, "取下げ")
    for side in ("CITY", "PARTNER"):
        officer.does("evaluateProject", project=project, side=side, summary="できなかった。")
    officer.does("decideProjectContinuation", project=project, path="END", reason="中止のため。")
    officer.does("closeProject", project=project)
    hall.clerk.does("withdrawProposal", proposal=proposal, reason="取下げ")
    goes_on = {"project": project, "to": "RUNNING", "reason": "誤り"}
    assert officer.is_refused("correctProjectStep", **goes_on) == "REFERENCE_UNSUITABLE"


def test_an_answer_that_was_given_is_not_due_again_and_a_promised_day_stays(hall: CityHall) -> None:
    proposal = hall.clerk.does("receiveProposal", **hall.offer("期限"), dated=hall.day(-20))["id"]
    hall.clerk.does("returnProposalForCompletion", proposal=proposal, reason="図がない。", dated=hall.day(-15))
    hall.clerk.does("completeProposal", proposal=proposal, note="図です。")
    hall.clerk.does("screenProposal", proposal=proposal, reason="役立つ。")
    hall.clerk.does("correctProposalStep", proposal=proposal, to="RECEIVED", reason="誤り")
    hall.clerk.does("correctProposalReceipt", proposal=proposal, **ANEW, receivedOn=hall.day(-19))
    assert hall.clerk.reads(DUE, id=proposal)["proposal"]["dueOn"] is None
    promised = hall.clerk.does("receiveProposal", **hall.offer("約束"))["id"]
    hall.clerk.does("extendProposalDeadline", proposal=promised, dueOn=hall.day(90), reason="年末のため。")
    hall.clerk.does("correctProposalReceipt", proposal=promised, **ANEW, receivedOn=hall.day(-1))
    assert hall.clerk.reads(DUE, id=promised)["proposal"]["dueOn"] == hall.day(90)
