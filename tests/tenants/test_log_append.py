"""Promise 2: what append_events lets in, and that nobody can talk it into anything else."""
# ruff: noqa: S608 -- the names put into SQL here are our own tables and columns

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg import errors

from domain.errors import CityUnknown, CommandReused
from domain.values import CityCode
from tenants import tree
from tenants.database.access import Role
from tenants.recorder import CityRecorder, Envelope
from tenants.tree import LogRow
from tests.conftest import AOMORI, SAPPORO, House, plain_events

PROPOSAL = UUID(int=7)


def envelope(
    command: UUID | None = None, actor: UUID | None = None, digest: bytes = b"", request: str = ""
) -> Envelope:
    return Envelope(actor or uuid4(), 1, command or uuid4(), request, digest)


def append(house: House, events: Sequence[StoredEvent], around: Envelope | None = None) -> Envelope:
    around = around or envelope()
    CityRecorder(house.tenancy.pool, SAPPORO).append(events, around)
    return around


@pytest.fixture
def log(house: House) -> House:
    """Sapporo's log with one event of the proposal."""
    house.add_city(SAPPORO)
    house.add_city(AOMORI)
    house.tenancy.check_log(AOMORI)
    house.record(SAPPORO, originator=PROPOSAL)
    return house


def a_taken_version_is_refused(log: House) -> None:
    with pytest.raises(IntegrityError):
        append(log, plain_events(originator=PROPOSAL))
    assert log.positions(SAPPORO) == [1]


def a_version_that_leaves_a_gap_is_refused(log: House) -> None:
    for events in (plain_events(originator=PROPOSAL, after=2), plain_events(after=1)):
        with pytest.raises(psycopg.DatabaseError):
            append(log, events)
    assert log.positions(SAPPORO) == [1]


def test_of_two_at_the_same_version_the_second_is_refused(log: House) -> None:
    a_taken_version_is_refused(log)


def test_versions_follow_each_other(log: House) -> None:
    a_version_that_leaves_a_gap_is_refused(log)


@pytest.mark.parametrize("check", [a_taken_version_is_refused, a_version_that_leaves_a_gap_is_refused])
def test_a_log_without_its_version_check_would_be_noticed(log: House, check: object) -> None:
    log.sql("alter table renkei.events drop constraint events_city_originator_id_originator_version_key")
    log.break_append("version not between 0 and 1 or version > below + 1", "false")
    log.break_append("version <= below", "false")
    assert callable(check)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(log)


def test_a_refused_event_takes_its_whole_command_with_it(log: House) -> None:
    around = envelope()
    with pytest.raises(IntegrityError):
        append(log, [*plain_events(3), *plain_events(originator=PROPOSAL)], around)
    assert log.positions(SAPPORO) == [1]
    assert log.sql("select from renkei.commands where command_id = %s", around.command_id) == []


def one_transaction_records_in_one_city(log: House) -> None:
    with log.connect(Role.DESK) as connection, connection.transaction(force_rollback=True):
        log.append_within(connection, SAPPORO)
        with pytest.raises(psycopg.DatabaseError) as refused:
            log.append_within(connection, AOMORI)
    assert refused.value.sqlstate == "RK001"


def test_one_transaction_records_in_one_city_only(log: House) -> None:
    one_transaction_records_in_one_city(log)


def test_a_log_that_takes_two_cities_in_one_transaction_would_be_noticed(log: House) -> None:
    log.break_append("pg_current_xact_id_if_assigned() is not null", "false")
    with pytest.raises(pytest.fail.Exception):
        one_transaction_records_in_one_city(log)


def test_the_city_of_a_transaction_does_not_stick_to_the_connection(log: House) -> None:
    with log.connect(Role.DESK) as connection:
        log.append_within(connection, SAPPORO)
        log.append_within(connection, AOMORI)
    assert (log.positions(SAPPORO), log.positions(AOMORI)) == ([1, 2], [1])


def test_an_append_inside_a_transaction_is_kept_or_lost_with_it(log: House) -> None:
    with log.connect(Role.DESK) as connection:
        with connection.transaction():
            log.append_within(connection, SAPPORO)
        with connection.transaction(force_rollback=True):
            log.append_within(connection, SAPPORO)
    assert log.positions(SAPPORO) == [1, 2]


def test_a_transaction_that_has_written_takes_no_command_more(log: House) -> None:
    with log.connect(Role.DESK) as connection, connection.transaction():
        log.append_within(connection, SAPPORO)
        with pytest.raises(psycopg.DatabaseError) as refused, connection.transaction():
            log.append_within(connection, SAPPORO)
    assert refused.value.sqlstate == "RK001"
    assert log.positions(SAPPORO) == [1, 2]


def test_a_transaction_that_looks_at_the_past_cannot_append_to_it(log: House) -> None:
    """Under repeatable read the function sees an old end of the log: it must fail, not write over the new one."""
    with log.connect(Role.DESK) as connection:
        connection.execute("set default_transaction_isolation = 'repeatable read'")
        with connection.transaction(force_rollback=True):
            connection.execute("select count(*) from renkei.cities")
            log.record(SAPPORO)
            with pytest.raises(IntegrityError):
                log.append_within(connection, SAPPORO)
    assert log.positions(SAPPORO) == [1, 2]


def test_a_city_that_is_not_here_takes_no_events(log: House) -> None:
    with pytest.raises(CityUnknown):
        CityRecorder(log.tenancy.pool, CityCode("131121")).append(plain_events(), envelope())


@pytest.mark.parametrize(
    ("event", "request_id"),
    [
        (StoredEvent(PROPOSAL, 2, "test.happened\n", b""), ""),
        (StoredEvent(PROPOSAL, 2, "test.happened", b""), "a\nb"),
        (StoredEvent(PROPOSAL, 2, "test.happened", b""), "x" * 101),
    ],
    ids=["topic with a newline", "request id with a newline", "long request id"],
)
def test_a_field_that_could_shift_the_lines_of_a_leaf_is_refused(
    log: House, event: StoredEvent, request_id: str
) -> None:
    with pytest.raises(errors.CheckViolation):
        append(log, [event], envelope(request=request_id))


def row_at(house: House, position: int) -> LogRow:
    ((*values,),) = house.sql(
        f"select {tree.COLUMNS} from renkei.events where city = %s and position = %s", SAPPORO, position
    )
    return LogRow(*values)


def names_of_others_do_not_fool_it(log: House) -> None:
    """Somebody has functions and tables of the same names in a schema that stands first in the search path."""
    log.sql(
        f"""
        grant temporary on database {log.superuser.info.dbname} to renkei_desk;
        create schema evil; grant all on schema evil to public;
        create function evil.sha256(bytea) returns bytea language sql as $$ select '\\xbad0'::bytea $$;
        create table evil.events (like renkei.events);"""
    )
    with log.connect(Role.DESK) as connection:
        connection.execute("create temporary table events (like renkei.events); create temporary table commands ()")
        connection.execute("set search_path = evil, pg_temp, pg_catalog, renkei")
        log.append_within(connection, SAPPORO)
    assert tree.leaf_hash(row_at(log, 2)) == row_at(log, 2).leaf_hash


def test_functions_and_tables_of_the_same_name_do_not_fool_it(log: House) -> None:
    names_of_others_do_not_fool_it(log)


def test_a_log_that_trusts_the_search_path_would_be_noticed(log: House) -> None:
    log.sql("alter function renkei.append_events reset search_path")
    with pytest.raises(AssertionError):
        names_of_others_do_not_fool_it(log)


def test_recorded_times_never_go_back(log: House) -> None:
    """A server whose clock was set back carries on from the last time."""
    log.sql("update renkei.events set recorded_at = '2100-01-01' where city = %s", SAPPORO)
    log.record(SAPPORO, events=2)
    times = log.sql("select recorded_at::text from renkei.events where city = %s order by position", SAPPORO)
    assert [time for (time,) in times] == ["2100-01-01 00:00:00+00"] * 3


def the_same_command_is_recorded_once(log: House) -> None:
    around = envelope(digest=os.urandom(32))
    append(log, plain_events(2), around)
    repeated = envelope(around.command_id, around.actor, around.digest)
    append(log, plain_events(2), repeated)
    assert (repeated.first, repeated.last, repeated.repeated) == (2, 3, True)
    for other in (envelope(around.command_id, around.actor, b"x"), envelope(around.command_id, None, around.digest)):
        with pytest.raises(CommandReused):
            append(log, plain_events(), other)
    assert log.positions(SAPPORO) == [1, 2, 3]


def test_the_same_command_is_recorded_once_and_no_other_may_use_its_id(log: House) -> None:
    the_same_command_is_recorded_once(log)


@pytest.mark.parametrize("part", ["seen <> _digest or ", " or by_whom <> _actor", "if by_whom is not null then"])
def test_a_log_that_forgets_a_part_of_a_command_would_be_noticed(log: House, part: str) -> None:
    if part == "if by_whom is not null then":
        log.sql("alter table renkei.commands drop constraint commands_pkey")
        log.break_append("if by_whom is not null then", "if false then")
    else:
        log.break_append(part, "")
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        the_same_command_is_recorded_once(log)


def test_the_same_command_from_many_at_once_is_recorded_once(log: House) -> None:
    around, start = envelope(digest=b"d"), threading.Barrier(8)

    def send(_: int) -> tuple[int, int, bool]:
        again = envelope(around.command_id, around.actor, around.digest)
        start.wait()
        append(log, plain_events(2), again)
        return again.first, again.last, again.repeated

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    assert sorted(answers) == [(2, 3, False)] + [(2, 3, True)] * 7
