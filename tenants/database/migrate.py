"""Bringing the tables up to date, while others are served from them.

Migrations are SQL files named `0001_name.sql`, in one or more folders, applied in the order of their numbers. Each is
one transaction, run as `renkei_owner` and noted in `renkei.migrations`. A file waits only half a second for a table in
use, as everybody who comes after it waits behind it; then it lets them pass and tries again.
"""

import hashlib
import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from psycopg import DatabaseError, errors, sql

from tenants.database.access import Connection, Database, Role, admin_connection, refused_clearly
from tenants.database.errors import (
    DatabaseNewer,
    MigrationBusy,
    MigrationChanged,
    MigrationFailed,
    MigrationsMisnumbered,
)

NAME: Final = re.compile(r"(?P<number>[0-9]{4})_[a-z0-9_]+\.sql")
LOCK: Final = 0x72656E6B6569  # "renkei": one migration of a database at a time
LOCK_TIMEOUT: Final = "500ms"
ATTEMPTS: Final = 40
LONGEST_PAUSE: Final = 2.0  # seconds
PREPARE: Final = (
    sql.SQL("CREATE SCHEMA IF NOT EXISTS renkei AUTHORIZATION {}").format(sql.Identifier(Role.OWNER)),
    sql.SQL("CREATE SCHEMA IF NOT EXISTS commons AUTHORIZATION {}").format(sql.Identifier(Role.OWNER)),
)
AS_OWNER: Final = (
    sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(Role.OWNER)),
    sql.SQL("SET LOCAL search_path = renkei, commons, public"),  # as every later connection has it
    sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_TIMEOUT),
)
NOTES: Final = sql.SQL("""
    CREATE TABLE IF NOT EXISTS renkei.migrations (
        number integer PRIMARY KEY,
        name text COLLATE "C" NOT NULL,
        sha256 text COLLATE "C" NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )""")
NOTE: Final = sql.SQL("INSERT INTO renkei.migrations (number, name, sha256) VALUES (%s, %s, %s)")


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    text: str = field(repr=False)

    @property
    def sha256(self) -> str:
        """The digest by which a later edit is noticed, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrate(database: Database, folders: Sequence[Path], progress: Callable[[str], None] | None = None) -> list[str]:
    """Apply what is missing, and return the names of the files applied now. A second call at the same time waits.

    `progress` gets a sentence for every file. Raises MigrationFault, AccessFault.
    """
    tell = progress or (lambda _: None)
    migrations = read_migrations(folders)
    with admin_connection(database.admin) as connection:
        _take_turn(connection, tell)
        database.ensure_roles(connection)
        with refused_clearly(), connection.transaction():
            for statement in (*PREPARE, *AS_OWNER, NOTES):
                connection.execute(statement)
        missing = _missing(migrations, _applied(connection))
        for migration in missing:
            tell(f"Applying {migration.name}")
            _apply(connection, migration, tell)
    return [migration.name for migration in missing]


def read_migrations(folders: Iterable[Path]) -> list[Migration]:
    """The migrations of these folders in the order of their numbers. Raises MigrationsMisnumbered."""
    found: dict[int, Migration] = {}
    for path in sorted((path for folder in folders for path in folder.glob("*.sql")), key=lambda path: path.name):
        form = NAME.fullmatch(path.name)
        if form is None:
            raise MigrationsMisnumbered(f"{path} must be named like 0001_events.sql: four digits, then a name.")
        number = int(form["number"])
        if number in found:
            raise MigrationsMisnumbered(f"{found[number].name} and {path.name} have the same number. Renumber one.")
        found[number] = Migration(number, path.name, path.read_text(encoding="utf-8"))
    return list(found.values())


def _take_turn(connection: Connection, tell: Callable[[str], None]) -> None:
    """Wait until no other migration of this database runs. The turn ends with the connection."""
    if connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() != (True,):
        tell("Waiting for another migration of this database")
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])


def _applied(connection: Connection) -> dict[int, tuple[str, str]]:
    with connection.transaction():
        for statement in AS_OWNER:
            connection.execute(statement)
        rows = connection.execute("SELECT number, name, sha256 FROM renkei.migrations ORDER BY number").fetchall()
    return {int(str(number)): (str(name), str(sha256)) for number, name, sha256 in rows}


def _missing(migrations: Sequence[Migration], applied: Mapping[int, tuple[str, str]]) -> list[Migration]:
    """What is to be applied. Raises DatabaseNewer, MigrationChanged."""
    ours = {migration.number: migration for migration in migrations}
    for number, (name, sha256) in applied.items():
        if number not in ours:
            raise DatabaseNewer(
                f"The database was migrated by a newer renkei: it holds {name}, which this version does not know. "
                "Install that version again, or restore the backup made before the upgrade. Nothing was changed."
            )
        if (ours[number].name, ours[number].sha256) != (name, sha256):
            raise MigrationChanged(
                f"{ours[number].name} is not the file that was applied to this database as {name}. Restore the file, "
                "and put the change into a new one with the next number. Nothing was changed."
            )
    return [migration for migration in migrations if migration.number not in applied]


def _apply(connection: Connection, migration: Migration, tell: Callable[[str], None]) -> None:
    for attempt in range(ATTEMPTS):
        try:
            _apply_once(connection, migration)
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            tell(f"{migration.name} waits for tables in use")
            time.sleep(random.uniform(0.5, 1) * min(LONGEST_PAUSE, 0.1 * 2**attempt))  # noqa: S311 -- only spreads load
        else:
            return
    raise MigrationBusy(
        f"{migration.name} found its tables in use at {ATTEMPTS} attempts. End long transactions (a backup, a report), "
        "then migrate again. What was applied before it stays; nothing of it was."
    )


def _apply_once(connection: Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            for statement in AS_OWNER:
                connection.execute(statement)
            before = connection.execute("SELECT pg_current_xact_id()").fetchone()
            connection.execute(migration.text.encode())
            if connection.execute("SELECT pg_current_xact_id()").fetchone() != before:
                raise MigrationFailed(f"{migration.name} ends its own transaction. Take COMMIT and ROLLBACK out of it.")
            connection.execute(AS_OWNER[0])  # in case the file has left the role
            connection.execute(NOTE, [migration.number, migration.name, migration.sha256])
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        raise
    except DatabaseError as error:
        line = migration.text.count("\n", 0, int(error.diag.statement_position or 1) - 1) + 1
        raise MigrationFailed(
            f"PostgreSQL refused {migration.name}, line {line}: {error.diag.message_primary or 'the connection broke'} "
            f"({error.sqlstate}). Nothing of this file was kept."
        ) from error
