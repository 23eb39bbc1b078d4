"""Who stands for a party that proposes signs in at the desk's address and reads its own proposals, and nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.signing.settings import DEMANDED, SignIn
from domain.errors import PartMissing, ReferenceUnknown, SidesMixed
from domain.rights import RepresentationGiven
from projections.queries import desk_own
from tenants.commands.rights import GiveRepresentation
from tenants.entering import enter_member
from tenants.members import Member, Role, operator
from tenants.standing import standing
from tenants.tenancy import Tenancy
from tenants.wish import Context, Entry
from tests.api.desk_at_work import HASH, Counting, DeskAtWork, Person, offer
from tests.conftest import AOMORI, SAPPORO

OWN = """id party kind stage stageJa stageEn receivedOn dueOn receiptNumber { label } title { text } summary { text }
    organisation { text } completion { text } contactName { text } contact { text erased } corporateNumber { text }
    told { on words { text } } challenge { publicId title { text } }"""
MINE = f"{{ myProposals {{ nodes {{ {OWN} }} }} }}"
ONE = f"query ($id: UUID!) {{ myProposal(id: $id) {{ {OWN} }} }}"
ME = "{ me { name roles parties } }"


def received(desk: DeskAtWork, officer: Person, party: UUID, **told: Any) -> str:
    answer = desk.do(officer, "receiveProposal", **offer(desk, officer, proposer=str(party), **told))
    assert answer["__typename"] == "ProposalRecorded", answer
    return str(answer["id"])


def titles(desk: DeskAtWork, person: Person) -> list[str]:
    return [each["title"]["text"] for each in desk.ask(person, MINE)["myProposals"]["nodes"]]


def today(desk: DeskAtWork, days: int = 0) -> str:
    return (desk.house.tenancy.today() + timedelta(days=days)).isoformat()


def test_the_desk_lets_somebody_stand_for_a_company_who_signs_in_and_reads_what_is_its_own(desk: DeskAtWork) -> None:
    administrator, officer = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR), desk.person()
    party, member, stands = uuid4(), str(uuid4()), str(uuid4())
    mine = received(desk, officer, party, title="自社の題名", corporateNumber="3000020141003")
    other = received(desk, officer, uuid4(), title="他社の題名")
    entered = {"member": member, "title": "木村", "login": "kimura", "validFrom": today(desk)}
    assert desk.do(administrator, "enterMember", **entered)["__typename"] == "RightsRecorded"
    told = {
        "representation": stands,
        "member": member,
        "party": str(party),
        "reason": "委任状",
        "validFrom": today(desk),
    }
    assert desk.do(officer, "giveRepresentation", **told)["__typename"] == "RightsRecorded"
    desk.owner.execute("update renkei.members set secret_hash = %s where login = 'kimura'", (HASH,))
    kimura = desk.signed_in(known(desk, UUID(member)))
    asked = {"reason": "図面を足してください", "dueOn": today(desk, 14)}
    desk.do(officer, "returnProposalForCompletion", proposal=mine, **asked)
    desk.do(officer, "completeProposal", proposal=mine, note="図面を足した")
    desk.do(officer, "screenProposal", proposal=mine, reason="庁内だけの見立て")
    desk.do(officer, "refuseProposal", proposal=mine, ground="NOT_FEASIBLE", reason="場所が足りません")
    desk.do(officer, "closeProposal", proposal=mine, reason="窓口だけの完結理由")
    desk.catch_up()
    assert desk.ask(kimura, ME)["me"] == {"name": "木村", "roles": ["PROPOSER"], "parties": [str(party)]}
    answer = desk.post(kimura, MINE)
    (shown,) = answer.json()["data"]["myProposals"]["nodes"]
    assert (shown["id"], shown["party"], shown["stage"]) == (mine, str(party), "CLOSED")
    assert (shown["stageJa"], shown["stageEn"], shown["receivedOn"]) == ("終了", "Closed", today(desk))
    assert shown["receiptNumber"]["label"].endswith("-free-1")
    assert [shown[name]["text"] for name in ("title", "organisation", "completion", "contact", "contactName")] == [
        "自社の題名", "見本株式会社", "図面を足した", "suzuki@example.jp", "鈴木 一郎",
    ]  # fmt: skip
    assert shown["corporateNumber"] == {"text": "3000020141003"}
    assert [each["words"]["text"] for each in shown["told"]] == ["図面を足してください", "場所が足りません"]
    assert [each["on"] for each in shown["told"]] == [today(desk), today(desk)]
    assert not any(secret in answer.text for secret in ("庁内だけ", "窓口だけ", "他社", other))
    assert desk.ask(kimura, ONE, id=mine)["myProposal"] == shown
    assert desk.ask(kimura, ONE, id=other) == {"myProposal": None}


def known(desk: DeskAtWork, member: UUID) -> Member:
    """A member who was entered by somebody else."""
    tenancy = desk.house.tenancy
    return Member(SAPPORO, member, standing(tenancy, SAPPORO).rights_of(member, tenancy.today()))


def test_several_parties_of_one_person_and_several_people_of_one_party(desk: DeskAtWork) -> None:
    officer, first, second = desk.person(), uuid4(), uuid4()
    both, one = desk.person(SAPPORO, parties=(first, second)), desk.person(SAPPORO, parties=(first,))
    for party, title in ((first, "一"), (second, "二"), (uuid4(), "三")):
        received(desk, officer, party, title=title)
    desk.catch_up()
    assert sorted(titles(desk, both)) == ["一", "二"]
    assert titles(desk, one) == ["一"]


def test_it_comes_and_ends_with_its_days_at_the_next_request(desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    house, party = desk.house, uuid4()
    received(desk, desk.person(), party, title="一")
    desk.catch_up()
    now = house.tenancy.today()
    kimura = desk.person(SAPPORO, parties=(uuid4(),))
    wish = GiveRepresentation(
        representation=uuid4(), member=kimura.member.id, party=party, reason="委任状",
        valid_from=now + timedelta(days=2), until=now + timedelta(days=4),
    )  # fmt: skip
    house.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))

    def on(days: int) -> list[str]:
        monkeypatch.setattr(Tenancy, "today", lambda _tenancy: now + timedelta(days=days))
        return titles(desk, kimura)

    assert [on(days) for days in (1, 2, 3, 4)] == [[], ["一"], ["一"], []]


def test_who_stands_for_nobody_any_more_reads_nothing(desk: DeskAtWork) -> None:
    officer, party = desk.person(), uuid4()
    received(desk, officer, party)
    kimura = desk.person(SAPPORO, parties=(party,))
    (right,) = kimura.member.rights
    desk.catch_up()
    assert len(titles(desk, kimura)) == 1
    ended = desk.do(officer, "endRepresentation", representation=str(right.grant), reason="退社", validFrom=today(desk))
    assert ended["__typename"] == "RightsRecorded"
    assert desk.refused(kimura, MINE) == (200, "NOT_ALLOWED")
    assert desk.refused(kimura, ME) == (200, "NOT_ALLOWED")


def test_nobody_backdates_it_and_the_desk_ends_no_other_right_by_it(desk: DeskAtWork) -> None:
    administrator, officer = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR), desk.person()
    kimura = desk.person(SAPPORO, parties=(uuid4(),))
    (stands,), (other,) = kimura.member.rights, administrator.member.rights
    given = {"representation": str(uuid4()), "member": str(kimura.member.id), "party": str(uuid4()), "reason": "遡って"}
    for mutation, told in (
        ("giveRepresentation", given),
        ("endRepresentation", {"representation": str(stands.grant), "reason": "遡って"}),
    ):
        refused = desk.do(officer, mutation, **told, validFrom=today(desk, -1))
        assert (refused["code"], refused["field"]) == ("DATE_INVALID", "validFrom"), mutation
    ending = {"representation": str(other.grant), "reason": "権限のない終了", "validFrom": today(desk)}
    assert desk.do(officer, "endRepresentation", **ending)["code"] == "NOT_FOUND"
    desk.ask(administrator, "{ rights { person { id } } }")


def test_somebody_stands_only_for_a_party_that_has_come_to_this_city(desk: DeskAtWork) -> None:
    officer, elsewhere, party = desk.person(), desk.person(AOMORI), uuid4()
    kimura = desk.person(SAPPORO, parties=(party,))
    proposal, there = received(desk, officer, party), uuid4()
    received(desk, elsewhere, there)
    told = {"member": str(kimura.member.id), "reason": "委任状", "validFrom": today(desk)}
    member = str(officer.member.id)
    for nobody in (str(uuid4()), proposal, str(there), str(kimura.member.id), member):
        refused = desk.do(officer, "giveRepresentation", representation=str(uuid4()), party=nobody, **told)
        assert (refused["code"], refused.get("field")) == ("REFERENCE_UNKNOWN", "party"), nobody
    before = desk.house.sql("select count(*) from renkei.members")
    with pytest.raises(ReferenceUnknown):
        enter_member(desk.house.tenancy, SAPPORO, "nobody", "だれか", (), parties=(party, uuid4()))
    assert desk.house.sql("select count(*) from renkei.members") == before
    asker, guest, drafter = uuid4(), uuid4(), uuid4()
    desk.do(officer, "receiveConsultation", asker=str(asker), title="相談", question="できますか")
    on = today(desk, 30)
    gathering = desk.do(officer, "announceGathering", title="会", description="会", on=on, reach="STAFF")["id"]
    guested = {"gathering": gathering, "party": str(guest), "organisation": "見本", "guestName": "木村"}
    desk.do(officer, "registerGatheringGuest", **guested)
    offered = {"kind": "free", "organisationKind": "COMPANY", "organisation": "見本", "title": "下書き"}
    desk.do(officer, "draftProposal", proposer=str(drafter), **offered)
    for known_one in (party, asker, guest, drafter):
        given = desk.do(officer, "giveRepresentation", representation=str(uuid4()), party=str(known_one), **told)
        assert given["__typename"] == "RightsRecorded", given
    erased = "delete from renkei.data_keys where key = %s"
    desk.house.sql(erased, asker)
    refused = desk.do(officer, "giveRepresentation", representation=str(uuid4()), party=str(asker), **told)
    assert refused["code"] == "REFERENCE_UNKNOWN"


def test_nobody_of_the_city_stands_for_a_party(desk: DeskAtWork) -> None:
    administrator, officer = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR), desk.person()
    staff = desk.person(SAPPORO, Role.STAFF)
    kimura = desk.person(SAPPORO, parties=(uuid4(),))
    told = {"representation": str(uuid4()), "member": str(staff.member.id), "party": str(uuid4()), "reason": "兼務"}
    refused = desk.do(officer, "giveRepresentation", **told, validFrom=today(desk))
    assert (refused["code"], "庁内職員" in refused["messageJa"]) == ("SIDES_MIXED", True)
    grants = {"grant": str(uuid4()), "role": "STAFF", "member": str(kimura.member.id), "reason": "兼務"}
    assert desk.do(administrator, "grantRight", **grants, validFrom=today(desk))["code"] == "SIDES_MIXED"
    with pytest.raises(SidesMixed):
        enter_member(desk.house.tenancy, SAPPORO, "both", "両方", (Role.STAFF,), parties=(uuid4(),))
    with pytest.raises(PartMissing):
        enter_member(desk.house.tenancy, SAPPORO, "neither", "なし", ())


class Forced(GiveRepresentation):
    """A representation that nothing has looked at, as a foreign log could hold it."""

    def events(self, state: Any, context: Context) -> tuple[Any, ...]:
        del state
        reason = context.words("reason", self.reason)
        return (RepresentationGiven(self.representation, self.member, self.party, self.valid_from, None, reason),)


def test_who_works_for_the_city_reads_as_no_proposer_whatever_the_log_says(desk: DeskAtWork) -> None:
    officer, staff, party = desk.person(), desk.person(SAPPORO, Role.STAFF), uuid4()
    mine = received(desk, officer, party)
    desk.catch_up()
    mixed = Forced(
        representation=uuid4(),
        member=staff.member.id,
        party=party,
        reason="混在",
        valid_from=desk.house.tenancy.today(),
    )
    desk.house.tenancy.desk(operator(SAPPORO)).do(mixed, Entry(uuid4()))
    assert set(desk.ask(staff, ME)["me"]["roles"]) == {"STAFF", "PROPOSER"}
    assert desk.ask(staff, ME)["me"]["parties"] == []
    assert desk.ask(staff, MINE) == {"myProposals": {"nodes": []}}
    assert desk.ask(staff, ONE, id=mine) == {"myProposal": None}


def test_a_proposer_is_told_no_position_of_the_log(desk: DeskAtWork) -> None:
    kimura = desk.person(SAPPORO, parties=(uuid4(),))
    for position in (1, 10**9):
        for field in ("me(atLeast: %d) { id }", "myProposals(atLeast: %d) { nodes { id } }"):
            assert desk.refused(kimura, f"{{ {field % position} }}") == (200, "NOT_ALLOWED")
    assert desk.refused(kimura, "{ me { rights { role } } }") == (200, "NOT_ALLOWED")


def test_what_was_erased_is_told_as_erased(desk: DeskAtWork) -> None:
    officer, party = desk.person(), uuid4()
    mine = received(desk, officer, party)
    kimura = desk.person(SAPPORO, parties=(party,))
    desk.catch_up()
    desk.owner.execute("select renkei.erase_key(%s, %s)", (SAPPORO, party))
    assert desk.ask(kimura, ONE, id=mine)["myProposal"]["contact"] == {"text": None, "erased": True}


def test_the_published_challenge_is_named_as_published(desk: DeskAtWork) -> None:
    officer, party = desk.person(), uuid4()
    raised = desk.do(officer, "raiseChallenge", title="内部の題名", description="内部")["id"]
    desk.do(officer, "publishChallenge", challenge=raised, title="公表の題名", description="公表")
    mine = received(desk, officer, party, kind="themed", challenge=raised)
    kimura = desk.person(SAPPORO, parties=(party,))
    desk.catch_up()
    answer = desk.post(kimura, ONE, id=mine)
    shown = answer.json()["data"]["myProposal"]["challenge"]
    ((public,),) = desk.house.sql("select public_id from commons.challenges where city = %s", SAPPORO)
    assert shown == {"publicId": str(public), "title": {"text": "公表の題名"}}
    assert raised not in answer.text


def test_pages_hold_every_proposal_once_last_received_first(desk: DeskAtWork) -> None:
    officer, party = desk.person(), uuid4()
    kimura = desk.person(SAPPORO, parties=(party,))
    for days in (3, 1, 2, 1, 5):
        entry = {"occurredOn": {"on": today(desk, -days)}}
        received(desk, officer, party, title=f"{days}日前", entry=entry)
    desk.catch_up()
    ask = "query ($a: String) { myProposals(first: 2, after: $a) { nodes { title { text } } pageInfo { endCursor } } }"
    found, after = [], None
    for _ in range(3):
        page = desk.ask(kimura, ask, a=after)["myProposals"]
        found += [each["title"]["text"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert found == ["1日前", "1日前", "2日前", "3日前", "5日前"]


def test_three_proposals_cost_as_many_statements_as_one(desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, party = desk.person(), uuid4()
    kimura = desk.person(SAPPORO, parties=(party,))
    counts = []
    for several in (1, 2):
        for _ in range(several):
            mine = received(desk, officer, party)
            desk.do(officer, "refuseProposal", proposal=mine, ground="OTHER", reason="理由")
        desk.catch_up()
        monkeypatch.setattr(Counting, "sent", 0)
        desk.ask(kimura, MINE)
        counts.append(Counting.sent)
    assert counts[0] == counts[1]
    assert desk_own.LONGEST_TOLD == 1_000


def test_a_personal_token_that_reads_is_enough_and_one_that_writes_gives_no_command(desk: DeskAtWork) -> None:
    kimura = desk.person(SAPPORO, parties=(uuid4(),))
    raising = "mutation ($i: RaiseChallengeInput!) { it: raiseChallenge(input: $i) { ... on Problem { code } } }"
    given = {"commandId": str(uuid4()), "title": "題名", "description": "内容"}
    for scopes, refused in ((["read"], "SCOPE_TOO_NARROW"), (["write"], "NOT_ALLOWED")):
        made = desk.identity.tokens.make(kimura.member, "集計", scopes, timedelta(days=3))
        assert made.token is not None
        personal = Person(kimura.member, made.token)
        assert desk.ask(personal, MINE) == {"myProposals": {"nodes": []}}
        assert desk.post(personal, raising, i=given).json()["data"] == {"it": {"code": refused}}


def test_a_proposer_needs_a_second_factor_as_configured(desk: DeskAtWork) -> None:
    kimura = desk.member(SAPPORO, parties=(uuid4(),))
    assert SignIn(second_factor=DEMANDED).demands(kimura)
    assert not SignIn(second_factor={**DEMANDED, SAPPORO: frozenset({Role.STAFF})}).demands(kimura)


def test_the_other_city_knows_neither_token_nor_party(desk: DeskAtWork) -> None:
    party, member = uuid4(), uuid4()
    kimura = desk.person(SAPPORO, parties=(party,), id_=member)
    there = desk.person(AOMORI, parties=(party,), id_=member)
    received(desk, desk.person(SAPPORO), party, title="札幌の題名")
    received(desk, desk.person(AOMORI), party, title="青森の題名")
    desk.catch_up()
    assert titles(desk, kimura) == ["札幌の題名"]
    assert titles(desk, there) == ["青森の題名"]
    assert desk.post(kimura, MINE, city=AOMORI).status_code == 401
