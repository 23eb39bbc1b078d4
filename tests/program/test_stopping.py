"""However the program ends, no process stays behind, and the next start works."""

import os
import signal
import time

import pytest

from tests.program.desk import sign_in
from tests.program.running import PATIENCE, Program, Site, eventually


@pytest.mark.parametrize(
    ("order", "arguments"), [(signal.SIGINT, ("serve",)), (signal.SIGTERM, ("serve", "--workers", "2"))]
)
def test_told_to_stop_it_ends_in_order_with_everything_it_started(
    site: Site, order: signal.Signals, arguments: tuple[str, ...]
) -> None:
    program = site.start(*arguments).ready()
    assert len(site.processes()) > len(arguments) + 5
    assert sign_in(program).raise_challenge().status_code == 200
    assert program.stop(order) == 0
    assert "shut down" in postgres_log(site).splitlines()[-1]


def test_told_to_stop_twice_it_still_ends_in_order(site: Site) -> None:
    program = site.start("serve").ready()
    program.process.send_signal(signal.SIGINT)
    for _ in range(20):
        time.sleep(0.02)
        program.process.send_signal(signal.SIGINT)
    assert program.process.wait(PATIENCE) == 0
    assert "shut down" in postgres_log(site).splitlines()[-1]


@pytest.mark.parametrize("said", ["Making the database", "Applying 0001", "nothing"])
def test_told_to_stop_while_it_starts_it_leaves_nothing(empty: Site, said: str) -> None:
    program = empty.start("serve")
    if said == "nothing":
        time.sleep(0.05)
    else:
        assert program.says(said)
    assert program.stop() in ({0} if said != "nothing" else {0, -signal.SIGTERM})
    assert "serves on" not in program.out


def test_after_a_kill_nothing_runs_on_and_the_next_start_has_everything(site: Site) -> None:
    program = site.start("serve").ready()
    answer = sign_in(program).raise_challenge()
    position = answer.json()["data"]["it"]["position"]
    program.kill()
    later = site.start("serve", port=program.port).ready()
    assert later.process.pid in site.processes()
    assert site.sql("select max(position) from renkei.events where city = '011002'") == [(position,)]
    assert sign_in(later).raise_challenge().status_code == 200
    assert later.stop() == 0


def test_after_a_kill_the_server_ends_even_when_nobody_starts_again(site: Site) -> None:
    program = site.start("serve", "--workers", "2")
    assert eventually(lambda: "serves on" in program.out)  # said when both workers answer
    program.kill()
    assert eventually(lambda: not site.processes(), 20)


def test_a_killed_worker_is_replaced(site: Site) -> None:
    program = site.start("serve", "--workers", "2")
    assert eventually(lambda: "serves on" in program.out)
    before = workers(program)
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    assert eventually(lambda: len(workers(program)) == 2 and workers(program) != before)
    assert sign_in(program.ready()).raise_challenge().status_code == 200
    assert program.stop() == 0


def workers(program: Program) -> set[int]:
    """The processes that answer."""
    found = set()
    for process in program.site.processes():
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:  # noqa: PTH123 - not a path of ours
                if b"--multiprocessing-fork" in file.read():
                    found.add(process)
        except OSError:
            continue
    return found


def postgres_log(site: Site) -> str:
    """What the embedded server said."""
    logs = sorted((site.data / "postgres/server/log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    return logs[-1].read_text("utf-8", "replace")
