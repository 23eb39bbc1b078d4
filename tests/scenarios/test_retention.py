"""保存期間: when a file is completed, how long the city keeps it, and which files are looked at for disposal."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import pytest

from domain.retention import kept_from, kept_until
from tenants.members import Role
from tenants.onboarding import add_city
from tenants.register import load_city
from tests.api.desk_at_work import desk_at_work
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, outside
from tests.scenarios.test_any_other_city import FILE, FOREST, MIHON, receive

FILED: Final = (
    "file { fiscalYear completedOn retention labelJa labelEn years keptFrom keptUntil extendedUntil because { text }"
    " called { text } kind record }"
)
OF_PROPOSAL: Final = f"query ($id: UUID!) {{ proposal(id: $id) {{ {FILED} }} }}"
OVER: Final = """query ($until: Date, $first: Int! = 50, $after: String) {
  expiredFiles(until: $until, first: $first, after: $after) {
    nodes { record kind keptUntil retention } pageInfo { endCursor hasNextPage }
} }"""


@pytest.fixture
def halls(house: House) -> Iterator[tuple[CityHall, CityHall]]:
    """見本町, whose file says how long records are kept, and Sapporo, whose documents say nothing of it."""
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk, outside(house) as public:
        sapporo = CityHall(desk, SAPPORO, public)
        add_city(desk.owner, house.tenancy, load_city(FILE))
        mihon = CityHall(desk, MIHON, public)
        mihon.department(FOREST)
        yield mihon, sapporo


@pytest.fixture
def hall(halls: tuple[CityHall, CityHall]) -> CityHall:
    """見本町."""
    return halls[0]


def filed(hall: CityHall, proposal: str) -> dict[str, Any]:
    """The file of a proposal."""
    found: dict[str, Any] = hall.clerk.reads(OF_PROPOSAL, id=proposal)["proposal"]["file"]
    return found


def over(hall: CityHall, until: date | None = None, **page: Any) -> list[str]:
    """The records of the files that are kept no longer than until a day."""
    found = hall.clerk.reads(OVER, until=until.isoformat() if until else None, **page)["expiredFiles"]["nodes"]
    return [each["record"] for each in found]


def turned_down(hall: CityHall, days: int = 0, title: str = "里山") -> str:
    """A proposal that came and was withdrawn so many days ago."""
    on = (hall.today - timedelta(days)).isoformat()
    offer = hall.offer(title, kind="idea")
    proposal: str = hall.clerk.does("receiveProposal", dated=on, by="COUNTER", **offer)["id"]
    hall.clerk.does("withdrawProposal", dated=on, proposal=proposal, reason="取りやめる。")
    return proposal


def test_a_file_is_kept_from_the_fiscal_year_after_its_completion_on(hall: CityHall) -> None:
    proposal = receive(hall, "里山の手入れ")
    while_open = filed(hall, proposal)
    assert (while_open["completedOn"], while_open["keptFrom"], while_open["keptUntil"]) == (None, None, None)
    assert (while_open["retention"], while_open["labelJa"], while_open["years"]) == ("three_years", "3年保存", 3)
    assert (while_open["called"], while_open["kind"], while_open["record"]) == (
        {"text": "里山の手入れ"},
        "proposal",
        proposal,
    )
    hall.clerk.does("withdrawProposal", proposal=proposal, reason="取りやめる。")
    ended = filed(hall, proposal)
    assert ended["completedOn"] == hall.today.isoformat()
    assert ended["keptFrom"] == kept_from(hall.today).isoformat()
    assert ended["keptUntil"] == kept_until(hall.today, 3).isoformat()
    assert ended["fiscalYear"] == kept_from(hall.today).year - 1


def test_what_was_completed_and_goes_on_again_is_not_completed(hall: CityHall) -> None:
    officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="里山課員", department=FOREST)
    invited = receive(hall)
    hall.clerk.does(
        "checkProposal", proposal=invited, items=[{"item": code, "met": True} for code in ("lives_here", "quiet")]
    )
    hall.clerk.does("screenProposal", proposal=invited, reason="役立つ。")
    asked = {"department": hall.departments[FOREST], "title": "里山の対話", "request": "話してください。"}
    dialogue: str = hall.clerk.does("inviteDialogue", proposal=invited, **asked)["id"]
    officer.does("acceptDialogue", dialogue=dialogue)
    query = f"query ($id: UUID!) {{ record(id: $id) {{ {FILED} }} }}"

    def completed() -> Any:
        return hall.clerk.reads(query, id=dialogue)["record"]["file"]["completedOn"]

    assert completed() is None
    officer.does("endDialogue", dialogue=dialogue, ending="NO_COMMON_GROUND", reason="折り合わない。")
    assert completed() == hall.today.isoformat()
    officer.does("resumeDialogue", dialogue=dialogue, reason="条件が変わった。")
    assert completed() is None


def test_an_officer_gives_a_file_another_class_and_says_why(hall: CityHall) -> None:
    proposal = turned_down(hall)
    told = {"record": proposal, "kind": "PROPOSAL", "reason": "歴史的に重要。"}
    assert hall.clerk.is_refused("assignRetention", retention="ten_years", **told) == "CODE_UNKNOWN"
    hall.clerk.does("assignRetention", retention="permanent", **told)
    kept = filed(hall, proposal)
    assert (kept["retention"], kept["labelJa"], kept["years"], kept["keptUntil"]) == ("permanent", "常用", None, None)
    assert kept["because"] == {"text": "歴史的に重要。"}
    assert over(hall, date(2999, 12, 31)) == []
    hall.clerk.does("assignRetention", retention="one_year", **told)
    assert filed(hall, proposal)["keptUntil"] == kept_until(hall.today, 1).isoformat()
    again = hall.desk.do(hall.clerk.person, "assignRetention", retention="one_year", **told)
    assert (again["__typename"], again["changed"]) == ("RecordRecorded", False)


def test_what_is_extended_is_kept_until_that_day_and_never_shorter(hall: CityHall) -> None:
    proposal = turned_down(hall)
    usual, longer = kept_until(hall.today, 3), kept_until(hall.today, 3) + timedelta(400)
    told = {"record": proposal, "kind": "PROPOSAL", "reason": "訴訟が続いている。"}
    yesterday = (hall.today - timedelta(1)).isoformat()
    assert hall.clerk.is_refused("extendRetention", until=yesterday, **told) == "DATE_INVALID"
    for until, days in ((hall.today + timedelta(30), usual), (longer, longer)):
        hall.clerk.does("extendRetention", until=until.isoformat(), **told)
        assert filed(hall, proposal)["keptUntil"] == days.isoformat()
    assert filed(hall, proposal)["extendedUntil"] == longer.isoformat()
    assert hall.clerk.is_refused("extendRetention", until=usual.isoformat(), **told) == "DATE_INVALID"
    assert over(hall, usual) == over(hall, longer - timedelta(1)) == []
    assert over(hall, longer) == [proposal]


def test_files_are_listed_by_the_day_until_which_they_are_kept_page_by_page(hall: CityHall) -> None:
    long_ago = [turned_down(hall, days) for days in (365 * 6, 365 * 5, 365 * 5)]
    young, still_open = turned_down(hall), receive(hall)
    assert sorted(over(hall)) == sorted(long_ago)
    assert over(hall)[0] == long_ago[0]
    last = kept_until(hall.today, 3)
    assert set(over(hall, last)) == {*long_ago, young}
    assert young not in over(hall, last - timedelta(1))
    assert still_open not in over(hall, date(2999, 12, 31))
    seen, after, more = [], None, True
    while more:
        page = hall.clerk.reads(OVER, until=last.isoformat(), first=1, after=after)["expiredFiles"]
        seen += [each["record"] for each in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == over(hall, last)


def test_a_city_whose_documents_say_nothing_keeps_files_until_somebody_says_how_long(
    halls: tuple[CityHall, CityHall],
) -> None:
    sapporo = halls[1]
    proposal: str = sapporo.clerk.does("receiveProposal", by="COUNTER", **sapporo.offer("人流をはかる"))["id"]
    sapporo.clerk.does("withdrawProposal", proposal=proposal, reason="取りやめる。")
    found = filed(sapporo, proposal)
    assert found["completedOn"] == sapporo.today.isoformat()
    assert [found[part] for part in ("retention", "labelEn", "years", "keptUntil")] == [None] * 4
    told = {"record": proposal, "kind": "PROPOSAL", "reason": "長く使う。"}
    assert sapporo.clerk.is_refused("assignRetention", retention="three_years", **told) == "CODE_UNKNOWN"
    assert over(sapporo, date(2999, 12, 31)) == []


def test_only_a_record_of_the_own_city_and_of_that_kind_has_a_file(halls: tuple[CityHall, CityHall]) -> None:
    hall, sapporo = halls
    proposal = turned_down(hall)
    told = {"retention": "one_year", "reason": "短くてよい。"}
    assert hall.clerk.is_refused("assignRetention", record=proposal, kind="CASE", **told) == "OTHER_KIND"
    elsewhere: str = sapporo.clerk.does("receiveProposal", by="COUNTER", **sapporo.offer("人流"))["id"]
    for unknown in (elsewhere, "5b1f2f60-0000-4aaa-8aaa-0000000000ff"):
        answer = hall.clerk.is_refused("assignRetention", record=unknown, kind="PROPOSAL", **told)
        assert answer == "REFERENCE_UNKNOWN"
    assert over(sapporo, date(2999, 12, 31)) == []


def test_the_rules_are_shown_with_their_source(hall: CityHall) -> None:
    rules = hall.clerk.reads("{ policy { rules { part code textJa textEn source } } }")["policy"]["rules"]
    told = [each for each in rules if each["part"] == "retention"]
    assert [each["code"] for each in told] == ["one_year", "three_years", "permanent"]
    assert told[1]["textJa"] == "保存期間 3年保存（3 年度）: ほかの記録"
    assert told[2]["textEn"] == "For ever, kept for ever: agreement"
    assert {each["source"] for each in told} == {"見本町（架空）の文書管理規程"}


def test_where_no_more_than_a_month_is_known_it_was_completed_on_its_last_day(hall: CityHall) -> None:
    offer = hall.offer("里山", kind="idea")
    proposal: str = hall.clerk.does("receiveProposal", dated="2024-01-10", by="COUNTER", **offer)["id"]
    entry = {"channel": "DESK", "occurredOn": {"on": "2024-01-01", "precision": "YEAR"}}
    told = hall.desk.do(hall.clerk.person, "withdrawProposal", entry=entry, proposal=proposal, reason="取りやめる。")
    assert told["__typename"].endswith("Recorded"), told
    hall.desk.catch_up()
    kept = filed(hall, proposal)
    assert (kept["completedOn"], kept["keptFrom"]) == ("2024-12-31", "2025-04-01")


def test_a_day_that_nobody_can_mean_is_refused_as_such(hall: CityHall) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert hall.desk.refused(hall.clerk.person, OVER, until=day) == (200, "DATE_INVALID")


def test_a_file_is_never_completed_on_a_day_that_has_not_come(hall: CityHall) -> None:
    offer = hall.offer("里山", kind="idea")
    proposal: str = hall.clerk.does("receiveProposal", dated="2024-01-10", by="COUNTER", **offer)["id"]
    this_year = {"on": hall.today.replace(month=1, day=1).isoformat(), "precision": "YEAR"}
    entry = {"channel": "DESK", "occurredOn": this_year}
    told = hall.desk.do(hall.clerk.person, "withdrawProposal", entry=entry, proposal=proposal, reason="取りやめる。")
    assert told["__typename"].endswith("Recorded"), told
    hall.desk.catch_up()
    assert filed(hall, proposal)["completedOn"] == hall.today.isoformat()


def test_what_is_entered_late_completes_nothing_earlier_than_what_was_done_since(hall: CityHall) -> None:
    offer = hall.offer("里山", kind="idea")
    proposal: str = hall.clerk.does("receiveProposal", dated="2024-01-10", by="COUNTER", **offer)["id"]
    met = [{"item": code, "met": True} for code in ("lives_here", "quiet")]
    hall.clerk.does("checkProposal", dated="2024-05-01", proposal=proposal, items=met)
    hall.clerk.does("withdrawProposal", dated="2024-02-01", proposal=proposal, reason="取りやめる。")
    kept = filed(hall, proposal)
    assert (kept["completedOn"], kept["keptFrom"]) == ("2024-05-01", "2025-04-01")
    hall.clerk.does(
        "renameProposalParty", dated="2025-06-02", proposal=proposal, organisation="里山会", since="2025-06-01"
    )
    assert filed(hall, proposal)["completedOn"] == "2024-05-01"  # nothing was done about it any more
    hall.clerk.does("closeProposal", dated="2025-07-01", proposal=proposal, reason="終わり。")
    assert filed(hall, proposal)["completedOn"] == "2025-07-01"
