"""A request that takes too long is answered, and nothing of it goes on: no statement in the database, no connection."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.program.desk import Person, code_of, sign_in
from tests.program.running import Program, Site, eventually

LOCKS = {"public": "commons.cases", "desk": "renkei.timeline"}
QUERIES = {
    "public by itself": ("public", "{ cases { nodes { title } } }"),
    "public gathered": ("public", "{ cities { nodes { name cases { nodes { title } } } } }"),
    "desk by itself": ("desk", "{ timeline { nodes { position } } }"),
    "desk gathered": ("desk", "{ challenges { nodes { history { position } } } }"),
}
ASKED = """select count(*) from pg_stat_activity
    where usename = %s and state = 'active' and pid <> pg_backend_pid()"""


@pytest.fixture(scope="module")
def program(file_site: Site) -> Iterator[Program]:
    """A program that gives a second to each request."""
    file_site.settings["RENKEI_LONGEST_REQUEST"] = "1"
    program = file_site.start("serve").ready()
    yield program
    assert program.stop() == 0


@pytest.fixture(scope="module")
def officer(program: Program) -> Person:
    """佐藤, who has raised a challenge: so there is a history to gather."""
    person = sign_in(program)
    raised: dict[str, Any] = {}

    def has_raised() -> bool:
        raised.update(person.raise_challenge().json())  # the first may take its second while the program warms up
        return "data" in raised

    assert eventually(has_raised)
    assert eventually(lambda: person.ask("{ position }")["position"] >= raised["data"]["it"]["position"])
    return person


@pytest.mark.parametrize("name", QUERIES)
def test_what_takes_too_long_is_stopped_in_the_database_too(program: Program, officer: Person, name: str) -> None:
    side, query = QUERIES[name]
    ask: Callable[[], httpx.Response] = {
        "public": lambda: program.site.client.post(f"{program.address}/graphql", json={"query": query}),
        "desk": lambda: officer.send(query),
    }[side]
    assert ask().status_code == 200
    with program.site.superuser() as beside, beside.transaction():
        beside.execute(f"lock table {LOCKS[side]} in access exclusive mode")
        began = time.monotonic()
        answer = ask()
        took = time.monotonic() - began
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert code_of(answer) == "REQUEST_TOO_LONG"
        assert 0.5 <= took < 5
        assert eventually(lambda: program.site.sql(ASKED, f"renkei_{side}") == [(0,)], 2)
    assert ask().status_code == 200
