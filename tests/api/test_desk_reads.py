"""What the desks' queries give: lists in pages, one query for many rows, what was just written, whose turn it is."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.desk.schema import desk_sdl
from tenants.members import Role
from tests.api.desk_at_work import Counting, DeskAtWork, Person, desk_at_work, offer
from tests.conftest import AOMORI, ROOT, SAPPORO, House

FULL = """stage waitingForMe title { text withheld } organisation { text } summary { text } contactName { text }
contact { text } corporateNumber { text } reason { text erased } department { name { text } }
departments { name { text } } challenge { title { text } } cases { title { text } partners { name { text } } }
history { topic actor { name } post { name { text } holders { name } } typed { words { text } } }"""


@pytest.fixture(scope="module")
def desk(module_house: House) -> Iterator[DeskAtWork]:
    module_house.open_city(SAPPORO)
    module_house.open_city(AOMORI)
    with desk_at_work(module_house) as desk:
        yield desk


@pytest.fixture
def fresh(house: House) -> Iterator[DeskAtWork]:
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk:
        yield desk


def received(desk: DeskAtWork, person: Person, **told: Any) -> str:
    answer = desk.do(person, "receiveProposal", **offer(desk, person, **told))
    assert answer["__typename"] == "ProposalRecorded", answer
    return str(answer["id"])


def test_the_committed_schema_is_that_of_the_code() -> None:
    assert (ROOT / "api/schema/desk.graphql").read_text(encoding="utf-8") == desk_sdl()


# --- lists -----------------------------------------------------------------------------------------------------------


def sent(desk: DeskAtWork, person: Person, query: str, **variables: Any) -> int:
    """Statements that a query costs."""
    desk.ask(person, query, **variables)
    before = Counting.sent
    desk.ask(person, query, **variables)
    return Counting.sent - before


def one_more(desk: DeskAtWork, officer: Person, department: str, post: str) -> None:
    """A proposal with everything that hangs on it."""
    raised = desk.do(officer, "raiseChallenge", title="課題", description="内容", department=department)["id"]
    desk.do(officer, "publishChallenge", challenge=raised, title="課題", description="内容")
    proposal = received(desk, officer, kind="themed", challenge=raised, entry={"post": post})
    other = str(desk.house.department(SAPPORO))
    desk.do(officer, "screenProposal", proposal=proposal, reason="有用", departments=[department, other])
    desk.do(officer, "matchProposal", proposal=proposal, department=department, reason="所管")
    desk.do(officer, "decideProposal", proposal=proposal, outcome="ADOPTED", reason="行う")
    content = {"title": "事例", "summary": "概要", "method": "agreement", "partners": [{"name": "甲"}, {"name": "乙"}]}
    desk.do(officer, "publishCase", content=content, proposal=proposal)


def test_a_page_of_three_costs_as_many_statements_as_a_page_of_one(fresh: DeskAtWork) -> None:
    department, post = str(uuid4()), str(uuid4())
    officer = fresh.person(SAPPORO, Role.DESK_OFFICER, Role.CITY_ADMINISTRATOR, Role.DEPARTMENT_OFFICER)
    fresh.do(officer, "establishDepartment", department=department, title="課", validFrom="2024-04-01")
    fresh.do(officer, "establishPost", post=post, department=department, title="課長", validFrom="2024-04-01")
    fresh.do(officer, "assignPost", post=post, member=str(officer.member.id), validFrom="2024-04-01")
    queries = {
        "inbox": f"{{ inbox {{ nodes {{ {FULL} }} }} }}",
        "challenges": "{ challenges { nodes { title { text } department { name { text } } history { topic } } } }",
        "cases": "{ cases { nodes { title { text } partners { name { text } } history { actor { name } } } } }",
        "timeline": "{ timeline { nodes { actor { name } post { holders { name } } typed { words { text } } } } }",
    }
    costs = []
    for rows in (1, 3):
        while len(fresh.ask(officer, "{ inbox { nodes { id } } }")["inbox"]["nodes"]) < rows:
            one_more(fresh, officer, department, post)
            fresh.catch_up()
        costs.append({name: sent(fresh, officer, query) for name, query in queries.items()})
        page = fresh.ask(officer, queries["inbox"])["inbox"]["nodes"]
        assert [each["contact"]["text"] for each in page] == ["suzuki@example.jp"] * rows
        assert [each["cases"][0]["partners"][1]["name"]["text"] for each in page] == ["乙"] * rows
        assert [each["history"][0]["post"]["holders"] for each in page] == [[{"name": "佐藤"}]] * rows
    assert costs[0] == costs[1]


def test_a_list_is_read_whole_in_pages_and_never_more_than_a_hundred_at_once(fresh: DeskAtWork) -> None:
    officer = fresh.person()
    ids = [received(fresh, officer) for _ in range(3)]
    fresh.catch_up()
    query = (
        "query ($after: String) { inbox(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }"
    )
    first = fresh.ask(officer, query)["inbox"]
    rest = fresh.ask(officer, query, after=first["pageInfo"]["endCursor"])["inbox"]
    assert [each["id"] for each in (*first["nodes"], *rest["nodes"])] == ids[::-1]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert fresh.refused(officer, "{ inbox(first: 101) { nodes { id } } }") == (400, "FIRST_INVALID")
    assert fresh.refused(officer, '{ inbox(after: "x") { nodes { id } } }') == (200, "CURSOR_INVALID")


def test_the_timeline_of_the_city_begins_with_its_opening_and_can_be_turned_round(fresh: DeskAtWork) -> None:
    officer = fresh.person()
    received(fresh, officer)
    fresh.catch_up()
    query = "query ($n: Boolean!) { timeline(newestFirst: $n) { nodes { position topic actor { name } } } }"
    forward = fresh.ask(officer, query, n=False)["timeline"]["nodes"]
    opened, entered = ["city.opened", "city.policy_adopted"], ["rights.member_entered", "rights.granted"]
    assert [each["topic"] for each in forward] == [*opened, *entered, "proposal.received"]
    assert [each["actor"]["name"] for each in forward] == [*["運用担当 / operator"] * 4, "佐藤"]
    assert fresh.ask(officer, query, n=True)["timeline"]["nodes"] == forward[::-1]


# --- whose turn ------------------------------------------------------------------------------------------------------

WAITING = "{ inbox(first: 100, where: {waitingForMe: true}) { nodes { id waitingForMe } } }"


def test_what_waits_for_me_is_that_of_my_role_and_my_department(fresh: DeskAtWork) -> None:
    here, there = uuid4(), uuid4()
    officer = fresh.person()
    at_desk = received(fresh, officer)
    matched = {}
    for department in (here, there):
        fresh.house.department(SAPPORO, department)
        proposal = received(fresh, officer)
        fresh.do(officer, "screenProposal", proposal=proposal, reason="有用")
        fresh.do(officer, "matchProposal", proposal=proposal, department=str(department), reason="所管")
        matched[department] = proposal
    returned = received(fresh, officer)
    fresh.do(officer, "returnProposalForCompletion", proposal=returned, reason="名称が足りない")
    fresh.catch_up()

    def waits(*roles: Role, department: Any = None) -> set[str]:
        nodes = fresh.ask(fresh.person(SAPPORO, *roles, department=department), WAITING)["inbox"]["nodes"]
        assert all(each["waitingForMe"] for each in nodes)
        return {each["id"] for each in nodes}

    assert waits(Role.DESK_OFFICER) == {at_desk}
    assert waits(Role.DEPARTMENT_OFFICER, department=here) == {matched[here]}
    assert waits(Role.DEPARTMENT_OFFICER) == set(matched.values())
    assert waits(Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER, department=there) == {at_desk, matched[there]}
    assert waits(Role.AUDITOR) == set()
    member = fresh.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=here)
    everything = fresh.ask(member, "{ inbox { nodes { id waitingForMe } } }")
    assert {each["id"] for each in everything["inbox"]["nodes"] if each["waitingForMe"]} == {matched[here]}


def test_open_work_goes_to_the_successors_from_the_day_on(fresh: DeskAtWork) -> None:
    ended, ending, heir = uuid4(), uuid4(), uuid4()
    officer = fresh.person(SAPPORO, Role.DESK_OFFICER, Role.CITY_ADMINISTRATOR)
    for department in (ended, ending, heir):
        told = {"department": str(department), "title": "課", "validFrom": "2024-04-01"}
        assert "code" not in fresh.do(officer, "establishDepartment", **told)
    waits = {}
    for department in (ended, ending):
        waits[department] = received(fresh, officer)
        fresh.do(officer, "screenProposal", proposal=waits[department], reason="有用")
        fresh.do(officer, "matchProposal", proposal=waits[department], department=str(department), reason="所管")
    today = fresh.house.tenancy.today()
    for department, day in ((ended, today), (ending, today + timedelta(days=1))):
        ended_on = {"successors": [str(heir)], "validFrom": day.isoformat()}
        assert "code" not in fresh.do(officer, "abolishDepartment", department=str(department), **ended_on)
    fresh.catch_up()
    successor = fresh.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=heir)
    assert fresh.ask(successor, WAITING)["inbox"]["nodes"] == [{"id": waits[ended], "waitingForMe": True}]
    everything = fresh.ask(successor, "{ inbox { nodes { id waitingForMe } } }")["inbox"]["nodes"]
    assert [each["id"] for each in everything if each["waitingForMe"]] == [waits[ended]]
    assert len(everything) == 2


def test_the_inbox_is_narrowed_by_stage_kind_and_sample(fresh: DeskAtWork) -> None:
    officer = fresh.person()
    plain, sample, screened = received(fresh, officer), received(fresh, officer, sample=True), received(fresh, officer)
    fresh.do(officer, "screenProposal", proposal=screened, reason="有用")
    fresh.catch_up()
    query = "query ($w: InboxWhere!) { inbox(where: $w) { nodes { id } } }"

    def found(**where: Any) -> set[str]:
        return {each["id"] for each in fresh.ask(officer, query, w=where)["inbox"]["nodes"]}

    assert found(stages=["SCREENED"]) == {screened}
    assert found(sample=True) == {sample}
    assert found(sample=False, stages=["RECEIVED"]) == {plain}
    assert found(kinds=["themed"]) == set()
    assert found(kinds=["free", "themed"]) == {plain, sample, screened}
    card = "query ($id: UUID!) { proposal(id: $id) { receiptNumber { fiscalYear kind serial } } }"
    number = fresh.ask(officer, card, id=screened)["proposal"]["receiptNumber"]
    assert found(kinds=[number["kind"]], fiscalYear=number["fiscalYear"], serial=number["serial"]) == {screened}
    assert found(fiscalYear=number["fiscalYear"] - 1) == found(serial=99) == set()
    (numbers,) = fresh.ask(officer, "{ statistics { received } }")["statistics"][:1]
    assert numbers == {"received": 2}


# --- what was just written -------------------------------------------------------------------------------------------

AT_LEAST = "query ($at: Position!) { inbox(atLeast: $at) { nodes { id } } }"


def test_a_read_that_asks_for_it_waits_for_what_was_just_written(fresh: DeskAtWork) -> None:
    officer = fresh.person()
    fresh.catch_up()
    stop = threading.Event()

    def late() -> None:
        time.sleep(0.3)
        fresh.runner.run(stop)

    slow = threading.Thread(target=late)
    slow.start()
    try:
        for _ in range(3):
            answer = fresh.do(officer, "receiveProposal", **offer(fresh, officer))
            nodes = fresh.ask(officer, AT_LEAST, at=answer["position"])["inbox"]["nodes"]
            assert answer["id"] in {each["id"] for each in nodes}
    finally:
        stop.set()
        slow.join()


def test_a_position_that_does_not_come_is_told_after_two_seconds_as_503(fresh: DeskAtWork) -> None:
    officer = fresh.person()
    fresh.catch_up()
    position = fresh.do(officer, "receiveProposal", **offer(fresh, officer))["position"]
    began = time.monotonic()
    answer = fresh.post(officer, AT_LEAST, at=position)
    assert 1.9 < time.monotonic() - began < 6
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_YET_VISIBLE", "position": position}
    assert fresh.ask(officer, "{ position }") == {"position": position - 1}
    fresh.catch_up()
    assert fresh.ask(officer, "{ position }") == {"position": position}


@pytest.mark.parametrize(("language", "advice"), [("en", "Give a position"), ("ja", "記録番号")])
def test_a_position_that_the_log_does_not_have_is_a_mistake_at_once(
    fresh: DeskAtWork, language: str, advice: str
) -> None:
    officer = fresh.person()
    last = fresh.do(officer, "receiveProposal", **offer(fresh, officer))["position"]
    for catching_up in (False, True):  # whether the views lag behind makes no difference
        for position in (last + 1, 2**63 - 1):
            began = time.monotonic()
            answer = fresh.client.post(
                f"/desk/{SAPPORO}/graphql",
                json={"query": AT_LEAST, "variables": {"at": position}},
                headers={"Authorization": f"Bearer {officer.token}", "Accept-Language": language},
            )
            assert time.monotonic() - began < 1
            told = answer.json()
            (error,) = told["errors"]
            assert answer.status_code == 400
            assert error["extensions"] == {"code": "POSITION_UNKNOWN", "position": position}
            assert advice in error["message"]
            assert "data" not in told  # nothing is shown beside it
            assert "Retry-After" not in answer.headers
        if not catching_up:
            fresh.catch_up()
    assert fresh.ask(officer, AT_LEAST, at=last)["inbox"]["nodes"]


def test_all_fields_of_a_request_wait_two_seconds_together(fresh: DeskAtWork) -> None:
    officer = fresh.person()
    fresh.catch_up()
    position = fresh.do(officer, "receiveProposal", **offer(fresh, officer))["position"]
    one = f'proposal(id: "{uuid4()}", atLeast: {position}) {{ stage }}'
    fields = " ".join(f"f{number}: {one}" for number in range(5))
    began = time.monotonic()
    assert fresh.refused(officer, f"{{ {fields} }}") == (503, "NOT_YET_VISIBLE")
    assert 1.9 < time.monotonic() - began < 4


def test_no_position_tells_anything_of_another_citys_log(fresh: DeskAtWork) -> None:
    fresh.house.open_city(AOMORI)
    ours, theirs = fresh.person(), fresh.person(AOMORI)
    short = fresh.do(theirs, "receiveProposal", **offer(fresh, theirs))["position"]
    *_, long = (fresh.do(ours, "receiveProposal", **offer(fresh, ours))["position"] for _ in range(3))
    fresh.catch_up()
    assert short < long - 1  # the neighbour's log is shorter than ours
    told = [fresh.refused(theirs, AT_LEAST, at=position) for position in range(short + 1, long + 2)]
    assert set(told) == {(400, "POSITION_UNKNOWN")}
    for asker in (theirs, None):
        answers = [fresh.post(asker, AT_LEAST, city=SAPPORO, at=position) for position in (1, long, long + 1, 2**62)]
        assert len({(answer.status_code, str(answer.json()["errors"])) for answer in answers}) == 1
        assert answers[0].status_code in {401, 403}


def test_who_may_not_read_a_field_learns_nothing_from_its_positions(fresh: DeskAtWork) -> None:
    officer = fresh.person()
    fresh.catch_up()
    ((last,),) = fresh.house.sql("select max(position) from renkei.events where city = %s", SAPPORO)
    told = [
        fresh.refused(officer, f"{{ rights(atLeast: {at}) {{ person {{ name }} }} }}")
        for at in (1, last, last + 1, 2**62)
    ]
    assert set(told) == {(200, "NOT_ALLOWED")}


@pytest.mark.parametrize("position", ["-1", '"3"', "1.5", str(2**63), "true"])
def test_what_is_no_position_is_a_mistake_in_the_request(desk: DeskAtWork, position: str) -> None:
    assert desk.post(desk.person(), f"{{ inbox(atLeast: {position}) {{ nodes {{ id }} }} }}").status_code == 400


# --- policy and organisation -----------------------------------------------------------------------------------------


def test_the_policy_in_force_tells_every_rule_with_source_status_and_first_day(desk: DeskAtWork) -> None:
    query = """{ policy { version excluded council intake { kind nameJa }
        rules { part code textJa source status validFrom } } }"""
    sapporo = desk.ask(desk.person(SAPPORO), query)["policy"]
    aomori = desk.ask(desk.person(AOMORI), query)["policy"]
    assert (sapporo["version"], aomori["version"]) == (1, 1)
    assert aomori["excluded"] == ["INDIVIDUAL"]
    assert sapporo["council"] == "札幌市官民連携推進本部会議"
    assert aomori["council"] is None
    assert {each["kind"]: each["nameJa"] for each in sapporo["intake"]} == {"themed": "テーマ型", "free": "フリー型"}
    for rule in (*sapporo["rules"], *aomori["rules"]):
        assert rule["source"]
        assert rule["textJa"]
        assert rule["status"] in {"DRAFT", "IN_FORCE"}
        assert rule["validFrom"]
    assert {"intake", "decision", "methods", "conditions"} <= {rule["part"] for rule in sapporo["rules"]}


def test_the_organisation_of_a_day_bears_the_names_of_that_day(fresh: DeskAtWork) -> None:
    administrator = fresh.person(SAPPORO, Role.CITY_ADMINISTRATOR)
    old = fresh.do(administrator, "establishDepartment", title="旧課", validFrom="2024-04-01")["__typename"]
    assert old == "OrganisationRecorded"
    fresh.catch_up()
    query = "query ($on: Date) { organisation(on: $on) { day departments { id name { text } successors } } }"
    (department,) = fresh.ask(administrator, query)["organisation"]["departments"]
    fresh.do(administrator, "renameDepartment", department=department["id"], title="新課", validFrom="2025-04-01")
    fresh.catch_up()
    names = {}
    for day in ("2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01"):
        chart = fresh.ask(administrator, query, on=day)["organisation"]
        names[day] = [each["name"]["text"] for each in chart["departments"]]
    assert names == {"2024-03-31": [], "2024-04-01": ["旧課"], "2025-03-31": ["旧課"], "2025-04-01": ["新課"]}


def test_a_history_names_a_post_as_it_was_called_on_that_day(fresh: DeskAtWork) -> None:
    officer = fresh.person(SAPPORO, Role.CITY_ADMINISTRATOR, Role.DESK_OFFICER)
    department, post, today = str(uuid4()), str(uuid4()), fresh.house.tenancy.today()
    told = {"department": department, "title": "連携推進課", "validFrom": "2024-04-01"}
    fresh.do(officer, "establishDepartment", **told)
    fresh.do(officer, "establishPost", **{**told, "post": post, "title": "主幹"})
    fresh.do(officer, "raiseChallenge", title="除雪", description="担い手", entry={"post": post})
    fresh.do(officer, "renamePost", post=post, title="連携担当課長", validFrom=today.isoformat())
    raised = {"on": (today - timedelta(days=1)).isoformat(), "precision": "DAY"}
    before = {"post": post, "occurredOn": raised}
    fresh.do(officer, "raiseChallenge", title="排雪", description="担い手", entry=before)
    fresh.catch_up()
    query = "{ challenges { nodes { title { text } history { post { name { text } } } } } }"
    nodes = fresh.ask(officer, query)["challenges"]["nodes"]
    names = {each["title"]["text"]: each["history"][0]["post"]["name"]["text"] for each in nodes}
    assert names == {"除雪": "連携担当課長", "排雪": "主幹"}


# --- malformed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["{ inbox { ", "{ unknown }", "query A { me { id } } fragment F on Query { me { id } }", ""]
)
def test_malformed_graphql_is_told_with_400(desk: DeskAtWork, query: str) -> None:
    answer = desk.post(desk.person(), query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]


def test_a_document_that_asks_for_too_much_is_refused(desk: DeskAtWork) -> None:
    history = "history { post { holders { name } } typed { words { text } } }"
    desk.ask(desk.person(), f"{{ inbox(first: 100) {{ nodes {{ {history} cases {{ {history} }} }} }} }}")
    many = " ".join(f"a{n}: inbox(first: 100) {{ nodes {{ title {{ text }} }} }}" for n in range(50))
    answer = desk.post(desk.person(), f"{{ {many} }}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_TOO_HEAVY"
