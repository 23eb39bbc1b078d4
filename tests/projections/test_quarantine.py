"""One event that cannot be read stops only its own aggregate, and what is folded later equals a rebuild."""

from uuid import uuid4

import pytest

from domain.errors import KeysUnavailable
from domain.values import CityCode
from projections.cases import CASES
from projections.catalogue import READ_MODELS
from projections.commons_cases import COMMONS_CASES
from projections.proposals import PROPOSALS
from projections.rebuild import rebuild
from projections.timeline import TIMELINE
from tenants.commands import cases, proposals
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.running import (
    MODELS,
    department,
    journey,
    letters,
    mend,
    officer,
    published_case,
    received,
    rows,
    runner_of,
    spoil,
)


@pytest.fixture
def city(house: House) -> CityCode:
    """Sapporo with its policy: positions 1 and 2."""
    return house.open_city(SAPPORO)


def test_one_unreadable_event_stops_only_its_aggregate_from_there_on(house: House, city: CityCode) -> None:
    desk = officer(house, city)
    bad, good = journey(desk), journey(desk)
    spoil(house, city, 6)
    with runner_of(house) as runner:
        runner.catch_up()
    assert {row["id"]: (row["stage"], row["version"]) for row in rows(house, PROPOSALS)} == {
        str(bad): ("screened", 2),
        str(good): ("adopted", 5),
    }
    assert letters(house) == [("proposals", bad, 6), ("timeline", bad, 6)]
    assert [row["version"] for row in rows(house, TIMELINE) if row["id"] == str(bad)] == [1, 2]


def test_later_events_of_a_held_aggregate_wait_too(house: House, city: CityCode) -> None:
    desk = officer(house, city)
    bad = received(desk)
    desk.do(proposals.Screen(proposal=bad, reason="市の課題に役立つ"), Entry(uuid4()))
    state = spoil(house, city, 4)
    with runner_of(house) as runner:
        runner.catch_up()
        mend(house, city, 4, state)
        desk.do(proposals.Match(proposal=bad, department=department(desk), reason="公園の担当"), Entry(uuid4()))
        runner.catch_up()
        assert [(row["stage"], row["version"]) for row in rows(house, PROPOSALS)] == [("received", 1)]
        runner.replay()
    assert [(row["stage"], row["version"]) for row in rows(house, PROPOSALS)] == [("matched", 3)]


@pytest.mark.parametrize("position", [3, 5, 8])
def test_a_replay_after_the_fix_equals_a_rebuild(house: House, city: CityCode, position: int) -> None:
    desk = officer(house, city)
    bad = journey(desk)
    state = spoil(house, city, position)
    with runner_of(house) as runner:
        runner.catch_up()
        journey(desk)
        runner.catch_up()
        mend(house, city, position, state)
        house.sql("update renkei.proposals set fiscal_year = 1999 where id = %s", bad)
        assert {whole for _, _, whole in runner.replay()} == {True}
        replayed = [rows(house, model) for model in MODELS]
        for model in MODELS:
            rebuild(runner._pool, runner, model)
    assert [rows(house, model) for model in MODELS] == replayed
    assert letters(house) == []
    assert {row["stage"] for row in replayed[0]} == {"adopted"}
    assert str(bad) in {row["id"] for row in replayed[0]}


def test_a_replay_before_the_fix_leaves_everything_as_it_was(house: House, city: CityCode) -> None:
    journey(officer(house, city))
    spoil(house, city, 5)
    with runner_of(house) as runner:
        runner.catch_up()
        before = [rows(house, model) for model in MODELS]
        assert {whole for _, _, whole in runner.replay()} == {False}
    assert [rows(house, model) for model in MODELS] == before
    assert house.sql("select attempts from renkei.dead_letters") == [(2,), (2,)]


def test_a_topic_that_no_code_knows_is_put_aside(house: House, city: CityCode) -> None:
    bad = received(officer(house, city))
    house.sql("update renkei.events set topic = 'proposal.teleported' where city = %s and position = 3", city)
    with runner_of(house) as runner:
        runner.catch_up()
    assert letters(house) == [("proposals", bad, 3), ("timeline", bad, 3)]
    assert house.sql("select distinct problem from renkei.dead_letters") == [("proposal.teleported: Unreadable",)]


def test_a_public_row_whose_aggregate_cannot_be_read_is_hidden_until_it_can(house: House, city: CityCode) -> None:
    desk = officer(house, city)
    published_case(desk, "見える事例")
    published_case(desk, "読めない事例")
    with runner_of(house, READ_MODELS) as runner:
        runner.catch_up()
        assert len(rows(house, COMMONS_CASES)) == 2
        case = house.sql("select id from commons.cases where title = '読めない事例'")[0][0]
        desk.do(cases.Close(case=case, note="終わった"), Entry(uuid4()))
        house.sql("update renkei.events set topic = 'case.teleported' where topic = 'case.closed'")
        runner.catch_up()
        assert [row["title"] for row in rows(house, COMMONS_CASES)] == ["見える事例"]
        house.sql("delete from renkei.events where topic = 'case.teleported'")
        runner.replay()
        assert [row["title"] for row in rows(house, COMMONS_CASES)].count("読めない事例") == 1


def test_a_row_that_the_database_refuses_is_found_and_put_aside(house: House, city: CityCode) -> None:
    desk = officer(house, city)
    ids = [received(desk) for _ in range(5)]
    house.sql(
        "create function public.refuse() returns trigger language plpgsql as $$ begin"
        f" if new.id = '{ids[2]}' then raise exception 'no' using errcode = '22000'; end if; return new; end $$;"
        "create trigger refuse before insert on renkei.proposals for each row execute function public.refuse()"
    )
    with runner_of(house) as runner:
        runner.catch_up()
    assert {row["id"] for row in rows(house, PROPOSALS)} == {str(one) for one in ids if one != ids[2]}
    assert letters(house) == [("proposals", ids[2], 5)]


def test_many_at_once_stop_the_projection_and_write_nothing(house: House, city: CityCode) -> None:
    desk = officer(house, city)
    for _ in range(25):
        received(desk)
    house.sql("update renkei.events set state = '\\x00' where topic = 'proposal.received'")
    told: list[str] = []
    with runner_of(house, MODELS, told) as runner:
        while runner.step():
            pass
        stopped = house.sql("select name, stopped from commons.projections order by name")
        assert [name for name, reason in stopped if reason] == ["proposals", "timeline"]
        assert letters(house) == []
        assert house.sql("select position from renkei.positions where projection = 'proposals'") in ([], [(0,)])
        assert runner.news() == []
        runner.replay(go_on=True)
        assert len(runner.news()) == 2
    assert told == [f"{name} stopped: proposal.received: Unreadable" for name in ("proposals", "timeline")]


def test_an_erased_key_leaves_a_tombstone_and_stops_nothing(house: House, city: CityCode) -> None:
    desk = officer(house, city)
    erased = published_case(desk, "消された事例")
    published_case(desk, "残る事例")
    house.sql("select renkei.erase_key(%s, %s)", city, erased)
    with runner_of(house, READ_MODELS) as runner:
        runner.catch_up()
    assert [row["title"] for row in rows(house, COMMONS_CASES)] == ["残る事例"]
    assert letters(house) == []


def test_published_text_is_gone_from_the_commons_the_moment_its_key_is_erased(house: House, city: CityCode) -> None:
    desk = officer(house, city)
    erased = published_case(desk, "消された事例")
    published_case(desk, "残る事例")
    with runner_of(house, READ_MODELS) as runner:
        runner.catch_up()
        ((before,),) = house.sql("select version from commons.version")
        house.sql("select renkei.erase_key(%s, %s)", city, erased)
        assert [row["title"] for row in rows(house, COMMONS_CASES)] == ["残る事例"]
        assert house.sql("select version > %s from commons.version", before) == [(True,)]
        left = rows(house, COMMONS_CASES)
        rebuild(runner._pool, runner, COMMONS_CASES)
    assert rows(house, COMMONS_CASES) == left


def test_a_data_key_that_does_not_open_holds_up_its_own_case_only(house: House, city: CityCode) -> None:
    bad = published_case(officer(house, city), "開かない事例")
    house.sql("update renkei.data_keys set wrapped = %s where key = %s and audience = 'public'", b"x" * 60, bad)
    published_case(officer(house, city), "開く事例")
    published_case(officer(house, house.open_city(AOMORI)), "隣の事例")
    with runner_of(house, READ_MODELS) as runner:
        runner.catch_up()
    assert sorted(row["title"] for row in rows(house, COMMONS_CASES)) == ["開く事例", "隣の事例"]
    assert [(name, one) for name, one, _ in letters(house)] == [("commons_cases", bad)]


def test_without_the_key_store_what_needs_no_key_goes_on(house: House, city: CityCode) -> None:
    published_case(officer(house, city))
    key = house.folder / "keys" / "public.key"
    key.rename(key.with_suffix(".away"))
    with runner_of(house, [COMMONS_CASES, CASES]) as runner:
        assert [stream.model for stream in runner.news()] == [COMMONS_CASES, CASES]
        with pytest.raises(KeysUnavailable):
            runner.catch_up()
    assert len(rows(house, CASES)) == 1


def test_with_the_key_store_away_the_runner_waits_and_goes_on(house: House, city: CityCode) -> None:
    published_case(officer(house, city))
    key = house.folder / "keys" / "public.key"
    hidden = key.rename(key.with_suffix(".away"))
    with runner_of(house, READ_MODELS) as runner:
        with pytest.raises(KeysUnavailable):
            runner.catch_up()
        assert letters(house) == []
        hidden.rename(key)
        runner.catch_up()
    assert len(rows(house, COMMONS_CASES)) == 1
