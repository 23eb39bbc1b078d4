"""A rebuild runs beside the live rows, may be cancelled, and switches in one row."""

import threading

import pytest

from projections.catalogue import READ_MODELS
from projections.proposals import PROPOSALS
from projections.rebuild import rebuild
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
        assert rebuild(runner._pool, runner, PROPOSALS) == 2
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
