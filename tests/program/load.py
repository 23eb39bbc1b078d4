"""Clients who go on sending commands whatever happens to the program, and remember what they were promised."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from projections.catalogue import READ_MODELS
from tests.program.desk import Person, challenge, code_of
from tests.program.running import Site

UNAVAILABLE: Final = {"STORE_UNAVAILABLE", "STORE_FULL", "LOG_UNCHECKED", "TOO_BUSY"}
"""What a command may be answered while the database is away."""


@dataclass
class Clients:
    """Every command that was sent; position by command id of those that were acknowledged."""

    person: Person
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    unavailable: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cut: int = 0

    def send(self, given: dict[str, Any]) -> bool:
        """Send a command; whether it was acknowledged."""
        self.sent[given["commandId"]] = given
        try:
            answer = self.person.raise_challenge(**given)
        except httpx.TransportError:
            self.cut += 1
            return False
        if answer.status_code == 503 and code_of(answer) in UNAVAILABLE and answer.headers["Retry-After"]:
            self.unavailable.append(code_of(answer))
            return False
        try:
            recorded = answer.json()["data"]["it"]
            self.acknowledged[given["commandId"]] = recorded["position"]
        except (KeyError, TypeError, json.JSONDecodeError):
            self.wrong.append(f"{answer.status_code} {answer.text[:500]}")
            return False
        return True

    def go_on(self, stop: threading.Event) -> None:
        """Send command after command."""
        while not stop.is_set():
            if not self.send(challenge()):
                time.sleep(0.05)

    def recover(self, seconds: float) -> float:
        """Wait until a command is acknowledged again; gives the seconds it took."""
        began, before = time.monotonic(), len(self.acknowledged)
        while len(self.acknowledged) == before:
            assert time.monotonic() - began < seconds, self.wrong or self.unavailable[-1:]
            time.sleep(0.02)
        return time.monotonic() - began


@contextmanager
def clients(person: Person, number: int = 4) -> Iterator[Clients]:
    """So many clients at once, until the end of the block."""
    stop, working = threading.Event(), Clients(person)
    threads = [threading.Thread(target=working.go_on, args=(stop,)) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield working
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def assert_nothing_lost(site: Site, clients: Clients) -> None:
    """Everything acknowledged stands in the log once and where it was said; the rest can be sent again, once."""
    assert clients.wrong == []
    unknown = clients.sent.keys() - clients.acknowledged.keys()
    for command in unknown:
        assert clients.send(clients.sent[command]), (clients.wrong, clients.unavailable[-1:], clients.cut)
    assert clients.wrong == []
    rows = site.sql(
        "select command_id::text, position from renkei.events where city = '011002' and topic = 'challenge.raised'"
    )
    assert len(rows) == len(clients.sent)
    assert dict(rows) == clients.acknowledged
    ((last, count, first),) = site.sql(
        "select max(position), count(*), min(position) from renkei.events where city = '011002'"
    )
    assert (first, count) == (1, last)
    audited = site.run("audit", "verify")
    assert audited.status == 0, audited.err


def assert_views_as_rebuilt(site: Site) -> None:
    """Every row of every live view is what a rebuild makes of the log."""
    assert _caught_up(site)
    before = views(site)
    rebuilt = site.run("project", "rebuild")
    assert rebuilt.status == 0, rebuilt.err
    after = views(site)
    assert before.keys() == after.keys()
    for name, rows in before.items():
        assert rows == after[name], name


def _caught_up(site: Site) -> bool:
    behind = (
        "select count(*) from renkei.cities c cross join commons.projections s left join renkei.positions p"
        " on p.city = c.city and p.projection = s.name and p.generation = s.generation where coalesce(p.position, 0)"
        " < (select max(position) from renkei.events e where e.city = c.city)"
    )
    deadline = time.monotonic() + 20
    while site.sql(behind) != [(0,)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def views(site: Site) -> dict[str, list[Any]]:
    """The live rows of every read model, without the generation."""
    found = {}
    for model in READ_MODELS:
        statement = (
            f"select to_jsonb(t) - 'generation' from {model.table} t where generation ="  # noqa: S608 - our own names
            f" (select generation from commons.projections where name = '{model.name}')"
            f" order by city, {', '.join(model.key)}"
        )
        found[model.name] = [row[0] for row in site.sql(statement)]
    return found
