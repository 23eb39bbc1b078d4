"""Before any proposal: a question that becomes one, a department that asks, a gathering that finds a challenge."""

from collections.abc import Iterator
from typing import Any

import pytest

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall
from tests.scenarios.pages import PUBLIC_CHALLENGES

SNOW = "雪対策課"
DEADLINE = "business_days = { consultation_answer = 5 }"


@pytest.fixture(scope="module")
def hall(module_house: House) -> Iterator[CityHall]:
    with city_hall(module_house, SAPPORO) as hall:
        hall.now_rules("deadlines", DEADLINE)
        hall.department(SNOW)
        yield hall


@pytest.fixture(scope="module")
def officer(hall: CityHall) -> Somebody:
    return hall.somebody(Role.DEPARTMENT_OFFICER, name="雪 次郎", department=SNOW)


def test_a_company_asks_by_telephone_the_department_answers_and_a_proposal_grows_out_of_it(
    hall: CityHall, officer: Somebody
) -> None:
    asked: dict[str, Any] = {
        "title": "除雪車の位置", "question": "位置の情報を使わせてもらえますか。", "organisation": "北国地図株式会社",
        "contactName": "地図 花子", "contact": "011-000-0000", "asker": (asker := hall.new()), "purpose": 1,
    }  # fmt: skip
    received = hall.clerk.does("receiveConsultation", by="TELEPHONE", dated=hall.day(-1), **asked)
    here = {"consultation": received["id"]}
    assert received["number"]
    page = hall.clerk.opens("consultation", received["id"])
    assert (page["receivedOn"], page["due"]["businessDays"], page["contact"]) == (hall.day(-1), 5, "011-000-0000")
    assert received["id"] in hall.clerk.waits()
    hall.clerk.does("assignConsultation", **here, department=hall.departments[SNOW], note="除雪の所管。")
    assert received["id"] in officer.waits()
    assert officer.opens("consultation", received["id"])["contact"] is None
    officer.does("noteConsultation", **here, note="契約上は出せる。")
    officer.does("answerConsultation", **here, answer="出せます。提案としてお聞かせください。", by="TELEPHONE")
    page = hall.clerk.opens("consultation", received["id"])
    assert (page["answeredOn"], page["answers"]) == (hall.day(0), ["出せます。提案としてお聞かせください。"])

    offer = hall.offer("除雪車の位置を市民に知らせる", proposer=asker, organisation="北国地図株式会社")
    proposal = hall.clerk.does("receiveProposal", by="PORTAL", **offer)["id"]
    hall.clerk.does("leadConsultationToProposal", **here, proposal=proposal)
    page = hall.clerk.opens("consultation", received["id"])
    assert page["proposal"] == proposal
    assert {"__typename": "ConsultationRecord", "id": received["id"], "stage": page["stage"]} in (
        hall.clerk.sees(proposal)["records"]
    )
    assert received["id"] not in hall.clerk.waits() | officer.waits()
    assert officer.is_refused("answerConsultation", **here, answer="もう一度。") == "WRONG_STAGE"


def test_a_department_asks_the_desk_and_gets_its_answer(hall: CityHall, officer: Somebody) -> None:
    question = {"title": "協定の要否", "question": "覚書でも足りますか。", "department": hall.departments[SNOW]}
    asked = officer.does("receiveConsultation", by="DEPARTMENT", **question)["id"]
    assert asked in hall.clerk.waits()
    hall.clerk.does("answerConsultation", consultation=asked, answer="費用がなければ覚書で足ります。")
    page = officer.opens("consultation", asked)
    assert (page["askingDepartment"], page["answers"]) == (hall.departments[SNOW], ["費用がなければ覚書で足ります。"])
    hall.clerk.does("closeConsultation", consultation=asked, reason="解決した。")
    assert asked not in hall.clerk.waits() | officer.waits()


def test_at_an_exchange_event_a_problem_is_heard_that_becomes_a_public_challenge(
    hall: CityHall, officer: Somebody
) -> None:
    staff = hall.somebody(Role.STAFF, name="庁内 職員")
    event: dict[str, Any] = {
        "title": "官民交流会",
        "description": "雪と暮らしを語る。",
        "on": hall.day(0),
        "place": "市民ホール",
    }
    gathering = hall.clerk.does("announceGathering", **event, reach="PUBLIC", capacity=2)["id"]
    here = {"gathering": gathering}
    guest = {"organisation": "北国地図株式会社", "guestName": "地図 花子", "contact": "hanako@example.jp"}
    hall.clerk.does("registerGatheringGuest", **here, **guest)
    staff.does("registerGatheringMember", **here)
    late = {"organisation": "遅刻商店", "guestName": "遅 太郎"}
    assert hall.clerk.is_refused("registerGatheringGuest", **here, **late) == "CAPACITY_REACHED"
    hall.clerk.does("holdGathering", **here, present=2, note="除雪の予定を知りたいという声。")
    page = hall.clerk.opens("gathering", gathering)
    assert (page["stage"], page["present"], page["note"]) == ("held", 2, "除雪の予定を知りたいという声。")
    assert [each["guestName"] or each["member"] for each in page["registrations"]] == ["地図 花子", "庁内 職員"]

    heard = {
        "title": "除雪の予定が伝わらない",
        "description": "交流会で聞いた声。",
        "department": hall.departments[SNOW],
    }
    challenge = officer.does("raiseChallenge", **heard)["id"]
    hall.clerk.does("reviewChallenge", challenge=challenge, verdict="ACCEPTED")
    words = {"title": "除雪の予定を伝える", "description": "伝え方を一緒に考える企業を募ります。"}
    hall.clerk.does("publishChallenge", challenge=challenge, **words)
    (shown,) = hall.public(PUBLIC_CHALLENGES)["challenges"]["nodes"]
    assert {name: shown[name] for name in words} == words


def test_nobody_talks_decides_or_answers_with_a_draft(hall: CityHall) -> None:
    told: dict[str, Any] = {"kind": "free", "organisationKind": "COMPANY", "organisation": "北国地図株式会社"}
    draft = hall.clerk.does("draftProposal", **told, title="下書き")["id"]
    discarded = hall.clerk.does("draftProposal", **told, title="やめた下書き")["id"]
    hall.clerk.does("discardProposalDraft", proposal=discarded, reason="提案者がやめた。")
    session = hall.clerk.does("conveneSession", title="本部会議", on=hall.day(7))["id"]
    asked = hall.clerk.does("receiveConsultation", title="相談", question="よいか。")["id"]
    invited: dict[str, Any] = {"department": hall.departments[SNOW], "title": "対話", "request": "話を。"}
    for each in (draft, discarded):
        assert hall.clerk.is_refused("inviteDialogue", proposal=each, **invited) == "REFERENCE_UNSUITABLE"
        asking = hall.clerk.is_refused("addSessionItem", session=session, proposal=each, question="適否")
        assert asking == "REFERENCE_UNSUITABLE"
        leading = hall.clerk.is_refused("leadConsultationToProposal", consultation=asked, proposal=each)
        assert leading == "REFERENCE_UNSUITABLE"


def test_nobody_is_given_until_a_day_that_is_over(hall: CityHall, officer: Somebody) -> None:
    past, departments = hall.day(-1), [hall.departments[SNOW]]
    asking: dict[str, Any] = {"title": "照会", "text": "課題は。", "departments": departments}
    assert hall.clerk.is_refused("askSurvey", **asking, dueOn=past) == "DATE_INVALID"
    hall.clerk.does("askSurvey", **asking, dueOn=past, dated=past)  # it was sent yesterday and is entered today
    challenge = officer.does("raiseChallenge", title="雪捨て場", description="足りない。", department=departments[0])[
        "id"
    ]
    said: dict[str, Any] = {"challenge": challenge, "title": "雪捨て場", "description": "足りない。"}
    assert hall.clerk.is_refused("publishChallenge", **said, dueOn=past) == "DATE_INVALID"
    proposal = hall.clerk.does("receiveProposal", **hall.offer("雪捨て場"))["id"]
    assert hall.clerk.is_refused("returnProposalForCompletion", proposal=proposal, reason="図。", dueOn=past) == (
        "DATE_INVALID"
    )
    question: dict[str, Any] = {"departments": departments, "question": "役立つか。", "dueOn": past}
    assert hall.clerk.is_refused("askProposalOpinions", proposal=proposal, **question) == "DATE_INVALID"


def test_a_department_raises_challenges_of_its_own(hall: CityHall, officer: Somebody) -> None:
    another = hall.department("公園課")
    told: dict[str, Any] = {"title": "遊具", "description": "古い。", "department": another}
    assert officer.is_refused("raiseChallenge", **told) == "OUTSIDE_REMIT"
    hall.clerk.does("raiseChallenge", **told)
