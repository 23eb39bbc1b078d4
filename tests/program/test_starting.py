"""What keeps the program from starting is said in one sentence that tells what to do, and nothing is left behind."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from tenants.database.embedded import EmbeddedPostgres
from tests.program.desk import add_member, sign_in
from tests.program.running import MARK, Said, Site, folder, free_port


def assert_says(said: Said, *parts: str) -> None:
    """One sentence, status 1."""
    assert (said.status, said.out) == (1, "")
    (line,) = [line for line in said.err.splitlines() if line.startswith("✗")]
    assert [part for part in parts if part not in line] == []


def test_a_port_in_use_is_named_with_another_to_take(empty: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = empty.run("serve", PORT=str(port))
    assert_says(said, f"127.0.0.1:{port} cannot be used (Address already in use)", f"PORT={port + 1}")
    assert not empty.data.exists()


@pytest.mark.parametrize("port", ["0", "８０"])
def test_a_port_that_is_none_is_refused(empty: Site, port: str) -> None:
    assert_says(empty.run("serve", PORT=port), f"PORT is {port!r}; it must be a whole number from 1 to 65535.")


def test_a_second_program_on_a_data_folder_is_told_who_has_it(file_running: tuple[Site, int]) -> None:
    site, owner = file_running
    said = site.run("serve", PORT=str(free_port()))
    assert_says(said, f"The data folder {site.data}/postgres is in use by process {owner}.", "RENKEI_DATA")


@pytest.fixture(scope="module")
def file_running(file_site: Site) -> Iterator[tuple[Site, int]]:
    """A deployment that serves, and its process."""
    program = file_site.start("serve").ready()
    yield file_site, program.process.pid
    assert program.stop() == 0


def test_a_data_folder_that_cannot_be_made_is_named(empty: Site) -> None:
    said = empty.run("serve", PORT=str(free_port()), RENKEI_DATA="/proc/renkei")  # not even root can write there
    assert_says(said, "/proc/renkei", "cannot be used", "RENKEI_DATA")


def test_a_data_folder_that_is_a_file_is_named(empty: Site) -> None:
    empty.data.write_text("")
    assert_says(empty.run("serve", PORT=str(free_port())), str(empty.data), "RENKEI_DATA")


def test_a_data_folder_of_another_postgresql_is_refused_with_the_way_over(site: Site) -> None:
    version = site.data / "postgres/server/data/PG_VERSION"
    was = version.read_text()
    version.write_text("17\n")
    said = site.run("serve", PORT=str(free_port()))
    assert_says(said, "made by PostgreSQL 17", "pg_dump", "pg_restore", "Nothing was changed.")
    version.write_text(was)
    assert site.start("serve").ready().stop() == 0


def test_keys_that_are_gone_are_named_before_anything_serves(site: Site) -> None:
    (site.data / "keys/checkpoint.key").write_bytes(b"short")
    said = site.run("serve", PORT=str(free_port()))
    assert (said.status, "key" in said.err.lower()) == (1, True)


# --- a PostgreSQL of the operator's own ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other_server() -> Iterator[EmbeddedPostgres]:
    """A server that is not the program's."""
    with folder() as home, EmbeddedPostgres(home / "postgres") as server:
        yield server


def test_with_a_server_of_its_own_it_serves_from_there_and_starts_none(
    empty: Site, other_server: EmbeddedPostgres
) -> None:
    empty.settings["RENKEI_DATABASE_URL"] = other_server.admin_conninfo
    program = empty.start("serve").ready()
    city = Path(__file__).parents[2] / "tenants/cities/011002.toml"
    assert empty.run("city", "add", str(city)).status == 0
    add_member(program)
    assert sign_in(program).raise_challenge().status_code == 200
    assert empty.run("audit", "verify").status == 0
    assert not (empty.data / "postgres").exists()
    assert program.stop() == 0
    assert other_server.pid is not None


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://renkei:geheim@127.0.0.1:1/renkei", ("does not let us in", "RENKEI_DATABASE_URL")),
        ("geheim", ("no address of a database", "postgresql://user:password@host:5432/name")),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_the_password(
    empty: Site, url: str, parts: tuple[str, ...]
) -> None:
    said = empty.run("serve", RENKEI_DATABASE_URL=url, PORT=str(free_port()))
    assert said.status == 1
    assert [part for part in parts if part not in " ".join(said.err.split())] == []
    assert "geheim" not in said.err


def test_a_wrong_password_is_told_without_the_password(empty: Site, other_server: EmbeddedPostgres) -> None:
    wrong = make_conninfo(other_server.admin_conninfo, password=MARK)
    said = empty.run("serve", RENKEI_DATABASE_URL=wrong, PORT=str(free_port()))
    assert (said.status, "password authentication failed" in " ".join(said.err.split())) == (1, True)
    assert MARK not in said.err
