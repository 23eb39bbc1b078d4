"""The benchmarks run and say what they found in the agreed form; how fast anything is, no test depends on."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from domain.circumstances import Circumstances
from domain.proposal import Received
from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.measuring import Options, Result, Rounds, percentiles
from tests.benchmarks.stock import EVENTS

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
