"""What each account of the database can read, table by table: its own city's rows, and only where it has business."""
# ruff: noqa: S608 -- the names put into SQL here are those of our own tables

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest
from psycopg import Connection, errors

from tenants.database.access import Role
from tests.conftest import AOMORI, SAPPORO, House
from tests.leaks.canaries import YEARS
from tests.leaks.conftest import Leaks

SERVING: Final = (Role.DESK, Role.PUBLIC, Role.RUNNER)

UNWALLED: Final[Mapping[str, str]] = {
    "renkei.cities": "the register: codes and slugs of the cities here, which everybody may know",
    "renkei.migrations": "which files were applied; the owner's alone",
    "commons.projections": "names and generations of the read models, of no city",
    "commons.version": "one number",
    "commons.cities": "public rows only: what cities say of themselves",
    "commons.cases": "public rows only; a GIN index is ignored under row security",
    "commons.challenges": "public rows only; a GIN index is ignored under row security",
    "commons.notices": "public rows only; a GIN index is ignored under row security",
    "commons.gatherings": "public rows only; a GIN index is ignored under row security",
}
"""Tables without row security, and why."""

READS: Final[Mapping[Role, Mapping[str, str]]] = {
    Role.PUBLIC: {
        "commons.projections": "which generation is shown",
        "commons.version": "whether an answer is still good",
        "commons.cities": "what it serves",
        "commons.cases": "what it serves",
        "commons.challenges": "what it serves",
        "commons.notices": "what it serves",
        "commons.gatherings": "what it serves",
    },
    Role.RUNNER: {
        "renkei.cities": "which logs there are",
        "renkei.events": "what it folds: no text, no key",
        "renkei.data_keys": "public keys only",
        "renkei.sealed": "public texts only",
        **{
            f"renkei.{view}": "what it writes: references, no text"
            for view in (
                *(
                    "positions",
                    "dead_letters",
                    "proposals",
                    "timeline",
                    "challenges",
                    "cases",
                    "organisation",
                    "records",
                    "attachments",
                    "files",
                ),
            )
        },
        **{
            f"commons.{table}": "what it writes"
            for table in ("projections", "version", "cities", "cases", "challenges", "notices", "gatherings")
        },
    },
}
"""Account to the tables that it may read whatever city is set, and why. The desk reads what is of the city it set."""

OPEN_TO_DESKS: Final = ("renkei.cities", "commons.projections")
"""What desks read without a city."""

FUNCTIONS: Final[Mapping[str, tuple[Role, ...]]] = {
    "renkei.append_events": (Role.DESK,),
    "renkei.read_aggregate": (Role.DESK,),
    "renkei.confirm_log_checked": (Role.DESK,),
    "renkei.close_log": (Role.DESK,),
    "renkei.take_receipt_number": (Role.DESK,),
    "renkei.explain_receipt_number": (Role.DESK,),
    "renkei.use_reset": (Role.DESK,),
    "renkei.erase_key": (),
    "renkei.require_city": (),
    "commons.forget_erased": (),
    "commons.proposal_numbers": (Role.PUBLIC,),
}
"""Function to the accounts that may execute it."""

TABLES: Final = """
    select n.nspname || '.' || c.relname, c.relkind::text, c.relrowsecurity and c.relforcerowsecurity,
        coalesce(c.reloptions @> '{security_invoker=true}', false),
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'city')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('renkei', 'commons', 'public') and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1"""
EXECUTE: Final = """
    select n.nspname || '.' || f.proname, array(select r::text from unnest(%s::text[]) r
        where has_function_privilege(r, f.oid, 'EXECUTE') order by 1)
    from pg_proc f join pg_namespace n on n.oid = f.pronamespace where n.nspname in ('renkei', 'commons', 'public')"""


@pytest.fixture
def house(leaks: Leaks) -> House:
    """The deployment of the leak tests, full of canaries."""
    return leaks.walk.world.running.house


def tables(house: House) -> list[str]:
    return [row[0] for row in house.sql(TABLES)]


@contextmanager
def inside(house: House, role: Role, city: str | None) -> Iterator[Connection[Any]]:
    """A transaction of an account, with a city set or none."""
    with house.connect(role) as connection, connection.transaction():
        if city is not None:
            connection.execute("select set_config('renkei.city', %s, true)", (city,))
        yield connection


def rows(house: House, role: Role, city: str | None, table: str) -> list[str] | None:
    """The rows of a table as text; ``None`` when it may not be read."""
    with inside(house, role, city) as connection:
        columns = [
            name
            for (name,) in house.sql(
                "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0", table
            )
            if house.sql("select has_column_privilege(%s, %s, %s, 'SELECT')", role, table, name)[0][0]
        ]
        if not columns:
            with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"select count(*) from {table}".encode())
            return None
        told = ", ".join(f'"{column}"::text' for column in columns)
        found = connection.execute(f"select concat_ws(E'\\t', {told}) from {table}".encode()).fetchall()
        return [row[0] for row in found]


def foreign(house: House, leaks: Leaks, city: str) -> list[str]:
    """Tables in which a desk of one city sees something of the other: its code, or a canary that is its own."""
    other = AOMORI if city == SAPPORO else SAPPORO
    known = leaks.walk.world.canaries
    found = []
    for table in tables(house):
        seen = rows(house, Role.DESK, city, table) or []
        told = "\n".join(seen)
        theirs = {
            text for text in known.found([told]) if not any(place.city != other for place in known.known.get(text, ()))
        }
        column = bool(re.search(rf"(^|\t){other}(\t|$)", told, re.MULTILINE))
        if table not in OPEN_TO_DESKS and (theirs or column):
            found.append(table)
    return found


def unwalled(house: House) -> dict[str, list[str]]:
    """What stands open: tables without forced row security, views that see as their owner."""
    found = house.sql(TABLES)
    return {
        "tables": [name for name, kind, walled, _, _ in found if kind in "rpf" and not walled],
        "views": [name for name, kind, _, invoker, _ in found if kind in "vm" and not invoker],
    }


def unexpected(house: House) -> list[str]:
    """Accounts and tables that the lists do not have, or that the lists have in vain."""
    found = []
    for role in (Role.PUBLIC, Role.RUNNER):
        for city in (None, SAPPORO):
            seen = {table for table in tables(house) if rows(house, role, city, table) is not None}
            found += [f"{role} {table}" for table in seen ^ set(READS[role])]
    found += [
        f"nobody's city: {table}"
        for table in tables(house)
        if table not in OPEN_TO_DESKS and rows(house, Role.DESK, None, table)
    ]
    return found


def test_every_table_is_walled_but_for_the_commons_and_the_registers(house: House) -> None:
    assert unwalled(house) == {"tables": sorted(UNWALLED), "views": []}


@pytest.mark.parametrize("city", [SAPPORO, AOMORI])
def test_a_desk_sees_rows_of_its_city_only_in_every_table(house: House, leaks: Leaks, city: str) -> None:
    assert foreign(house, leaks, city) == []
    seen = {table: rows(house, Role.DESK, city, table) for table in tables(house)}
    print(f"\nleaks: {len(seen)} tables × {len(SERVING)} accounts × (two cities, none)")  # noqa: T201 - told with -s
    assert [
        table for table in ("renkei.events", "renkei.sealed", "renkei.proposals", "renkei.tokens") if not seen[table]
    ] == []


def test_nobody_reads_where_there_is_no_business(house: House) -> None:
    assert unexpected(house) == []


def test_the_runner_opens_nothing_but_what_is_public(house: House, leaks: Leaks) -> None:
    known = leaks.walk.world.canaries
    for table in tables(house):
        for text in known.found(rows(house, Role.RUNNER, None, table) or []):
            places = known.known.get(text, [])
            told = [place for place in places if not place.place.startswith("own ")]
            clear = all("." not in place.place for place in told)  # days and ids, as the events have them
            assert clear or any(place.shown and place.shown[0] == "public" for place in places), (table, text, places)


def test_the_commons_hold_nothing_that_is_not_public(house: House, leaks: Leaks) -> None:
    known = leaks.walk.world.canaries
    for table in tables(house):
        for text in known.found(rows(house, Role.PUBLIC, None, table) or []):
            places = known.known.get(text, [])
            inner = all(place.place.startswith("id ") for place in places)  # to join by; never shown (test_leaks.py)
            assert inner or any(place.shown == ("public",) for place in places), (table, text, places)


def test_the_commons_hold_nothing_of_what_was_shown_by_mistake(house: House, leaks: Leaks) -> None:
    world = leaks.walk.world
    assert len(world.gone & {text.split()[0] for text in world.canaries.known}) > 20
    for table in tables(house):
        assert not world.gone & {*re.findall(r"CANARY\d{5}", "\n".join(rows(house, Role.PUBLIC, None, table) or []))}


def test_every_function_is_for_who_needs_it(house: House) -> None:
    found = {name: tuple(roles) for name, roles in house.sql(EXECUTE, list(SERVING))}
    assert found == {name: tuple(role.value for role in roles) for name, roles in FUNCTIONS.items()}


def test_a_function_tells_of_the_city_it_was_asked_about_only(house: House, leaks: Leaks) -> None:
    record, statement = (
        leaks.walk.world.id("adopted"),
        "select renkei.read_aggregate(%s, %s, 0, 100, null, %s, null)::text",
    )
    for city, other in ((SAPPORO, YEARS[AOMORI]), (AOMORI, YEARS[SAPPORO])):
        with house.connect(Role.DESK) as connection:
            ((told,),) = connection.execute(statement, (city, record, record)).fetchall()
        states = [bytes.fromhex(part) for part in re.findall(r"\\\\x([0-9a-f]+)", told)]
        assert states
        assert not any(f"{year}-".encode() in state for state in states for year in other)


# --- broken versions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        (
            "alter table renkei.timeline disable row level security",
            "alter table renkei.timeline enable row level security",
        ),
        (
            "alter table renkei.timeline no force row level security",
            "alter table renkei.timeline force row level security",
        ),
        ("create table renkei.notes (city text)", "drop table renkei.notes"),
        ("create view renkei.everything as select * from renkei.events", "drop view renkei.everything"),
    ],
)
def test_a_table_or_view_without_a_wall_is_noticed(house: House, broken: str, mended: str) -> None:
    house.sql(broken)
    try:
        assert unwalled(house) != {"tables": sorted(UNWALLED), "views": []}
    finally:
        house.sql(mended)


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("alter policy desk_reads_its_city on renkei.{} using (true)", None),
        (
            "create policy more on renkei.{} for select to renkei_desk using (city <> '000000')",
            "drop policy more on renkei.{}",
        ),
    ],
)
@pytest.mark.parametrize("table", ["events", "proposals", "sealed"])
def test_a_policy_that_lets_more_through_is_noticed(
    house: House, leaks: Leaks, table: str, broken: str, mended: str | None
) -> None:
    usual = "alter policy desk_reads_its_city on renkei.{} using (city = current_setting('renkei.city', true))"
    house.sql(broken.replace("{}", table))
    try:
        assert foreign(house, leaks, SAPPORO) == [f"renkei.{table}"]
    finally:
        house.sql((mended or usual).replace("{}", table))


@pytest.mark.parametrize(
    ("role", "table"), [("public", "renkei.members"), ("runner", "renkei.tokens"), ("runner", "renkei.commands")]
)
def test_a_right_to_read_granted_by_mistake_is_noticed(house: House, role: str, table: str) -> None:
    house.sql(f"grant usage on schema renkei to renkei_{role}; grant select on {table} to renkei_{role}")
    try:
        assert f"renkei_{role} {table}" in unexpected(house)
    finally:
        house.sql(f"revoke select on {table} from renkei_{role}")
        if role == "public":
            house.sql("revoke usage on schema renkei from renkei_public")
