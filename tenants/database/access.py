"""Who may log in to the database, with which password, and whether a given server will do.

Four accounts, none of which may create anything in the server or pass row security: one owns the tables, three serve.
Their passwords are derived from one secret file, so none is stored in clear on the server and none needs to be typed.

The accounts belong to the whole server. Two renkei databases on one server must share the secret file, or take a server
each: a second database with another secret would lock the first one out, and is refused.
"""

import base64
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import psycopg
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from tenants.database.errors import (
    PoolerInBetween,
    RolesForeign,
    RolesRefused,
    SecretUnusable,
    ServerTooOld,
    ServerUnreachable,
)
from tenants.database.files import write_private

SECRET_BYTES: Final = 32
OLDEST_SERVER: Final = 16
ATTRIBUTES: Final = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")

Connection = psycopg.Connection[tuple[object, ...]]


class Role(StrEnum):
    """The database accounts."""

    OWNER = "renkei_owner"  # owns schemas, tables and functions; nobody serves as it
    DESK = "renkei_desk"  # serves the desks, one city at a time
    PUBLIC = "renkei_public"  # reads the commons and nothing else
    RUNNER = "renkei_runner"  # keeps the read models up to date


@dataclass(frozen=True, slots=True)
class Database:
    """One renkei database: how an account that may create roles gets in (`admin`), and the secret of all passwords.

    `admin` is a connection string or URL as libpq reads it. Both are secret, so neither is shown when this is printed.
    """

    admin: str = field(repr=False)
    secret: bytes = field(repr=False)

    def password(self, role: Role) -> str:
        """The role's password: HKDF-SHA256 (RFC 5869) of the secret under the role's name."""
        derived = HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=role.value.encode())
        return base64.urlsafe_b64encode(derived.derive(self.secret)).decode().rstrip("=")

    def conninfo(self, role: Role) -> str:
        """The connection string by which this role logs in; it holds the password."""
        return make_conninfo(self.admin, user=role.value, password=self.password(role))

    def ensure_roles(self, connection: Connection) -> None:
        """Make the roles log in with our passwords and nothing beyond, over an admin connection in autocommit.

        Raises RolesForeign, RolesRefused.
        """
        with refused_clearly():
            try:
                self._ensure_roles(connection)
            except (errors.UniqueViolation, errors.DuplicateObject):
                # Another database of the server has made them just now.
                self._ensure_roles(connection)

    def _ensure_roles(self, connection: Connection) -> None:
        known = _known_roles(connection)
        for role in known:
            connection.execute(_on_database(connection, "GRANT CONNECT ON DATABASE {} TO {}", role))
        locked = [role for role in known if not self._logs_in(role)]
        if locked and not _holds_our_tables(connection):
            raise RolesForeign(
                f"The server already has {', '.join(locked)}, with passwords that do not come from this secret "
                "file. Another renkei database on this server uses them. Give both the same secret file, or use "
                "another server. If no other database uses them, drop these roles first."
            )
        with connection.transaction():
            for role in Role:
                self._set(connection, role, password=role in locked or role not in known)
            _close_database(connection)

    def _logs_in(self, role: Role) -> bool:
        try:
            psycopg.connect(self.conninfo(role), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True

    def _set(self, connection: Connection, role: Role, *, password: bool) -> None:
        """Create or correct one role. What is sent is a SCRAM verifier, so no log ever holds the password."""
        name = sql.Identifier(role)
        state = connection.execute(
            "SELECT rolcanlogin AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
            " FROM pg_catalog.pg_roles WHERE rolname = %s",
            [role],
        ).fetchone()
        if state is None:
            connection.execute(sql.SQL("CREATE ROLE {} {}").format(name, ATTRIBUTES))
        elif state != (True,):
            connection.execute(sql.SQL("ALTER ROLE {} {}").format(name, ATTRIBUTES))
        if password:
            verifier = connection.pgconn.encrypt_password(
                self.password(role).encode(), role.value.encode(), b"scram-sha-256"
            )
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, verifier.decode()))
        connection.execute(_on_database(connection, "GRANT CONNECT ON DATABASE {} TO {}", role))


def _known_roles(connection: Connection) -> list[Role]:
    rows = connection.execute("SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ANY(%s)", [list(Role)])
    names = {name for (name,) in rows}
    return [role for role in Role if role in names]


def _holds_our_tables(connection: Connection) -> bool:
    return connection.execute("SELECT to_regclass('renkei.migrations') IS NOT NULL").fetchone() == (True,)


def _close_database(connection: Connection) -> None:
    """Let nobody create anything here but the owner and the admin, and let the admin act as the owner."""
    connection.execute(_on_database(connection, "REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC"))
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    connection.execute(_on_database(connection, "ALTER DATABASE {} SET search_path = renkei, commons, public"))
    member = connection.execute("SELECT pg_has_role(%s, 'SET') AND pg_has_role(%s, 'USAGE')", [Role.OWNER] * 2)
    if member.fetchone() != (True,):  # a superuser is always one
        grant = sql.SQL("GRANT {} TO CURRENT_USER WITH SET TRUE, INHERIT TRUE")
        connection.execute(grant.format(sql.Identifier(Role.OWNER)))
    # A function made later is closed until its own file opens it to somebody.
    connection.execute(
        sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC").format(
            sql.Identifier(Role.OWNER)
        )
    )


def _on_database(connection: Connection, statement: str, *names: str) -> sql.Composed:
    identifiers = [sql.Identifier(name) for name in (connection.info.dbname, *names)]
    return sql.SQL(statement).format(*identifiers)


@contextmanager
def refused_clearly() -> Iterator[None]:
    """Turn the server's refusal to create roles or schemas into advice. Raises RolesRefused."""
    try:
        yield
    except (errors.InsufficientPrivilege, errors.InvalidGrantOperation) as error:
        raise RolesRefused(
            f"The account of RENKEI_DATABASE_URL may not prepare the database: {error.diag.message_primary}. It must "
            "own the database and have CREATEROLE; roles that another account made must be dropped or granted to it "
            "WITH ADMIN OPTION."
        ) from error


@contextmanager
def admin_connection(admin: str) -> Iterator[Connection]:
    """An admin connection in autocommit to a server that will do.

    Raises ServerUnreachable, ServerTooOld, PoolerInBetween.
    """
    try:
        with psycopg.connect(admin, autocommit=True, application_name="renkei migrate") as connection:
            _check(connection)
            yield connection
    except psycopg.ProgrammingError as error:
        if error.sqlstate is not None:
            raise
        raise ServerUnreachable(  # without the text, which may quote the password
            "RENKEI_DATABASE_URL is no address of a database. It should read postgresql://user:password@host:5432/name."
        ) from None
    except psycopg.OperationalError as error:
        raise ServerUnreachable(
            f"The database does not let us in: {str(error).strip()}. See that the server runs, and correct "
            "RENKEI_DATABASE_URL if it is set."
        ) from error


def check_server(admin: str) -> None:
    """See that a server will do, before anything relies on it.

    Raises ServerUnreachable, ServerTooOld, PoolerInBetween.
    """
    with admin_connection(admin):
        pass


def _check(connection: Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER * 10_000:
        raise ServerTooOld(
            f"The server is PostgreSQL {version // 10_000}; renkei needs PostgreSQL {OLDEST_SERVER} or later. Upgrade "
            "the server, or unset RENKEI_DATABASE_URL to use the one that renkei brings."
        )
    # A pooler makes up the process number of the greeting, as its client has no server process of its own.
    if connection.execute("SELECT pg_backend_pid()").fetchone() != (connection.info.backend_pid,):
        raise PoolerInBetween(
            "A connection pooler such as PgBouncer stands before the server. renkei has pools of its own and keeps "
            "prepared statements and locks on its connections: let RENKEI_DATABASE_URL lead to the server itself."
        )


def open_secret(folder: Path, name: str = "database.secret") -> bytes:
    """The 32-byte secret in this folder, made at the first call, readable by its owner only. Raises SecretUnusable."""
    path = folder / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_private(path, secrets.token_bytes(SECRET_BYTES), replace=False)
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            secret = file.read()
    except OSError as error:
        raise SecretUnusable(f"The secret file {path} cannot be used: {error.strerror}. Correct it.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise SecretUnusable(
            f"Others may read the secret file {path}. If nobody did, run: chmod 600 {path}; else delete it, and the "
            "next start makes a new one."
        )
    if len(secret) != SECRET_BYTES:
        raise SecretUnusable(
            f"The secret file {path} holds {len(secret)} bytes instead of {SECRET_BYTES}. Restore it from a backup, or "
            "delete it, and the next start makes a new one."
        )
    return secret
