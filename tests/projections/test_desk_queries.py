"""What the people of a city may ask about it: all of their own city, nothing of another, page by page."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.case import Origin
from domain.challenge import Stage as ChallengeStage
from domain.proposal import Stage
from domain.values import CityCode, Code
from projections.cursors import CursorInvalid, FirstInvalid
from projections.organisation import chart_on
from projections.queries import desk
from projections.queries.desk import CasesWhere, ChallengesWhere, InboxWhere, Statistics, Waiting
from projections.queries.desk_words import Opened
from tenants.commands.proposals import Close, Complete, ReturnForCompletion, Withdraw
from tenants.members import Role
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.asking import Counting, caught_up, inside
from tests.projections.neighbours import MAY, PARKS, WELFARE, Recorded, later, receive, record, words_of
from tests.projections.running import officer


@pytest.fixture(scope="module")
def recorded(module_house: House) -> Recorded:
    return record(module_house)


def inbox(recorded: Recorded, city: CityCode = SAPPORO, **where: Any) -> list[Opened]:
    page = inside(recorded.house, city, lambda c: desk.inbox(c, city, InboxWhere(**where)))
    return words_of(recorded, [row.title for row in page.nodes], city)


SAMPLE, THEMED, MEALS, WATER, PARK, OLD = (
    "見本の提案", "除雪の担い手に", "配食の見守り", "水飲み場", "公園の見守り", "昨年度の提案",
)  # fmt: skip


def test_the_inbox_lists_the_citys_proposals_last_changed_first(recorded: Recorded) -> None:
    assert inbox(recorded) == [SAMPLE, THEMED, MEALS, WATER, PARK, OLD]
    assert inbox(recorded, AOMORI) == ["青森市だけの提案"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"stages": (Stage.REFUSED,)}, [OLD]),
        ({"stages": (Stage.REFUSED, Stage.ADOPTED)}, [PARK, OLD]),
        ({"kinds": (Code("themed"),)}, [THEMED]),
        ({"sample": True}, [SAMPLE]),
        ({"sample": False}, [THEMED, MEALS, WATER, PARK, OLD]),
        ({"waiting": Waiting(frozenset({Role.DESK_OFFICER}))}, [SAMPLE, THEMED, PARK, OLD]),
        ({"waiting": Waiting(frozenset({Role.DEPARTMENT_OFFICER}), frozenset({PARKS}))}, [WATER]),
        ({"waiting": Waiting(frozenset({Role.DEPARTMENT_OFFICER}))}, [MEALS, WATER]),
        (
            {"waiting": Waiting(frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER}), frozenset({WELFARE}))},
            [SAMPLE, THEMED, MEALS, PARK, OLD],
        ),
        ({"waiting": Waiting(frozenset({Role.AUDITOR}), frozenset({PARKS}))}, []),
        ({"waiting": Waiting(frozenset())}, []),
    ],
)
def test_the_inbox_shows_what_is_asked(recorded: Recorded, where: dict[str, Any], found: list[str]) -> None:
    assert inbox(recorded, **where) == found


@pytest.mark.parametrize("size", [1, 3])
def test_pages_of_the_inbox_follow_one_another(recorded: Recorded, size: int) -> None:
    seen: list[UUID] = []
    after, pages, more = None, 0, True
    while more:
        page = inside(
            recorded.house,
            SAPPORO,
            lambda c, after=after: desk.inbox(c, SAPPORO, first=size, after=after),  # type: ignore[misc]
        )
        assert page.has_previous is (pages > 0)
        seen += [row.id for row in page.nodes]
        after, more, pages = page.end_cursor, page.has_next, pages + 1

    ids = recorded.ids
    assert seen == [ids[name] for name in ("sample", "themed", "welfare", "parks", "same", "old")]
    assert pages == (6 if size == 1 else 2)


def test_a_cursor_of_another_list_and_too_long_a_page_are_refused(recorded: Recorded) -> None:
    cursor = inside(recorded.house, SAPPORO, lambda c: desk.cases(c, SAPPORO)).end_cursor
    with pytest.raises(CursorInvalid):
        inside(recorded.house, SAPPORO, lambda c: desk.inbox(c, SAPPORO, after=cursor))
    with pytest.raises(FirstInvalid):
        inside(recorded.house, SAPPORO, lambda c: desk.inbox(c, SAPPORO, first=101))


def test_equal_ids_of_two_cities_are_two_records(recorded: Recorded) -> None:
    same = recorded.ids["same"]
    here = inside(recorded.house, SAPPORO, lambda c: desk.proposal(c, SAPPORO, same))
    there = inside(recorded.house, AOMORI, lambda c: desk.proposal(c, AOMORI, same))

    assert (here and here.stage, there and there.stage) == (Stage.ADOPTED, Stage.RECEIVED)


def test_another_citys_record_is_not_there(recorded: Recorded) -> None:
    house, ids = recorded.house, recorded.ids

    assert inside(house, AOMORI, lambda c: desk.proposal(c, AOMORI, ids["parks"])) is None
    assert inside(house, AOMORI, lambda c: desk.proposal(c, SAPPORO, ids["parks"])) is None
    assert inside(house, AOMORI, lambda c: desk.inbox(c, SAPPORO)).nodes == ()
    assert inside(house, AOMORI, lambda c: desk.challenge(c, SAPPORO, ids["challenge"])) is None
    assert inside(house, AOMORI, lambda c: desk.case(c, SAPPORO, ids["case"])) is None
    assert inside(house, AOMORI, lambda c: desk.cases(c, SAPPORO)).nodes == ()
    assert inside(house, AOMORI, lambda c: desk.organisation(c, SAPPORO)) is None
    assert inside(house, AOMORI, lambda c: desk.timeline(c, SAPPORO)).nodes == ()
    assert inside(house, AOMORI, lambda c: desk.statistics(c, SAPPORO)) == (Statistics(None),)


def test_several_records_are_looked_up_at_once(recorded: Recorded) -> None:
    house, ids = recorded.house, recorded.ids
    asked = [ids["same"], ids["parks"], uuid4()]
    found = inside(house, SAPPORO, lambda c: desk.proposals_by_id(c, SAPPORO, asked))
    neighbour = inside(house, AOMORI, lambda c: desk.proposals_by_id(c, AOMORI, asked))

    assert (set(found), set(neighbour)) == ({ids["same"], ids["parks"]}, {ids["same"]})
    assert words_of(recorded, [found[ids["same"]].title]) == [PARK]


def test_the_timeline_of_a_proposal_is_told_from_its_beginning(recorded: Recorded) -> None:
    same = recorded.ids["same"]
    page = inside(recorded.house, SAPPORO, lambda c: desk.timeline(c, SAPPORO, same))

    assert [row.topic for row in page.nodes] == [
        "proposal.received",
        "proposal.screened",
        "proposal.matched",
        "proposal.decided",
    ]
    assert page.nodes[3].facts == {"outcome": "adopted", "decided_by": "department"}
    assert page.nodes[3].occurred_on == date(2026, 5, 8)
    assert words_of(recorded, [page.nodes[3].words["reason"]]) == ["効果が見込める"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_whole_citys_timeline_goes_both_ways_page_by_page(recorded: Recorded, *, newest_first: bool) -> None:
    house, seen, after, more = recorded.house, [], None, True
    while more:
        page = inside(
            house,
            SAPPORO,
            lambda c, after=after: desk.timeline(c, SAPPORO, first=7, after=after, newest_first=newest_first),  # type: ignore[misc]
        )
        seen += [row.position for row in page.nodes]
        after, more = page.end_cursor, page.has_next

    ((size,),) = house.sql("select count(*) from renkei.events where city = %s", SAPPORO)
    assert seen == (list(range(size, 0, -1)) if newest_first else list(range(1, size + 1)))


def test_several_timelines_are_begun_at_once(recorded: Recorded) -> None:
    ids = recorded.ids
    unknown = uuid4()
    asked = [ids["same"], ids["old"], unknown]
    found = inside(recorded.house, SAPPORO, lambda c: desk.timelines_by_id(c, SAPPORO, asked, first=2))

    assert {id_: ([row.version for row in page.nodes], page.has_next) for id_, page in found.items()} == {
        ids["same"]: ([1, 2], True),
        ids["old"]: ([1, 2], False),
        unknown: ([], False),
    }
    cursor = found[ids["same"]].end_cursor
    rest = inside(recorded.house, SAPPORO, lambda c: desk.timeline(c, SAPPORO, ids["same"], after=cursor))
    assert [row.version for row in rest.nodes] == [3, 4]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, ["公表していない課題", "除雪の担い手"]),
        ({"stages": (ChallengeStage.RAISED,)}, ["公表していない課題"]),
        ({"fields": ("safety", "culture")}, ["除雪の担い手"]),
        ({"sample": False}, ["除雪の担い手"]),
        ({"published": True}, ["除雪の担い手"]),
        ({"published": False}, ["公表していない課題"]),
    ],
)
def test_a_city_sees_its_own_challenges_published_or_not(
    recorded: Recorded, where: dict[str, Any], found: list[str]
) -> None:
    page = inside(recorded.house, SAPPORO, lambda c: desk.challenges(c, SAPPORO, ChallengesWhere(**where)))

    assert words_of(recorded, [row.title for row in page.nodes]) == found


def test_a_city_sees_its_own_cases(recorded: Recorded) -> None:
    house = recorded.house
    page = inside(house, SAPPORO, lambda c: desk.cases(c, SAPPORO, CasesWhere(origins=(Origin.DESK,), sample=False)))
    none = inside(house, SAPPORO, lambda c: desk.cases(c, SAPPORO, CasesWhere(origins=(Origin.IMPORTED,))))

    assert words_of(recorded, [row.title for row in page.nodes]) == ["公園の見守りの事例"]
    assert none.nodes == ()


def test_the_cases_of_a_proposal_are_its_own_citys(recorded: Recorded) -> None:
    same, house = recorded.ids["same"], recorded.house
    found = inside(house, SAPPORO, lambda c: desk.cases_by_proposal(c, SAPPORO, [same, uuid4()]))

    assert {proposal: len(rows) for proposal, rows in found.items()} == {same: 1}
    assert words_of(recorded, [found[same][0].title]) == ["公園の見守りの事例"]


def test_the_organisation_bears_the_names_of_the_day(recorded: Recorded) -> None:
    row = inside(recorded.house, SAPPORO, lambda c: desk.organisation(c, SAPPORO))

    assert row is not None
    names = [chart_on(row, day).departments[0].name for day in (date(2027, 3, 31), date(2027, 4, 1))]
    assert words_of(recorded, names) == ["公園課", "みどりの課"]


def test_names_of_members_are_told_also_of_those_who_left(recorded: Recorded) -> None:
    found = inside(recorded.house, SAPPORO, lambda c: desk.members_by_id(c, SAPPORO, [WELFARE, uuid4()]))

    assert {id_: (member.name, member.active) for id_, member in found.items()} == {WELFARE: ("佐藤", False)}


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("question", ["inbox", "challenges", "cases", "timeline"])
def test_every_list_is_one_statement_however_long(recorded: Recorded, question: str, size: int) -> None:
    inside(recorded.house, SAPPORO, lambda c: getattr(desk, question)(c, SAPPORO, first=size))

    assert Counting.statements == 1


def test_every_look_up_is_one_statement_however_many(recorded: Recorded) -> None:
    ids = list(recorded.ids.values())
    for name in (
        "proposals_by_id", "challenges_by_id", "cases_by_id", "cases_by_proposal", "timelines_by_id", "members_by_id",
    ):  # fmt: skip
        for asked in (ids[:1], ids[:3]):
            inside(recorded.house, SAPPORO, lambda c, name=name, asked=asked: getattr(desk, name)(c, SAPPORO, asked))  # type: ignore[misc]
            assert (name, Counting.statements) == (name, 1)


def test_the_inbox_shows_what_is_overdue_until_it_has_ended(house: House) -> None:
    house.open_city()
    at = officer(house, SAPPORO)
    last = date(2026, 5, 20)
    late, completed, withdrawn, closed = (receive(at, title) for title in ("遅い", "補正済み", "取下げ", "完結"))
    for proposal in (late, completed, withdrawn, closed):
        later(at, MAY, ReturnForCompletion(proposal=proposal, reason="図面", due_on=last))
    later(at, MAY, Complete(proposal=completed, note="図面を添えた"))
    later(at, MAY, Withdraw(proposal=withdrawn, reason="都合"))
    later(at, MAY, Withdraw(proposal=closed, reason="都合"), Close(proposal=closed, reason="終わり"))
    caught_up(house)

    def overdue(day: date) -> list[UUID]:
        where = desk.InboxWhere(overdue_on=day)
        return [row.id for row in inside(house, SAPPORO, lambda c: desk.inbox(c, SAPPORO, where)).nodes]

    assert overdue(last) == []
    assert overdue(date(2026, 5, 21)) == [late]
