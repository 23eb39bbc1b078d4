"""What a full, broken or missing database does to a command: a named error, nothing half recorded, no word of SQL."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.conninfo import make_conninfo

from domain.errors import StoreFull, StoreUnavailable, Unavailable
from domain.values import CityCode
from tenants.commands.challenges import Raise
from tenants.database.access import Database, Role
from tenants.desk import Desk
from tenants.wish import Answer, Entry
from tests.conftest import SAPPORO, House, desk_pool, tenancy_of

RAISE = Raise(challenge=UUID(int=600), title="除雪の担い手", description="佐藤さんの話")
FULL = """
    create function public.full_disk() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file: No space left on device' using errcode = '{code}'; end $$;
    create trigger full_disk before insert on renkei.{table} for each row execute function public.full_disk()"""


@pytest.fixture
def city(house: House) -> House:
    house.open_city(SAPPORO)
    return house


def nothing_was_recorded(house: House, entry: Entry) -> None:
    assert house.positions(SAPPORO) == [1, 2]
    assert house.sql("select from renkei.commands where command_id = %s", entry.command_id) == []
    assert house.sql("select from renkei.sealed where key = %s", RAISE.challenge) == []
    assert house.sql("select from renkei.data_keys where key = %s", RAISE.challenge) == []


def says_nothing_of_the_inside(error: Unavailable) -> None:
    for language in ("en", "ja"):
        for word in ("renkei.", "select", "device", "errcode", "除雪", "佐藤", "/"):
            assert word not in error.message(language)


@pytest.mark.parametrize("table", ["events", "commands", "sealed", "data_keys"])
@pytest.mark.parametrize("code", ["53100", "53200"], ids=["disk full", "out of memory"])
def test_a_full_disk_is_named_and_nothing_is_recorded_until_there_is_room(city: House, table: str, code: str) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    city.sql(FULL.format(table=table, code=code))
    with pytest.raises(StoreFull) as full:
        desk.do(RAISE, entry)
    says_nothing_of_the_inside(full.value)
    nothing_was_recorded(city, entry)
    city.sql(f"drop trigger full_disk on renkei.{table}")
    assert desk.do(RAISE, entry).repeated is False


def test_a_database_that_refuses_connections_is_unavailable(city: House, tmp_path: Path) -> None:
    nowhere = Database(make_conninfo(city.database.admin, host=str(tmp_path)), city.database.secret)
    pool = desk_pool(nowhere)
    pool.timeout = 0.3
    with pool:
        tenancy = tenancy_of(pool, city.folder)
        with pytest.raises(StoreUnavailable) as unavailable:
            tenancy.desk(city.member(SAPPORO)).do(RAISE, Entry(uuid4()))
        with pytest.raises(StoreUnavailable):
            tenancy.find("sapporo")
    says_nothing_of_the_inside(unavailable.value)


def kill_desks(house: House) -> None:
    house.sql("""
        select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'renkei_desk' and datname = current_database()""")


def test_a_database_that_may_only_be_read_is_unavailable(city: House) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    city.sql(f"alter database {city.superuser.info.dbname} set default_transaction_read_only = on")
    kill_desks(city)
    with suppress(StoreUnavailable):
        city.tenancy.size(SAPPORO)
    assert city.tenancy.size(SAPPORO) == 2
    with pytest.raises(StoreUnavailable):
        desk.do(RAISE, entry)
    nothing_was_recorded(city, entry)


def test_connections_cut_between_commands_cost_one_answer_at_most(city: House) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    with ThreadPoolExecutor(8) as threads:  # so that the pool holds several connections
        list(threads.map(lambda _: city.tenancy.size(SAPPORO), range(40)))
    kill_desks(city)
    with pytest.raises(StoreUnavailable):
        desk.do(RAISE, entry)
    assert desk.do(RAISE, entry).repeated is False


def test_a_connection_cut_while_a_command_waits_records_nothing(city: House) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    with city.connect(Role.OWNER) as other, ThreadPoolExecutor(1) as threads:
        with other.transaction():
            other.execute("select pg_advisory_xact_lock(7423, %s)", (int(SAPPORO),))
            waiting = threads.submit(desk.do, RAISE, entry)
            time.sleep(0.3)
            kill_desks(city)
            with pytest.raises(StoreUnavailable):
                waiting.result()
        nothing_was_recorded(city, entry)
    answer = insisted(desk, RAISE, entry)
    assert (answer.last, answer.repeated) == (3, False)


def insisted(desk: Desk, wish: Raise, entry: Entry) -> Answer[Any]:
    """The answer once it comes: a cut may reach another connection of the pool a moment later."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return desk.do(wish, entry)
        except StoreUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_under_cuts_every_command_repeated_until_answered_is_recorded_once(city: House) -> None:
    stop = threading.Event()

    def cut() -> None:
        while not stop.wait(0.05):
            kill_desks(city)

    def insist(number: int) -> int:
        desk, entry = city.desk(SAPPORO), Entry(uuid4())
        wish = Raise(challenge=UUID(int=number), title="題名", description="説明")
        return insisted(desk, wish, entry).last

    cutter = threading.Thread(target=cut)
    cutter.start()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(insist, range(60)))
    stop.set()
    cutter.join()
    assert sorted(answers) == list(range(3, 63))
    assert city.positions(SAPPORO) == list(range(1, 63))


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda house: house.tenancy.size(SAPPORO), id="size"),
        pytest.param(lambda house: house.tenancy.checkpoint_at(SAPPORO, 2), id="checkpoint"),
        pytest.param(lambda house: house.tenancy.find("sapporo-2"), id="find"),
        pytest.param(
            lambda house: house.tenancy.take_serial(SAPPORO, 2026, "free", uuid4(), uuid4()), id="receipt number"
        ),
        pytest.param(lambda house: house.tenancy.check_log(CityCode(SAPPORO)), id="check"),
    ],
)
def test_whatever_is_asked_of_a_lost_database_has_the_same_name(city: House, ask: Callable[[House], object]) -> None:
    city.tenancy.pool.close()
    with pytest.raises(StoreUnavailable):
        ask(city)
