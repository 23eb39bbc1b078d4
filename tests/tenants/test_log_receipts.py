"""Receipt numbers that people can say on the telephone: one after the other, none twice, none left out."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError

from domain.errors import StoreUnavailable
from domain.values import CityCode
from tenants.database.access import Role
from tests.conftest import AOMORI, SAPPORO, House


@pytest.fixture
def cities(house: House) -> House:
    house.add_city(SAPPORO)
    house.add_city(AOMORI)
    return house


TAKE = "select renkei.take_receipt_number(%s, 2026, 'free', %s, %s, '{}')"


def take(
    house: House, command: UUID | None = None, city: CityCode = SAPPORO, year: int = 2026, kind: str = "free"
) -> int:
    return house.tenancy.take_serial(city, year, kind, command or uuid4(), uuid4())[0]


def a_number_in_the_making_is_waited_for(house: House) -> None:
    with ThreadPoolExecutor() as threads:
        with house.connect(Role.DESK) as connection, connection.transaction():
            connection.execute(TAKE, (SAPPORO, uuid4(), uuid4()))
            later = threads.submit(take, house)
            time.sleep(0.15)
        assert later.result() == 2


def test_numbers_count_on_without_a_gap_however_many_take_them(cities: House) -> None:
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: take(cities), range(60)))
    assert sorted(taken) == list(range(1, 61))


def test_a_number_in_the_making_is_waited_for(cities: House) -> None:
    a_number_in_the_making_is_waited_for(cities)


def test_numbers_taken_without_the_lock_would_be_noticed(cities: House) -> None:
    ((source,),) = cities.sql("select pg_get_functiondef('renkei.take_receipt_number'::regproc)")
    cities.sql(source.replace("perform pg_advisory_xact_lock(7424, _city::int);", ""))
    with pytest.raises((AssertionError, IntegrityError)):
        a_number_in_the_making_is_waited_for(cities)


def test_the_same_command_gets_the_same_number(cities: House) -> None:
    command = uuid4()
    assert [take(cities, command), take(cities), take(cities, command)] == [1, 2, 1]


def test_the_same_command_at_the_same_moment_gets_the_same_number(cities: House) -> None:
    command = uuid4()
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: take(cities, command), range(16))) == {1}
    assert take(cities) == 2


def test_cities_years_and_kinds_count_by_themselves(cities: House) -> None:
    assert take(cities) == 1
    assert take(cities, kind="themed") == 1
    assert take(cities, year=2027) == 1
    assert take(cities, city=AOMORI) == 1
    assert take(cities) == 2


def test_a_number_whose_transaction_was_undone_is_given_again(cities: House) -> None:
    with cities.connect(Role.DESK) as connection, connection.transaction(force_rollback=True):
        connection.execute(TAKE, (SAPPORO, uuid4(), uuid4()))
    assert take(cities) == 1


def test_without_a_database_no_number_is_given(cities: House) -> None:
    cities.tenancy.pool.close()
    with pytest.raises(StoreUnavailable):
        take(cities)


def test_a_record_that_another_command_began_takes_no_number(cities: House) -> None:
    cities.record(SAPPORO, originator=UUID(int=77))
    with pytest.raises(IntegrityError):
        cities.tenancy.take_serial(SAPPORO, 2026, "free", uuid4(), UUID(int=77))
    assert cities.sql("select from renkei.receipt_numbers") == []
