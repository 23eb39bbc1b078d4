"""Somebody was mistaken: a wrong step is taken back with its reason, and what was entered wrongly is written anew."""

from collections.abc import Iterator
from typing import Any

import pytest

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

SNOW = "雪対策課"
CARD = """query ($id: UUID!) { proposal(id: $id) {
    kind challenge { id } receivedOn dueOn organisationKind receiptNumber { label } } }"""
BY_NUMBER = """query ($kind: String!, $serial: Int!) {
    inbox(where: { kinds: [$kind], serial: $serial }) { nodes { id } } }"""
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


def test_a_question_was_led_to_the_wrong_proposal(hall: CityHall, officer: Somebody) -> None:
    right, wrong = (hall.clerk.does("receiveProposal", **hall.offer(title))["id"] for title in ("融雪", "観光"))
    asked = hall.clerk.does("receiveConsultation", title="融雪", question="試せますか。", asker=hall.new())["id"]
    hall.clerk.does("assignConsultation", consultation=asked, department=hall.departments[SNOW])
    hall.clerk.does("leadConsultationToProposal", consultation=asked, proposal=wrong)
    assert hall.clerk.is_refused("leadConsultationToProposal", consultation=asked, proposal=right) == "WRONG_STAGE"
    never = {"consultation": asked, "to": "ANSWERED", "reason": "誤り。"}
    assert hall.clerk.is_refused("correctConsultationStep", **never) == "NEVER_STOOD_THERE"
    back = hall.clerk.does(
        "correctConsultationStep", consultation=asked, to="ASSIGNED", reason="別の提案に結び付けた。"
    )
    assert back["stage"] == "assigned"
    page = hall.clerk.opens("consultation", asked)
    assert (page["stage"], page["proposal"], page["department"]) == ("assigned", None, hall.departments[SNOW])
    assert asked in officer.waits()
    assert asked not in {each["id"] for each in hall.clerk.sees(wrong)["records"]}
    hall.clerk.does("leadConsultationToProposal", consultation=asked, proposal=right)
    assert asked in {each["id"] for each in hall.clerk.sees(right)["records"]}


def test_an_answer_was_entered_in_the_wrong_question_which_is_still_owed_one(hall: CityHall) -> None:
    asked = hall.clerk.does("receiveConsultation", title="占用", question="要りますか。", asker=hall.new())["id"]
    due = hall.clerk.opens("consultation", asked)["dueOn"]
    assert due
    hall.clerk.does("answerConsultation", consultation=asked, answer="別の方への回答。")
    hall.clerk.does("closeConsultation", consultation=asked, reason="済んだ。")
    hall.clerk.does("correctConsultationStep", consultation=asked, to="RECEIVED", reason="別の相談への回答だった。")
    page = hall.clerk.opens("consultation", asked)
    assert (page["answers"], page["answeredOn"], page["dueOn"], page["reason"]) == ([], None, due, None)
    assert asked in hall.clerk.waits()


def test_an_answer_that_was_given_stays_when_a_later_step_was_wrong(hall: CityHall) -> None:
    asked = hall.clerk.does("receiveConsultation", title="占用", question="要りますか。", asker=hall.new())["id"]
    hall.clerk.does("answerConsultation", consultation=asked, answer="要ります。")
    hall.clerk.does("assignConsultation", consultation=asked, department=hall.departments[SNOW])
    hall.clerk.does("closeConsultation", consultation=asked, reason="済んだ。")
    hall.clerk.does("correctConsultationStep", consultation=asked, to="ASSIGNED", reason="まだ終わっていない。")
    page = hall.clerk.opens("consultation", asked)
    assert (page["answers"], page["dueOn"], page["department"]) == (["要ります。"], None, hall.departments[SNOW])
    hall.clerk.does("correctConsultationStep", consultation=asked, to="ANSWERED", reason="割り振るまでもなかった。")
    page = hall.clerk.opens("consultation", asked)
    assert (page["answers"], page["department"]) == (["要ります。"], None)


def test_what_was_heard_wrongly_is_written_anew_and_the_number_stays(hall: CityHall) -> None:
    heard: dict[str, Any] = {"title": "融雪", "question": "歩道か。", "contactName": "見本 一郎", "purpose": 1}
    received = hall.clerk.does("receiveConsultation", **heard, asker=hall.new())
    before = hall.clerk.opens("consultation", received["id"])
    anew: dict[str, Any] = {"title": "融雪と除雪", "question": "車道か。", "organisation": "北国地図株式会社"}
    told = {"consultation": received["id"], **anew, "receivedOn": hall.day(-10), "reason": "聞き違えた。"}
    assert hall.clerk.is_refused("correctConsultationReceipt", **{**told, "receivedOn": hall.day(1)}) == "DATE_INVALID"
    hall.clerk.does("correctConsultationReceipt", **told)
    page = hall.clerk.opens("consultation", received["id"])
    assert {name: page[name] for name in anew} == anew
    assert (page["receivedOn"], page["contactName"], page["serial"]) == (hall.day(-10), None, before["serial"])
    assert page["due"]["on"] < before["due"]["on"]
    assert [page["stage"], page["reason"]] == ["received", None]


def test_a_survey_was_closed_before_everybody_had_answered(hall: CityHall, officer: Somebody) -> None:
    here = hall.departments[SNOW]
    asked = hall.clerk.does("askSurvey", title="照会", text="課題は。", departments=[here], dueOn=hall.day(5))["id"]
    hall.clerk.does("closeSurvey", survey=asked)
    none: dict[str, Any] = {"survey": asked, "department": here, "reply": "NONE"}
    assert officer.is_refused("answerSurvey", **none) == "WRONG_STAGE"
    hall.clerk.does("correctSurveyStep", survey=asked, to="ASKED", reason="回答を待たずに締め切った。")
    assert asked in officer.waits()
    officer.does("answerSurvey", **none)
    assert hall.clerk.opens("survey", asked)["unanswered"] == []


def test_a_file_was_closed_too_early_and_its_decision_is_corrected_after_all(hall: CityHall) -> None:
    proposal = hall.clerk.does("receiveProposal", **hall.offer("紙芝居"))["id"]
    refusing = {"proposal": proposal, "ground": "NOT_USEFUL", "reason": "課題に合わない。"}
    hall.clerk.does("refuseProposal", **refusing)
    hall.clerk.does("closeProposal", proposal=proposal, reason="終わり。")
    early = {"proposal": proposal, "to": "RECEIVED", "reason": "誤って不受理とした。"}
    assert hall.clerk.is_refused("correctProposalStep", **early) == "NEVER_STOOD_THERE"
    hall.clerk.does("correctProposalStep", proposal=proposal, to="REFUSED", reason="誤って完結とした。")
    page = hall.clerk.sees(proposal)
    assert (page["stage"], page["ground"]) == ("REFUSED", "NOT_USEFUL")
    assert proposal in hall.clerk.waits()
    hall.clerk.does("correctProposalStep", **early)
    page = hall.clerk.sees(proposal)
    assert (page["stage"], page["ground"]) == ("RECEIVED", None)


def test_a_proposal_answers_a_challenge_after_all_and_came_earlier_than_was_entered(hall: CityHall) -> None:
    hall.now_rules("deadlines", "business_days = { consultation_answer = 5, first_answer = 10 }")
    challenge = hall.clerk.does("raiseChallenge", title="雪捨て場", description="足りない。")["id"]
    hall.clerk.does("reviewChallenge", challenge=challenge, verdict="ACCEPTED")
    hall.clerk.does("publishChallenge", challenge=challenge, title="雪捨て場", description="足りません。")
    received = hall.clerk.does("receiveProposal", **hall.offer("雪を運ぶ"), by="TELEPHONE")
    before = hall.clerk.reads(CARD, id=received["id"])["proposal"]
    anew: dict[str, Any] = {
        "proposal": received["id"], "kind": "themed", "challenge": challenge, "organisationKind": "SOLE_PROPRIETOR",
        "title": "雪を運ぶ", "summary": "空いた荷台で運ぶ。", "receivedOn": hall.day(-10), "reason": "聞き違えた。",
    }  # fmt: skip
    without = {name: value for name, value in anew.items() if name != "challenge"}
    assert hall.clerk.is_refused("correctProposalReceipt", **without) == "PART_MISSING"
    assert hall.clerk.is_refused("correctProposalReceipt", **{**anew, "receivedOn": hall.day(1)}) == "DATE_INVALID"
    hall.clerk.does("correctProposalReceipt", **anew)
    page = hall.clerk.reads(CARD, id=received["id"])["proposal"]
    assert page["receiptNumber"] == before["receiptNumber"] == {"label": received["receiptNumber"]["label"]}
    assert (page["kind"], page["challenge"]["id"], page["receivedOn"]) == ("themed", challenge, hall.day(-10))
    assert page["dueOn"] < before["dueOn"]
    assert page["organisationKind"] == "SOLE_PROPRIETOR"
    hall.clerk.does("extendProposalDeadline", proposal=received["id"], dueOn=hall.day(90), reason="年末のため。")
    hall.clerk.does(
        "correctProposalReceipt", **{**anew, "title": "雪を運び出す"}
    )  # the day is the same: so is the deadline
    assert hall.clerk.reads(CARD, id=received["id"])["proposal"]["dueOn"] == hall.day(90)
    number = page["receiptNumber"]["label"].split("-")
    (found,) = hall.clerk.reads(BY_NUMBER, kind=number[1], serial=int(number[2]))["inbox"]["nodes"]
    assert found["id"] == received["id"]
    hall.clerk.does("screenProposal", proposal=received["id"], departments=[], reason="役立つ。", dated=hall.day(-9))


def test_an_interest_was_declared_for_the_wrong_officer(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.clerk.does("receiveProposal", **hall.offer("雪かき"))["id"]
    snow = hall.departments[SNOW]
    hall.clerk.does("screenProposal", proposal=proposal, departments=[snow], reason="役立つ。")
    hall.clerk.does("matchProposal", proposal=proposal, department=snow, reason="所管。")
    named = str(officer.person.member.id)
    hall.clerk.does("declareProposalInterest", proposal=proposal, member=named, note="親族が役員。")
    decided: dict[str, Any] = {"proposal": proposal, "outcome": "ADOPTED", "reason": "役立つ。"}
    assert officer.is_refused("decideProposal", **decided, decidedBy="DEPARTMENT") == "INTEREST_OF_DECIDER"
    mistaken = {"proposal": proposal, "member": named, "reason": "同姓の別人だった。"}
    assert officer.is_refused("withdrawProposalInterest", **mistaken) == "NOT_ALLOWED"
    hall.clerk.does("withdrawProposalInterest", **mistaken)
    officer.does("decideProposal", **decided, decidedBy="DEPARTMENT")


def test_a_refusal_meant_for_another_is_told_no_more_once_it_was_taken_back(hall: CityHall) -> None:
    company = hall.new()
    proposal = hall.clerk.does("receiveProposal", **hall.offer("灯籠", proposer=company))["id"]
    proposer = hall.proposer(company, name="灯 花子")

    def told() -> list[str]:
        return [each["words"] for each in proposer.looks_up_own(proposal)["told"]]

    refusing = {"proposal": proposal, "ground": "MERE_SALES"}
    hall.clerk.does("refuseProposal", **refusing, reason="別の会社への理由。")
    assert told() == ["別の会社への理由。"]
    hall.clerk.does("closeProposal", proposal=proposal, reason="終わり。")
    hall.clerk.does("correctProposalStep", proposal=proposal, to="REFUSED", reason="早すぎた。")
    assert told() == ["別の会社への理由。"]  # the file alone was closed by mistake
    hall.clerk.does("correctProposalStep", proposal=proposal, to="RECEIVED", reason="取り違えた。")
    assert told() == []
    hall.clerk.does("refuseProposal", **refusing, reason="販売のため。")
    assert told() == ["販売のため。"]
