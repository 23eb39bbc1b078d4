"""Empty migrated databases, many a run: a copy of the first one, and afterwards emptied and lent again.

Copying and dropping takes a third of a second, emptying a twentieth. Lent again is only what is as it was made: the
same objects, rights and settings, to the row of the catalogue. Whatever a test has altered is dropped.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

from tenants.database.access import Database
from tenants.database.migrate import migrate

OFTEN: Final = 25
"""Times one database is lent; rows that were deleted take up room until it is dropped."""

OURS: Final = "oid >= 16384"
"""Objects that did not come with PostgreSQL."""
HERE: Final = "(select oid from pg_database where datname = current_database())"
ROWS: Final = "select '{0}', md5(string_agg(concat(xmin, ':', ctid, '/'), '' order by ctid)) from {0} where {1}"
CLASSES: Final = f"""select 'pg_class', md5(string_agg(concat_ws(':', oid, relname, relnamespace, relowner, relkind,
    relacl, relrowsecurity, relforcerowsecurity, reloptions, '/'), '' order by oid)) from pg_class where {OURS}"""  # noqa: S608 - names of ours
WATCHED: Final = {
    **dict.fromkeys(("pg_proc", "pg_policy", "pg_trigger", "pg_constraint", "pg_namespace", "pg_rewrite"), OURS),
    **dict.fromkeys(("pg_type", "pg_attrdef", "pg_extension", "pg_default_acl", "pg_event_trigger"), OURS),
    "pg_attribute": "attrelid >= 16384",
    "pg_index": "indexrelid >= 16384",
    "pg_sequence": "true",
    "pg_database": f"oid = {HERE}",
    "pg_db_role_setting": f"setdatabase = {HERE}",
    "pg_publication": "true",
}
CATALOGUE: Final = " union all ".join([*(ROWS.format(name, ours) for name, ours in WATCHED.items()), CLASSES])
"""Everything that a test may alter in a database beside its rows; a row that was touched has another xmin and place."""
TABLES: Final = (
    "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where c.oid >= 16384 and c.relkind = 'r' and c.relpersistence <> 't' order by 1"
)
SEQUENCES: Final = (
    "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where c.oid >= 16384 and c.relkind = 'S' order by 1"
)
ALONE: Final = (
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


@dataclass
class Made:
    """A database, what it was when it was made, and how often it was lent."""

    name: str
    catalogue: list[Any] = field(default_factory=list)
    seeds: dict[str, Any] = field(default_factory=dict)
    sequences: dict[str, Any] = field(default_factory=dict)
    lent: int = 0


@dataclass
class Databases:
    """The databases of one server, copies of ``template``."""

    admin: str
    template: str
    secret: bytes
    migrations: list[Path]
    spare: list[Made] = field(default_factory=list)

    def _at(self, name: str) -> closing[Connection[Any]]:
        return closing(psycopg.connect(make_conninfo(self.admin, dbname=name), autocommit=True))

    def database(self, name: str) -> Database:
        """As the program is given it."""
        return Database(make_conninfo(self.admin, dbname=name), self.secret)

    @contextmanager
    def lent(self) -> Iterator[Database]:
        """An empty one."""
        made = self.spare.pop() if self.spare else self._copied()
        made.lent += 1
        try:
            yield self.database(made.name)
        finally:
            if made.lent < OFTEN and self._emptied(made):
                self.spare.append(made)
            else:
                with self._at("postgres") as server:
                    server.execute(cast(Any, f"drop database {made.name} with (force)"))

    def _copied(self) -> Made:
        made = Made(f"test_{secrets.token_hex(4)}")
        with self._at("postgres") as server:
            server.execute(cast(Any, f"create database {made.name} template {self.template}"))
        # For what belongs to a database and is not copied: its grants and search path.
        migrate(self.database(made.name), self.migrations)
        with self._at(made.name) as own:
            made.catalogue = own.execute(cast(Any, CATALOGUE)).fetchall()
            for table in _names(own, TABLES):
                if rows := _one(own, f"select jsonb_agg(t) from {table} t"):  # noqa: S608 - names of ours
                    made.seeds[table] = rows
            made.sequences = {each: _state(own, each) for each in _names(own, SEQUENCES)}
        return made

    def _emptied(self, made: Made) -> bool:
        """Whether it is as it was made: emptied, with the rows that migrations brought."""
        with self._at(made.name) as own:
            if not _alone(own) or own.execute(cast(Any, CATALOGUE)).fetchall() != made.catalogue:
                return False
            own.execute("set session_replication_role = replica")  # past the guards of the log
            tables = _names(own, TABLES)
            held = " union all ".join(f"select '{table}' where exists (select from {table})" for table in tables)  # noqa: S608 - names of ours
            full = {name for (name,) in own.execute(cast(Any, held)).fetchall()}
            for table in full | set(made.seeds):
                rows = made.seeds.get(table)
                if rows != (_one(own, f"select jsonb_agg(t) from {table} t") if rows else None):  # noqa: S608 - names of ours
                    own.execute(cast(Any, f"delete from {table}"))  # noqa: S608 - names of ours
                    _fill(own, table, rows)
                elif not rows:
                    own.execute(cast(Any, f"delete from {table}"))  # noqa: S608 - names of ours
            for name, (value, called) in made.sequences.items():
                if _state(own, name) != (value, called):
                    own.execute("select setval(%s, %s, %s)", (name, value, called))
        return True


def _alone(own: Connection[Any]) -> bool:
    """Whether nobody else is connected, once those who are leaving have left and the others were sent away."""
    for _ in range(100):
        if not _one(own, ALONE):
            return True
        time.sleep(0.01)
    return False


def _names(own: Connection[Any], statement: str) -> list[str]:
    return [name for (name,) in own.execute(cast(Any, statement)).fetchall()]


def _one(own: Connection[Any], statement: str) -> Any:
    row = own.execute(cast(Any, statement)).fetchone()
    return row[0] if row else None


def _state(own: Connection[Any], sequence: str) -> Any:
    return own.execute(cast(Any, f"select last_value, is_called from {sequence}")).fetchone()  # noqa: S608 - names of ours


def _fill(own: Connection[Any], table: str, rows: Any) -> None:
    if rows:
        own.execute(
            cast(
                Any,
                f"insert into {table} overriding system value"  # noqa: S608 - names of ours
                f" select * from jsonb_populate_recordset(null::{table}, %s)",
            ),
            (Jsonb(rows),),
        )
