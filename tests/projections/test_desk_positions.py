"""Who recorded something can wait until it is shown."""

import asyncio
import time
from collections.abc import Collection
from threading import Timer

import pytest

from projections.catalogue import READ_MODELS
from projections.queries import desk
from projections.queries.desk import PositionUnknown
from tenants.database.access import Role as Account
from tests.conftest import SAPPORO, House
from tests.projections.asking import inside, pool_of
from tests.projections.neighbours import Recorded, receive, record
from tests.projections.running import officer, runner_of


@pytest.fixture(scope="module")
def recorded(module_house: House) -> Recorded:
    return record(module_house)


def size_of(house: House) -> int:
    """Number of events in Sapporo's log."""
    ((size,),) = house.sql("select count(*) from renkei.events where city = %s", SAPPORO)
    return int(size)


def waited(recorded: Recorded, position: int, read_models: Collection[str] | None = None, timeout: float = 0.1) -> bool:
    async def ask() -> bool:
        async with pool_of(recorded.house, Account.DESK) as pool:
            return await desk.wait_for(pool, SAPPORO, position, read_models, timeout)

    return asyncio.run(ask())


def test_positions_tell_how_far_each_read_model_has_come(recorded: Recorded) -> None:
    size = size_of(recorded.house)

    found = inside(recorded.house, SAPPORO, lambda c: desk.positions(c, SAPPORO))

    assert found == {model.name: size for model in READ_MODELS}
    assert waited(recorded, size)


def test_waiting_ends_without_the_event_when_time_is_up(recorded: Recorded) -> None:
    size = size_of(recorded.house)

    assert not waited(recorded, size, ["no such read model"])


def test_what_the_log_does_not_have_is_not_waited_for(recorded: Recorded) -> None:
    size = size_of(recorded.house)
    began = time.monotonic()
    for position in (size + 1, 2**63 - 1):
        with pytest.raises(PositionUnknown):
            waited(recorded, position, timeout=20)
    assert time.monotonic() - began < 10


def test_only_the_read_models_that_matter_are_waited_for(recorded: Recorded) -> None:
    house = recorded.house
    size = size_of(house)
    house.sql("update renkei.positions set position = 0 where city = %s and projection = 'cases'", SAPPORO)
    try:
        assert waited(recorded, size, ["proposals", "timeline"])
        assert not waited(recorded, size, ["proposals", "cases"])
        assert not waited(recorded, size)
    finally:
        house.sql("update renkei.positions set position = %s where city = %s and projection = 'cases'", size, SAPPORO)


def test_only_the_generation_that_is_shown_counts(recorded: Recorded) -> None:
    house = recorded.house
    size = size_of(house)
    held = "update renkei.positions set position = %s where city = %s and projection = 'cases' and generation = 1"
    building = "insert into renkei.positions (city, projection, generation, position) values (%s, 'cases', 2, %s)"
    house.sql(held, size - 1, SAPPORO)
    house.sql(building, SAPPORO, size)
    try:
        assert waited(recorded, size - 1, ["cases"])
        assert not waited(recorded, size, ["cases"])
        house.sql("update commons.projections set generation = 2 where name = 'cases'")
        assert waited(recorded, size, ["cases"])
    finally:
        house.sql("update commons.projections set generation = 1 where name = 'cases'")
        house.sql("delete from renkei.positions where generation = 2")
        house.sql(held, size, SAPPORO)


def test_who_waits_sees_the_event_as_soon_as_it_is_folded(recorded: Recorded) -> None:
    house = recorded.house
    receive(officer(house, SAPPORO), "待たれる提案", sample=True)
    size = size_of(house)
    assert not waited(recorded, size, timeout=0)
    with runner_of(house, READ_MODELS) as runner:
        soon = Timer(0.1, runner.catch_up)
        soon.start()
        try:
            assert waited(recorded, size, timeout=10)
        finally:
            soon.join()
            house.sql("delete from renkei.proposals where city = %s and version = 1 and sample", SAPPORO)
