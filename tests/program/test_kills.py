"""kill -9 under load, of the program and of PostgreSQL: what was acknowledged stays, once, and the views are whole."""

import os
import signal
import time

from tests.program.desk import sign_in
from tests.program.load import assert_nothing_lost, assert_views_as_rebuilt, clients
from tests.program.running import Site, eventually

AT_LEAST = 20
"""Commands acknowledged before something is killed."""


def test_the_program_is_killed_twice_under_load_and_no_acknowledged_command_is_lost(site: Site) -> None:
    program = site.start("serve").ready()
    with clients(sign_in(program)) as working:
        for _ in range(2):
            before = len(working.acknowledged)
            assert eventually(lambda before=before: len(working.acknowledged) >= before + AT_LEAST)  # type: ignore[misc]
            program.kill()
            program = site.start("serve", port=program.port).ready()
            working.recover(60)
    assert working.cut >= 2
    assert_nothing_lost(site, working)
    assert_views_as_rebuilt(site)
    assert program.stop() == 0


def test_postgresql_is_killed_twice_under_load_and_the_program_recovers_by_itself(site: Site) -> None:
    program = site.start("serve").ready()
    took = []
    with clients(sign_in(program)) as working:
        for _ in range(2):
            before = len(working.acknowledged)
            assert eventually(lambda before=before: len(working.acknowledged) >= before + AT_LEAST)  # type: ignore[misc]
            killed = site.postmaster()
            os.kill(killed, signal.SIGKILL)
            began = time.monotonic()
            assert eventually(lambda killed=killed: site.postmaster() not in {0, killed})  # type: ignore[misc]
            working.recover(30)
            took.append(time.monotonic() - began)
    assert working.cut == 0
    assert working.unavailable
    assert max(took) < 15, took
    print(f"acknowledged again after {', '.join(f'{seconds:.1f} s' for seconds in took)}")  # noqa: T201
    assert program.is_ready()
    assert_nothing_lost(site, working)
    assert_views_as_rebuilt(site)
    assert program.stop() == 0
