"""Asks for known vulnerabilities of every pinned package, and does not call silence a good answer.

``python -m tests.asvs.audit PIP_AUDIT`` (``make audit``) runs pip-audit over constraints.txt. By itself pip-audit ends
well when its service knows none of the packages; here that is a failure. Ends with 0 when each was looked at and
nothing is known, 1 when something is, 2 when not every package could be looked at.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name

from tests.asvs.standard import ROOT

PINNED: Final = ROOT / "constraints.txt"
PATIENCE: Final = 600
WELL, FOUND, UNSEEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: an exit status and the sentences to say."""

    status: int
    lines: tuple[str, ...]


def pinned(path: Path = PINNED) -> list[str]:
    """The names of the packages in a constraints file."""
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)==", path.read_text("utf-8"), re.MULTILINE)
    return [str(canonicalize_name(name)) for name in names]


def verdict(report: dict[str, Any], names: list[str]) -> Verdict:
    """What a report in pip-audit's JSON says of these packages."""
    told: dict[str, Any] = {str(canonicalize_name(one["name"])): one for one in report.get("dependencies", ())}
    seen = [name for name in names if "vulns" in told.get(name, {})]
    found = [
        f"{name} {told[name].get('version')}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none yet'}"
        for name in seen
        for flaw in told[name]["vulns"]
    ]
    unseen = [name for name in names if name not in seen]
    lines = [f"{len(seen)} of {len(names)} packages looked at, {len(found)} known vulnerabilities.", *found]
    if unseen:
        why = told.get(unseen[0], {}).get("skip_reason", "pip-audit does not mention it")
        lines += [
            f"NOT AUDITED: {len(unseen)} packages, so this is no good result. The first: {unseen[0]} ({why}).",
            "The service that knows vulnerabilities (PyPI's JSON API) must be reached; try again from another network.",
        ]
    return Verdict(FOUND if found else UNSEEN if unseen else WELL, tuple(lines))


def audit(program: str, path: Path = PINNED) -> Verdict:
    """Run pip-audit over a constraints file."""
    options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--desc", "off", "--format", "json"]
    try:
        done = subprocess.run(
            [program, "--requirement", str(path), *options],
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return Verdict(UNSEEN, (f"NOT AUDITED: {program} did not run to its end ({type(error).__name__}).",))
    try:
        report = json.loads(done.stdout)
    except ValueError:
        (*_, last) = done.stderr.strip().splitlines() or ["it said nothing"]
        return Verdict(UNSEEN, ("NOT AUDITED: pip-audit gave no report; is its service reached?", last))
    return verdict(report, pinned(path))


def main(program: str) -> None:
    """Say the verdict and end with its status."""
    found = audit(program)
    (sys.stdout if found.status == WELL else sys.stderr).write("\n".join(found.lines) + "\n")
    sys.exit(found.status)


if __name__ == "__main__":
    main(sys.argv[1])
