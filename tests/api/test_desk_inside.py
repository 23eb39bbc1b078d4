"""What is published inside is for every employee: notices, training material, gatherings to register for."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, Person, desk_at_work
from tests.conftest import AOMORI, SAPPORO, House

LIST = """query ($w: RecordWhere) { records(first: 100, where: $w) { nodes { id kind stage called { text withheld }
  ... on NoticeRecord { text { text } note { text withheld } shownUntil }
  ... on GatheringRecord { place { text } registrations { registration member { name } guestName { text } } } } } }"""
ONE = "query ($id: UUID!) { record(id: $id) { id } }"
GUESTS = """query ($id: UUID!) { record(id: $id) { ... on GatheringRecord {
  registrations { registration party guestName { text } contact { text } member { name } } } } }"""


@pytest.fixture(scope="module")
def desk(module_house: House) -> Iterator[DeskAtWork]:
    module_house.open_city(SAPPORO)
    module_house.open_city(AOMORI)
    with desk_at_work(module_house) as desk:
        yield desk


@pytest.fixture(scope="module")
def officer(desk: DeskAtWork) -> Person:
    return desk.person(SAPPORO, Role.DESK_OFFICER)


def today(desk: DeskAtWork, days: int = 0) -> str:
    day: date = desk.house.tenancy.today() + timedelta(days=days)
    return day.isoformat()


def drafted(desk: DeskAtWork, officer: Person, topic: str = "TRAINING") -> str:
    made = desk.do(officer, "draftNotice", topic=topic, title="研修の下書き", text="窓口だけの下書き")
    assert made["__typename"] == "RecordRecorded", made
    id_: str = made["id"]
    return id_


def noticed(desk: DeskAtWork, officer: Person, reach: str = "STAFF", **told: Any) -> str:
    id_ = drafted(desk, officer, "TRAINING" if reach == "STAFF" else "NEWS")
    done = desk.do(officer, "publishNotice", notice=id_, reach=reach, title="研修", text="官民連携の進め方", **told)
    assert done["stage"] == "published", done
    return id_


def announced(desk: DeskAtWork, officer: Person, **told: Any) -> str:
    plan = {"title": "交流会", "description": "事業者と職員の交流", "on": today(desk, 30), "place": "市民ホール"}
    id_: str = desk.do(officer, "announceGathering", **{"reach": "STAFF", **plan, **told})["id"]
    return id_


def seen(desk: DeskAtWork, person: Person, **where: Any) -> dict[str, Any]:
    nodes = desk.ask(person, LIST, w=where)["records"]["nodes"]
    return {node["id"]: node for node in nodes}


def test_staff_read_what_is_published_inside_and_no_other_record(desk: DeskAtWork, officer: Person) -> None:
    staff = desk.person(SAPPORO, Role.STAFF)
    draft, withdrawn, gone = (drafted(desk, officer) for _ in range(3))
    inside, outside = noticed(desk, officer), noticed(desk, officer, "PUBLIC")
    desk.do(officer, "withdrawNotice", notice=withdrawn, reason="取りやめ")
    desk.do(officer, "publishNotice", notice=gone, reach="STAFF", title="終わった研修", text="資料")
    desk.do(officer, "withdrawNotice", notice=gone, reason="古くなった")
    gathering, cancelled = announced(desk, officer), announced(desk, officer, reach="PUBLIC")
    desk.do(officer, "cancelGathering", gathering=cancelled, reason="荒天")
    asked = desk.do(officer, "receiveConsultation", title="相談", question="できますか", organisation="見本株式会社")[
        "id"
    ]
    desk.catch_up()
    shown = {inside, outside, gathering, cancelled}
    hidden = {draft, withdrawn, gone, asked}
    listed = seen(desk, staff)
    assert shown <= set(listed)
    assert hidden.isdisjoint(listed)
    assert hidden <= set(seen(desk, officer))
    assert listed[inside]["text"] == {"text": "官民連携の進め方"}
    assert set(seen(desk, staff, kinds=["CONSULTATION"])) == set(seen(desk, staff, stages=["drafted"])) == set()
    assert {id_: desk.ask(staff, ONE, id=id_)["record"] is not None for id_ in shown | hidden} == {
        **dict.fromkeys(shown, True),
        **dict.fromkeys(hidden, False),
    }


def test_what_was_said_to_the_desk_alone_is_withheld_from_staff(desk: DeskAtWork, officer: Person) -> None:
    staff, notice = desk.person(SAPPORO, Role.STAFF), noticed(desk, officer)
    desk.do(officer, "reviseNotice", notice=notice, title="研修", text="第二版", note="誤字")
    desk.catch_up()
    assert seen(desk, staff)[notice]["note"] == {"text": None, "withheld": True}
    history = "query ($id: UUID!) { record(id: $id) { history { topic } } }"
    assert desk.refused(staff, history, id=notice) == (200, "NOT_ALLOWED")
    assert len(desk.ask(officer, history, id=notice)["record"]["history"]) == 3


def test_a_notice_is_gone_for_staff_after_its_last_day_in_the_list_and_by_its_id(
    desk: DeskAtWork, officer: Person
) -> None:
    staff = desk.person(SAPPORO, Role.STAFF)
    last, over = noticed(desk, officer, shownUntil=today(desk)), noticed(desk, officer, shownUntil=today(desk))
    desk.catch_up()
    desk.house.sql(
        "update renkei.records set content = jsonb_set(content, '{shown_until}', to_jsonb(%s::text)) where id = %s",
        today(desk, -1),
        UUID(over),
    )
    assert (last in seen(desk, staff), over in seen(desk, staff)) == (True, False)
    assert [desk.ask(staff, ONE, id=id_)["record"] is None for id_ in (last, over)] == [False, True]
    assert over in seen(desk, officer)
    desk.do(officer, "reviseNotice", notice=last, title="研修", text="いつまでも")
    desk.catch_up()
    assert seen(desk, officer)[last]["shownUntil"] is None


def test_a_last_day_that_has_passed_is_refused(desk: DeskAtWork, officer: Person) -> None:
    told = {"notice": drafted(desk, officer), "reach": "STAFF", "title": "研修", "text": "資料"}
    refused = desk.do(officer, "publishNotice", **told, shownUntil=today(desk, -1))
    assert (refused["code"], refused["field"]) == ("DATE_INVALID", "shownUntil")


def test_an_employee_registers_and_withdraws_and_sees_nobody_else(desk: DeskAtWork, officer: Person) -> None:
    staff, other = (desk.person(SAPPORO, Role.STAFF, name=name) for name in ("高橋", "伊藤"))
    gathering = announced(desk, officer)
    guest = {"party": str(uuid4()), "organisation": "見本株式会社", "guestName": "鈴木 一郎", "contact": "内密"}
    desk.do(officer, "registerGatheringGuest", gathering=gathering, **guest)
    for person in (staff, other):
        assert desk.do(person, "registerGatheringMember", gathering=gathering)["__typename"] == "RecordRecorded"
    desk.catch_up()
    (own,) = seen(desk, staff)[gathering]["registrations"]
    assert (own["member"], own["guestName"]) == ({"name": "高橋"}, None)
    assert len(seen(desk, officer)[gathering]["registrations"]) == 3
    answer = desk.post(staff, GUESTS, id=gathering).text
    assert ("鈴木" in answer, guest["party"] in answer, "伊藤" in answer) == (False, False, False)
    foreign = next(
        each for each in seen(desk, officer)[gathering]["registrations"] if each["member"] == {"name": "伊藤"}
    )
    refused = desk.do(staff, "withdrawGatheringRegistration", gathering=gathering, registration=foreign["registration"])
    assert refused["code"] == "NOT_ALLOWED"
    done = desk.do(staff, "withdrawGatheringRegistration", gathering=gathering, registration=own["registration"])
    assert done["__typename"] == "RecordRecorded"
    desk.catch_up()
    assert seen(desk, staff)[gathering]["registrations"] == []


def test_an_employee_registers_nobody_else_and_no_company(desk: DeskAtWork, officer: Person) -> None:
    staff, gathering = desk.person(SAPPORO, Role.STAFF), announced(desk, officer)
    other = str(officer.member.id)
    assert desk.do(staff, "registerGatheringMember", gathering=gathering, member=other)["code"] == "NOT_ALLOWED"
    guest = {"party": str(uuid4()), "organisation": "見本株式会社", "guestName": "鈴木 一郎"}
    assert desk.do(staff, "registerGatheringGuest", gathering=gathering, **guest)["code"] == "NOT_ALLOWED"


def test_who_stands_for_a_company_neither_reads_inside_nor_registers(desk: DeskAtWork, officer: Person) -> None:
    proposer = desk.person(SAPPORO, parties=(uuid4(),))
    gathering, notice = announced(desk, officer), noticed(desk, officer)
    desk.catch_up()
    assert desk.refused(proposer, LIST) == desk.refused(proposer, ONE, id=notice) == (200, "NOT_ALLOWED")
    assert desk.do(proposer, "registerGatheringMember", gathering=gathering)["code"] == "NOT_ALLOWED"


def test_another_citys_staff_see_nothing_of_it(desk: DeskAtWork, officer: Person) -> None:
    there, gathering = desk.person(AOMORI, Role.STAFF), announced(desk, officer)
    desk.catch_up()
    assert seen(desk, there) == {}
    assert desk.ask(there, ONE, id=gathering) == {"record": None}
    assert desk.do(there, "registerGatheringMember", gathering=gathering)["code"] == "NOT_FOUND"
