"""Records of every kind at the desk: an approval drafted, agreed, decided and carried out, and whose turn it is."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tenants.members import Role
from tests.api.desk_at_work import Counting, DeskAtWork, Person
from tests.conftest import AOMORI, SAPPORO

CARD = """query ($id: UUID!) { record(id: $id) { id kind stage about waitingForMe called { text }
  history { topic actor { name } }
  ... on ApprovalRecord { act target content { text } note { text } verdict decidedOn carriedOutOn
    drafter { name } decidedBy { name } power
    route { part power post { name { text } holders { name } } } agreed { opinion { text } post { name { text } } } }
} }"""
WAITING = "{ records(where: {waitingForMe: true}) { nodes { id kind stage } } }"


class Office:
    """A clerk who drafts, a lawyer who agrees and a chief who decides, with their posts."""

    def __init__(self, desk: DeskAtWork) -> None:
        self.desk = desk
        self.admin = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR)
        self.clerk = desk.person(SAPPORO, Role.DESK_OFFICER, name="窓口 花子")
        self.lawyer = desk.person(SAPPORO, Role.APPROVER, name="法務 太郎")
        self.chief = desk.person(SAPPORO, Role.APPROVER, name="部長 次郎")
        self.legal, self.director = self.post("法制課長", self.lawyer), self.post("部長", self.chief)

    def post(self, title: str, holder: Person) -> str:
        department, post = str(uuid4()), str(uuid4())
        today = self.desk.house.tenancy.today().isoformat()
        self.desk.do(self.admin, "establishDepartment", department=department, title=f"{title}の課", validFrom=today)
        self.desk.do(self.admin, "establishPost", post=post, department=department, title=title, validFrom=today)
        self.desk.do(self.admin, "assignPost", post=post, member=str(holder.member.id), validFrom=today)
        return post

    def challenge(self) -> str:
        raised: str = self.desk.do(self.clerk, "raiseChallenge", title="除雪", description="担い手")["id"]
        return raised

    def draft(self, route: list[dict[str, str]] | None = None, **deed: Any) -> str:
        act = deed or {"publishChallenge": {"challenge": self.challenge(), "title": "雪", "description": "雪と暮らす"}}
        route = route or [{"post": self.legal, "part": "AGREE"}, {"post": self.director, "part": "DECIDE"}]
        told = self.desk.do(
            self.clerk, "draftApproval", deed=act, title="公表してよいか", route=route, note="公表する。"
        )
        assert told["__typename"] == "RecordRecorded", told
        self.desk.do(self.clerk, "submitApproval", approval=told["id"])
        self.desk.catch_up()
        made: str = told["id"]
        return made

    def waits(self, person: Person) -> set[str]:
        return {node["id"] for node in self.desk.ask(person, WAITING)["records"]["nodes"]}


@pytest.fixture
def office(desk: DeskAtWork) -> Office:
    return Office(desk)


def test_an_approval_goes_its_way_and_everybody_sees_whose_turn_it_is(office: Office) -> None:
    desk, approval = office.desk, office.draft()
    here = {"approval": approval}
    assert [office.waits(each) for each in (office.lawyer, office.chief, office.clerk)] == [{approval}, set(), set()]
    desk.do(office.lawyer, "agreeApproval", **here, post=office.legal, opinion="異議なし。")
    desk.catch_up()
    assert [office.waits(each) for each in (office.lawyer, office.chief, office.clerk)] == [set(), {approval}, set()]
    assert (
        desk.do(office.chief, "decideApproval", **here, post=office.director, verdict="APPROVED")["stage"] == "approved"
    )
    desk.catch_up()
    assert [office.waits(each) for each in (office.lawyer, office.chief, office.clerk)] == [set(), set(), {approval}]
    assert desk.do(office.clerk, "carryApprovalOut", **here)["stage"] == "effective"
    desk.catch_up()
    card = desk.ask(office.clerk, CARD, id=approval)["record"]
    assert (card["kind"], card["stage"], card["act"], card["verdict"]) == (
        "APPROVAL",
        "effective",
        "PUBLISH_CHALLENGE",
        "APPROVED",
    )
    assert card["called"] == {"text": "公表してよいか"}
    assert "雪と暮らす" in card["content"]["text"]
    assert [each["opinion"]["text"] for each in card["agreed"]] == ["異議なし。"]
    assert (card["drafter"], card["decidedBy"]) == ({"name": "窓口 花子"}, {"name": "部長 次郎"})
    assert [each["post"]["holders"] for each in card["route"]] == [[{"name": "法務 太郎"}], [{"name": "部長 次郎"}]]
    assert [each["topic"] for each in card["history"]] == [
        "approval.drafted",
        "approval.submitted",
        "approval.agreed",
        "approval.decided",
        "approval.carried_out",
    ]
    challenge = "query ($id: UUID!) { challenge(id: $id) { stage history { topic approval { system approval } } } }"
    shown = desk.ask(office.clerk, challenge, id=card["target"])["challenge"]
    assert shown["stage"] == "PUBLISHED"
    assert shown["history"][-1]["approval"] == {"system": "INTERNAL", "approval": approval}


def test_what_waits_for_a_drafter_who_has_left_waits_for_the_desk(office: Office) -> None:
    """Also what was approved and only has to be carried out: on 1 April nothing is orphaned."""
    desk, beside = office.desk, office.desk.person(SAPPORO, Role.DESK_OFFICER)
    officer = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER)
    approval = office.draft()
    desk.do(office.lawyer, "agreeApproval", approval=approval, post=office.legal)
    desk.do(office.chief, "decideApproval", approval=approval, post=office.director, verdict="APPROVED")
    desk.catch_up()
    assert [approval in office.waits(each) for each in (office.clerk, beside, officer)] == [True, False, False]
    assert desk.ask(beside, CARD, id=approval)["record"]["waitingForMe"] is False
    today = desk.house.tenancy.today().isoformat()
    left = desk.do(office.admin, "removeMember", member=str(office.clerk.member.id), reason="異動", validFrom=today)
    assert left["__typename"] == "RightsRecorded", left
    desk.catch_up()
    assert [approval in office.waits(each) for each in (beside, officer)] == [True, False]
    assert desk.ask(beside, CARD, id=approval)["record"]["waitingForMe"] is True
    assert desk.do(beside, "carryApprovalOut", approval=approval)["stage"] == "effective"


def test_what_waits_for_a_post_that_nobody_holds_waits_for_the_desk(office: Office) -> None:
    """A post that is vacant, whose holder has left, or that ended with its department, without one to succeed it."""
    desk, today = office.desk, office.desk.house.tenancy.today().isoformat()
    approval, lawyer = office.draft(), str(office.lawyer.member.id)

    def waits() -> list[bool]:
        desk.catch_up()
        marked = desk.ask(office.clerk, CARD, id=approval)["record"]["waitingForMe"]
        assert marked is (approval in office.waits(office.clerk))
        return [marked, *(approval in office.waits(each) for each in (office.lawyer, office.chief))]

    def change(mutation: str, **told: Any) -> None:
        answer = desk.do(office.admin, mutation, validFrom=today, **told)
        assert answer["__typename"].endswith("Recorded"), answer

    assert waits() == [False, True, False]
    change("vacatePost", post=office.legal, member=lawyer)
    assert waits() == [True, False, False]
    change("assignPost", post=office.legal, member=lawyer)
    assert waits() == [False, True, False]
    desk.do(office.lawyer, "agreeApproval", approval=approval, post=office.legal)
    assert waits() == [False, False, True]
    posts = desk.ask(office.admin, "{ organisation { posts { id department { id } } } }")["organisation"]["posts"]
    department = {post["id"]: post["department"]["id"] for post in posts}
    change("abolishDepartment", department=department[office.director], successors=[department[office.legal]])
    assert waits() == [True, False, False]
    refused = desk.do(office.chief, "decideApproval", approval=approval, post=office.director, verdict="APPROVED")
    assert refused["code"] == "POST_NOT_HELD"

    approval = office.draft(route=[{"post": office.legal, "part": "DECIDE"}])
    assert waits() == [False, True, False]
    change("removeMember", member=lawyer, reason="退職")
    desk.catch_up()
    assert approval in office.waits(office.clerk)


def test_an_act_is_exactly_one(office: Office) -> None:
    act = {"challenge": str(uuid4()), "title": "雪", "description": "雪"}
    query = "mutation ($i: DraftApprovalInput!) { draftApproval(input: $i) { __typename } }"
    for deed in ({}, {"publishChallenge": act, "refuseProposal": None}):
        told = {"commandId": str(uuid4()), "deed": deed, "title": "件名", "route": []}
        assert office.desk.post(office.clerk, query, i=told).status_code == 400


def test_another_city_knows_nothing_of_a_record(office: Office) -> None:
    approval = office.draft()
    there = office.desk.person(AOMORI, Role.DESK_OFFICER)
    assert office.desk.ask(there, CARD, id=approval) == {"record": None}
    assert office.desk.ask(there, "{ records { nodes { id } } }")["records"]["nodes"] == []
    assert office.desk.do(there, "submitApproval", approval=approval)["code"] == "NOT_FOUND"


def test_records_are_found_by_kind_stage_and_what_they_are_about(office: Office) -> None:
    one, other = office.draft(), office.draft()
    office.desk.do(office.clerk, "withdrawApproval", approval=other, reason="出し直す。")
    office.desk.catch_up()

    def found(**where: Any) -> set[str]:
        query = "query ($w: RecordWhere) { records(where: $w) { nodes { id } } }"
        return {node["id"] for node in office.desk.ask(office.clerk, query, w=where)["records"]["nodes"]}

    about = office.desk.ask(office.clerk, CARD, id=one)["record"]["about"]
    assert found(kinds=["APPROVAL"]) == found() == {one, other}
    assert (found(stages=["pending"]), found(stages=["withdrawn"])) == ({one}, {other})
    assert (found(about=about), found(about=str(UUID(int=7)))) == ({one}, set())
    assert found(overdue=True) == set()


def test_however_many_records_are_asked_for_the_number_of_statements_is_the_same(office: Office) -> None:
    query = """{ records { nodes { id waitingForMe called { text } history { actor { name } }
      ... on ApprovalRecord {
        content { text } drafter { name } route { post { name { text } holders { name } } } } } } }"""

    def statements() -> int:
        before = Counting.sent
        office.desk.ask(office.clerk, query)
        return Counting.sent - before

    office.draft()
    few = statements()
    for _ in range(4):
        office.draft()
    assert statements() == few
