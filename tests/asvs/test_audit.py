"""The audit tells a good answer from none at all."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.asvs.audit import FOUND, UNSEEN, WELL, audit, pinned, verdict
from tests.asvs.standard import HERE, ROOT

NAMES = ["alpha", "beta-two"]


def looked_at(name: str, *flaws: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": list(flaws)}


def program(folder: Path, text: str, errors: str = "", status: int = 0) -> str:
    """A stand-in for pip-audit that says this."""
    path = folder / "pip-audit"
    path.write_text(
        f"#!{sys.executable}\nimport sys\nassert '--require-hashes' in sys.argv and '--disable-pip' in sys.argv\n"
        f"sys.stdout.write({text!r})\nsys.stderr.write({errors!r})\nsys.exit({status})\n"
    )
    path.chmod(0o700)
    return str(path)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "constraints.txt"
    path.write_text("# a head\nAlpha==1.0 \\\n    --hash=sha256:00\nbeta_two==1.0 \\\n    --hash=sha256:00\n")
    return path


def test_all_pinned_packages_are_asked_for() -> None:
    assert len(pinned()) == (ROOT / "constraints.txt").read_text("utf-8").count("==")
    assert {"psycopg", "pytest", "cryptography"} <= set(pinned())


def test_it_is_well_when_each_was_looked_at_and_nothing_is_known() -> None:
    found = verdict({"dependencies": [looked_at("alpha"), looked_at("Beta_Two")]}, NAMES)
    assert (found.status, found.lines) == (WELL, ("2 of 2 packages looked at, 0 known vulnerabilities.",))


def test_a_known_vulnerability_is_told_with_what_mends_it() -> None:
    flaw = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": []}
    found = verdict({"dependencies": [looked_at("alpha"), looked_at("beta-two", flaw)]}, NAMES)
    assert (found.status, found.lines[1]) == (FOUND, "beta-two 1.0: PYSEC-2026-1, mended in 1.1")


@pytest.mark.parametrize(
    "told",
    [
        [],
        [looked_at("alpha")],
        [looked_at("alpha"), {"name": "beta-two", "skip_reason": "Dependency not found on PyPI"}],
        [{"name": "alpha", "skip_reason": "x"}, {"name": "beta-two", "skip_reason": "x"}],
    ],
)
def test_each_package_that_was_not_looked_at_is_told(told: list[dict[str, Any]]) -> None:
    found = verdict({"dependencies": told}, NAMES)
    assert found.status == UNSEEN
    assert "NOT AUDITED" in found.lines[1]


def test_what_pip_audit_says_is_read(tmp_path: Path, two: Path) -> None:
    report = json.dumps({"dependencies": [looked_at("alpha"), looked_at("beta-two")], "fixes": []})
    assert audit(program(tmp_path, report), two).status == WELL


@pytest.mark.parametrize("text", ["", "No known vulnerabilities found\n"])
def test_a_service_that_cannot_be_reached_is_no_good_answer(tmp_path: Path, two: Path, text: str) -> None:
    found = audit(program(tmp_path, text, "Traceback\nConnectionError: no such host\n", 1), two)
    assert (found.status, found.lines[1]) == (UNSEEN, "ConnectionError: no such host")


def test_a_program_that_is_not_there_is_told(two: Path) -> None:
    assert audit("/nowhere/pip-audit", two).status == UNSEEN


def test_the_command_ends_with_the_status(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.asvs.audit", program(tmp_path, '{"dependencies": []}')]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (UNSEEN, "")
    assert "0 of " in done.stderr


def test_the_tools_are_pinned_with_hashes_and_name_no_registry() -> None:
    text = (HERE / "audit.txt").read_text("utf-8")
    packages = re.findall(
        r"^[a-z0-9][\w.-]*==\S+ \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE
    )
    assert len(packages) == text.count("==") > 20
    assert "pip-audit==" in text
    assert not re.search(r"https?:|index-url|find-links", text)
