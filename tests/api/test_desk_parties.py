"""Names and contacts of proposers as they change: what was told stays readable and is found; nothing leaves unasked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, Person, desk_at_work, offer
from tests.conftest import AOMORI, SAPPORO, House

BEFORE, AFTER = "葛\U000e0100城𠮷野建設㈱", "葛城ホールディングス株式会社"
SHOWN = """query ($id: UUID!) { proposal(id: $id) {
  organisation { text } organisationKana { text } formerNames { name { text } kana { text } until }
  contactName { text } contactKana { text } contact { text } purpose shareContact passedOn { city on reason { text } }
} }"""
FOUND = "query ($name: String!) { inbox(where: {organisation: $name}) { nodes { id } } }"
OWN = (
    "query ($id: UUID!) { myProposal(id: $id) { organisation { text } shareContact passedTo told { words { text } } } }"
)


@pytest.fixture
def desk(house: House) -> Iterator[DeskAtWork]:
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk:
        yield desk


@pytest.fixture
def officer(desk: DeskAtWork) -> Person:
    return desk.person(SAPPORO, Role.DESK_OFFICER)


def done(desk: DeskAtWork, person: Person, mutation: str, **told: Any) -> Any:
    answer = desk.do(person, mutation, **told)
    assert answer["__typename"] == "ProposalRecorded", answer
    desk.catch_up()
    return answer


def received(desk: DeskAtWork, person: Person, **told: Any) -> str:
    whole = offer(desk, person, **{"organisation": BEFORE, "organisationKana": "カツラギヨシノケンセツ", **told})
    id_: str = done(desk, person, "receiveProposal", **whole)["id"]
    return id_


def shown(desk: DeskAtWork, person: Person, proposal: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.ask(person, SHOWN, id=proposal)["proposal"]
    return found


def found(desk: DeskAtWork, person: Person, name: str) -> list[str]:
    return [each["id"] for each in desk.ask(person, FOUND, name=name)["inbox"]["nodes"]]


def test_a_party_that_changed_its_name_is_shown_and_found_under_both_as_typed(
    desk: DeskAtWork, officer: Person
) -> None:
    proposal, other = (
        received(desk, officer),
        received(desk, officer, organisation="見本合同会社", organisationKana=None),
    )
    new = {"organisation": AFTER, "organisationKana": "かつらぎ", "since": "2026-10-01", "note": "吸収合併による。"}
    done(desk, officer, "renameProposalParty", proposal=proposal, **new)
    told = shown(desk, officer, proposal)
    assert (told["organisation"], told["organisationKana"]) == ({"text": AFTER}, {"text": "かつらぎ"})
    former = {"name": {"text": BEFORE}, "kana": {"text": "カツラギヨシノケンセツ"}, "until": "2026-10-01"}
    assert told["formerNames"] == [former]
    for name in ("葛城𠮷野", "(株)", "かつらぎよしの", "ｶﾂﾗｷﾞﾖｼﾉ", "ホールディングス", "カツラギ"):
        assert found(desk, officer, name) == [proposal], name
    assert found(desk, officer, "見本") == [other]
    assert found(desk, officer, "葛城𠮷野 ホールディングス") == []  # words of one name, not of two


def test_what_is_kept_from_the_public_names_the_ground_to_be_looked_into(desk: DeskAtWork, officer: Person) -> None:
    proposal = received(desk, officer)
    parts = "contact { grounds } summary { grounds } organisation { grounds }"
    asked = f"query ($id: UUID!) {{ proposal(id: $id) {{ {parts} }} }}"
    told = desk.ask(officer, asked, id=proposal)["proposal"]
    grounds = {name: part["grounds"] for name, part in told.items()}
    assert grounds == {"contact": ["INDIVIDUAL"], "summary": ["BUSINESS"], "organisation": ["DELIBERATION"]}


def test_a_name_of_tomorrow_is_not_borne_yet(desk: DeskAtWork, officer: Person) -> None:
    proposal = received(desk, officer)
    answer = desk.do(officer, "renameProposalParty", proposal=proposal, organisation=AFTER, since="2999-01-01")
    assert (answer["code"], answer["field"]) == ("DATE_INVALID", "since")


def test_a_contact_goes_to_another_city_only_with_consent_and_the_proposer_is_told(
    desk: DeskAtWork, officer: Person
) -> None:
    proposal = received(desk, officer)
    told = {"proposal": proposal, "city": AOMORI, "reason": "青森市にも同じ課題がある。"}
    assert desk.do(officer, "passProposalContactOn", **told)["code"] == "CONTACT_NOT_SHARED"
    done(desk, officer, "changeProposalConsent", proposal=proposal, shareContact=True, note="電話で同意。")
    for city, code in ((SAPPORO, "PART_UNFITTING"), ("022013", "CITY_CODE_INVALID")):
        assert desk.do(officer, "passProposalContactOn", **{**told, "city": city})["code"] == code
    done(desk, officer, "passProposalContactOn", **told)
    seen, today = shown(desk, officer, proposal), desk.house.tenancy.today().isoformat()
    assert seen["shareContact"] is True
    assert seen["passedOn"] == [{"city": AOMORI, "on": today, "reason": {"text": told["reason"]}}]
    assert not done(desk, officer, "passProposalContactOn", **told)["changed"]
    done(desk, officer, "changeProposalConsent", proposal=proposal, shareContact=False)
    for city in ("131121", AOMORI):  # also where it went before
        refused = desk.do(officer, "passProposalContactOn", **{**told, "city": city})
        assert refused.get("code") == "CONTACT_NOT_SHARED", refused
    done(desk, officer, "changeProposalConsent", proposal=proposal, shareContact=True)
    assert done(desk, officer, "passProposalContactOn", **told)["changed"]
    assert [each["city"] for each in shown(desk, officer, proposal)["passedOn"]] == [AOMORI, AOMORI]


def test_who_stands_for_the_proposer_reads_to_which_city_the_contact_went_and_why(
    desk: DeskAtWork, officer: Person
) -> None:
    proposal = received(desk, officer, shareContact=True)
    done(desk, officer, "passProposalContactOn", proposal=proposal, city=AOMORI, reason="青森市にも同じ課題がある。")
    row = "select proposer from renkei.proposals where id = %s"
    ((party,),) = desk.house.sql(row, proposal)
    agent = desk.person(SAPPORO, parties=(party,))
    told = desk.ask(agent, OWN, id=proposal)["myProposal"]
    assert (told["shareContact"], told["passedTo"]) == (True, [AOMORI])
    assert {"words": {"text": "青森市にも同じ課題がある。"}} in told["told"]


def test_another_contact_stands_alone_and_the_former_consent_is_not_that_persons(
    desk: DeskAtWork, officer: Person
) -> None:
    proposal = received(desk, officer, shareContact=True, contactKana="すずき いちろう")
    told = {"proposal": proposal, "contactName": "髙橋 花子"}
    assert desk.do(officer, "changeProposalContact", **told)["code"] == "PART_MISSING"
    empty = desk.do(officer, "changeProposalContact", proposal=proposal, contactKana="たかはし", purpose=1)
    assert (empty["code"], empty["field"]) == ("PART_MISSING", "contact")
    done(desk, officer, "changeProposalContact", **told, purpose=1)
    seen = shown(desk, officer, proposal)
    assert (seen["contactName"], seen["contactKana"], seen["contact"]) == ({"text": "髙橋 花子"}, None, None)
    assert (seen["purpose"], seen["shareContact"]) == (1, False)
    passed = desk.do(officer, "passProposalContactOn", proposal=proposal, city=AOMORI, reason="同じ課題")
    assert passed["code"] == "CONTACT_NOT_SHARED"


def test_a_contact_is_passed_on_today_or_not_at_all(desk: DeskAtWork, officer: Person) -> None:
    week_ago, yesterday = ((desk.house.tenancy.today() - timedelta(days)).isoformat() for days in (7, 1))
    came = {"channel": "COUNTER", "occurredOn": {"on": week_ago}}
    proposal = received(desk, officer, shareContact=True, entry=came)
    told = {"proposal": proposal, "city": AOMORI, "reason": "青森市にも同じ課題がある。"}
    answer = desk.do(officer, "passProposalContactOn", entry={"occurredOn": {"on": yesterday}}, **told)
    assert (answer["code"], answer["field"]) == ("DATE_INVALID", "entry.occurredOn.on")
    assert shown(desk, officer, proposal)["passedOn"] == []


def test_where_nobody_is_named_there_is_nothing_to_pass_on(desk: DeskAtWork, officer: Person) -> None:
    proposal = received(desk, officer, contact=None, contactName=None, shareContact=True)
    answer = desk.do(officer, "passProposalContactOn", proposal=proposal, city=AOMORI, reason="同じ課題")
    assert (answer["code"], answer["field"]) == ("PART_MISSING", "contact")


def test_names_are_borne_in_the_order_of_their_days_whenever_they_were_entered(
    desk: DeskAtWork, officer: Person
) -> None:
    proposal = received(desk, officer)
    for name, since in (("乙", "2026-09-01"), ("甲", "2025-04-01"), ("丙", "2026-01-15"), ("丁", "2026-01-15")):
        done(desk, officer, "renameProposalParty", proposal=proposal, organisation=name, since=since)
    told = shown(desk, officer, proposal)
    assert told["organisation"] == {"text": "乙"}
    borne = [(each["name"]["text"], each["until"]) for each in told["formerNames"]]
    assert borne == [(BEFORE, "2025-04-01"), ("甲", "2026-01-15"), ("丁", "2026-09-01")]
    assert [found(desk, officer, name) for name in ("乙", "甲")] == [[proposal], [proposal]]
