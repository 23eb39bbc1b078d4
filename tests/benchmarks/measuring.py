"""Alternating slices, medians of ratios, and what a command costs in processor time.

A shared machine makes absolute numbers worthless and single ratios noisy. So both sides take turns in short slices,
each pair gives one ratio, and the median of many is told; the quartiles go to standard error.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg

MICRO: Final = 1_000_000
KEYS: Final = ("name", "ours", "baseline", "ratio", "unit")


@dataclass(frozen=True, slots=True)
class Options:
    """``quick``: everything small, to see that it works. ``seconds``: how long a snapshot is held open."""

    quick: bool = False
    seconds: float = 120.0

    def sized(self, usual: int, quick: int) -> int:
        """A number that is smaller in a quick run."""
        return quick if self.quick else usual


@dataclass(frozen=True, slots=True)
class Result:
    """One line of output. ``ratio`` above 1 is better for us; ``more`` holds further keys."""

    name: str
    ours: float
    baseline: float
    ratio: float
    unit: str
    more: dict[str, Any] = field(default_factory=dict)

    def line(self, *, quick: bool = False) -> str:
        """As JSON; ``quick`` is told, since the numbers of a quick run mean nothing."""
        marked = {"quick": True} if quick else {}
        values = (self.name, rounded(self.ours), rounded(self.baseline), round(self.ratio, 3), self.unit)
        return json.dumps({**dict(zip(KEYS, values, strict=True)), **marked, **self.more}, ensure_ascii=False)


@dataclass(slots=True)
class Rounds:
    """What alternating rounds gave: the rates of both sides, pair by pair."""

    ours: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Ours by baseline, round by round."""
        return [ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True)]

    def result(self, name: str, unit: str, **more: Any) -> Result:
        """The medians; the spread goes to standard error."""
        tell(name, f"ratio {spread(self.ratios)}; ours {spread(self.ours)}, baseline {spread(self.baseline)} {unit}")
        ours, baseline, ratio = (statistics.median(values) for values in (self.ours, self.baseline, self.ratios))
        return Result(name, ours, baseline, ratio, unit, more)


def alternate(name: str, ours: Callable[[], float], baseline: Callable[[], float], rounds: int) -> Rounds:
    """Rates of both sides in turn; who goes first changes from round to round. One round before them warms up."""
    found = Rounds()
    for number in range(rounds + 1):
        turns = [(found.ours, ours), (found.baseline, baseline)]
        for rates, side in turns if number % 2 else reversed(turns):
            rate = side()
            if number:
                rates.append(rate)
        if number:
            tell(name, f"round {number} of {rounds}: {found.ours[-1]:,.0f} against {found.baseline[-1]:,.0f}")
    return found


def rate(work: Callable[[], int]) -> float:
    """Pieces of work done in a second."""
    began = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - began)


def percentiles(values: Iterable[float], *wanted: int) -> dict[str, float]:
    """Such as ``{"p50": 1.2, "p99": 8.0}``."""
    ordered = sorted(values)
    return {f"p{n}": rounded(ordered[min(len(ordered) - 1, len(ordered) * n // 100)]) for n in wanted}


def rounded(value: float) -> float:
    """Four significant digits, no false precision."""
    return float(f"{value:.4g}")


def spread(values: Sequence[float]) -> str:
    """Median and quartiles, to be read by people."""
    if len(values) < 2:
        return f"{values[0]:.4g}"
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:.4g} ({low:.4g} to {high:.4g})"


def tell(name: str, text: str) -> None:
    """Progress, on standard error."""
    print(f"{name}: {text}", file=sys.stderr, flush=True)


class Processor:
    """Processor time of this process and of the server processes of one database, summed over slices."""

    def __init__(self, admin: psycopg.Connection[Any], database: str) -> None:
        self._admin, self._database = admin, database
        self._client = self._server = 0.0
        self._done = 0

    def rate(self, work: Callable[[], int]) -> float:
        """Pieces of work done in a second; what they took is added up."""
        servers, client, began = self._servers(), time.process_time(), time.perf_counter()
        done = work()
        seconds = time.perf_counter() - began
        self._client += time.process_time() - client
        self._server += sum(taken - servers.get(pid, 0.0) for pid, taken in self._servers().items())
        self._done += done
        return done / seconds

    def each(self) -> dict[str, float]:
        """Microseconds a piece, on either side of the connection."""
        client, server = self._client * MICRO / self._done, self._server * MICRO / self._done
        return {"client": rounded(client), "server": rounded(server), "both": rounded(client + server)}

    def _servers(self) -> dict[int, float]:
        statement = "select pid from pg_stat_activity where datname = %s and backend_type = 'client backend'"
        rows = self._admin.execute(statement, (self._database,)).fetchall()
        return {pid: taken for (pid,) in rows if (taken := processor_seconds(pid)) is not None}


def processor_seconds(pid: int) -> float | None:
    """What a process of one thread has used so far, or ``None`` when it is gone (Linux: /proc)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        pass
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
