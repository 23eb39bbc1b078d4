"""The benchmarks say what they found in the agreed form and compare like with like; no test depends on speed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from domain.policy import Policy
from tenants.mapper import EventMapper
from tests.benchmarks import journey, long_log
from tests.benchmarks.deployment import SAPPORO
from tests.benchmarks.measuring import Rounds
from tests.benchmarks.stock import StockJourneys

ROOT = Path(__file__).parents[1]
IN_COLUMNS = {"city", "actor", "policy_version"}  # ours keeps them beside the event, the baseline inside
OF_THE_LIBRARY = {"timestamp", "originator_topic"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)


def test_a_benchmark_prints_one_json_object_a_line_and_progress_elsewhere() -> None:
    done = run("append_one_city", "--quick")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert list(told)[:5] == ["name", "ours", "baseline", "ratio", "unit"]
    assert (told["name"], told["unit"], told["quick"]) == ("append_one_city", "commands/s", True)
    assert min(told["ours"], told["baseline"], told["ratio"]) > 0
    assert set(told["cpu_us"]) == {"ours", "baseline"}
    assert "append_one_city: round 2 of 2" in done.stderr


def test_a_benchmark_that_does_not_exist_is_refused_with_the_names_there_are() -> None:
    done = run("append_one_village")
    assert (done.returncode, done.stdout) == (2, "")
    assert "append_one_village" in done.stderr
    assert "append_many_cities_slow_disk" in done.stderr


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_the_sides() -> None:
    rounds = Rounds(ours=[100.0, 10.0, 30.0], baseline=[50.0, 10.0, 10.0])
    result = rounds.result("x", "commands/s")
    assert result.ratio == 2.0
    assert "quick" not in json.loads(result.line())


def test_the_baseline_saves_the_same_fields_as_ours() -> None:
    stock = StockJourneys({}, SAPPORO, Policy())
    stock.go(1)
    theirs = [json.loads(found.state) for found in stock.app.recorder.select_notifications(None, 100)]
    mapper = EventMapper()
    ours = [json.loads(mapper.to_stored_event(placed).state) for placed in long_log.journey(1, ())]
    assert len(theirs) == len(ours) == journey.COMMANDS
    for their, our in zip(theirs, ours, strict=True):
        about = their.pop("about")
        assert set(their) | set(about) == names(
            our["event"] | our["circumstances"]
        ) | IN_COLUMNS | OF_THE_LIBRARY & set(their)


def names(event: dict[str, Any]) -> set[str]:
    """The names of the fields, parts of parts joined as the baseline joins them."""
    found = set(event) - {"receipt", "occurred_on"}
    found |= {f"receipt_{part}" for part in event.get("receipt", ())}
    return found | {"occurred_on", "precision"}
