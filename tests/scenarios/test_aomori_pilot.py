"""青森: a pilot with the city's support, from the proposal to the report and the case (実証実験サポート)."""

from typing import Any

from tenants.members import Role
from tests.conftest import AOMORI, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

TOWN = "経済政策課"
TITLE = "歩行者の数をAIで測る"


def test_a_pilot_is_supported_by_the_city_paid_by_the_business_reported_and_shown(house: House) -> None:
    with city_hall(house, AOMORI) as hall:
        hall.department(TOWN)
        officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="経済 太郎", department=TOWN)
        proposal = a_startup_asks_for_support(hall, officer)
        project = the_city_says_what_it_provides_where_and_until_when(hall, officer, proposal)
        the_report_is_due_and_comes(hall, officer, project)
        the_case_is_shown_with_its_two_days(hall, officer, proposal, project)


def a_startup_asks_for_support(hall: CityHall, officer: Somebody) -> str:
    """By the portal, on the track of pilots, with what it brings and what it wants."""
    unknown = hall.clerk.is_refused("receiveProposal", **hall.offer(TITLE, track="scheme"))
    assert unknown == "CODE_UNKNOWN"
    wanted = {
        "track": "pilot_support",
        "brings": "カメラと解析",
        "wants": "通りの使用と広報",
        "planFields": ["purpose_economy"],
    }
    proposal: str = hall.clerk.does("receiveProposal", by="PORTAL", **hall.offer(TITLE, **wanted))["id"]
    hall.clerk.does("screenProposal", proposal=proposal, reason="まちなかの回遊を知る目的に沿う。")
    hall.clerk.does("matchProposal", proposal=proposal, department=hall.departments[TOWN], reason="まちなかを所管。")
    officer.does("recordProposalDialogue", proposal=proposal, minutes="場所と日を決めた。", nextStep="掲示の文案。")
    officer.does("decideProposal", proposal=proposal, outcome="ADOPTED", reason="市の負担なしで試せる。")
    return proposal


def the_city_says_what_it_provides_where_and_until_when(hall: CityHall, officer: Somebody, proposal: str) -> str:
    """Field, data, publicity; the business runs it and bears the cost."""
    begun: dict[str, Any] = {"department": hall.departments[TOWN], "title": TITLE, "proposal": proposal}
    other: str = officer.does("beginProject", **begun, track="partnership")["id"]
    project: str = officer.does("beginProject", **begun, track="pilot_support", endsOn=hall.day(20))["id"]
    support: dict[str, Any] = {
        "provides": ["FIELD", "DATA", "PUBLICITY"], "description": "通りの使用、通行量の過去の値、広報紙への掲載",
        "area": "新町通り", "beginsOn": hall.day(-30), "endsOn": hall.day(-1), "reportDueOn": hall.day(14),
    }  # fmt: skip
    assert officer.is_refused("agreeProjectSupport", project=other, **support) == "PART_UNFITTING"
    officer.does("stopProject", project=other, on=hall.day(0), reason="進め方を誤って登録した。")
    paid = officer.is_refused("agreeProjectSupport", project=project, **support, cityPays=100_000)
    assert paid == "PART_UNFITTING"
    assert officer.opens("project", project)["dueOn"] is None
    officer.does("agreeProjectSupport", project=project, **support)
    page = officer.opens("project", project)
    assert page["support"] == {**support, "costBy": "BUSINESS", "cityPays": 0}
    return project


def the_report_is_due_and_comes(hall: CityHall, officer: Somebody, project: str) -> None:
    """The work is done, but its file stays open until the business has reported."""
    assert due_on(officer, project) == hall.day(14)
    assert officer.is_refused("completeProject", project=project, on=hall.day(1)) == "DATE_INVALID"
    officer.does("completeProject", project=project, on=hall.day(0))
    assert officer.is_refused("closeProject", project=project) == "PART_MISSING"
    assert (due_on(officer, project), project in officer.waits()) == (hall.day(14), True)
    report = "二日で延べ一万人を数え、誤差は一割だった。"
    officer.does("reportProjectResults", project=project, on=hall.day(0), report=report, by="MAIL")
    page = hall.clerk.opens("project", project)
    assert (page["report"], page["reportedOn"], due_on(officer, project)) == (report, hall.day(0), None)
    officer.does("closeProject", project=project, note="事例は後日公表する。")
    assert project not in officer.waits()


def due_on(officer: Somebody, project: str) -> Any:
    return officer.reads("query ($id: UUID!) { record(id: $id) { dueOn } }", id=project)["record"]["dueOn"]


def the_case_is_shown_with_its_two_days(hall: CityHall, officer: Somebody, proposal: str, project: str) -> None:
    """What each side brought in, and what city and business gained."""
    day = {"precision": "DAY"}
    content: dict[str, Any] = {
        "title": TITLE, "summary": "通りの人の数を二日にわたり測った。", "method": "pilot", "fields": ["digital"],
        "partners": [{"name": "見本株式会社"}, {"name": "商店街振興組合", "participant": True}],
        "dates": [{"label": "計測", "day": {"on": hall.day(-9), **day}, "until": {"on": hall.day(-8), **day}}],
        "resources": [
            {"side": "CITY", "kind": "INFORMATION", "description": "過去の通行量"},
            {"side": "PARTNER", "kind": "PEOPLE", "description": "解析の技術者"},
        ],
        "benefits": [{"side": side, "description": "見えてきた。"} for side in ("CITY", "PARTNER")],
    }  # fmt: skip
    told: dict[str, Any] = {"content": content, "proposal": proposal, "project": project}
    assert hall.clerk.is_refused("publishCase", **told) == "PART_MISSING"
    officer.does("agreeProjectCase", project=project, on=hall.day(0), consent="担当者がメールで同意した。")
    shown = hall.case_outside(hall.clerk.does("publishCase", **told)["id"])
    assert (shown["city"], shown["methodName"], shown["resources"]) == ("青森市", "実証実験", content["resources"])
    assert shown["dates"] == [
        {"label": "計測", "on": hall.day(-9), "until": hall.day(-8), "precision": "DAY", "planned": False}
    ]
