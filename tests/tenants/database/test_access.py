"""Each account logs in with a password of its own and can do no more than it must; unsuitable servers are refused."""

import os
import secrets
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tenants.database.access import Database, Role, check_server, open_secret
from tenants.database.errors import (
    PoolerInBetween,
    RolesForeign,
    RolesRefused,
    SecretUnusable,
    ServerTooOld,
    ServerUnreachable,
)
from tenants.database.migrate import migrate

SERVING = [Role.DESK, Role.PUBLIC, Role.RUNNER]
FORBIDDEN: list[LiteralString] = [
    "CREATE TABLE renkei.mine (x int)",
    "CREATE TABLE commons.mine (x int)",
    "CREATE TABLE public.mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE SCHEMA mine",
    "CREATE ROLE test_mine",
    "SET ROLE renkei_owner",
    "SET ROLE renkei_admin",
    "SELECT * FROM renkei.cases",
    "SELECT * FROM renkei.migrations",
    "SELECT pg_read_file('PG_VERSION')",
    "ALTER ROLE renkei_owner PASSWORD 'mine'",
]


@pytest.fixture
def migrated(database: Database, tmp_path: Path) -> Database:
    (tmp_path / "0001_cases.sql").write_text("CREATE TABLE renkei.cases (title text)")
    migrate(database, [tmp_path])
    return database


def logs_in(database: Database, role: Role) -> bool:
    try:
        psycopg.connect(database.conninfo(role)).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_role_logs_in_with_its_own_password_only(migrated: Database) -> None:
    for role, other in product(Role, Role):
        if role == other:
            with psycopg.connect(migrated.conninfo(role)) as connection:
                assert connection.execute("SELECT session_user").fetchone() == (role.value,)
        else:
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(migrated.conninfo(role), password=migrated.password(other))


def test_a_serving_role_can_make_nothing_and_be_nobody_else(migrated: Database) -> None:
    for role in SERVING:
        with psycopg.connect(migrated.conninfo(role), autocommit=True) as connection:
            for statement in FORBIDDEN:
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(statement)


def test_names_are_looked_up_in_our_schemas(migrated: Database) -> None:
    with psycopg.connect(migrated.conninfo(Role.DESK)) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ("renkei, commons, public",)


def test_a_role_that_was_given_too_much_is_put_right(migrated: Database, tmp_path: Path) -> None:
    with psycopg.connect(migrated.admin, autocommit=True) as admin:
        admin.execute("ALTER ROLE renkei_public SUPERUSER CREATEDB BYPASSRLS")
        admin.execute("ALTER ROLE renkei_desk NOLOGIN")

    migrate(migrated, [tmp_path])

    with psycopg.connect(migrated.admin) as admin:
        powerful = "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreatedb OR rolbypassrls) AND rolname = ANY(%s)"
        assert admin.execute(powerful, [list(Role)]).fetchall() == []
    assert all(logs_in(migrated, role) for role in Role)


def test_the_server_stores_and_logs_no_password_even_if_it_logs_everything(database: Database, tmp_path: Path) -> None:
    with psycopg.connect(database.admin, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET log_statement = 'all'".encode())
    migrate(database, [tmp_path])

    with psycopg.connect(database.admin) as admin:
        stored = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = ANY(%s)", [list(Role)]).fetchall()
        log = admin.execute("SELECT pg_read_file(pg_current_logfile())").fetchone()

    assert len(stored) == 4
    assert all(str(verifier).startswith("SCRAM-SHA-256$") for (verifier,) in stored)
    assert log
    assert "PASSWORD 'SCRAM-SHA-256$" in str(log[0]).replace("\\", "")
    assert not [role for role in Role if database.password(role) in str(log[0])]


def test_two_new_databases_of_a_server_may_be_migrated_at_once(database: Database, tmp_path: Path) -> None:
    with beside(database) as other, ThreadPoolExecutor(2) as threads:
        databases = [database, Database(other, database.secret)]

        assert list(threads.map(lambda one: migrate(one, [tmp_path]), databases)) == [[], []]


def test_another_database_with_the_same_secret_shares_the_roles(migrated: Database, tmp_path: Path) -> None:
    with beside(migrated) as other:
        migrate(Database(other, migrated.secret), [tmp_path])

        assert all(logs_in(Database(other, migrated.secret), role) for role in Role)
    assert all(logs_in(migrated, role) for role in Role)


def test_another_database_with_another_secret_is_refused_and_locks_nobody_out(
    migrated: Database, tmp_path: Path
) -> None:
    with beside(migrated) as other, pytest.raises(RolesForeign, match="same secret file"):
        migrate(Database(other, secrets.token_bytes(32)), [tmp_path])

    assert all(logs_in(migrated, role) for role in Role)


def test_a_database_whose_secret_was_lost_takes_a_new_one(migrated: Database, tmp_path: Path) -> None:
    renewed = Database(migrated.admin, secrets.token_bytes(32))

    migrate(renewed, [tmp_path])

    assert all(logs_in(renewed, role) for role in Role)
    assert not any(logs_in(migrated, role) for role in Role)


@contextmanager
def beside(database: Database) -> Iterator[str]:
    """Another, empty database on the same server."""
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(database.admin, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield make_conninfo(database.admin, dbname=name)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_an_admin_who_is_no_superuser_suffices(fresh: str, tmp_path: Path) -> None:
    (tmp_path / "0001_cases.sql").write_text("CREATE TABLE renkei.cases (title text)")
    with clerk(fresh, "CREATEROLE") as conninfo:
        database = Database(conninfo, secrets.token_bytes(32))

        assert migrate(database, [tmp_path]) == ["0001_cases.sql"]
        assert migrate(database, [tmp_path]) == []
        with psycopg.connect(database.conninfo(Role.OWNER)) as owner:
            assert owner.execute("SELECT count(*) FROM renkei.cases").fetchone() == (0,)


def test_an_admin_who_may_not_make_roles_is_told_what_is_missing(fresh: str, tmp_path: Path) -> None:
    with clerk(fresh, "") as conninfo, pytest.raises(RolesRefused, match="CREATEROLE"):
        migrate(Database(conninfo, secrets.token_bytes(32)), [tmp_path])


@contextmanager
def clerk(fresh: str, attributes: str) -> Iterator[str]:
    """The owner of the database, with these attributes and no others."""
    name = conninfo_to_dict(fresh)["dbname"]
    with psycopg.connect(fresh, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE test_clerk LOGIN {attributes} PASSWORD 'clerk'".encode())
        admin.execute(f"ALTER DATABASE {name} OWNER TO test_clerk".encode())
        try:
            yield make_conninfo(fresh, user="test_clerk", password="clerk")
        finally:
            admin.execute(f"ALTER DATABASE {name} OWNER TO renkei_admin".encode())
            admin.execute("DROP SCHEMA IF EXISTS renkei, commons CASCADE")
            for role in Role:
                with suppress(errors.UndefinedObject):
                    admin.execute(f"DROP OWNED BY {role}".encode())
                    admin.execute(f"DROP ROLE {role}".encode())
            admin.execute("DROP OWNED BY test_clerk")
            admin.execute("DROP ROLE test_clerk")


def test_printing_a_database_shows_no_secret(database: Database) -> None:
    assert repr(database) == "Database()"


def test_a_server_that_will_do_is_accepted(fresh: str) -> None:
    check_server(fresh)


def test_an_address_without_a_server_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachable, match="See that the server runs"):
        check_server(make_conninfo(host=str(tmp_path), dbname="renkei", user="renkei_admin"))


def test_a_malformed_address_is_not_quoted_as_it_may_hold_the_password() -> None:
    with pytest.raises(ServerUnreachable, match="is no address") as refused:
        check_server("postgresql//renkei:himitsu@localhost/renkei")

    assert "himitsu" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_pooler_between_us_and_the_server_is_refused(fresh: str) -> None:
    def greet_like_a_pooler(kind: bytes, body: bytes) -> bytes:
        return bytes(4) + body[4:] if kind == b"K" else body  # the process number of the greeting

    with between(fresh, greet_like_a_pooler) as conninfo, pytest.raises(PoolerInBetween, match="the server itself"):
        check_server(conninfo)


def test_a_server_that_is_too_old_is_refused(fresh: str) -> None:
    def say_fifteen(kind: bytes, body: bytes) -> bytes:
        return b"server_version\x0015.9\x00" if kind == b"S" and body.startswith(b"server_version\x00") else body

    with between(fresh, say_fifteen) as conninfo, pytest.raises(ServerTooOld, match=r"PostgreSQL 15; .* PostgreSQL 16"):
        check_server(conninfo)


def test_what_stands_between_changes_nothing_by_itself(fresh: str) -> None:
    with between(fresh, lambda _, body: body) as conninfo:
        check_server(conninfo)


@contextmanager
def between(conninfo: str, change: Callable[[bytes, bytes], bytes]) -> Iterator[str]:
    """A way to the server through a relay that changes the bodies of the server's messages (PostgreSQL protocol 3)."""
    host = conninfo_to_dict(conninfo)["host"]
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket(socket.AF_UNIX) as server:
        server.connect(f"{host}/.s.PGSQL.5432")

        def relay() -> None:
            client, _ = listener.accept()
            with client, suppress(OSError):
                threading.Thread(target=forward, args=(client, server)).start()
                answers = server.makefile("rb")
                while head := answers.read(5):
                    body = change(head[:1], answers.read(int.from_bytes(head[1:]) - 4))
                    client.sendall(head[:1] + (len(body) + 4).to_bytes(4) + body)

        thread = threading.Thread(target=relay)
        thread.start()
        port = listener.getsockname()[1]
        yield make_conninfo(conninfo, host="127.0.0.1", port=port, sslmode="disable", gssencmode="disable")
        thread.join()


def forward(client: socket.socket, server: socket.socket) -> None:
    with suppress(OSError):
        while said := client.recv(65536):
            server.sendall(said)
        server.shutdown(socket.SHUT_WR)


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    secret = open_secret(folder)

    assert len(secret) == 32
    assert open_secret(folder) == secret
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]
    assert open_secret(tmp_path / "other") != secret


def test_two_who_make_the_secret_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(open_secret, [tmp_path] * 32))

    assert len(found) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    open_secret(tmp_path)
    (tmp_path / "database.secret").chmod(mode)

    with pytest.raises(SecretUnusable, match="chmod 600"):
        open_secret(tmp_path)


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_damaged_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    open_secret(tmp_path)
    (tmp_path / "database.secret").write_bytes(content)

    with pytest.raises(SecretUnusable, match=f"holds {len(content)} bytes instead of 32"):
        open_secret(tmp_path)


def test_a_secret_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SecretUnusable, match=os.strerror(17)):
        open_secret(tmp_path / "file")


def test_passwords_differ_by_role_and_by_secret() -> None:
    made = {Database("", bytes([byte]) * 32).password(role) for byte in range(3) for role in Role}

    assert len(made) == 12
