"""見本町（架空）: one data file brings a city with other kinds, another way to a decision and other deadlines."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from api.reminders.keeping import put_in
from domain.values import CityCode
from tenants.holidays import business_day
from tenants.lookups import policy_in_force
from tenants.members import Role
from tenants.onboarding import add_city
from tenants.register import load_city
from tests.api.desk_at_work import desk_at_work
from tests.api.test_desk_proposals import at_council
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, outside

FILE: Final = Path(__file__).parent / "mihon.toml"
MIHON: Final = CityCode("019992")
RECEIPT: Final = "receiptNumber { label spoken kind kindJa kindEn }"
FOREST: Final = "里山課"
APPROVED: Final = {"system": "EXTERNAL", "decidedOn": "2026-11-20", "number": "里山第12号", "digest": "ab" * 32}


@pytest.fixture
def hall(house: House) -> Iterator[CityHall]:
    """A deployment at work for another city, to which the town is added while it serves; no other step."""
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk, outside(house) as public:
        CityHall(desk, SAPPORO, public)
        added = add_city(desk.owner, house.tenancy, load_city(FILE))
        assert (added.city, added.new) == (MIHON, True)
        hall = CityHall(desk, MIHON, public)
        hall.department(FOREST)
        yield hall


def told(answer: dict[str, Any]) -> dict[str, str]:
    """The particulars of a refusal."""
    return {each["name"]: each["value"] for each in answer["details"]}


def receive(hall: CityHall, title: str = "里山の手入れ", **more: Any) -> str:
    """An idea, received over the counter."""
    offer = hall.offer(title, **{"kind": "idea", **more})
    proposal: str = hall.clerk.does("receiveProposal", by="COUNTER", **offer)["id"]
    return proposal


def published(hall: CityHall, **more: Any) -> str:
    """A challenge that the desk has accepted and shows to everybody."""
    raised: str = hall.clerk.does("raiseChallenge", title="空き家", description="空き家が増えた。")["id"]
    hall.clerk.does("reviewChallenge", challenge=raised, verdict="ACCEPTED")
    hall.clerk.does("publishChallenge", challenge=raised, title="空き家", description="空き家。", **more)
    return raised


def matched(hall: CityHall, proposal: str) -> None:
    """Checked, screened and brought together with its department."""
    items = [{"item": code, "met": True} for code in ("lives_here", "quiet")]
    hall.clerk.does("checkProposal", proposal=proposal, items=items)
    hall.clerk.does("screenProposal", proposal=proposal, reason="役立つ。")
    hall.clerk.does("matchProposal", proposal=proposal, department=hall.departments[FOREST], reason="所管課。")


def prepared(hall: CityHall, proposal: str, officer: Somebody, amount: int) -> None:
    """With all that the town wants before anybody decides."""
    forest = hall.departments[FOREST]
    matched(hall, proposal)
    hall.clerk.does("askProposalOpinions", proposal=proposal, departments=[forest], question="役立ちますか。")
    officer.does("giveProposalOpinion", proposal=proposal, department=forest, note="役立つ。", useful=True)
    officer.does("recordProposalDialogue", proposal=proposal, minutes="現地を見た。")
    hall.clerk.does("assessProposal", proposal=proposal, cityMoney="ASKED", amount=amount)


def test_it_takes_in_its_own_kinds_under_its_own_names_and_no_others(hall: CityHall) -> None:
    for kind in ("free", "themed"):
        answer = hall.desk.do(hall.clerk.person, "receiveProposal", **hall.offer("里山", kind=kind))
        assert (answer["__typename"], answer["code"], answer["field"]) == ("Refused", "CODE_UNKNOWN", "kind")
        assert told(answer)["known"] == "call, talk, idea"
    first, second = receive(hall), receive(hall)
    talk = receive(hall, kind="talk")
    query = f"query ($id: UUID!) {{ proposal(id: $id) {{ kind kindJa kindEn {RECEIPT} }} }}"
    found = [hall.clerk.reads(query, id=each)["proposal"] for each in (first, second, talk)]
    year = hall.today.year if hall.today.month >= 4 else hall.today.year - 1
    assert [each["receiptNumber"]["label"] for each in found] == [
        f"{year}-idea-1",
        f"{year}-idea-2",
        f"{year}-talk-1",
    ]
    assert [found[2][part] for part in ("kind", "kindJa", "kindEn")] == ["talk", "まちづくり対話型", "Talk"]
    assert found[0]["receiptNumber"]["spoken"] == f"FY{year} Idea no. 1"
    kinds = hall.clerk.reads("{ statistics { kinds { kind kindJa count } } }")["statistics"][0]["kinds"]
    assert kinds == [
        {"kind": "talk", "kindJa": "まちづくり対話型", "count": 1},
        {"kind": "idea", "kindJa": "アイデア型", "count": 2},
    ]
    only = hall.clerk.reads('{ inbox(where: {kinds: ["talk"]}) { nodes { id } } }')["inbox"]["nodes"]
    assert only == [{"id": talk}]
    rules = hall.clerk.reads("{ policy { rules { part code } } }")["policy"]["rules"]
    approvals = [each["code"] for each in rules if each["part"] == "approvals"]
    assert approvals == ["close_challenge", "decline_proposal", "deputy_elsewhere"]
    shown = hall.clerk.reads("{ policy { intake { kind nameJa challenge } } }")["policy"]["intake"]
    assert [(each["kind"], each["challenge"]) for each in shown] == [("call", "ONE"), ("talk", "MAY"), ("idea", "NONE")]


def test_each_kind_answers_a_challenge_as_the_file_says(hall: CityHall) -> None:
    raised: str = hall.clerk.does("raiseChallenge", title="空き家", description="増えた。")["id"]
    words = {"title": "空き家", "description": "空き家。"}
    assert hall.clerk.is_refused("publishChallenge", challenge=raised, dueOn=hall.day(40), **words) == "WRONG_STAGE"
    challenge = published(hall, dueOn=hall.day(40))
    assert hall.clerk.is_refused("receiveProposal", **hall.offer("里山", kind="call")) == "PART_MISSING"
    assert hall.clerk.is_refused("receiveProposal", **hall.offer("里山", kind="idea", challenge=challenge)) == (
        "PART_UNFITTING"
    )
    for kind, answers in (("call", challenge), ("talk", challenge), ("talk", None), ("idea", None)):
        receive(hall, kind=kind, challenge=answers)


def test_a_challenge_that_everybody_sees_ends_with_an_approval_where_the_file_says_so(hall: CityHall) -> None:
    challenge, inside = (
        published(hall, dueOn=hall.day(40)),
        hall.clerk.does("raiseChallenge", title="雪", description="雪"),
    )
    over = {"result": "UNANSWERED", "note": "応募がなかった。"}
    assert hall.clerk.is_refused("closeChallenge", challenge=challenge, **over) == "APPROVAL_REQUIRED"
    number = {"system": "EXTERNAL", "decidedOn": hall.day(0), "number": "見企第3号", "digest": "ab" * 32}
    hall.clerk.does("closeChallenge", challenge=challenge, under=number, **over)
    hall.clerk.does("closeChallenge", challenge=inside["id"], **over)


def test_it_has_its_own_ways_in_conditions_and_proposers(hall: CityHall) -> None:
    offer = hall.offer("里山", kind="idea")
    assert hall.clerk.is_refused("receiveProposal", entry={"channel": "TELEPHONE"}, **offer) == "CODE_UNKNOWN"
    assert hall.clerk.is_refused("receiveProposal", **{**offer, "organisationKind": "UNIVERSITY"}) == "NOT_ELIGIBLE"
    assert hall.clerk.is_refused("receiveProposal", **{**offer, "contactName": None}) == "PART_MISSING"
    for accepted in ([], [{"condition": "town_rules", "version": 1}], [{"condition": "no_mere_sales", "version": 1}]):
        assert hall.clerk.is_refused("receiveProposal", **{**offer, "accepted": accepted}) in {
            "PART_MISSING",
            "CODE_UNKNOWN",
        }
    assert hall.clerk.is_refused("receiveProposal", **{**offer, "purpose": 1}) == "CODE_UNKNOWN"
    assert hall.clerk.is_refused("receiveProposal", **{**offer, "purpose": None}) == "PART_MISSING"
    assert receive(hall, accepted=[{"condition": "town_rules", "version": 3}], purpose=7)


def test_its_deadlines_are_counted_listed_and_reminded(hall: CityHall) -> None:
    long_ago = hall.today - timedelta(30)
    offer = hall.offer("里山", kind="idea")
    late: str = hall.clerk.does("receiveProposal", dated=long_ago.isoformat(), by="COUNTER", **offer)["id"]
    fresh, returned = receive(hall), receive(hall)
    hall.clerk.does("returnProposalForCompletion", proposal=returned, reason="地図が足りない。")
    query = "query ($id: UUID!) { proposal(id: $id) { dueOn dueRule dueBusinessDays } }"
    assert [hall.clerk.reads(query, id=each)["proposal"] for each in (late, fresh, returned)] == [
        {"dueOn": business_day(on, days).isoformat(), "dueRule": rule, "dueBusinessDays": days}
        for on, rule, days in (
            (long_ago, "FIRST_ANSWER", 3),
            (hall.today, "FIRST_ANSWER", 3),
            (hall.today, "COMPLETION", 4),
        )
    ]
    over = "{ inbox(where: {overdue: true}) { nodes { id } } }"
    assert hall.clerk.reads(over)["inbox"]["nodes"] == [{"id": late}]
    hall.clerk.does("suspendProposal", proposal=late, reason="雪解けを待つ。")
    assert hall.clerk.reads(over)["inbox"]["nodes"] == []
    hall.clerk.does("resumeProposal", proposal=late)
    more = hall.day(14)
    hall.clerk.does("extendProposalDeadline", proposal=late, dueOn=more, reason="雪解けを待つため。")
    assert hall.clerk.reads(over)["inbox"]["nodes"] == []
    extended = hall.clerk.reads("query ($id: UUID!) { proposal(id: $id) { dueOn extension { text } } }", id=late)
    assert extended["proposal"] == {"dueOn": more, "extension": {"text": "雪解けを待つため。"}}
    rule = policy_in_force(hall.desk.house.tenancy, MIHON).reminders
    assert rule is not None
    assert (rule.english, rule.turns) == (True, True)
    assert put_in(hall.desk.house.tenancy, MIHON, rule) == 0  # nobody has an address


@pytest.mark.parametrize("mistake", ["returnProposalForCompletion", "screenProposal"])
def test_a_step_taken_by_mistake_leaves_the_first_answer_due(hall: CityHall, mistake: str) -> None:
    proposal, query = receive(hall), "query ($id: UUID!) { proposal(id: $id) { dueOn answeredOn } }"
    met = [{"item": code, "met": True} for code in ("lives_here", "quiet")]
    hall.clerk.does("checkProposal", proposal=proposal, items=met)

    def clock() -> Any:
        return hall.clerk.reads(query, id=proposal)["proposal"]

    more = {"dueOn": hall.day(14), "answeredOn": None}
    hall.clerk.does("extendProposalDeadline", proposal=proposal, dueOn=more["dueOn"], reason="雪解けを待つため。")
    assert clock() == more
    hall.clerk.does(mistake, proposal=proposal, reason="別の提案と取り違えた。")
    assert clock() != more
    hall.clerk.does("correctProposalStep", proposal=proposal, to="RECEIVED", reason="取り違え。")
    assert clock() == more
    hall.clerk.does("returnProposalForCompletion", proposal=proposal, reason="地図が足りない。")
    hall.clerk.does("completeProposal", proposal=proposal, note="地図を足した。")
    hall.clerk.does("screenProposal", proposal=proposal, reason="役立つ。")
    hall.clerk.does("correctProposalStep", proposal=proposal, to="RECEIVED", reason="取り違え。")
    assert clock() == {"dueOn": None, "answeredOn": hall.today.isoformat()}  # it had answered by asking for the map


def test_its_way_to_a_decision_is_its_own(hall: CityHall) -> None:
    officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="里山課員", department=FOREST)
    head = hall.somebody(Role.APPROVER, name="里山課長", department=FOREST)
    proposal = receive(hall)
    screen = {"proposal": proposal, "reason": "役立つ。"}
    hall.clerk.does("checkProposal", proposal=proposal, items=[{"item": "quiet", "met": True}])
    assert hall.clerk.is_refused("screenProposal", **screen) == "CHECKLIST_OPEN"
    unknown = hall.clerk.is_refused("checkProposal", proposal=proposal, items=[{"item": "no_mere_sales", "met": True}])
    assert unknown == "CODE_UNKNOWN"
    matched(hall, proposal)

    adopt = {"proposal": proposal, "outcome": "ADOPTED", "reason": "実施できる。"}
    hall.clerk.does("assessProposal", proposal=proposal, cityMoney="NONE")
    answer = hall.desk.do(head.person, "decideProposal", **adopt)
    assert (answer["code"], told(answer)["needed"]) == ("DECISION_UNPREPARED", "opinions, dialogue")
    forest = hall.departments[FOREST]
    hall.clerk.does("askProposalOpinions", proposal=proposal, departments=[forest], question="役立ちますか。")
    officer.does("giveProposalOpinion", proposal=proposal, department=forest, note="役立つ。", useful=True)
    officer.does("recordProposalDialogue", proposal=proposal, minutes="現地を見た。")
    assert officer.is_refused("decideProposal", **adopt) == "NOT_ALLOWED"
    head.does("decideProposal", **adopt)
    card = hall.clerk.sees(proposal)
    assert (card["stage"], card["outcome"]) == ("ADOPTED", "ADOPTED")


def test_its_council_decides_from_its_own_amount_and_a_decline_needs_an_approval(hall: CityHall) -> None:
    officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="里山課員", department=FOREST)
    head = hall.somebody(Role.APPROVER, name="里山課長", department=FOREST)
    council = hall.somebody(Role.COUNCIL_MEMBER, name="協働会議委員")
    costly, cheap = receive(hall), receive(hall)
    prepared(hall, costly, officer, 500_000)
    prepared(hall, cheap, officer, 499_999)
    adopt = {"outcome": "ADOPTED", "reason": "実施できる。"}
    assert head.is_refused("decideProposal", proposal=costly, **adopt) == "COUNCIL_DECIDES"
    session = at_council(hall.desk, hall.clerk.person, costly, "ADOPTED")
    council.does("decideProposal", proposal=costly, decidedBy="COUNCIL", **session, **adopt)
    decline = {"proposal": cheap, "outcome": "DECLINED", "reason": "場所がない。"}
    assert head.is_refused("decideProposal", **decline) == "APPROVAL_REQUIRED"
    answer = hall.desk.do(head.person, "decideProposal", entry={"approval": APPROVED}, **decline)
    assert answer["stage"] == "DECLINED"
    hall.clerk.does("closeProposal", proposal=cheap, reason="終了。")  # the town asks for no explanation


def test_everybody_sees_the_town_and_its_kinds(hall: CityHall) -> None:
    hall.desk.catch_up()
    ((name, kinds),) = hall.desk.house.sql(
        "select name_ja, profile #> '{policy,intake,kinds}' from commons.cities where city = %s", MIHON
    )
    assert name == "見本町"
    assert {code: kind["challenge"] for code, kind in kinds.items()} == {"call": "one", "talk": "may", "idea": "none"}
