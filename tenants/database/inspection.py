"""What an administrator of the database can see of its safety: read from the catalogue, nothing is changed (点検).

Every function takes an administrator's connection.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import Connection

from tenants.database.access import Role

Row = tuple[Any, ...]

SERVING: Final = [Role.DESK.value, Role.PUBLIC.value, Role.RUNNER.value]
ROLES: Final = [role.value for role in Role]
SCHEMAS: Final = ["renkei", "commons"]
DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "data_checksums": "on", "synchronous_commit": "on"}
"""Settings under which an acknowledged commit outlives a crash, and a damaged page is noticed."""

SETTINGS: Final = "select name, setting from pg_settings where name = any(%s)"
SESSION: Final = (
    "select coalesce((select s.ssl from pg_stat_ssl s where s.pid = pg_backend_pid()), false), r.rolsuper"
    " from pg_roles r where r.rolname = current_user"
)
STRONG_ROLES: Final = (
    "select rolname from pg_roles where rolname = any(%s) and (rolsuper or rolcreatedb or rolcreaterole or"
    " rolreplication or rolbypassrls) order by 1"
)
LENT_ROLES: Final = (
    "select m.rolname, g.rolname from pg_auth_members a join pg_roles m on m.oid = a.member"
    " join pg_roles g on g.oid = a.roleid where m.rolname = any(%s) order by 1, 2"
)
OTHERS_TABLES: Final = (
    "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname = any(%s) and c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relowner <> %s::regrole order by 1"
)
OPEN_TABLES: Final = """
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'city' and not a.attisdropped
    where n.nspname = 'renkei' and c.relkind in ('r', 'p') and c.relname <> 'cities'
        and exists (select from unnest(%s::text[]) r (role) where r.role <> 'renkei_runner'
            and (has_table_privilege(r.role, c.oid, 'SELECT') or has_any_column_privilege(r.role, c.oid, 'SELECT')))
        and not (c.relrowsecurity and c.relforcerowsecurity)
    order by 1"""
OPEN_VIEWS: Final = (
    "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname = any(%s) and c.relkind in ('v', 'm')"
    " and not coalesce(c.reloptions @> '{security_invoker=true}', false) order by 1"
)
LOOSE_FUNCTIONS: Final = """
    select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = any(%s) and p.prosecdef
        and not exists (select from unnest(p.proconfig) c where c like 'search_path=%%')
    order by 1"""
EVERYBODYS: Final = """
    select distinct x.what from (
        select n.nspname || '.' || c.relname as what, c.relacl as acl from pg_class c
            join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(%(schemas)s)
        union all select n.nspname, n.nspacl from pg_namespace n where n.nspname = any(%(schemas)s)
        union all select n.nspname || '.' || p.proname || '()', coalesce(p.proacl, acldefault('f', p.proowner))
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = any(%(schemas)s) and p.prorettype <> 'trigger'::regtype
    ) x, aclexplode(x.acl) a where a.grantee = 0 order by 1"""
WRITES: Final = """
    select r.role || ' ' || p.privilege || ' ' || n.nspname || '.' || c.relname
    from unnest(%(serving)s::text[]) r (role), pg_class c join pg_namespace n on n.oid = c.relnamespace,
        unnest('{INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p (privilege)
    where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'p', 'v', 'm')
        and (has_table_privilege(r.role, c.oid, p.privilege) or case when p.privilege in
            ('INSERT', 'UPDATE', 'REFERENCES') then has_any_column_privilege(r.role, c.oid, p.privilege) else false end)
        and ((n.nspname = 'renkei' and c.relname = any(%(log)s)) or r.role = 'renkei_public'
            or p.privilege = any('{TRUNCATE,REFERENCES,TRIGGER}'))
    union all
    select 'renkei_public SELECT ' || n.nspname || '.' || c.relname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'renkei' and c.relkind in ('r', 'p', 'v', 'm')
        and (has_table_privilege('renkei_public', c.oid, 'SELECT')
            or has_any_column_privilege('renkei_public', c.oid, 'SELECT'))
    order by 1"""
LOG_TABLES: Final = ["cities", "events", "commands", "data_keys", "sealed", "log_checks", "receipt_numbers"]
APPLIED: Final = "select number from renkei.migrations order by 1"
READY: Final = "select to_regclass('renkei.migrations') is not null"
UNCHECKED: Final = (
    "select c.city from renkei.cities c left join renkei.log_checks k on k.city = c.city"
    " and k.server_started = pg_postmaster_start_time() where k.city is null order by 1"
)
SIZES: Final = (
    "select c.city, coalesce((select e.position from renkei.events e where e.city = c.city"
    " order by e.position desc limit 1), 0) from renkei.cities c order by 1"
)
AGE: Final = (
    "select extract(epoch from clock_timestamp() - recorded_at)::float8 from renkei.events"
    " where city = %s and position = %s"
)
CLOCK: Final = "select clock_timestamp(), (select max(recorded_at) from renkei.events)"
HASHES: Final = (
    "select c.slug, m.login, m.secret_hash from renkei.members m join renkei.cities c on c.city = m.city"
    " where m.active and m.secret_hash is not null order by m.added_at, m.login"
)


@dataclass(frozen=True, slots=True)
class Session:
    """The administrator's own connection: over TLS or not, as superuser or not, to this machine or another."""

    tls: bool
    superuser: bool
    local: bool


UNSENT: Final = (
    "select count(*) filter (where not gave_up),"
    " count(*) filter (where gave_up and made_at > clock_timestamp() - interval '7 days')"
    " from renkei.outbox where sent_at is null"
)


def names(connection: Connection[Row], statement: str, *values: Any) -> list[str]:
    """The first column."""
    return [str(row[0]) for row in connection.execute(statement.encode(), values or None).fetchall()]


def is_ready(connection: Connection[Row]) -> bool:
    """Whether renkei's tables are there."""
    return connection.execute(READY).fetchone() == (True,)


def undurable(connection: Connection[Row]) -> list[str]:
    """Settings under which data could be lost or damage go unnoticed, as ``fsync = off``."""
    found = connection.execute(SETTINGS, (list(DURABLE),)).fetchall()
    return [f"{name} = {value}" for name, value in sorted(found) if value == "off"]


def session(connection: Connection[Row]) -> Session:
    """How the administrator is connected."""
    host = connection.info.hostaddr or connection.info.host
    local = host.startswith(("/", "127.")) or host in {"", "localhost", "::1"}
    row = connection.execute(SESSION).fetchone()
    return Session(bool(row and row[0]), bool(row and row[1]), local)


def strong_roles(connection: Connection[Row]) -> list[str]:
    """Accounts of ours that may do more than log in, and what was lent to those that serve."""
    lent = connection.execute(LENT_ROLES, (SERVING,)).fetchall()
    return [*names(connection, STRONG_ROLES, ROLES), *(f"{member} in {group}" for member, group in lent)]


def open_to_all_cities(connection: Connection[Row]) -> list[str]:
    """Tables that a desk reads without forced row security, and views that read with their owner's rights."""
    return [*names(connection, OPEN_TABLES, SERVING), *names(connection, OPEN_VIEWS, SCHEMAS)]


def careless_grants(connection: Connection[Row]) -> list[str]:
    """Rights beyond what serving takes: anybody's, writing past the functions, the public beyond the commons."""
    values = {"schemas": SCHEMAS, "serving": SERVING, "log": LOG_TABLES}
    everybodys = connection.execute(EVERYBODYS.encode(), values).fetchall()
    written = connection.execute(WRITES.encode(), values).fetchall()
    owned = names(connection, OTHERS_TABLES, SCHEMAS, Role.OWNER.value)
    return [
        *(f"PUBLIC {what}" for (what,) in everybodys),
        *(str(what) for (what,) in written),
        *(f"owner of {what}" for what in owned),
        *names(connection, LOOSE_FUNCTIONS, SCHEMAS),
    ]


def applied(connection: Connection[Row]) -> list[int]:
    """Numbers of the migrations that were applied."""
    return [int(row[0]) for row in connection.execute(APPLIED).fetchall()]


def unchecked_logs(connection: Connection[Row]) -> list[str]:
    """Cities whose log was not compared with its checkpoint since the server started."""
    return names(connection, UNCHECKED)


def log_sizes(connection: Connection[Row]) -> dict[str, int]:
    """Events of each city."""
    return dict(connection.execute(SIZES).fetchall())


def age(connection: Connection[Row], city: str, position: int) -> float:
    """Seconds since an event was recorded; 0 when there is none at that position."""
    row = connection.execute(AGE, (city, position)).fetchone()
    return 0.0 if row is None else float(row[0])


def clock(connection: Connection[Row]) -> tuple[datetime, datetime | None]:
    """The server's time, and when the newest event of all was recorded."""
    row = connection.execute(CLOCK).fetchone()
    assert row is not None  # noqa: S101 - one row always
    return row[0], row[1]


def secret_hashes(connection: Connection[Row]) -> list[tuple[str, str, str]]:
    """City, login and hash of every member who may sign in with a secret, those added first before the others."""
    return [(str(slug), str(login), str(kept)) for slug, login, kept in connection.execute(HASHES).fetchall()]


def unsent_mails(connection: Connection[Row]) -> tuple[int, int]:
    """Reminders that wait to be sent, and those of the last week that could not be."""
    row = connection.execute(UNSENT).fetchone()
    assert row is not None  # noqa: S101 - one row always
    return int(row[0]), int(row[1])
