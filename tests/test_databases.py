"""A database that is lent again is as it was made, and one that was altered is not lent again."""

from typing import Any, cast

import psycopg
import pytest

from tenants.database.access import Database
from tenants.database.embedded import EmbeddedPostgres
from tests.conftest import MIGRATIONS, SAPPORO, SECRET, TEMPLATE, running_house
from tests.databases import Databases

ALTERED = (
    "create table renkei.more (id int)",
    "alter table renkei.events no force row level security",
    "alter table renkei.data_keys disable trigger all",
    "drop view if exists renkei.no_such; create function renkei.more() returns int language sql as 'select 1'",
    "grant select on renkei.events to renkei_public",
    "alter database {} set work_mem = '5MB'",
)


@pytest.fixture
def databases(server: EmbeddedPostgres) -> Databases:
    return Databases(server.admin_conninfo, TEMPLATE, SECRET, MIGRATIONS)


def pictured(database: Database) -> dict[str, Any]:
    """Every row of every table."""
    with psycopg.connect(database.admin, autocommit=True) as own:
        names = own.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('renkei', 'commons')"
        ).fetchall()
        return {
            name: sorted(map(repr, own.execute(cast(Any, f"select * from {name}")).fetchall()))  # noqa: S608 - names of ours
            for (name,) in names
        }


def name_of(database: Database) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(database.admin)["dbname"])


def test_what_is_lent_again_is_as_it_was_made(databases: Databases, tmp_path: Any) -> None:
    with databases.lent() as database:
        first, made = name_of(database), pictured(database)
        with running_house(database, tmp_path) as house:
            house.record(house.open_city(SAPPORO))
            house.sql("update commons.projections set generation = 7")
        assert pictured(database) != made
    with databases.lent() as database:
        assert name_of(database) == first
        assert pictured(database) == made


@pytest.mark.parametrize("statement", ALTERED)
def test_what_was_altered_is_not_lent_again(databases: Databases, statement: str) -> None:
    with databases.lent() as database:
        first = name_of(database)
        with psycopg.connect(database.admin, autocommit=True) as own:
            own.execute(cast(Any, statement.format(first)))
    with databases.lent() as database:
        assert name_of(database) != first
