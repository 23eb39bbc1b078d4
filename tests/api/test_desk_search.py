"""The inbox is narrowed by department, proposer's name and title: what is found is what the list shows, and no more."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from projections.queries import desk_search
from tenants.members import Role
from tests.api.desk_at_work import Counting, DeskAtWork, Person, desk_at_work, offer
from tests.conftest import AOMORI, SAPPORO, House

FOUND = """query ($w: InboxWhere!, $first: Int! = 20, $after: String) { inbox(where: $w, first: $first, after: $after) {
  nodes { title { text withheld } organisation { text withheld } } pageInfo { hasNextPage endCursor } } }"""
WITHHELD = {"text": None, "withheld": True}


@pytest.fixture
def fresh(house: House) -> Iterator[DeskAtWork]:
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk:
        yield desk


@pytest.fixture
def officer(fresh: DeskAtWork) -> Person:
    return fresh.person(SAPPORO, Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER, Role.CITY_ADMINISTRATOR)


def received(desk: DeskAtWork, person: Person, title: str, organisation: str, **told: Any) -> str:
    answer = desk.do(person, "receiveProposal", **offer(desk, person, title=title, organisation=organisation, **told))
    assert answer["__typename"] == "ProposalRecorded", answer
    desk.catch_up()
    return str(answer["id"])


def found(desk: DeskAtWork, person: Person, **where: Any) -> list[str | None]:
    """The titles of what is found, last changed first."""
    nodes = desk.ask(person, FOUND, w=where)["inbox"]["nodes"]
    return [each["title"]["text"] for each in nodes]


def test_it_is_found_by_words_of_its_title_and_of_the_proposers_name_in_any_width_and_case(
    fresh: DeskAtWork, officer: Person
) -> None:
    received(fresh, officer, "雪冷熱の利用", "㈱ＡＢＣ雪氷　研究所")
    received(fresh, officer, "ドローンで測る", "ｽﾉｰﾃｯｸ合同会社")
    received(fresh, officer, "雪山の安全", "見本NPO法人")
    assert found(fresh, officer, title="雪") == ["雪山の安全", "雪冷熱の利用"]
    assert found(fresh, officer, title="利用 雪") == ["雪冷熱の利用"]
    assert found(fresh, officer, organisation="(株)abc雪氷") == ["雪冷熱の利用"]
    assert found(fresh, officer, organisation="スノーテック") == ["ドローンで測る"]
    assert found(fresh, officer, organisation="npo", title="雪") == ["雪山の安全"]
    assert found(fresh, officer, organisation="npo", title="ドローン") == []
    assert found(fresh, officer, organisation="鈴木 一郎") == []  # the contact's name is not looked at
    assert found(fresh, officer, title=" ", organisation="") == ["雪山の安全", "ドローンで測る", "雪冷熱の利用"]
    assert found(fresh, officer, title="雪", stages=["SCREENED"]) == []
    assert fresh.refused(officer, FOUND, w={"title": "あ" * 65})[1] == "TEXT_TOO_LONG"


def test_it_is_found_by_the_department_in_charge_and_by_the_one_that_succeeded_it(
    fresh: DeskAtWork, officer: Person
) -> None:
    before, after, other = (str(uuid4()) for _ in range(3))
    for department in (before, after, other):
        fresh.do(officer, "establishDepartment", department=department, title="課", validFrom="2024-04-01")
    for title, department in (("雪", before), ("公園", other)):
        proposal = received(fresh, officer, title, "見本株式会社")
        fresh.do(officer, "screenProposal", proposal=proposal, reason="有用")
        fresh.do(officer, "matchProposal", proposal=proposal, department=department, reason="所管")
    fresh.catch_up()
    assert found(fresh, officer, department=before) == ["雪"]
    assert found(fresh, officer, department=after) == found(fresh, officer, department=str(uuid4())) == []
    today = fresh.house.tenancy.today().isoformat()
    fresh.do(officer, "abolishDepartment", department=before, successors=[after], validFrom=today)
    fresh.catch_up()
    assert found(fresh, officer, department=after) == found(fresh, officer, department=before) == ["雪"]
    assert found(fresh, officer, department=other, title="公園") == ["公園"]


def test_what_is_found_is_read_in_pages_also_beyond_what_is_looked_at_together(
    fresh: DeskAtWork, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_search, "BATCH", 2)
    for number in range(5):
        received(fresh, officer, f"雪 {number}", "見本株式会社")
        received(fresh, officer, f"公園 {number}", "見本株式会社")
    seen: list[str] = []
    after, more = None, True
    while more:
        page = fresh.ask(officer, FOUND, w={"title": "雪"}, first=2, after=after)["inbox"]
        assert 1 <= len(page["nodes"]) <= 2
        seen += [each["title"]["text"] for each in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == ["雪 4", "雪 3", "雪 2", "雪 1", "雪 0"]


def test_a_search_over_too_much_is_refused_and_one_that_is_narrowed_down_is_not(
    fresh: DeskAtWork, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_search, "BATCH", 2)
    monkeypatch.setattr(desk_search, "MOST_LOOKED_AT", 4)
    for number in range(4):
        received(fresh, officer, f"雪 {number}", "見本株式会社", sample=number < 3)
    assert fresh.refused(officer, FOUND, w={"title": "公園"})[1] == "SEARCH_TOO_WIDE"
    assert found(fresh, officer, title="公園", sample=True) == []


def test_all_searches_of_one_request_share_what_is_looked_at(
    fresh: DeskAtWork, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_search, "BATCH", 2)
    monkeypatch.setattr(desk_search, "MOST_LOOKED_AT", 8)
    for number in range(3):
        received(fresh, officer, f"雪 {number}", "見本株式会社")
    search = 'at{}: inbox(where: {{title: "公園"}}) {{ nodes {{ id }} }}'
    two, ten = (f"{{ {' '.join(map(search.format, range(count)))} }}" for count in (2, 10))
    for _ in range(2):  # each request has room of its own
        assert fresh.ask(officer, two) == {"at0": {"nodes": []}, "at1": {"nodes": []}}
    told = fresh.post(officer, ten).json()
    assert {each["extensions"]["code"] for each in told["errors"]} == {"SEARCH_TOO_WIDE"}


def test_three_that_are_found_cost_as_many_statements_as_one(fresh: DeskAtWork, officer: Person) -> None:
    costs = []
    for number in range(3):
        received(fresh, officer, f"雪 {number}", "見本株式会社")
        for where in ({"title": "雪"}, {"title": "雪", "organisation": "見本"}, {"title": "公園"}):
            fresh.ask(officer, FOUND, w=where)
            before = Counting.sent
            fresh.ask(officer, FOUND, w=where)
            costs.append((len(where), where["title"], Counting.sent - before))
    assert costs[:3] == costs[3:6] == costs[6:]


def test_what_is_asked_for_is_made_comparable_once_before_any_row_is_looked_at() -> None:
    assert desk_search.sought("ユキ　ＡＢＣ", "ｽﾉｰ") == desk_search.Sought(("ゆき", "abc"), ("すのー",))


# --- no oracle -------------------------------------------------------------------------------------------------------


def test_who_may_not_read_a_name_learns_nothing_of_it_by_searching(fresh: DeskAtWork, officer: Person) -> None:
    received(fresh, officer, "雪冷熱の利用", "秘密重工株式会社")
    administrator = fresh.person(SAPPORO, Role.CITY_ADMINISTRATOR)
    (listed,) = fresh.ask(administrator, FOUND, w={})["inbox"]["nodes"]
    assert (listed["title"], listed["organisation"]) == (WITHHELD, WITHHELD)
    for part in ("title", "organisation"):
        fresh.ask(administrator, FOUND, w={part: "秘密"})  # what is only read once is read before
        answers, costs = [], []
        for guess in ("秘密重工", "雪冷熱", "別の会社"):
            before = Counting.sent
            answers.append(fresh.ask(administrator, FOUND, w={part: guess}))
            costs.append(Counting.sent - before)
        assert answers[0] == answers[1] == answers[2]
        assert answers[0]["inbox"]["nodes"] == []
        assert len({*costs}) == 1


def test_a_name_that_is_for_the_desk_alone_is_found_by_the_desk_alone(fresh: DeskAtWork, officer: Person) -> None:
    received(fresh, officer, "雪冷熱の利用", "見本", contactName="秘密重工株式会社")
    fresh.house.sql("update renkei.proposals set organisation = words -> 'contact_name'")  # sealed for the desk
    department = fresh.person(SAPPORO, Role.DEPARTMENT_OFFICER)
    (listed,) = fresh.ask(department, FOUND, w={"title": "雪"})["inbox"]["nodes"]
    assert listed == {"title": {"text": "雪冷熱の利用", "withheld": False}, "organisation": WITHHELD}
    for guess in ("秘密重工", "別の会社"):
        assert found(fresh, department, organisation=guess) == []
        assert found(fresh, department, organisation=guess, title="雪") == []
    assert found(fresh, fresh.person(), organisation="秘密重工") == ["雪冷熱の利用"]


def test_another_citys_proposals_staff_and_proposers_are_kept_out(fresh: DeskAtWork, officer: Person) -> None:
    fresh.house.open_city(AOMORI)
    proposer = str(uuid4())
    received(fresh, officer, "雪冷熱の利用", "秘密重工株式会社", proposer=proposer)
    assert found(fresh, fresh.person(AOMORI), organisation="秘密重工") == []
    staff = fresh.person(SAPPORO, Role.STAFF)
    assert fresh.refused(staff, FOUND, w={"organisation": "秘密重工"})[1] == "NOT_ALLOWED"
    representative = fresh.person(SAPPORO, name="代理", parties=(UUID(proposer),))
    assert fresh.refused(representative, FOUND, w={"organisation": "秘密重工"})[1] == "NOT_ALLOWED"


def test_what_was_erased_or_damaged_is_found_no_more(fresh: DeskAtWork, officer: Person) -> None:
    proposer = str(uuid4())
    received(fresh, officer, "雪冷熱の利用", "秘密重工株式会社", proposer=proposer)
    received(fresh, officer, "雪山の安全", "見本NPO法人")
    assert found(fresh, officer, title="雪") == ["雪山の安全", "雪冷熱の利用"]
    fresh.house.sql("delete from renkei.data_keys where key = %s", proposer)
    assert found(fresh, officer, title="雪") == ["雪山の安全"]
    assert found(fresh, officer, organisation="秘密重工") == []
    fresh.house.sql("update renkei.sealed set box = 'abc'")
    assert found(fresh, officer, title="雪") == []
