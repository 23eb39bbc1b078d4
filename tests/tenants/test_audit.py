"""`renkei audit verify`: whatever the superuser does to a log is found, and its place named."""
# ruff: noqa: S608 -- the names put into SQL here are our own tables and columns

import hashlib
import os
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tenants import tree
from tenants.audit import Accepted, Fault, LogAltered, Verified, accept, verify
from tenants.checkpoint import Checkpoint, CheckpointThere
from tenants.tree import Growing, LogRow
from tests.conftest import AOMORI, SAPPORO, House

SIZE = 9
COLUMNS = {
    "city": "'022012'",
    "position": "position + 100",
    "originator_id": "gen_random_uuid()",
    "originator_version": "originator_version + 100",
    "topic": "overlay(topic placing 'T' from 1 for 1)",
    "state": "set_byte(state, 0, 125)",
    "actor": "gen_random_uuid()",
    "policy_version": "policy_version + 1",
    "command_id": "gen_random_uuid()",
    "request_id": "request_id || '.'",
    "salt": "set_byte(salt, 15, get_byte(salt, 15) # 1)",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "leaf_hash": "set_byte(leaf_hash, 31, get_byte(leaf_hash, 31) # 1)",
    "node_hash": "set_byte(node_hash, 0, get_byte(node_hash, 0) # 128)",
}
FAULTS = {"city": Fault.POSITION, "position": Fault.POSITION, "node_hash": Fault.NODE}
OUT_OF_RANGE = ["'infinity'", "'-infinity'", "'20000-01-01'", "'0001-01-01 BC'"]


def check(house: House, against: Checkpoint | None = None) -> Verified:
    return verify(house.tenancy.pool, SAPPORO, against)


def found(house: House, against: Checkpoint | None = None) -> tuple[int, Fault]:
    with pytest.raises(LogAltered) as altered:
        check(house, against)
    return altered.value.position, altered.value.fault


@pytest.fixture(scope="module")
def log(module_house: House) -> House:
    """Nine events by four commands, and another city beside them."""
    module_house.add_city(SAPPORO)
    module_house.add_city(AOMORI)
    for events in (1, 2, 5, 1):
        module_house.record(SAPPORO, events)
    return module_house


@pytest.fixture
def own_log(house: House) -> House:
    """The same for a test that leaves ruins."""
    house.add_city(SAPPORO)
    for events in (1, 2, 5, 1):
        house.record(SAPPORO, events)
    return house


def test_a_whole_log_is_found_whole(log: House) -> None:
    checkpoint = log.tenancy.keep_checkpoint(SAPPORO)
    assert check(log) == Verified(SAPPORO, SIZE, 4, 4, checkpoint.root, None)
    assert check(log, checkpoint) == Verified(SAPPORO, SIZE, 4, 4, checkpoint.root, SIZE)
    assert check(log, log.tenancy.checkpoint_at(SAPPORO, 5)).signed == 5


def test_an_empty_log_is_whole(log: House) -> None:
    empty = Checkpoint(AOMORI, 0, tree.EMPTY)
    assert verify(log.tenancy.pool, AOMORI, empty) == Verified(AOMORI, 0, 0, 0, tree.EMPTY, 0)


def test_the_columns_tried_are_all_there_are(log: House) -> None:
    names = log.sql("select attname from pg_attribute where attrelid = 'renkei.events'::regclass and attnum > 0")
    assert {name for (name,) in names} == set(COLUMNS)


@pytest.mark.parametrize("position", [1, 4, SIZE - 1])
@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_byte_in_any_column_is_found_at_its_place(log: House, column: str, position: int) -> None:
    log.sql("create table public.before as select * from renkei.events")
    log.sql(
        f"update renkei.events set {column} = {COLUMNS[column]} where city = %s and position = %s", SAPPORO, position
    )
    try:
        assert found(log) == (position, FAULTS.get(column, Fault.LEAF))
    finally:
        log.sql("begin; delete from renkei.events; insert into renkei.events select * from public.before; commit")
        log.sql("drop table public.before")
    assert check(log).size == SIZE


def test_two_swapped_rows_are_found_at_the_first(own_log: House) -> None:
    for old, new in ((4, 100), (6, 4), (100, 6)):
        own_log.sql("update renkei.events set position = %s where position = %s", new, old)
    assert own_log.positions(SAPPORO) == list(range(1, SIZE + 1))
    assert found(own_log) == (4, Fault.LEAF)


def test_a_row_taken_out_is_found_at_its_place(own_log: House) -> None:
    own_log.sql("delete from renkei.events where position = 4")
    assert found(own_log) == (4, Fault.POSITION)


def test_a_row_taken_out_with_the_rest_moved_up_is_found(own_log: House) -> None:
    own_log.sql("delete from renkei.events where position = 4")
    own_log.sql("update renkei.events set position = position + 100 where position > 4")
    own_log.sql("update renkei.events set position = position - 101 where position > 100")
    assert found(own_log) == (4, Fault.LEAF)


def test_last_rows_taken_out_are_found_against_the_outside_checkpoint(own_log: House) -> None:
    outside = own_log.tenancy.keep_checkpoint(SAPPORO)
    own_log.sql("delete from renkei.events where position > 8; delete from renkei.commands where last > 8")
    assert check(own_log).size == 8
    assert found(own_log, outside) == (9, Fault.SHORTER)


def test_a_whole_log_taken_out_is_found_against_the_outside_checkpoint(own_log: House) -> None:
    outside = own_log.tenancy.keep_checkpoint(SAPPORO)
    own_log.sql("delete from renkei.events; delete from renkei.commands")
    assert found(own_log, outside) == (1, Fault.SHORTER)


def recompute(house: House) -> None:
    """What somebody who owns the database and knows the program could do: make everything inside agree again."""
    growing = Growing()
    for values in house.sql(f"select {tree.COLUMNS} from renkei.events where city = %s order by position", SAPPORO):
        leaf = tree.leaf_hash(LogRow(*values))
        house.sql(
            "update renkei.events set leaf_hash = %s, node_hash = %s where city = %s and position = %s",
            leaf,
            growing.add(leaf),
            SAPPORO,
            values[1],
        )


def test_a_log_recomputed_as_a_whole_is_found_against_the_outside_checkpoint(own_log: House) -> None:
    outside = own_log.tenancy.keep_checkpoint(SAPPORO)
    own_log.sql("""update renkei.events set state = '{"outcome":"declined"}' where position = 2""")
    recompute(own_log)
    assert check(own_log).size == SIZE  # inside, everything agrees
    assert found(own_log, outside) == (SIZE, Fault.ROOT)


def test_a_log_recomputed_and_grown_since_is_found_as_well(own_log: House) -> None:
    outside = own_log.tenancy.keep_checkpoint(SAPPORO)
    own_log.sql("update renkei.events set actor = %s where position = 2", UUID(int=5))
    own_log.sql("update renkei.commands set actor = %s where first = 2", UUID(int=5))
    own_log.sql("update renkei.events set actor = %s where position = 3", UUID(int=5))
    recompute(own_log)
    own_log.record(SAPPORO, 20)
    assert check(own_log).size == SIZE + 20
    assert found(own_log, outside) == (SIZE, Fault.ROOT)


def test_a_time_that_goes_back_is_found_even_when_all_hashes_agree(own_log: House) -> None:
    own_log.sql("update renkei.events set recorded_at = '2020-01-01' where position = 5")
    recompute(own_log)
    assert found(own_log) == (5, Fault.TIME)


@pytest.mark.parametrize("time", OUT_OF_RANGE)
def test_a_time_that_no_clock_shows_is_found_at_its_place(own_log: House, time: str) -> None:
    own_log.sql(f"update renkei.events set recorded_at = {time} where position = 5")
    assert found(own_log) == (5, Fault.EMPTY)


def test_a_row_with_an_emptied_column_is_found_at_its_place(own_log: House) -> None:
    own_log.sql(
        "alter table renkei.events alter salt drop not null; update renkei.events set salt = null where position = 3"
    )
    assert found(own_log) == (3, Fault.EMPTY)


@pytest.mark.parametrize(
    ("change", "position"),
    [
        pytest.param("delete from renkei.commands where first = 2", 2, id="forgotten"),
        pytest.param("update renkei.commands set last = 4 where first = 2", 2, id="longer"),
        pytest.param("update renkei.commands set actor = gen_random_uuid() where first = 4", 4, id="by somebody else"),
        pytest.param(
            "insert into renkei.commands values ('011002', gen_random_uuid(), gen_random_uuid(), '', 3, 3)",
            3,
            id="made up",
        ),
    ],
)
def test_a_changed_memory_of_commands_is_found(own_log: House, change: str, position: int) -> None:
    own_log.sql(change)
    assert found(own_log) == (position, Fault.COMMAND)


def test_a_command_without_events_is_in_order(own_log: House) -> None:
    own_log.record(SAPPORO, events=0)
    assert check(own_log).commands == 5


def test_a_checkpoint_of_another_city_is_told_apart(log: House) -> None:
    assert found(log, Checkpoint(AOMORI, 3, hashlib.sha256(b"").digest())) == (3, Fault.OTHER_CITY)


def test_what_differs_is_said_in_both_languages(own_log: House) -> None:
    own_log.sql("update renkei.events set topic = 'x' where position = 4")
    with pytest.raises(LogAltered) as altered:
        check(own_log)
    assert altered.value.message("en") == (
        "The log of 011002 differs at position 4: the row is not the one that was recorded."
    )
    assert altered.value.message("ja") == "011002 の記録が位置 4 で一致しません: 記録時の内容と異なります。"


def test_progress_is_told_while_a_long_log_is_checked(own_log: House) -> None:
    own_log.record(SAPPORO, 4_000)
    told: list[tuple[int, int]] = []
    assert verify(own_log.tenancy.pool, SAPPORO, None, lambda done, of: told.append((done, of))).size == 4_009
    assert told == [(2_000, 4_009), (4_000, 4_009), (4_009, 4_009)]


def test_events_that_arrive_during_the_audit_wait_for_the_next(own_log: House) -> None:
    def meanwhile(_done: int, _of: int) -> None:
        own_log.record(SAPPORO)

    own_log.record(SAPPORO, 2_000)
    verified = verify(own_log.tenancy.pool, SAPPORO, None, meanwhile)
    assert (verified.size, verified.commands) == (SIZE + 2_000, 5)
    assert verified.root == own_log.tenancy.checkpoint_at(SAPPORO, verified.size).root
    assert own_log.tenancy.size(SAPPORO) == SIZE + 2_002


def test_the_audit_sees_one_city_only(own_log: House) -> None:
    own_log.add_city(AOMORI)
    own_log.record(AOMORI, 3)
    own_log.sql("update renkei.events set state = %s where city = %s", os.urandom(3), AOMORI)
    assert check(own_log).size == SIZE


def test_an_unknown_command_is_no_part_of_a_log(own_log: House) -> None:
    own_log.sql("insert into renkei.commands values ('011002', %s, %s, '', 12, 14)", uuid4(), uuid4())
    assert found(own_log) == (12, Fault.COMMAND)


# --- a newest checkpoint that was lost -------------------------------------------------------------------------------

TODAY = date(2026, 4, 1)


def accepted(house: House) -> Accepted:
    return accept(house.tenancy.pool, SAPPORO, house.tenancy.checkpoints, TODAY)


def place_of(house: House) -> Path:
    return house.tenancy.checkpoints.folder / SAPPORO


def lost(house: House, **days: int) -> None:
    """Nothing signed is left but one file for each day: its name to the number of events that it covers."""
    for path in place_of(house).iterdir():
        path.unlink()
    for day, size in days.items():
        note = house.tenancy.checkpoints.signer.sign(house.tenancy.checkpoint_at(SAPPORO, size))
        (place_of(house) / day.removeprefix("d").replace("_", "-")).write_text(note, "utf-8")


def test_a_log_is_accepted_against_every_day_that_is_left(own_log: House) -> None:
    lost(own_log, d2026_03_01=3, d2026_03_02=8)
    (place_of(own_log) / "2026-03-03").write_bytes(b"\xff")
    whole = Checkpoint(SAPPORO, SIZE, own_log.tenancy.checkpoint_at(SAPPORO, SIZE).root)
    assert accepted(own_log) == Accepted(Verified(SAPPORO, SIZE, 4, 4, whole.root, 8), 2, ("2026-03-03",))
    assert own_log.tenancy.checkpoints.latest(SAPPORO) == whole
    own_log.tenancy.check_log(SAPPORO)


def test_a_log_without_any_signed_day_is_accepted_and_said_to_have_none(own_log: House) -> None:
    lost(own_log)
    found = accepted(own_log)
    assert (found.days, found.unusable, found.verified.signed, found.verified.size) == (0, (), None, SIZE)


@pytest.mark.parametrize(
    ("days", "place"),
    [
        ({"d2026_03_01": 3, "d2026_03_02": 8}, (3, Fault.ROOT)),
        ({"d2026_03_02": 8}, (8, Fault.ROOT)),
        ({"d2026_03_01": 2, "d2026_03_02": 8}, (2, Fault.ROOT)),
    ],
)
def test_a_log_that_differs_from_a_signed_day_is_not_accepted(
    own_log: House, days: dict[str, int], place: tuple[int, Fault]
) -> None:
    lost(own_log, **days)
    own_log.sql("update renkei.events set state = 'x' where position = 2")
    recompute(own_log)
    with pytest.raises(LogAltered) as altered:
        accepted(own_log)
    assert (altered.value.position, altered.value.fault) == place
    assert own_log.tenancy.checkpoints.latest(SAPPORO) is None


def test_a_log_that_was_cut_off_is_not_accepted(own_log: House) -> None:
    lost(own_log, d2026_03_02=SIZE)
    own_log.sql("delete from renkei.events where position > 8; delete from renkei.commands where last > 8")
    with pytest.raises(LogAltered):
        accepted(own_log)
    assert own_log.tenancy.checkpoints.latest(SAPPORO) is None


def test_a_log_that_is_damaged_inside_is_not_accepted(own_log: House) -> None:
    lost(own_log)
    own_log.sql("delete from renkei.commands where first = 2")
    with pytest.raises(LogAltered):
        accepted(own_log)
    assert own_log.tenancy.checkpoints.latest(SAPPORO) is None


def test_a_newest_checkpoint_that_is_there_is_never_replaced(own_log: House) -> None:
    signed = own_log.tenancy.keep_checkpoint(SAPPORO)
    own_log.sql("update renkei.events set state = 'x' where position = 2")  # said before the long way through the log
    with pytest.raises(CheckpointThere):
        accepted(own_log)
    assert own_log.tenancy.checkpoints.latest(SAPPORO) == signed


def test_a_signed_empty_log_must_have_been_empty(log: House) -> None:
    assert found(log, Checkpoint(SAPPORO, 0, bytes(32))) == (0, Fault.ROOT)
