"""What is away is said with when to try again, what does not need it goes on, and all is well once it is back."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from tenants.database.embedded import EmbeddedPostgres
from tests.program.desk import SECRET, Person, add_member, challenge, code_of, sign_in
from tests.program.load import Clients, assert_nothing_lost
from tests.program.running import Program, Site, eventually, folder, told

INBOX = "{ inbox { nodes { id } } challenges { nodes { title { text } } } }"
CASES = "{ cases { nodes { title } } }"
CITY = Path(__file__).parents[2] / "tenants/cities/011002.toml"
ROOM = 40
"""Megabytes on the small disk beside what is there."""


def answers(program: Program, person: Person) -> dict[str, httpx.Response]:
    """Everything that needs the database, asked at once."""
    client, at = program.site.client, program.address
    asked = {
        "command": person.raise_challenge,
        "desk read": lambda: person.send(INBOX),
        "sign in": lambda: client.post(f"{at}/desk/sapporo/token", json={"login": "sato", "secret": SECRET}),
        "public read": lambda: client.post(f"{at}/graphql", json={"query": CASES}),
        "front page": lambda: client.get(f"{at}/", headers={"accept": "text/html"}),
        "readiness": lambda: client.get(f"{at}/readyz"),
    }
    with ThreadPoolExecutor(len(asked)) as threads:
        futures = {name: threads.submit(ask) for name, ask in asked.items()}
        return {name: future.result() for name, future in futures.items()}


def assert_away(program: Program, person: Person) -> None:
    """Everybody is told to try again, and nobody why."""
    began = time.monotonic()
    for name, answer in answers(program, person).items():
        assert (name, answer.status_code, int(answer.headers["Retry-After"])) == (name, 503, 2), answer.text
        assert "OperationalError" not in told(answer.text)
    assert time.monotonic() - began < 15
    assert program.get("/healthz").status_code == 200
    assert "renkei_database_up 0.0" in program.get("/metrics").text


def assert_back(program: Program, person: Person) -> float:
    """Everything answers again; after how many seconds."""
    began = time.monotonic()

    def whole() -> bool:
        found = {name: answer.status_code for name, answer in answers(program, person).items()}
        return set(found.values()) == {200}

    assert eventually(whole, 20)
    return time.monotonic() - began


def test_a_server_of_ones_own_that_goes_away_in_flight_is_told_and_found_again(empty: Site) -> None:
    with folder() as place, EmbeddedPostgres(place / "postgres") as server:
        empty.settings["RENKEI_DATABASE_URL"] = server.admin_conninfo
        program = empty.start("serve").ready()
        assert empty.run("city", "add", str(CITY)).status == 0
        add_member(program)
        person = sign_in(program)
        assert_back(program, person)
        server.stop()
        assert_away(program, person)
        server.start()
        took = assert_back(program, person)
        print(f"all answers again {took:.1f} s after the server")  # noqa: T201
        assert took < 5
        assert empty.run("audit", "verify").status == 0
        assert program.stop() == 0


def test_a_server_that_hangs_is_not_waited_for_for_ever(site: Site) -> None:
    site.settings["RENKEI_LONGEST_REQUEST"] = "3"
    program = site.start("serve").ready()
    working = Clients(sign_in(program))
    postgres = site.processes() - {program.process.pid}
    try:
        for process in postgres:
            os.kill(process, signal.SIGSTOP)
        assert not working.send(challenge())
        assert_away(program, working.person)
    finally:
        for process in postgres:
            os.kill(process, signal.SIGCONT)
    assert assert_back(program, working.person) < 5
    assert working.unavailable == ["STORE_UNAVAILABLE"]
    for given in working.sent.values():  # it may have been recorded: the same id gives the one answer
        assert working.send(given)
    numbers = "select count(*) from renkei.events where command_id = any(%s::uuid[])"
    assert site.sql(numbers, list(working.sent)) == [(1,)]
    assert program.stop() == 0


def test_without_its_keys_commands_wait_and_the_public_reads_on(site: Site) -> None:
    program = site.start("serve").ready()
    person, key = sign_in(program), site.data / "keys/inside.key"
    assert person.raise_challenge().status_code == 200
    key.rename(key.with_name("away"))
    refused = person.raise_challenge()
    assert (refused.status_code, refused.headers["Retry-After"], code_of(refused)) == (503, "2", "KEYS_UNAVAILABLE")
    for query in (CASES, "{ cities { nodes { name } } }"):
        answer = site.client.post(f"{program.address}/graphql", json={"query": query})
        assert (answer.status_code, "errors" in answer.json()) == (200, False)
    assert program.is_ready()
    key.with_name("away").rename(key)
    assert person.raise_challenge().json()["data"]["it"]["changed"]
    assert site.run("audit", "verify").status == 0
    assert program.stop() == 0


# --- a full disk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(made: Path) -> Iterator[Site]:
    """A deployment on a disk with little room."""
    with folder() as home:
        disk = home / "data"
        disk.mkdir()
        used = subprocess.run(["du", "-sm", made], check=True, capture_output=True, text=True).stdout.split()[0]
        options = f"size={int(used) + ROOM}m,mode=0700"
        mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(disk)]
        if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("only root, and not in every container, may mount a small disk")
        site = Site(home)
        try:
            subprocess.run(["cp", "-a", f"{made}/.", disk], check=True)
            yield site
        finally:
            try:
                site.end()
            finally:
                subprocess.run(["umount", disk], check=True)


def fill(site: Site) -> Path:
    """Take all the room there is."""
    ballast = site.data / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    assert shutil.disk_usage(site.data).free < 2**12
    return ballast


def test_on_a_full_disk_commands_wait_nothing_is_lost_and_it_goes_on_with_room(small: Site) -> None:
    program = small.start("serve").ready()
    working = Clients(sign_in(program))
    for _ in range(10):
        assert working.send(challenge())
    for worst in (False, True):
        ballast, before = fill(small), len(working.unavailable)
        if worst:
            assert eventually(lambda: not journal_goes_on(small))
        deadline = time.monotonic() + 40
        while len(working.unavailable) < before + (2 if worst else 5):
            working.send(challenge())
            assert time.monotonic() < deadline, (len(working.acknowledged), working.unavailable)
        assert program.get("/healthz").status_code == 200
        time.sleep(1.5)  # so that checkpoints were due meanwhile
        ballast.unlink()
        began = time.monotonic()
        assert eventually(lambda: working.send(challenge()))
        codes = sorted(set(working.unavailable[before:]))
        assert worst or codes == ["STORE_FULL"]
        print(f"full disk: {codes}; recorded again after {time.monotonic() - began:.1f} s")  # noqa: T201
    assert working.cut == 0
    assert_nothing_lost(small, working)
    last = max(working.acknowledged.values())
    checkpoint = small.data / "checkpoints/011002/latest"
    assert eventually(lambda: checkpoint.read_text("utf-8").splitlines()[1] == str(last), 10)
    assert program.stop() == 0


def journal_goes_on(site: Site) -> bool:
    """Have PostgreSQL begin a new piece of its journal; without room it cannot and ends itself."""
    try:
        site.sql("select pg_switch_wal()")
        site.sql("create table public.written as select 1")
        site.sql("drop table public.written")
    except psycopg.OperationalError as error:
        return isinstance(error, psycopg.errors.DiskFull)
    return True
