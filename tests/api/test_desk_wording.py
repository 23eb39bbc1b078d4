"""Who agrees or decides reads what is decided in words, in both languages: and nobody else does (起案の内容)."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tenants.members import Role
from tests.api.desk_at_work import Counting, DeskAtWork, offer
from tests.api.test_desk_proposals import at_council
from tests.api.test_desk_records import Office
from tests.conftest import AOMORI, SAPPORO

WORDING = """query ($id: UUID!) { record(id: $id) { ... on ApprovalRecord {
  content { text withheld erased }
  wording { field label labelJa labelEn text textJa textEn record } } } }"""


@pytest.fixture
def office(desk: DeskAtWork) -> Office:
    return Office(desk)


def read(office: Office, approval: str, reader: Any = None) -> Any:
    """What a reader is told of a draft; the one who agrees unless another is named."""
    return office.desk.ask(reader or office.lawyer, WORDING, id=approval)["record"]


def lines(office: Office, approval: str) -> dict[str, tuple[str, str]]:
    """Label to text, in both languages."""
    told = read(office, approval)["wording"]
    return {each["labelJa"]: (each["textJa"], each["textEn"]) for each in told}


def proposal(office: Office) -> str:
    """One that was received from a company."""
    return str(office.desk.do(office.clerk, "receiveProposal", **offer(office.desk, office.clerk))["id"])


def test_an_act_is_read_line_by_line_by_name_in_both_languages(office: Office) -> None:
    challenge = office.challenge()
    deed = {
        "challenge": challenge,
        "title": "雪",
        "description": "雪と暮らす",
        "dueOn": "2030-04-30",
        "fields": ["welfare"],
    }
    told = read(office, office.draft(publishChallenge=deed))["wording"]
    assert [(each["labelJa"], each["textJa"]) for each in told] == [
        ("起案する行為", "課題を公表する"),
        ("課題", "「除雪」"),
        ("件名", "雪"),
        ("説明", "雪と暮らす"),
        ("条件", "指定なし"),
        ("市が提供できるもの", "指定なし"),
        ("分野", "福祉・介護"),
        ("回答期限", "令和12年（2030年）4月30日"),
    ]
    assert [(each["labelEn"], each["textEn"]) for each in told][:2] == [
        ("What is decided", "Show a challenge to everybody, in the words that everybody shall read."),
        ("Challenge", "“除雪”"),
    ]
    assert [each["field"] for each in told] == [
        "act", "challenge", "title", "description", "conditions", "cityOffers", "fields", "dueOn",
    ]  # fmt: skip
    assert [each["record"] for each in told] == [None, challenge, *[None] * 6]


def test_label_and_text_are_in_the_language_that_is_asked_for(office: Office) -> None:
    approval = office.draft()
    headers = {"Authorization": f"Bearer {office.lawyer.token}"}
    for language in ("ja", "en"):
        answer = office.desk.client.post(
            f"/desk/{SAPPORO}/graphql",
            json={"query": WORDING, "variables": {"id": approval}},
            headers={**headers, "Accept-Language": language},
        ).json()["data"]["record"]["wording"]
        ending = language.capitalize()
        assert [(each["label"], each["text"]) for each in answer] == [
            (each[f"label{ending}"], each[f"text{ending}"]) for each in answer
        ]


def test_a_proposal_is_read_by_its_number_and_a_department_by_its_name(office: Office) -> None:
    here, there = proposal(office), str(uuid4())
    today = office.desk.house.tenancy.today().isoformat()
    office.desk.do(office.admin, "establishDepartment", department=there, title="公園課", validFrom=today)
    deed = {"proposal": here, "destination": "DEPARTMENT", "department": there, "reason": "公園の件。"}
    told = lines(office, office.draft(referProposal=deed))
    ja, en = told["提案"]
    assert re.fullmatch(r"20[0-9]{2}年度 フリー型 第1号「地下歩行空間の人流をはかる」", ja)
    assert re.fullmatch(r"FY20[0-9]{2} Free no\. 1, “地下歩行空間の人流をはかる”", en)
    assert told["引継ぎ先の区分"] == ("担当課", "department")
    assert told["引継ぎ先の課"] == ("公園課", "公園課")
    assert told["理由"] == ("公園の件。", "公園の件。")


def test_a_decision_of_the_council_is_read_with_its_session_and_item(office: Office) -> None:
    here, desk = proposal(office), office.desk
    own = desk.house.department(SAPPORO)
    desk.do(office.clerk, "screenProposal", proposal=here, reason="有用")
    desk.do(office.clerk, "matchProposal", proposal=here, department=str(own), reason="担当")
    officer = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=own)
    assert desk.do(officer, "escalateProposal", proposal=here, reason="決めがたい")["__typename"] == "ProposalRecorded"
    session = at_council(desk, office.clerk, here, "ADOPTED")
    deed = {"proposal": here, "outcome": "ADOPTED", "decidedBy": "COUNCIL", "reason": "役立つ。", **session}
    told = lines(office, office.draft(decideProposal=deed))
    assert told["判断した者"] == ("会議体", "council")
    assert told["議決した会議"] == ("「本部会議」", "“本部会議”")
    assert told["議決した議題"] == ("実施の適否", "実施の適否")


def test_a_record_that_begins_with_the_act_is_read_as_a_new_one(office: Office) -> None:
    deed = {"gathering": str(uuid4()), "title": "交流会", "description": "話す", "on": "2030-05-01", "reach": "PUBLIC"}
    told = lines(office, office.draft(announceGathering=deed))
    assert told["交流イベント"] == ("（新しい記録）", "(a new record)")
    assert (told["公開範囲"], told["定員"]) == (("一般公開", "public"), ("指定なし", "not given"))


def test_the_wording_is_for_those_who_may_read_the_content_and_for_nobody_else(office: Office) -> None:
    approval = office.draft()
    for role in Role:
        if role in {Role.OPERATOR, Role.PROPOSER}:
            continue
        seen = read(office, approval, office.desk.person(SAPPORO, role))
        may = role not in {Role.STAFF, Role.CITY_ADMINISTRATOR}
        assert bool(seen and seen["wording"]) == bool(seen and seen["content"]["text"]) == may, role
    keeper = read(office, approval, office.admin)
    assert keeper == {"content": {"text": None, "withheld": True, "erased": False}, "wording": None}
    assert read(office, approval, office.desk.person(AOMORI, Role.DESK_OFFICER)) is None


def test_what_was_erased_is_told_no_longer(office: Office) -> None:
    approval = office.draft()
    assert len(read(office, approval)["wording"]) == 8
    office.desk.house.sql("delete from renkei.data_keys where city = %s and key = %s", SAPPORO, approval)
    assert read(office, approval) == {"content": {"text": None, "withheld": False, "erased": True}, "wording": None}


def test_however_many_drafts_are_read_in_words_the_number_of_statements_is_the_same(office: Office) -> None:
    query = "{ records { nodes { ... on ApprovalRecord { wording { label text record } } } } }"

    def statements(drafts: int) -> int:
        before = Counting.sent
        nodes = office.desk.ask(office.lawyer, query)["records"]["nodes"]
        assert len([each for each in nodes if each.get("wording")]) == drafts
        return Counting.sent - before

    office.draft()
    statements(1)
    few = statements(1)
    for _ in range(3):
        office.draft()
    deed = {"proposal": proposal(office), "ground": "MERE_SALES", "reason": "売込みのため。"}
    only_new = statements(4)
    assert only_new == few
    office.draft(refuseProposal=deed)
    assert statements(5) == few
