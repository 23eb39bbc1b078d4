"""Nobody reads or does at a desk what is not theirs: tokens, cities, roles and audiences, over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from api.desk.schema import desk_schema
from domain.values import Audience
from tenants.commands.rights import RevokeRight
from tenants.identity import Identity
from tenants.members import EVERYBODY, Role, operator
from tenants.visibility import OUTSIDE, READERS, View
from tenants.wish import Entry
from tests.api.desk_at_work import SECRET, DeskAtWork, Person, desk_at_work, offer
from tests.conftest import AOMORI, QUICK, SAPPORO, House
from tests.leaks.canaries import DECIDED

ME = "{ me { id name roles city } }"
RAISE = "mutation ($i: RaiseChallengeInput!) { raiseChallenge(input: $i) { __typename } }"
INBOX = "{ inbox { nodes { id title { text withheld } contact { text withheld erased } reason { text withheld } } } }"


@pytest.fixture(scope="module")
def desk(module_house: House) -> Iterator[DeskAtWork]:
    module_house.open_city(SAPPORO)
    module_house.open_city(AOMORI)
    with desk_at_work(module_house) as desk:
        yield desk


def challenge() -> dict[str, str]:
    return {"commandId": str(uuid4()), "title": "題名", "description": "内容"}


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_member_is_known_by_the_token_at_code_and_slug(desk: DeskAtWork) -> None:
    sato = desk.person(SAPPORO, Role.DESK_OFFICER, Role.APPROVER)
    told = {"id": str(sato.member.id), "name": "佐藤", "roles": ["DESK_OFFICER", "APPROVER"], "city": SAPPORO}
    assert desk.post(sato, ME).json() == {"data": {"me": told}}
    assert desk.post(sato, ME, city="sapporo").json() == {"data": {"me": told}}


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic c2F0bzpzYXRv", "Bearer トークン"]
)
def test_without_a_right_token_nothing_is_told_and_nothing_done(desk: DeskAtWork, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    before = desk.house.sql("select count(*) from renkei.events")
    for body in ({"query": ME}, {"query": "{ __schema { types { name } } }"},
                 {"query": RAISE, "variables": {"i": challenge()}}):  # fmt: skip
        answer = desk.client.post("/desk/sapporo/graphql", json=body, headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"
        assert "data" not in answer.json()
    assert desk.house.sql("select count(*) from renkei.events") == before


def test_the_token_of_another_city_is_none_here_even_with_the_same_member_id(desk: DeskAtWork) -> None:
    same = uuid4()
    sapporo = desk.person(SAPPORO, id_=same)
    desk.person(AOMORI, id_=same)
    assert desk.refused(sapporo, ME, city="aomori") == (401, "NOT_SIGNED_IN")
    assert desk.refused(sapporo, RAISE, city=AOMORI, i=challenge()) == (401, "NOT_SIGNED_IN")


def test_an_ended_token_is_none(desk: DeskAtWork) -> None:
    member = desk.member(SAPPORO)
    ended = Identity(desk.house.tenancy, desk.identity.reads, timedelta(seconds=-1), QUICK)
    ((login,),) = desk.house.sql("select login from renkei.members where member = %s", member.id)
    token = ended.sign_in(SAPPORO, login, SECRET).token
    assert desk.refused(Person(member, token), ME) == (401, "NOT_SIGNED_IN")


def test_signing_out_ends_the_token(desk: DeskAtWork) -> None:
    sato = desk.person()
    headers = {"Authorization": f"Bearer {sato.token}"}
    assert desk.client.delete("/desk/sapporo/token", headers=headers).status_code == 204
    assert desk.client.delete("/desk/sapporo/token", headers=headers).status_code == 401
    assert desk.refused(sato, ME) == (401, "NOT_SIGNED_IN")


def test_a_role_taken_away_is_gone_at_the_next_request(desk: DeskAtWork) -> None:
    sato = desk.person(SAPPORO, Role.DESK_OFFICER)
    desk.ask(sato, INBOX)
    (right,) = sato.member.rights
    assert right.grant is not None
    revoke = RevokeRight(grant=right.grant, reason="異動", valid_from=desk.house.tenancy.today())
    desk.house.tenancy.desk(operator(SAPPORO)).do(revoke, Entry(uuid4()))
    assert desk.refused(sato, INBOX) == (200, "NOT_ALLOWED")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"login": "nobody", "secret": SECRET}, 401, "NOT_SIGNED_IN"),
        ({"login": "", "secret": SECRET}, 400, "TEXT_REQUIRED"),
        ({"login": "a\0b", "secret": SECRET}, 400, "TEXT_FORBIDDEN"),
        ({"login": "nobody"}, 400, "CREDENTIALS_MALFORMED"),
        ({"login": "nobody", "secret": 7}, 400, "CREDENTIALS_MALFORMED"),
        ([], 400, "CREDENTIALS_MALFORMED"),
        (b'{"login": "\\ud800"', 400, "CREDENTIALS_MALFORMED"),
        (b"", 400, "CREDENTIALS_MALFORMED"),
    ],
)
def test_signing_in_wrongly_is_told_clearly(desk: DeskAtWork, sent: Any, status: int, code: str) -> None:
    content = sent if isinstance(sent, bytes) else msgspec.json.encode(sent)
    headers = {"Content-Type": "application/json"}
    answer = desk.client.post("/desk/sapporo/token", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    assert SECRET not in answer.text


def test_guessing_over_http_is_told_to_wait(desk: DeskAtWork) -> None:
    for _ in range(5):
        desk.client.post("/desk/sapporo/token", json={"login": "guessed", "secret": "まちがい"})
    answer = desk.client.post("/desk/sapporo/token", json={"login": "guessed", "secret": "まちがい"})
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (429, "TOO_MANY_GUESSES", "1")


# --- cities ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("city", ["atlantis", "999999", "%00", "札幌", "a" * 300, "..%2f"])
def test_an_unknown_city_is_404_with_a_clear_error(desk: DeskAtWork, city: str) -> None:
    sato = desk.person()
    answer = desk.post(sato, ME, city=city)
    assert answer.status_code == 404
    if answer.headers.get("X-Request-Id"):  # else it is no path of a desk at all
        assert answer.json()["errors"][0]["extensions"]["code"] == "CITY_UNKNOWN"
    token = desk.client.post(f"/desk/{city}/token", json={"login": "sato", "secret": SECRET})
    assert token.status_code == 404


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*"])
@pytest.mark.parametrize("query", ["", "?query=", "?query=%7B"])
def test_a_desk_in_a_browser_tells_the_city_and_signing_in_before_the_query(
    desk: DeskAtWork, accept: str, query: str
) -> None:
    headers = {"Accept": accept}
    nowhere = desk.client.get(f"/desk/nowhere/graphql{query}", headers=headers)
    assert (nowhere.status_code, nowhere.json()["errors"][0]["extensions"]["code"]) == (404, "CITY_UNKNOWN")
    outside = desk.client.get(f"/desk/sapporo/graphql{query}", headers=headers)
    (error,) = outside.json()["errors"]
    assert (outside.status_code, error["extensions"]["code"]) == (401, "NOT_SIGNED_IN")
    assert "/token" in error["message"]
    assert "Authorization: Bearer" in error["message"]
    assert "query" not in error["message"]
    empty = {"content": b"", "headers": {"Content-Type": "text/plain"}}
    assert desk.client.post("/desk/sapporo/graphql", **empty).status_code == 401
    signed = {"Authorization": f"Bearer {desk.person().token}", **headers}
    inside = desk.client.get("/desk/sapporo/graphql", headers=signed)
    assert (inside.status_code, "cities" in inside.text) == (400, False)


def test_two_cities_with_equal_ids_see_nothing_of_each_other(desk: DeskAtWork) -> None:
    same, party, member, command = str(uuid4()), str(uuid4()), uuid4(), str(uuid4())
    officers = {city: desk.person(city, id_=member) for city in (SAPPORO, AOMORI)}
    titles = {SAPPORO: "札幌だけの秘密", AOMORI: "青森だけの秘密"}
    for city, officer in officers.items():
        told = offer(desk, officer, proposal=same, proposer=party, title=titles[city], commandId=command)
        assert desk.do(officer, "receiveProposal", **told)["__typename"] == "ProposalRecorded"
    desk.catch_up()
    for city, other in ((SAPPORO, AOMORI), (AOMORI, SAPPORO)):
        everything = desk.post(officers[city], """query ($id: UUID!) {
            proposal(id: $id) { title { text } history { typed { words { text } } actor { name } } }
            inbox(first: 100) { nodes { title { text } } } timeline(first: 100) { nodes { typed { words { text } } } }
            challenges { nodes { title { text } } } cases { nodes { title { text } } } statistics { received }
        }""", id=same)  # fmt: skip
        assert titles[city] in everything.text
        assert titles[other] not in everything.text
        told = everything.json()["data"]
        ((own,),) = desk.house.sql("select count(*) from renkei.proposals where city = %s", city)
        assert (len(told["inbox"]["nodes"]), told["statistics"][0]["received"]) == (own, own)
        ((events,),) = desk.house.sql("select count(*) from renkei.events where city = %s", city)
        assert len(told["timeline"]["nodes"]) == events
        assert len(told["proposal"]["history"]) == 1
    screened = desk.do(officers[SAPPORO], "screenProposal", proposal=same, reason="有用")
    assert screened["stage"] == "SCREENED"
    desk.catch_up()
    ask = "query ($id: UUID!) { proposal(id: $id) { stage version } }"
    assert desk.ask(officers[AOMORI], ask, id=same)["proposal"] == {"stage": "RECEIVED", "version": 1}


def test_a_record_of_another_city_is_none_here(desk: DeskAtWork) -> None:
    aomori, sapporo = desk.person(AOMORI), desk.person(SAPPORO)
    there = desk.do(aomori, "receiveProposal", **offer(desk, aomori))["id"]
    raised = desk.do(aomori, "raiseChallenge", title="題名", description="内容")["id"]
    desk.catch_up()
    ask = "query ($p: UUID!, $c: UUID!) { proposal(id: $p) { id } challenge(id: $c) { id } case(id: $c) { id } }"
    assert desk.ask(sapporo, ask, p=there, c=raised) == {"proposal": None, "challenge": None, "case": None}
    assert desk.do(sapporo, "screenProposal", proposal=there, reason="有用")["code"] == "NOT_FOUND"


# --- roles -----------------------------------------------------------------------------------------------------------

CASEWORK_ONLY = {
    "expiredFiles": "{ expiredFiles { nodes { record } } }",
    "inbox": "{ inbox { nodes { id } } }",
    "proposal": f'{{ proposal(id: "{UUID(int=7)}") {{ id }} }}',
    "timeline": "{ timeline { nodes { id } } }",
    "organisation": "{ organisation { day } }",
    "numberGaps": '{ numberGaps(fiscalYear: 2026, kind: "free") { nodes { cause } } }',
}
SUPERVISORS_ONLY = {"rights": "{ rights { person { name } } }"}
FOR_PROPOSERS = {
    "myProposals": "{ myProposals { nodes { id } } }",
    "myProposal": f'{{ myProposal(id: "{UUID(int=7)}") {{ id }} }}',
}
FOR_WHOEVER_SIGNS_IN = {"me": ME}
FOR_ALL = {
    "position": "{ position }",
    "challenges": "{ challenges { nodes { id } } }",
    "challenge": f'{{ challenge(id: "{UUID(int=7)}") {{ id }} }}',
    "cases": "{ cases { nodes { id } } }",
    "case": f'{{ case(id: "{UUID(int=7)}") {{ id }} }}',
    "records": "{ records { nodes { id } } }",
    "record": f'{{ record(id: "{UUID(int=7)}") {{ id }} }}',
    "statistics": "{ statistics { received } }",
    "policy": "{ policy { version } }",
}


def test_every_root_field_has_its_readers_in_this_test() -> None:
    named = {*CASEWORK_ONLY, *SUPERVISORS_ONLY, *FOR_ALL, *FOR_PROPOSERS, *FOR_WHOEVER_SIGNS_IN}
    assert named == set(desk_schema()._schema.query_type.fields)  # type: ignore[union-attr]


def test_staff_read_what_is_published_and_numbers_and_nothing_else(desk: DeskAtWork) -> None:
    staff = desk.person(SAPPORO, Role.STAFF)
    for query in CASEWORK_ONLY.values():
        answer = desk.post(staff, query)
        assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
        assert not any((answer.json().get("data") or {}).values())
    for query in FOR_ALL.values():
        desk.ask(staff, query)


@pytest.mark.parametrize("role", sorted(EVERYBODY - {Role.STAFF}))
def test_who_works_on_proposals_reads_the_desks_views(desk: DeskAtWork, role: Role) -> None:
    person = desk.person(SAPPORO, role)
    for query in (*CASEWORK_ONLY.values(), *FOR_ALL.values()):
        desk.ask(person, query)


def test_staff_see_challenges_once_they_are_published_and_after(desk: DeskAtWork) -> None:
    officer, staff = desk.person(), desk.person(SAPPORO, Role.STAFF)
    told = {"title": "内部だけの題名", "description": "内部だけの内容"}
    inside, open_, ended = (desk.do(officer, "raiseChallenge", **told)["id"] for _ in range(3))
    for shown in (open_, ended):
        desk.do(officer, "publishChallenge", challenge=shown, title="公表の題名", description="公表の内容")
    desk.do(officer, "closeChallenge", challenge=ended, result="ANSWERED", note="終わり")
    never = desk.do(officer, "raiseChallenge", **told)["id"]
    desk.do(officer, "closeChallenge", challenge=never, result="NO_LONGER_PURSUED", note="取りやめ")
    desk.catch_up()
    listed = "{ challenges(first: 100) { nodes { id title { text } } } }"
    seen = desk.ask(staff, listed)["challenges"]["nodes"]
    assert {each["id"] for each in seen} >= {open_, ended}
    assert {each["id"] for each in seen}.isdisjoint({inside, never})
    assert {each["title"]["text"] for each in seen} == {"公表の題名"}
    everything = {each["id"] for each in desk.ask(officer, listed)["challenges"]["nodes"]}
    assert everything >= {inside, open_, ended, never}
    one = "query ($id: UUID!) { challenge(id: $id) { id } }"
    assert desk.ask(staff, one, id=inside) == desk.ask(staff, one, id=never) == {"challenge": None}
    assert desk.ask(staff, one, id=ended) == {"challenge": {"id": ended}}
    history = "query ($id: UUID!) { challenge(id: $id) { history { typed { words { text } } } } }"
    assert desk.refused(staff, history, id=open_) == (200, "NOT_ALLOWED")


# --- audiences -------------------------------------------------------------------------------------------------------

WORKERS = EVERYBODY - {Role.STAFF, Role.CITY_ADMINISTRATOR}
DESK = DECIDED[Audience.DESK]


def test_the_table_of_audiences_is_whole_and_as_decided() -> None:
    assert dict(READERS) == DECIDED
    assert len(READERS) == len(Audience) + len(View), "an audience and a view of one name would be one key"
    assert frozenset({Audience.PUBLIC}) == OUTSIDE


def test_a_value_for_another_audience_is_null_and_withheld_wherever_it_is_asked_for(desk: DeskAtWork) -> None:
    officer = desk.person(SAPPORO, Role.DESK_OFFICER)
    told = offer(desk, officer, title="部署向けの題名", contact="desk-only@example.jp", contactName="窓口だけの名前")
    proposal = desk.do(officer, "receiveProposal", **told)["id"]
    desk.do(officer, "refuseProposal", proposal=proposal, ground="OTHER", reason="提案者に伝える理由")
    desk.catch_up()
    everywhere = """query ($id: UUID!) {
        proposal(id: $id) { title { text withheld } contact { text withheld erased } contactName { text withheld }
                            reason { text } history { typed { field words { text withheld audience } } } }
        inbox(first: 100) { nodes { contact { text withheld } contactName { text } title { text } } }
        timeline(of: $id) { nodes { typed { words { text } } } } }"""
    for role in sorted(EVERYBODY - {Role.STAFF}):
        answer = desk.post(desk.person(SAPPORO, role), everywhere, id=proposal)
        file = answer.json()["data"]["proposal"]
        inside = role in DESK
        text = "desk-only@example.jp" if inside else None
        assert file["contact"] == {"text": text, "withheld": not inside, "erased": False}
        assert ("desk-only@example.jp" in answer.text) is inside
        assert ("窓口だけの名前" in answer.text) is inside
        assert ("部署向けの題名" in answer.text) is (role in WORKERS)
        assert ("提案者に伝える理由" in answer.text) is (role in WORKERS)
        for part in (part["words"] for each in file["history"] for part in each["typed"]):
            readable = role in READERS[Audience(part["audience"].lower())]
            assert (part["text"] is not None, part["withheld"]) == (readable, not readable)


def test_what_was_erased_is_told_as_erased_to_its_audience(desk: DeskAtWork) -> None:
    officer, administrator = desk.person(), desk.person(SAPPORO, Role.CITY_ADMINISTRATOR)
    proposer = str(uuid4())
    proposal = desk.do(officer, "receiveProposal", **offer(desk, officer, proposer=proposer))["id"]
    desk.catch_up()
    desk.owner.execute("select renkei.erase_key(%s, %s)", (SAPPORO, UUID(proposer)))
    ask = "query ($id: UUID!) { proposal(id: $id) { stage contact { text withheld erased } } }"
    gone = {"stage": "RECEIVED", "contact": {"text": None, "withheld": False, "erased": True}}
    assert desk.ask(officer, ask, id=proposal)["proposal"] == gone
    shown = desk.ask(administrator, ask, id=proposal)["proposal"]["contact"]
    assert shown == {"text": None, "withheld": True, "erased": False}
