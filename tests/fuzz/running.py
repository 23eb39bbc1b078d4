"""Schemathesis as a process against a running demo, and what it found."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.app import create_app
from api.demo.accounts import PASSWORD
from api.house import open_house
from api.settings import Settings
from tests.fuzz.openapi import described
from tests.program.desk import sign_in
from tests.program.running import ROOT, Program, Site, folder

LATE: Final = 10.0
"""Seconds after which an answer is late: half of what the program gives to a request."""
ENDS_THE_TOKEN: Final = frozenset({("delete", "/token")})
"""Would sign out the one who asks, and all that follows would be refused for that alone."""
SETTINGS: Final[dict[str, str]] = {}
"""Settings of the program that is asked: what would only keep requests from it is turned off here."""


@dataclass(frozen=True)
class Target:
    """What is asked: a description in a file, where it is served, and a token."""

    name: str
    description: Path
    address: str
    token: str = ""


@dataclass(frozen=True)
class Found:
    """What came of it. ``cases``: requests that were judged; ``problems``: what schemathesis tells; empty when good."""

    name: str
    cases: int
    seconds: float
    problems: str


@contextmanager
def demo() -> Iterator[Program]:
    """The program with demo data; at its end nothing is left of it, and its log told nothing amiss."""
    with folder() as home:
        site = Site(home, dict(SETTINGS))
        try:
            program = site.start("demo").ready()
            yield program
            assert program.stop() == 0
        finally:
            site.end()


def targets(program: Program) -> list[Target]:
    """Both GraphQL endpoints and all routes."""
    home, desk = program.site.home, f"{program.address}/desk/sapporo/graphql"
    with open_house(Settings(program.site.data), attach=True) as house:
        routes = described(create_app(house), ENDS_THE_TOKEN)
    (home / "routes.json").write_text(json.dumps(routes))
    officer, other = (sign_in(program, login="sapporo-desk", secret=PASSWORD).token for _ in range(2))
    schemas = ROOT / "api/schema"
    return [
        Target("public", schemas / "public.graphql", f"{program.address}/graphql"),
        Target("desk", schemas / "desk.graphql", desk, officer),
        Target("routes", home / "routes.json", program.address, other),
    ]


def fuzz(program: Program, target: Target, seconds: int, seed: int | None = None) -> Found:
    """Ask one target for so many seconds."""
    report = program.site.home / f"{target.name}.report.json"
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
        *("run", str(target.description), "--url", target.address, "--no-color", "--checks", "answered"),
        *("--max-time", str(seconds), "--request-timeout", str(LATE), "--max-response-time", str(LATE)),
        *("--continue-on-failure", "--max-failures", "20", "--workers", "1", "--generation-database", "none"),
        *("--suppress-health-check", "all", "--warnings", "off"),
        *("--report", "json", "--report-json-path", str(report)),
        *(("-H", f"Authorization: Bearer {target.token}") if target.token else ()),
        *(("--seed", str(seed)) if seed is not None else ()),
    ]
    environment = {
        "PATH": os.defpath,
        "HOME": str(program.site.home),
        "NO_PROXY": "*",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
    }
    done = subprocess.run(
        command,
        cwd=program.site.home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
    )
    told: dict[str, Any] = json.loads(report.read_text("utf-8")) if report.exists() else {}
    cases, took = told.get("test_cases", {}).get("generated", 0), told.get("running_time", 0.0)
    return Found(target.name, cases, took, "" if done.returncode == 0 else f"{done.stdout}\n{done.stderr}")
