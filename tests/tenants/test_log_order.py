"""Promise 1: one log per city, gapless, in commit order; a reader that counts on misses nothing."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from domain.errors import StoreUnavailable
from domain.values import CityCode
from tenants.database.access import Role
from tenants.recorder import CityRecorder, Envelope
from tests.conftest import AOMORI, SAPPORO, House, plain_events

LOCK = "perform pg_advisory_xact_lock(7423, _city::int);"
NEXT = """
    select city, position, command_id from renkei.events
    where city = %s and position > %s order by position limit 50"""


@contextmanager
def open_append(house: House, city: CityCode) -> Iterator[None]:
    """An append whose transaction is still open inside the block, and is committed at its end."""
    with house.connect(Role.DESK) as connection, connection.transaction():
        house.append_within(connection, city)
        yield


def an_open_append_is_waited_for(house: House) -> None:
    """Two appends to different aggregates at once both succeed, and no reader sees the later one first."""
    house.record(SAPPORO)
    with ThreadPoolExecutor() as threads:
        with open_append(house, SAPPORO):
            later: Future[Envelope] = threads.submit(house.record, SAPPORO)
            time.sleep(0.15)
            assert house.positions(SAPPORO) == [1]
        assert later.result().last == 3
    assert house.positions(SAPPORO) == [1, 2, 3]


def test_an_append_waits_for_an_open_one_in_the_same_city(house: House) -> None:
    house.add_city(SAPPORO)
    an_open_append_is_waited_for(house)


@pytest.mark.parametrize(
    "size",
    [
        pytest.param("coalesce(size, 0)", id="no lock: one of the two fails"),
        pytest.param("nextval('public.numbers') - 1", id="a sequence: readers miss the earlier one"),
    ],
)
def test_a_log_without_its_lock_would_be_noticed(house: House, size: str) -> None:
    house.add_city(SAPPORO)
    house.sql("create sequence public.numbers; grant all on sequence public.numbers to public")
    house.break_append(LOCK, "")
    house.break_append("size := coalesce(size, 0);", f"size := {size};")
    with pytest.raises((AssertionError, IntegrityError)):
        an_open_append_is_waited_for(house)


def test_an_open_append_in_one_city_does_not_hold_up_another(house: House) -> None:
    house.add_city(SAPPORO)
    house.add_city(AOMORI)
    house.record(SAPPORO)
    house.record(AOMORI)
    with open_append(house, SAPPORO):
        assert house.record(AOMORI).last == 2


class Writers:
    """Sixteen that append, roll back, leave gaps in versions and lose their connections, until told to stop."""

    def __init__(self, house: House, cities: list[CityCode]) -> None:
        self.house, self.cities = house, cities
        self.stop, self.start = Event(), Barrier(16)
        self.acknowledged: list[tuple[CityCode, int, UUID]] = []
        self.lost = 0

    def run(self, number: int) -> None:
        dice, city = random.Random(number), self.cities[number % len(self.cities)]
        deeds: list[Callable[[CityCode], None]] = [
            self.append,
            self.append,
            self.append,
            self.roll_back,
            self.leave_a_gap,
        ]
        self.start.wait()
        while not self.stop.is_set():
            try:
                dice.choice(deeds)(city)
            except (StoreUnavailable, psycopg.OperationalError):
                self.lost += 1

    def append(self, city: CityCode) -> None:
        envelope = self.house.record(city, events=random.randint(1, 3))
        self.acknowledged += [(city, n, envelope.command_id) for n in range(envelope.first, envelope.last + 1)]

    def roll_back(self, city: CityCode) -> None:
        with self.house.connect(Role.DESK) as connection, connection.transaction(force_rollback=True):
            self.house.append_within(connection, city)

    def leave_a_gap(self, city: CityCode) -> None:
        recorder = CityRecorder(self.house.tenancy.pool, city)
        with pytest.raises(psycopg.DatabaseError) as refused:
            recorder.append(plain_events(after=5), Envelope(uuid4(), 1, uuid4(), "", b""))
        if isinstance(refused.value, psycopg.OperationalError):
            raise refused.value


class Reader(Thread):
    """Follows a log as the projections do: the next position it asks for is the last it saw and one."""

    def __init__(self, house: House, city: CityCode) -> None:
        super().__init__()
        self.house, self.city, self.end = house, city, Event()
        self.seen: list[tuple[object, ...]] = []

    def run(self) -> None:
        with self.house.connect(Role.RUNNER) as connection:
            last = 0
            while True:
                ended = self.end.is_set()
                rows = connection.execute(NEXT, (self.city, last)).fetchall()
                self.seen += rows
                last = int(str(rows[-1][1])) if rows else last
                if ended and not rows:
                    return


def kill_some(house: House) -> None:
    """Take the desks' connections away, one at a time, at odd moments."""
    for _ in range(60):
        time.sleep(0.025)
        house.sql("""
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and usename = 'renkei_desk' and state <> 'idle'
            order by random() limit 1""")


@pytest.mark.parametrize("cities", [[SAPPORO], [SAPPORO, AOMORI]], ids=["one city", "two cities"])
def test_sixteen_writers_with_rollbacks_and_kills_leave_no_gap_and_readers_miss_nothing(
    house: House, cities: list[CityCode]
) -> None:
    for city in cities:
        house.add_city(city)
        house.tenancy.check_log(city)
    writers, readers = Writers(house, cities), [Reader(house, city) for city in cities]
    for reader in readers:
        reader.start()
    with ThreadPoolExecutor(16) as threads:
        running = [threads.submit(writers.run, number) for number in range(16)]
        kill_some(house)
        writers.stop.set()
        for writer in running:
            writer.result()
    for reader in readers:
        reader.end.set()
        reader.join()
        log = house.sql(
            "select city, position, command_id from renkei.events where city = %s order by position", reader.city
        )
        assert [row[1] for row in log] == list(range(1, len(log) + 1))
        assert reader.seen == log
        assert set(log) >= {row for row in writers.acknowledged if row[0] == reader.city}
    assert writers.lost > 0
    assert len(writers.acknowledged) > 100
