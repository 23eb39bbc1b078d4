"""The audit of the npm package graphql-http (GraphQL over HTTP, every requirement) against both endpoints."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests import npm
from tests.program.desk import sign_in
from tests.program.running import ROOT, Program, Site

FOLDER: Final = ROOT / "tests/audit"
ALL: Final = 61

needs_node = pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")) and not os.environ.get("CI"),
    reason="there is no node with npm on this machine; on Debian: apt-get install nodejs npm",
)


@pytest.fixture(scope="module")
def program(file_site: Site) -> Iterator[Program]:
    """A program that serves all through this file."""
    program = file_site.start("serve").ready()
    yield program
    assert program.stop() == 0


@pytest.fixture(scope="session")
def packages() -> Path:
    """The packages of the lock file, installed once for this checkout."""
    return npm.packages(FOLDER)


def audited(address: str, token: str = "") -> list[dict[str, Any]]:
    """Every requirement and how it was met."""
    environment = {"PATH": os.environ["PATH"], "TOKEN": token, "NO_PROXY": "*"}
    done = subprocess.run(
        ["node", "audit.js", address],
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


def unmet(results: list[dict[str, Any]]) -> list[str]:
    return [f"{each['id']} {each['name']}: {each['reason']}" for each in results if each["status"] != "ok"]


@needs_node
def test_the_public_endpoint_meets_every_requirement(program: Program, packages: Path) -> None:
    results = audited(f"{program.address}/graphql")
    assert (unmet(results), len(results)) == ([], ALL)


@needs_node
def test_a_desk_meets_every_requirement(program: Program, packages: Path) -> None:
    results = audited(f"{program.address}/desk/sapporo/graphql", sign_in(program).token)
    assert (unmet(results), len(results)) == ([], ALL)


@needs_node
def test_the_audit_notices_an_endpoint_that_answers_nothing_of_the_kind(program: Program, packages: Path) -> None:
    assert len(unmet(audited(f"{program.address}/healthz"))) > ALL // 2


def test_the_lock_file_names_no_registry_and_every_package_has_a_hash() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))
    packages = {name: told for name, told in lock["packages"].items() if name}
    assert sorted(packages) == ["node_modules/graphql", "node_modules/graphql-http"]
    assert [name for name, told in packages.items() if "resolved" in told or "integrity" not in told] == []
    assert {told["license"] for told in packages.values()} == {"MIT"}
