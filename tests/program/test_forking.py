"""A command that is a fork of a program which has loaded already is the command that a user starts."""

import json
import signal
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.program.forking import ROOT, USUAL, Done, afresh, forked, run
from tests.program.running import Site, eventually

OWN = {**USUAL, "HOME": "/nowhere", "COLUMNS": "40", "RENKEI_DATA": "/nowhere/data", "STAFF_SECRET": "ひみつ"}
PROBE = "tests.program.probe"


def both(module: str, *arguments: str) -> tuple[Done, Done]:
    """The same as a fork and in an interpreter of its own."""
    return forked(module, arguments, OWN, 60), afresh(module, arguments, OWN, 60)


@pytest.mark.parametrize("arguments", [(), ("3",), ("killed",)])
def test_a_fork_notices_nothing_that_a_fresh_interpreter_would_not(arguments: tuple[str, ...]) -> None:
    here, there = both(PROBE, *arguments)
    assert (here.returncode, here.stderr) == (there.returncode, there.stderr)
    assert there.returncode == {"3": 3, "killed": -signal.SIGKILL}.get("".join(arguments), 0)
    if there.returncode >= 0:
        assert json.loads(here.stdout) == json.loads(there.stdout)
        assert json.loads(here.stdout)["environment"].items() >= OWN.items()


def test_a_fork_has_nothing_of_the_environment_in_which_the_first_was_started() -> None:
    narrow = {name: value for name, value in OWN.items() if name != "COLUMNS"}
    here, there = forked(PROBE, [], narrow, 60), afresh(PROBE, [], narrow, 60)
    assert json.loads(here.stdout) == json.loads(there.stdout)
    assert "COLUMNS" not in json.loads(here.stdout)["environment"]


@pytest.mark.parametrize("setting", [{"LANG": "ja_JP.UTF-8"}, {"PYTHONWARNINGS": "error"}, {"PYTHONUTF8": "0"}])
def test_what_an_interpreter_reads_as_it_starts_is_left_to_an_interpreter(setting: dict[str, str]) -> None:
    here, there = run(PROBE, [], {**OWN, **setting}, 60), afresh(PROBE, [], {**OWN, **setting}, 60)
    assert json.loads(here.stdout) == json.loads(there.stdout)


def test_an_error_nobody_foresaw_ends_a_fork_as_it_ends_an_interpreter() -> None:
    here, there = both(PROBE, "wrong")
    assert (here.returncode, here.stderr.splitlines()[-1]) == (there.returncode, there.stderr.splitlines()[-1])
    assert here.stderr.splitlines()[-1] == "ValueError"


@pytest.mark.parametrize("arguments", [("member", "add", "--help"), ("nothing",), ("city", "add")])
def test_a_fork_says_what_the_program_says(arguments: tuple[str, ...]) -> None:
    here, there = both("api", *arguments)
    assert (here.returncode, here.stdout, here.stderr) == (there.returncode, there.stdout, there.stderr)
    assert here.stdout + here.stderr


def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        forked(PROBE, ["late"], {**OWN, "HOME": str(tmp_path)}, 2)
    assert time.monotonic() - began < 10
    number = (tmp_path / "number").read_text("utf-8")
    assert eventually(lambda: not Path("/proc", number).exists(), 5)


def test_several_at_once_each_have_their_own_streams() -> None:
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda number: forked(PROBE, [str(number)], OWN, 60), range(12)))
    assert [one.returncode for one in done] == list(range(12))
    assert [json.loads(one.stdout)["arguments"][1] for one in done] == [str(number) for number in range(12)]


def test_the_program_that_is_installed_is_the_same(site: Site) -> None:
    module, function = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"][
        "renkei"
    ].split(":")
    script = f"import sys; from {module} import {function}; sys.argv[0] = 'renkei'; sys.exit({function}())"
    command = [sys.executable, "-c", script, "city", "list"]
    installed = subprocess.run(command, cwd="/", env=site.environment, capture_output=True, text=True, check=False)
    fresh = afresh("api", ["city", "list"], site.environment, 60)
    assert (installed.returncode, installed.stdout) == (0, site.run("city", "list").out)
    assert (fresh.returncode, fresh.stdout) == (0, installed.stdout)
