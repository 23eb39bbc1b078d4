"""A rebuild runs beside the live rows, may be cancelled, and switches in one row."""

import threading

import pytest
from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import StoreUnavailable
from projections.catalogue import READ_MODELS
from projections.proposals import PROPOSALS
from projections.rebuild import RebuildStopped, RebuildUnderWay, rebuild
from projections.timeline import TIMELINE
from tenants.database.access import Role
from tenants.database.walls import Row
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.running import MODELS, journey, officer, received, rows, runner_of


def test_readers_never_see_fewer_rows_while_it_is_rebuilt(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    for _ in range(10):
        journey(desk)
    seen: set[int] = set()
    with runner_of(house) as runner:
        runner.catch_up()
        stop = threading.Event()

        def look() -> None:
            with runner._pool.connection() as connection:
                while not stop.is_set():
                    row = connection.execute(
                        "select count(*) from renkei.proposals where generation ="
                        " (select generation from commons.projections where name = 'proposals')"
                    ).fetchone()
                    assert row is not None
                    seen.add(row[0])

        thread = threading.Thread(target=look)
        thread.start()
        for _ in range(3):
            rebuild(runner._pool, runner, PROPOSALS)
        stop.set()
        thread.join()
    assert seen == {10}


def test_a_cancelled_rebuild_changes_nothing_and_goes_on_when_asked_again(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    house.open_city(AOMORI)
    for _ in range(3):
        journey(desk)
    with runner_of(house) as runner:
        runner.catch_up()
        before = rows(house, PROPOSALS)

        def cancel(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rebuild(runner._pool, runner, PROPOSALS, cancel)
        assert rows(house, PROPOSALS) == before
        received(desk)
        runner.catch_up()
        assert rebuild(runner._pool, runner, PROPOSALS, resume=True) == 2
    after = rows(house, PROPOSALS)
    assert [row for row in after if row in before] == before
    assert len(after) == 4
    assert house.sql("select distinct generation from renkei.proposals") == [(2,)]
    assert house.sql("select generation, building from commons.projections where name = 'proposals'") == [(2, None)]


def test_the_switch_waits_until_no_reader_would_go_back_in_time(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    for _ in range(3):
        journey(desk)
    with runner_of(house) as runner:
        runner.catch_up()
        told: list[tuple[int, int]] = []

        def record_more_for_the_live_rows_only(done: int, total: int) -> None:
            if not told:
                received(desk)
                for stream in runner.news():
                    if stream.generation == 1:
                        runner.advance(stream)
            told.append((done, total))

        rebuild(runner._pool, runner, PROPOSALS, record_more_for_the_live_rows_only)
    assert len(rows(house, PROPOSALS)) == 4
    assert len(told) == 2


def test_every_read_model_rebuilds_to_the_same_rows(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    journey(desk)
    with runner_of(house, READ_MODELS) as runner:
        runner.catch_up()
        before = {model.name: rows(house, model) for model in READ_MODELS}
        for model in READ_MODELS:
            rebuild(runner._pool, runner, model)
    assert {model.name: rows(house, model) for model in READ_MODELS} == before
    assert before["proposals"]
    assert before["commons_cities"]
    assert len(MODELS) == 2


def cancelled(_done: int, _total: int) -> None:
    raise KeyboardInterrupt


def test_what_a_cancelled_rebuild_left_is_not_taken_over(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    for _ in range(3):
        journey(desk)
    with runner_of(house) as runner:
        runner.catch_up()
        before = rows(house, PROPOSALS)
        with pytest.raises(KeyboardInterrupt):
            rebuild(runner._pool, runner, PROPOSALS, cancelled)
        runner.catch_up()
        house.sql("update renkei.proposals set stage = 'made by older code' where generation = 2")
        house.sql(
            "insert into renkei.dead_letters (city, projection, generation, originator_id, position, problem)"
            " select city, 'proposals', 2, id, 1, 'older code' from renkei.proposals where generation = 2"
        )
        generations: set[int] = set()

        def look(_done: int, _total: int) -> None:
            generations.update(one for (one,) in house.sql("select distinct generation from renkei.proposals"))

        assert rebuild(runner._pool, runner, PROPOSALS, look) == 3
    assert generations == {1, 3}
    assert rows(house, PROPOSALS) == before
    for table in ("renkei.proposals", "renkei.positions where projection = 'proposals'"):
        assert house.sql(f"select distinct generation from {table}") == [(3,)]  # noqa: S608 - names of ours
    assert house.sql("select count(*) from renkei.dead_letters") == [(0,)]
    assert house.sql("select generation, building from commons.projections where name = 'proposals'") == [(3, None)]


def test_a_second_rebuild_of_the_same_read_model_is_told_that_one_is_under_way(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    journey(desk)
    told: list[str] = []
    with runner_of(house, READ_MODELS) as runner:

        def another_begins(_done: int, _total: int) -> None:
            for resume in (False, True):
                with pytest.raises(RebuildUnderWay) as refused:
                    rebuild(runner._pool, runner, PROPOSALS, resume=resume)
                told.append(refused.value.message("en"))
            if len(told) == 2:
                rebuild(runner._pool, runner, TIMELINE)

        runner.catch_up()
        assert rebuild(runner._pool, runner, PROPOSALS, another_begins) == 2
        assert "proposals" in told[0]
        with pytest.raises(KeyboardInterrupt):
            rebuild(runner._pool, runner, PROPOSALS, cancelled)
        assert rebuild(runner._pool, runner, PROPOSALS) == 4  # whatever became of the one before, it holds it no longer


def test_a_rebuild_whose_connection_was_lost_does_not_switch(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    journey(desk)
    conninfo, kwargs = house.database.conninfo(Role.RUNNER), {"autocommit": True, "application_name": "rebuilding"}
    with (
        runner_of(house) as runner,
        ConnectionPool[Connection[Row]](conninfo, kwargs=kwargs, min_size=1, max_size=1, open=False) as pool,
    ):
        runner.catch_up()

        def lose(_done: int, _total: int) -> None:
            house.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rebuilding'")

        with pytest.raises(StoreUnavailable):
            rebuild(pool, runner, PROPOSALS, lose)
    assert house.sql("select generation, building from commons.projections where name = 'proposals'") == [(1, 2)]


def test_a_rebuild_of_a_read_model_that_stops_itself_ends(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    journey(desk)
    with runner_of(house) as runner:
        runner.catch_up()

        def stop(_done: int, _total: int) -> None:
            received(desk)
            for stream in runner.news():
                if stream.generation == 1:
                    runner.advance(stream)
            house.sql("update commons.projections set stopped = 'too much of it' where name = 'proposals'")

        with pytest.raises(RebuildStopped) as stopped:
            rebuild(runner._pool, runner, PROPOSALS, stop)
    assert "too much of it" in stopped.value.message("en")
