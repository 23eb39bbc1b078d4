"""Whatever is killed, nothing that was committed is lost, one process owns the folder, and no server stays behind."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tenants.database.cluster import Cluster
from tenants.database.embedded import EmbeddedPostgres
from tenants.database.errors import DataFolderInUse
from tenants.database.leftovers import living, mark
from tenants.database.programs import find_programs, ourselves_or_nobody

Own = Callable[..., subprocess.Popen[str]]


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def answers(server: EmbeddedPostgres) -> bool:
    try:
        psycopg.connect(server.admin_conninfo).close()
    except psycopg.OperationalError:
        return False
    return True


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def server_of(owner: subprocess.Popen[str]) -> int:
    assert owner.stdout is not None
    return int(owner.stdout.readline())


def processes(home: Path) -> list[int]:
    data = home / "server" / "data"
    return living(data, data.stat().st_uid)


def guards(home: Path) -> list[int]:
    text = mark(home / "server" / "data").encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text() == "sh\n" and text in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_second_owner_is_refused_by_the_first_ones_name(made: Path, own: Own) -> None:
    owner = own(made)
    server = server_of(owner)

    with pytest.raises(DataFolderInUse, match=f"in use by process {owner.pid}"):
        EmbeddedPostgres(made).start()

    assert alive(server)


def test_a_refused_start_leaves_the_first_owner_working(made: Path) -> None:
    with EmbeddedPostgres(made) as first:
        with pytest.raises(DataFolderInUse):
            EmbeddedPostgres(made).start()
        assert answers(first)


def test_the_server_ends_with_an_owner_that_is_killed(made: Path, own: Own) -> None:
    owner = own(made)
    server = server_of(owner)

    owner.kill()

    assert eventually(lambda: not alive(server))
    assert eventually(lambda: not guards(made))
    with EmbeddedPostgres(made) as later:
        assert answers(later)


def test_the_next_start_ends_a_server_whose_owner_and_guard_were_killed(made: Path, own: Own) -> None:
    owner = own(made)
    server = server_of(owner)
    with psycopg.connect(conninfo_of(made)) as connection:
        connection.execute("CREATE TABLE remembered AS SELECT '仙台市' AS name")
    for process in (*guards(made), owner.pid):
        os.kill(process, signal.SIGKILL)
    time.sleep(0.3)
    assert alive(server)

    with EmbeddedPostgres(made) as later:
        assert not alive(server)
        assert len(guards(made)) == 1
        with psycopg.connect(later.admin_conninfo) as connection:
            assert connection.execute("SELECT name FROM remembered").fetchone() == ("仙台市",)

    assert processes(made) == []
    assert eventually(lambda: not guards(made))


def conninfo_of(home: Path) -> str:
    password = (home / "admin.password").read_text()
    return make_conninfo(host=str(home / "server" / "socket"), user="renkei_admin", password=password, dbname="renkei")


def test_a_server_that_is_killed_is_started_again_with_all_its_data(made: Path) -> None:
    said: list[str] = []
    with EmbeddedPostgres(made, said.append) as server:
        with psycopg.connect(server.admin_conninfo) as connection:
            connection.execute("CREATE TABLE remembered AS SELECT '神戸市' AS name")
        for _ in range(3):
            killed = server.pid
            assert killed
            os.kill(killed, signal.SIGKILL)
            assert eventually(lambda killed=killed: server.pid not in {None, killed} and answers(server))  # type: ignore[misc]
        with psycopg.connect(server.admin_conninfo) as connection:
            assert connection.execute("SELECT name FROM remembered").fetchone() == ("神戸市",)

    assert said.count("PostgreSQL ended by itself (exit code -9); it is being started again") == 3


def test_a_server_that_cannot_start_again_is_tried_until_it_can(made: Path) -> None:
    said: list[str] = []
    control, hidden = made / "server" / "data" / "global" / "pg_control", made / "hidden"
    with EmbeddedPostgres(made, said.append) as server:
        assert server.pid
        control.rename(hidden)
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: any("did not start" in sentence for sentence in said))
        hidden.rename(control)

        assert eventually(lambda: answers(server))


def test_stopping_while_the_server_is_being_started_again_leaves_nothing(made: Path) -> None:
    for pause in (0.0, 0.03, 0.06, 0.1):
        with EmbeddedPostgres(made) as server:
            assert server.pid
            os.kill(server.pid, signal.SIGKILL)
            time.sleep(pause)
        time.sleep(0.05)
        assert processes(made) == []
        assert eventually(lambda: not guards(made))


def test_a_stop_that_comes_while_the_last_server_is_cleared_away_is_obeyed(made: Path) -> None:
    clearing, proceed = threading.Event(), threading.Event()

    def report(sentence: str) -> None:
        if "earlier run" in sentence:
            clearing.set()
            proceed.wait(10)

    with EmbeddedPostgres(made, report) as server:
        assert server.pid
        straggler = next(process for process in processes(made) if process != server.pid)
        os.kill(straggler, signal.SIGSTOP)
        os.kill(server.pid, signal.SIGKILL)
        reached = clearing.wait(10)
        os.kill(straggler, signal.SIGCONT)
        assert reached
        stopper = threading.Thread(target=server.stop)
        stopper.start()
        time.sleep(0.1)
        proceed.set()
        stopper.join(5)

        assert not stopper.is_alive()
        assert processes(made) == []


def test_a_start_waits_for_a_server_that_takes_long_and_says_so(made: Path) -> None:
    slow = threading.Event()
    server = EmbeddedPostgres(made, lambda sentence: slow.set() if "getting ready" in sentence else None)
    starter = threading.Thread(target=server.start)
    starter.start()
    end = time.monotonic() + 10
    while (held := server.pid) is None:  # without a pause, so that it is held before it is ready
        assert time.monotonic() < end
    os.kill(held, signal.SIGSTOP)
    try:
        assert slow.wait(10)
    finally:
        os.kill(held, signal.SIGCONT)
        starter.join(10)
        ready = answers(server)
        server.stop()
    assert ready


def test_a_server_that_the_operator_started_by_hand_is_left_alone(made: Path) -> None:
    account, data = ourselves_or_nobody(), made / "server" / "data"
    arguments = [
        find_programs(account).path("postgres"),
        "-D",
        "/proc/self/cwd",
        "-c",
        "unix_socket_directories=../socket",
    ]
    with account.start([*arguments, "-c", "listen_addresses="], folder=data, output=subprocess.DEVNULL) as operators:
        try:
            assert eventually(lambda: Cluster(made).is_ready(operators.pid))

            with pytest.raises(DataFolderInUse, match=f"renkei did not start .process {operators.pid}."):
                EmbeddedPostgres(made).start()

            assert Cluster(made).is_ready(operators.pid)
            assert operators.poll() is None
        finally:
            operators.terminate()


def test_a_pid_file_that_names_a_stranger_is_not_believed(made: Path) -> None:
    stranger = ourselves_or_nobody().start(["/bin/cat"], folder=None, output=subprocess.DEVNULL)
    write_pid_file(made, stranger.pid)

    with EmbeddedPostgres(made) as server:
        assert answers(server)
        assert stranger.poll() is None

    stranger.communicate()


def test_a_pid_file_that_names_the_server_of_another_folder_does_that_one_no_harm(
    made: Path, server: EmbeddedPostgres
) -> None:
    other = server.pid
    assert other
    write_pid_file(made, other)

    with EmbeddedPostgres(made) as later:
        assert answers(later)

    assert server.pid == other
    assert answers(server)


def write_pid_file(home: Path, process: int) -> None:
    data = home / "server" / "data"
    lines = [process, data, int(time.time()) - 60, 5432, "../socket", "", "  1 2", "ready   "]
    for note in (data / "postmaster.pid", home / "server" / "socket" / ".s.PGSQL.5432.lock"):
        note.write_text("\n".join(map(str, lines)) + "\n")
        os.chown(note, data.stat().st_uid, data.stat().st_gid)


def test_a_copy_of_a_folder_is_another_folder(made: Path) -> None:
    copy = made.parent / "copy"
    with EmbeddedPostgres(made) as original:
        subprocess.run(["cp", "-a", made, copy], check=True)
        with EmbeddedPostgres(copy) as server:
            assert answers(server)
            assert answers(original)
