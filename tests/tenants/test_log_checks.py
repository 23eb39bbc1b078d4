"""Promise 3, after a restore: no event is taken before the log was checked against the last outside checkpoint."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.errors import LogDiffers, LogUnchecked
from tenants.checkpoint import CheckpointInvalid
from tenants.commands.challenges import Raise
from tenants.database.access import Database
from tenants.database.embedded import EmbeddedPostgres
from tenants.database.migrate import migrate
from tenants.recorder import CityRecorder, Envelope
from tenants.wish import Entry
from tests.conftest import AOMORI, MIGRATIONS, SAPPORO, House, plain_events, running_house

RESTARTED = "update renkei.log_checks set server_started = server_started - interval '1 second'"


RAISE = Raise(challenge=UUID(int=650), title="除雪", description="担い手")


def raise_one(house: House) -> int:
    return house.desk(SAPPORO).do(replace(RAISE, challenge=uuid4()), Entry(uuid4())).last


@pytest.fixture
def city(house: House) -> House:
    """Sapporo with ten events and a checkpoint of all of them."""
    house.open_city(SAPPORO)
    house.record(SAPPORO, 8)
    house.tenancy.keep_checkpoint(SAPPORO)
    return house


def test_a_restarted_server_takes_events_again_when_the_log_agrees_with_the_checkpoint(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        database = Database(server.admin_conninfo, secrets.token_bytes(32))
        migrate(database, MIGRATIONS)
        with running_house(database, tmp_path) as house:
            house.open_city(SAPPORO)
            house.tenancy.keep_checkpoint(SAPPORO)
            assert raise_one(house) == 3  # recorded after the checkpoint, as on any day
        server.stop()
        server.start()
        with running_house(database, tmp_path) as house:
            unchecked = CityRecorder(house.tenancy.pool, SAPPORO)
            with pytest.raises(LogUnchecked):
                unchecked.append(plain_events(), Envelope(uuid4(), 1, uuid4(), "", b""))
            assert raise_one(house) == 4
            assert house.sql("select size from renkei.log_checks") == [(3,)]


def a_restored_older_copy_takes_no_events(house: House) -> None:
    house.sql("delete from renkei.events where position > 8; delete from renkei.commands where last > 8")
    house.sql(RESTARTED)
    with pytest.raises(LogDiffers):
        raise_one(house)
    assert house.positions(SAPPORO) == list(range(1, 9))


def test_a_restored_older_copy_takes_no_events(city: House) -> None:
    a_restored_older_copy_takes_no_events(city)


def test_a_log_that_is_never_checked_would_be_noticed(city: House) -> None:
    city.break_append("k.server_started = pg_postmaster_start_time()", "true")
    with pytest.raises(pytest.fail.Exception):
        a_restored_older_copy_takes_no_events(city)


def test_a_restored_copy_that_was_written_to_elsewhere_takes_no_events(city: House) -> None:
    """As long as before, or longer, but not what was signed."""
    city.sql("delete from renkei.events where position > 8; delete from renkei.commands where last > 8")
    city.record(SAPPORO, 5)
    city.sql(RESTARTED)
    with pytest.raises(LogDiffers):
        raise_one(city)
    assert city.positions(SAPPORO) == list(range(1, 14))


def test_a_restored_copy_that_agrees_takes_events(city: House) -> None:
    city.sql(RESTARTED)
    assert raise_one(city) == 11


def test_an_emptied_log_takes_no_events(city: House) -> None:
    city.sql("delete from renkei.events; delete from renkei.commands; delete from renkei.log_checks")
    with pytest.raises(LogDiffers):
        city.record(SAPPORO)
    assert city.positions(SAPPORO) == []


def test_without_its_checkpoint_a_log_with_events_waits_for_the_operator(city: House) -> None:
    (city.folder / "checkpoints" / SAPPORO / "latest").unlink()
    city.sql(RESTARTED)
    with pytest.raises(LogUnchecked) as unchecked:
        raise_one(city)
    assert unchecked.value.message("en") == (
        "The log of 011002 must be checked first: there is no checkpoint of it in the data folder."
        " Run `renkei audit accept 011002`."
    )
    assert city.positions(SAPPORO) == list(range(1, 11))


def noise(path: Path) -> None:
    path.write_bytes(b"\xff")


def of_another_city(path: Path) -> None:
    path.write_bytes((path.parent.parent / AOMORI / "latest").read_bytes())


@pytest.mark.parametrize(("damage", "error"), [(noise, CheckpointInvalid), (of_another_city, LogDiffers)])
def test_a_damaged_checkpoint_lets_nothing_in(
    city: House, damage: Callable[[Path], None], error: type[Exception]
) -> None:
    city.open_city(AOMORI)
    damage(city.folder / "checkpoints" / SAPPORO / "latest")
    city.sql(RESTARTED)
    with pytest.raises(error):
        raise_one(city)
    assert city.positions(SAPPORO) == list(range(1, 11))


def test_a_new_city_has_a_checkpoint_of_nothing_before_its_first_event(house: House) -> None:
    """Else a log whose beginning was taken out would look like a new one."""
    house.open_city(SAPPORO)
    house.sql("delete from renkei.events; delete from renkei.log_checks; delete from renkei.commands")
    checkpoint = house.tenancy.checkpoints.latest(SAPPORO)
    assert checkpoint is not None
    assert checkpoint.size == 0


def test_checkpoints_that_are_due_are_kept(city: House) -> None:
    raise_one(city)
    raise_one(city)
    city.tenancy.keep_checkpoints()
    assert city.tenancy.checkpoints.latest(SAPPORO) == city.tenancy.checkpoint_at(SAPPORO, 12)


def test_a_checkpoint_that_fails_stays_due_and_keeps_no_other_back(city: House) -> None:
    cities = [city.open_city(code) for code in (AOMORI, "131121", "261009")]
    city.tenancy.keep_checkpoints()
    raise_one(city)
    for other in cities:
        city.desk(other).do(RAISE, Entry(uuid4()))
    city.sql("update renkei.events set city = '000000' where city = %s and position = 10", SAPPORO)
    with pytest.raises(LogDiffers):
        city.tenancy.keep_checkpoints()
    assert [getattr(city.tenancy.checkpoints.latest(other), "size", 0) for other in cities] == [3, 3, 3]
    city.sql("update renkei.events set city = %s where city = '000000'", SAPPORO)
    city.tenancy.keep_checkpoints()
    assert city.tenancy.checkpoints.latest(SAPPORO) == city.tenancy.checkpoint_at(SAPPORO, 11)


def test_a_log_whose_nodes_were_taken_out_gets_no_checkpoint(city: House) -> None:
    city.sql("delete from renkei.events where position = 8")
    with pytest.raises(LogDiffers):
        city.tenancy.keep_checkpoint(SAPPORO)
