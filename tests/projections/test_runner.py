"""Every event changes every read model exactly once, whoever runs and whatever dies."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from domain.values import CityCode
from projections import batch
from projections.lag import lags
from projections.proposals import PROPOSALS
from projections.rebuild import rebuild
from projections.timeline import TIMELINE
from tenants.database.access import Database
from tests.conftest import AOMORI, SAPPORO, House
from tests.projections.running import MODELS, journey, officer, received, rows, runner_of


def wait_until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for a condition; the test fails when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("size", [1, 3, 2000])
def test_batches_of_any_size_give_the_same_rows(house: House, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    ids = sorted(str(journey(desk)) for _ in range(4))
    monkeypatch.setattr("projections.runner.BATCH", size)
    with runner_of(house) as runner:
        while streams := runner.news():
            for stream in streams:
                runner.advance(stream, size)
    proposals = rows(house, PROPOSALS)
    assert [row["id"] for row in proposals] == ids
    assert {(row["stage"], row["version"]) for row in proposals} == {("adopted", 5)}
    assert [row["position"] for row in sorted(rows(house, TIMELINE), key=lambda row: row["position"])] == list(
        range(1, 24)
    )


def test_two_runners_at_once_fold_every_event_once(house: House) -> None:
    cities = [house.open_city(SAPPORO), house.open_city(AOMORI)]
    with runner_of(house) as first, runner_of(house) as second:
        stop = threading.Event()
        threads = [threading.Thread(target=runner.run, args=(stop,)) for runner in (first, second)]
        for thread in threads:
            thread.start()
        for _ in range(8):
            for city in cities:
                journey(officer(house, city))
        wait_until(lambda: not first.news())
        stop.set()
        for thread in threads:
            thread.join()
        before = [rows(house, model) for model in MODELS]
        for model in MODELS:
            rebuild(first._pool, first, model)
    assert [rows(house, model) for model in MODELS] == before
    assert len(before[0]) == 16
    assert len(before[1]) == 2 * (3 + 8 * 5)


def test_a_lost_position_applies_nothing_twice(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    for _ in range(3):
        journey(desk)
    with runner_of(house) as runner:
        runner.catch_up()
        before = [rows(house, model) for model in MODELS]
        house.sql("delete from renkei.positions")
        runner.catch_up()
    assert [rows(house, model) for model in MODELS] == before


def test_an_event_that_a_row_has_seen_never_takes_it_back(house: House) -> None:
    journey(officer(house, house.open_city(SAPPORO)))
    with runner_of(house, [PROPOSALS]) as runner:
        runner.catch_up()
        house.sql("update renkei.positions set position = 3")
        (stream,) = runner.news()
        assert runner.advance(stream, 1) == 1
    assert [(row["stage"], row["version"]) for row in rows(house, PROPOSALS)] == [("adopted", 5)]


def test_rows_without_their_position_are_not_kept(house: House) -> None:
    received(officer(house, house.open_city(SAPPORO)))
    with runner_of(house) as runner:
        house.sql(
            "create function public.full() returns trigger language plpgsql as $$ begin"
            " raise exception 'no room' using errcode = '53100'; end $$;"
            "create trigger full_disk before update on renkei.positions for each row execute function public.full()"
        )
        for stream in runner.news():
            with pytest.raises(psycopg.errors.DiskFull):
                runner.advance(stream)
        assert [rows(house, model) for model in MODELS] == [[], []]
        house.sql("drop trigger full_disk on renkei.positions")
        runner.catch_up()
    assert len(rows(house, PROPOSALS)) == 1


def run_alone(database: Database, folder: Path) -> None:
    """A process of its own that folds one event at a time until it is killed."""
    with psycopg.connect(database.admin, autocommit=True) as superuser:
        house = House(database, folder, None, superuser)  # type: ignore[arg-type]
        with runner_of(house) as runner:
            while True:
                for stream in runner.news():
                    runner.advance(stream, 1)


def test_a_runner_killed_in_mid_batch_loses_and_doubles_nothing(house: House) -> None:
    city = house.open_city(SAPPORO)
    desk = officer(house, city)
    for _ in range(20):
        journey(desk)
    process = multiprocessing.get_context("spawn").Process(target=run_alone, args=(house.database, house.folder))
    process.start()
    wait_until(lambda: house.sql("select from renkei.positions where position > 10"))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with runner_of(house) as runner:
        assert runner.news(), "it was killed before its end"
        runner.catch_up()
        before = [rows(house, model) for model in MODELS]
        for model in MODELS:
            rebuild(runner._pool, runner, model)
    assert [rows(house, model) for model in MODELS] == before
    assert len(before[1]) == 103


def test_cut_connections_are_made_good_within_five_seconds(house: House) -> None:
    desk = officer(house, house.open_city(SAPPORO))
    with runner_of(house) as runner:
        stop = threading.Event()
        thread = threading.Thread(target=runner.run, args=(stop,))
        thread.start()
        journey(desk)
        wait_until(lambda: len(rows(house, PROPOSALS)) == 1)
        house.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'renkei_runner'")
        journey(desk)
        wait_until(lambda: len(rows(house, PROPOSALS)) == 2, seconds=5)
        stop.set()
        thread.join()


def test_a_city_added_while_it_runs_is_folded_as_well(house: House) -> None:
    house.open_city(SAPPORO)
    with runner_of(house) as runner:
        runner.catch_up()
        received(officer(house, house.open_city(AOMORI)))
        runner.catch_up()
    assert [row["city"] for row in rows(house, PROPOSALS)] == [AOMORI]


def test_a_second_process_passes_by_a_city_that_is_being_folded(house: House) -> None:
    city = house.open_city(SAPPORO)
    received(officer(house, city))
    with runner_of(house) as runner, runner._pool.connection() as other:
        (stream,) = [stream for stream in runner.news() if stream.model is PROPOSALS]
        with other.transaction():
            assert other.execute(batch.LEASE, stream.key).fetchone() == (0,)
            assert runner.advance(stream) == 0
        assert runner.advance(stream) == 3


def test_the_lag_counts_events_and_seconds(house: House) -> None:
    city = house.open_city(SAPPORO)
    with runner_of(house) as runner:
        runner.catch_up()
        received(officer(house, city))
        time.sleep(0.05)
        with runner._pool.connection() as connection:
            behind = {lag.projection: lag for lag in lags(connection)}
        assert behind["proposals"].events == 1
        assert behind["proposals"].seconds >= 0.05
        runner.catch_up()
        with runner._pool.connection() as connection:
            assert {(lag.events, lag.seconds) for lag in lags(connection)} == {(0, 0.0)}


def test_the_rows_of_one_city_are_not_those_of_another_with_the_same_ids(house: House) -> None:
    sapporo, aomori = officer(house, house.open_city(SAPPORO)), officer(house, house.open_city(AOMORI))
    one = received(sapporo)
    house.sql(
        "insert into renkei.events select '022012', 3, originator_id, originator_version, topic, state, actor,"
        " policy_version, command_id, request_id, salt, recorded_at, leaf_hash, node_hash"
        " from renkei.events where city = '011002' and position = 3"
    )
    journey(sapporo)
    with runner_of(house) as runner:
        runner.catch_up()
    found = {(row["city"], row["id"]) for row in rows(house, PROPOSALS)}
    assert {(CityCode("022012"), str(one)), (CityCode("011002"), str(one))} <= found
    assert len(found) == 3
    assert aomori.city == "022012"
