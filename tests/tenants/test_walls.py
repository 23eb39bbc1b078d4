"""Promises 1 and 2, the walls: who may write what (nobody, past the functions), and what one city sees of another."""
# ruff: noqa: S608 -- the names put into SQL here are our own tables and columns

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql

from domain.policy import OrganisationKind
from domain.values import Code
from tenants.commands.challenges import Raise
from tenants.commands.proposals import Accepted, Receive
from tenants.database.access import Role
from tenants.database.embedded import EmbeddedPostgres
from tenants.database.walls import read
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, House, copied_database, running_house

SERVING = [Role.DESK, Role.PUBLIC, Role.RUNNER]
LOG = ["cities", "events", "commands", "data_keys", "sealed", "log_checks", "receipt_numbers"]
WRITES = [
    "insert into renkei.{} select * from renkei.{}",
    "insert into renkei.{} default values",
    "update renkei.{} set city = city",
    "delete from renkei.{}",
    "truncate renkei.{}",
    "copy renkei.{} from stdin",
    "merge into renkei.{} t using (select 1) s on false when not matched then do nothing when matched then delete",
    "select 1 from renkei.{} for update",
    "lock table renkei.{} in share mode",
    "drop table renkei.{}",
    "alter table renkei.{} disable row level security",
    "alter table renkei.{} no force row level security",
    "create policy mine on renkei.{} using (true)",
    "create trigger mine before insert on renkei.{} for each row execute function suppress_redundant_updates_trigger()",
    "create index on renkei.{} (city)",
]
ESCAPES = [
    "set role renkei_owner",
    "set session authorization renkei_owner",
    "create table renkei.mine ()",
    "create table public.mine ()",
    "create temporary table mine ()",
    "create schema mine",
    "create function renkei.mine() returns int language sql as 'select 1'",
    "create or replace function renkei.confirm_log_checked(_city text, _size bigint) returns void language sql as ''",
    "drop function renkei.append_events",
    "alter function renkei.append_events reset search_path",
    "alter role renkei_desk bypassrls",
    "set session_replication_role = replica",
    "select renkei.erase_key('011002', '00000000-0000-0000-0000-000000000000')",
    "copy (select 1) to program 'true'",
    "select pg_read_file('postgresql.conf')",
]
RIGHTS = """
    select r.role, c.relname, p.privilege
    from unnest(%s::text[]) r (role), pg_class c,
        unnest('{INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p (privilege)
    where c.relnamespace = 'renkei'::regnamespace and c.relname = any(%s) and (
        has_table_privilege(r.role, c.oid, p.privilege) or case when p.privilege in ('INSERT', 'UPDATE', 'REFERENCES')
            then has_any_column_privilege(r.role, c.oid, p.privilege) else false end)"""
DEFINERS = """
    select r.role, f.proname from unnest(%s::text[]) r (role), pg_proc f
    where f.prosecdef and f.pronamespace::regnamespace::text in ('renkei', 'commons', 'public')
        and has_function_privilege(r.role, f.oid, 'EXECUTE')
    order by 1, 2"""
OPEN_TABLES = """
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'city'
    where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'cities'
        and has_table_privilege('renkei_desk', c.oid, 'SELECT') and not (c.relrowsecurity and c.relforcerowsecurity)"""
OPEN_VIEWS = """
    select relname from pg_class
    where relkind in ('v', 'm') and relnamespace::regnamespace::text in ('renkei', 'commons')
        and not coalesce(reloptions @> '{security_invoker=true}', false)"""


def refused(house: House, role: Role, statement: str) -> bool:
    with house.connect(role) as connection:
        try:
            with connection.transaction(force_rollback=True):
                if statement.startswith("copy renkei"):
                    with connection.cursor().copy(statement.encode()):
                        return False
                connection.execute(statement.encode())
        except errors.InsufficientPrivilege:
            return True
    return False


@pytest.fixture(scope="module")
def city(module_house: House) -> House:
    module_house.open_city(SAPPORO)
    module_house.desk(SAPPORO).do(Raise(challenge=uuid4(), title="雪", description="除雪の担い手"), Entry(uuid4()))
    module_house.tenancy.take_serial(SAPPORO, 2026, "free", uuid4(), uuid4())
    return module_house


def no_role_that_serves_may_write(house: House) -> None:
    assert house.sql(RIGHTS, SERVING, LOG) == []
    assert house.sql(DEFINERS, SERVING) == [
        ("renkei_desk", "append_events"),
        ("renkei_desk", "close_log"),
        ("renkei_desk", "confirm_log_checked"),
        ("renkei_desk", "explain_receipt_number"),
        ("renkei_desk", "take_receipt_number"),
        ("renkei_desk", "use_reset"),
        ("renkei_public", "proposal_numbers"),
    ]


def test_no_role_that_serves_holds_a_right_to_write_the_log(city: House) -> None:
    no_role_that_serves_may_write(city)


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize("table", LOG)
def test_every_statement_that_writes_the_log_is_refused(city: House, role: Role, table: str) -> None:
    statements = [statement.replace("{}", table) for statement in WRITES]
    assert [statement for statement in statements if not refused(city, role, statement)] == []


@pytest.mark.parametrize("role", SERVING)
def test_no_role_that_serves_gets_out_of_its_rights(city: House, role: Role) -> None:
    assert [statement for statement in ESCAPES if not refused(city, role, statement)] == []


@pytest.mark.parametrize(
    "careless",
    [
        "grant insert on renkei.events to renkei_desk",
        "grant update (state) on renkei.events to renkei_runner",
        "grant truncate on renkei.sealed to public",
        "create function renkei.oops() returns void language sql security definer as 'delete from renkei.events'",
        "alter function renkei.erase_key security definer; grant execute on function renkei.erase_key to renkei_desk",
        "grant execute on function renkei.append_events to renkei_public",
        "grant renkei_owner to renkei_desk",
    ],
)
def test_a_right_that_was_granted_by_mistake_would_be_noticed(house: House, careless: str) -> None:
    house.sql(careless)
    try:
        with pytest.raises(AssertionError):
            no_role_that_serves_may_write(house)
    finally:
        house.sql("revoke renkei_owner from renkei_desk")  # roles belong to the whole server


@pytest.mark.parametrize("role", SERVING)
def test_roles_that_serve_have_no_attribute_and_belong_to_nobody(city: House, role: Role) -> None:
    assert city.sql(
        """
        select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls,
            (select count(*) from pg_auth_members where member = r.oid)
        from pg_roles r where rolname = %s""",
        role,
    ) == [(False, 0)]


def test_every_table_that_a_desk_reads_is_walled_and_no_view_walks_through(city: House) -> None:
    assert city.sql(OPEN_TABLES) == []
    assert city.sql(OPEN_VIEWS) == []


# --- two cities with equal ids ----------------------------------------------------------------------------------------

ID, COMMAND, PROPOSER = UUID(int=1000), UUID(int=2000), UUID(int=3000)
WALLED = [table for table in LOG if table != "cities"]


def fill_equally(house: House) -> None:
    """The same proposal of the same proposer by the same command, in two cities."""
    for city in (house.open_city(SAPPORO), house.open_city(AOMORI)):
        accepted = house.tenancy.policy(city, 2).conditions
        wish = Receive(
            proposal=ID,
            kind=Code("free"),
            organisation_kind=OrganisationKind.COMPANY,
            proposer=PROPOSER,
            organisation="見本株式会社",
            contact_name="鈴木 一郎",
            contact="suzuki@example.jp",
            title=f"{city}の題名",
            summary="要約",
            accepted=tuple(Accepted(condition=one.code, version=one.version) for one in accepted),
            purpose=1,
        )
        house.desk(city).do(wish, Entry(COMMAND))


def a_desk_sees_its_own_city_only(house: House) -> None:
    for city in (SAPPORO, AOMORI):
        for table in WALLED:
            (rows,) = read(house.tenancy.pool, city, (f"select distinct city from renkei.{table}", ()))
            assert rows == [(city,)], table


def without_a_city_nothing_is_seen(house: House) -> None:
    with house.connect(Role.DESK) as connection:
        for table in WALLED:
            statement = sql.SQL("select from renkei.{}").format(sql.Identifier(table))
            assert connection.execute(statement).fetchall() == [], table


@pytest.fixture(scope="module")
def walled(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Torn down and built up again by each test."""
    with copied_database(server) as database, running_house(database, tmp_path_factory.mktemp("walled")) as house:
        fill_equally(house)
        yield house


@pytest.fixture
def two(house: House) -> House:
    fill_equally(house)
    return house


def test_two_cities_with_equal_ids_see_nothing_of_each_other(two: House) -> None:
    a_desk_sees_its_own_city_only(two)
    assert len(two.sql("select distinct city from renkei.events where originator_id = %s", ID)) == 2
    assert len(two.sql("select distinct city from renkei.commands where command_id = %s", COMMAND)) == 2
    assert len(two.sql("select distinct city from renkei.data_keys where key = %s", PROPOSER)) == 2


def test_without_a_city_nothing_is_seen(two: House) -> None:
    without_a_city_nothing_is_seen(two)


def test_a_city_is_forgotten_when_its_transaction_ends(two: House) -> None:
    for _ in range(10):
        read(two.tenancy.pool, SAPPORO, ("select 1", ()))
    with two.tenancy.pool.connection() as connection:
        assert connection.execute("select from renkei.events").fetchall() == []


@pytest.mark.parametrize("table", WALLED)
@pytest.mark.parametrize(
    "broken",
    [
        "alter table renkei.{0} disable row level security",
        "alter policy desk_reads_its_city on renkei.{0} using (true)",
    ],
    ids=["no row security", "a policy that lets all through"],
)
def test_a_wall_that_is_down_would_be_noticed(walled: House, table: str, broken: str) -> None:
    walled.sql("begin; " + broken.format(table) + "; commit")
    try:
        for check in (a_desk_sees_its_own_city_only, without_a_city_nothing_is_seen):
            with pytest.raises(AssertionError, match=table):
                check(walled)
    finally:
        walled.sql(f"""
            drop policy desk_reads_its_city on renkei.{table}; alter table renkei.{table} enable row level security;
            create policy desk_reads_its_city on renkei.{table} for select to renkei_desk
            using (city = current_setting('renkei.city', true))""")


def test_the_runner_reads_all_events_but_only_public_keys_and_values(two: House) -> None:
    with two.connect(Role.RUNNER) as connection:
        assert connection.execute("select distinct city from renkei.events order by 1").fetchall() == [
            (SAPPORO,),
            (AOMORI,),
        ]
        for table in ("data_keys", "sealed"):
            statement = sql.SQL("select distinct audience from renkei.{}").format(sql.Identifier(table))
            assert connection.execute(statement).fetchall() == [("public",)]
        for table in ("commands", "log_checks", "receipt_numbers"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(sql.SQL("select from renkei.{}").format(sql.Identifier(table)))


def test_the_public_reads_nothing_of_the_log(two: House) -> None:
    with two.connect(Role.PUBLIC) as connection:
        for table in LOG:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.SQL("select from renkei.{}").format(sql.Identifier(table)))


# --- functions inside a city -----------------------------------------------------------------------------------------

OF_ANOTHER_CITY = [
    "select renkei.close_log(%(other)s)",
    "select renkei.confirm_log_checked(%(other)s, 1)",
    "select * from renkei.take_receipt_number(%(other)s, 2026, 'free', %(id)s, %(id)s, '{}')",
    "select * from renkei.append_events(%(other)s, %(id)s, 1, %(id)s, '', '', %(id)s, 0, '[]', '[]', '[]', '{}')",
]


def beside(house: House, statement: str, inside: str) -> str | None:
    """The SQL state of a function told of Sapporo inside a city's transaction; none when it was carried out."""
    with house.connect(Role.DESK) as connection, connection.transaction(force_rollback=True):
        connection.execute("select set_config('renkei.city', %s, true)", (inside,))
        try:
            connection.execute(statement, {"other": SAPPORO, "id": uuid4()})
        except psycopg.Error as error:
            return error.sqlstate
    return None


@pytest.mark.parametrize("statement", OF_ANOTHER_CITY)
def test_inside_one_city_no_function_touches_another(house: House, statement: str) -> None:
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    assert beside(house, statement, AOMORI) == "RK403"
    assert beside(house, statement, SAPPORO) != "RK403"
    assert beside(house, statement, "") != "RK403"


def test_a_function_that_does_not_look_in_which_city_it_is_would_be_noticed(house: House) -> None:
    house.open_city(SAPPORO)
    house.sql("create or replace function renkei.require_city(_city text) returns void language sql as ''")
    assert beside(house, OF_ANOTHER_CITY[0], AOMORI) is None
