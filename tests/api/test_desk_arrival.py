"""Somebody telephones with the number that the intake gave, or with the city's own: the desk finds one proposal."""

from typing import Any
from uuid import uuid4

from domain.consultation import CONSULTATION
from tenants.intake.arrival import arrival_number
from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, Person, offer
from tests.conftest import AOMORI, SAPPORO
from tests.tenants.intakes import TITLE, Intake, intake_of, taken_in, trusted_of

CARD = "id title { text } receiptNumber { serial } arrivalNumber channel receivedOn history { actor { name } }"
FOUND = f"query ($where: InboxWhere) {{ inbox(where: $where) {{ nodes {{ {CARD} }} }} }}"
RECORDS = "query ($where: RecordWhere) { records(where: $where) { nodes { id stage } } }"


def connected(desk: DeskAtWork) -> Intake:
    intake = intake_of(desk.house, SAPPORO)
    trusted_of(desk.house.folder).trust(SAPPORO, intake.signer.verifier)
    return intake


def found(desk: DeskAtWork, person: Person, **where: Any) -> list[Any]:
    nodes: list[Any] = desk.ask(person, FOUND, where=where)["inbox"]["nodes"]
    return nodes


def test_a_proposal_is_found_by_either_number_and_says_who_entered_it(desk: DeskAtWork) -> None:
    intake, officer = connected(desk), desk.person()
    told, other = (taken_in(desk.house, intake.hands_over(title=title)) for title in (TITLE, "別の提案"))
    desk.catch_up()
    assert told.receipt is not None
    (card,) = found(desk, officer, arrivalNumber=told.arrival)
    assert (card["id"], card["title"]["text"], card["channel"]) == (str(told.record), TITLE, "PORTAL")
    assert card["arrivalNumber"] == told.arrival == arrival_number(told.record)
    assert [each["actor"]["name"] for each in card["history"]] == ["運用担当 / operator"]
    by_number = found(desk, officer, serial=told.receipt.serial, fiscalYear=told.receipt.fiscal_year)
    assert [each["id"] for each in by_number] == [str(told.record)]
    (card,) = found(desk, officer, arrivalNumber=other.arrival.replace("-", ""), title="別の")
    assert card["id"] == str(other.record)
    assert found(desk, officer, arrivalNumber=other.arrival, title=TITLE) == []


def test_what_has_not_come_yet_is_not_found_and_what_was_misheard_is_told(desk: DeskAtWork) -> None:
    officer = desk.person()
    assert found(desk, officer, arrivalNumber=arrival_number(uuid4())) == []
    assert desk.refused(officer, FOUND, where={"arrivalNumber": "0000-0000-0000-1"}) == (200, "ARRIVAL_NUMBER_INVALID")
    assert desk.refused(officer, RECORDS, where={"arrivalNumber": "鈴木"}) == (200, "ARRIVAL_NUMBER_INVALID")


def test_another_citys_desk_and_its_own_staff_find_nothing_by_it(desk: DeskAtWork) -> None:
    intake = connected(desk)
    told = taken_in(desk.house, intake.hands_over())
    question = {"title": "除雪", "question": "除雪に使えますか。", "purpose": 1}
    asked, _ = (
        taken_in(desk.house, intake.hands_over(command="receiveConsultation", content=question)) for _ in range(2)
    )
    desk.catch_up()
    assert found(desk, desk.person(AOMORI), arrivalNumber=told.arrival) == []
    for someone, seen in ((desk.person(), 1), (desk.person(SAPPORO, Role.STAFF), 0), (desk.person(AOMORI), 0)):
        nodes = desk.ask(someone, RECORDS, where={"arrivalNumber": asked.arrival})["records"]["nodes"]
        assert [each["id"] for each in nodes] == [str(asked.record)] * seen
    assert desk.house.tenancy.state_of(SAPPORO, CONSULTATION, asked.record).stage == "received"


def test_a_proposer_reads_both_numbers_and_what_the_desk_entered_has_only_one(desk: DeskAtWork) -> None:
    party, officer = uuid4(), desk.person()
    told = taken_in(desk.house, connected(desk).hands_over(party=party))
    kimura = desk.person(parties=[party])
    answer = desk.do(officer, "receiveProposal", **offer(desk, officer, proposer=str(party)))
    desk.catch_up()
    own = desk.ask(kimura, "{ myProposals { nodes { id arrivalNumber receiptNumber { serial } } } }")["myProposals"]
    assert {each["id"]: (each["arrivalNumber"], each["receiptNumber"]["serial"]) for each in own["nodes"]} == {
        str(told.record): (told.arrival, 1),
        answer["id"]: (None, 2),
    }
