"""`renkei demo`, from nothing to a member who sees the inbox, and again on the kept data."""

import signal
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from api.demo.accounts import PASSWORD, People
from tests.program.desk import Person, sign_in
from tests.program.running import PATIENCE, Program, Site, eventually, folder, told

EVENTS = "select city, max(position), count(*) from renkei.events group by 1 order by 1"


@pytest.fixture(scope="module")
def demo_site() -> Iterator[Site]:
    """A place where nothing was ever started."""
    with folder() as home:
        site = Site(home, {"RENKEI_SIGN_IN": ""})  # as it is where nothing was said: only the demo asks for no factor
        yield site
        site.end()


@pytest.fixture(scope="module")
def first(demo_site: Site) -> Program:
    """The first start of the demo."""
    return demo_site.start("demo").ready()


def test_the_first_start_shows_its_progress_and_tells_addresses_and_accounts(first: Program) -> None:
    assert "Making the database" in first.err
    assert "samples" in first.err
    assert "secret_set" not in first.err
    for path in ("/", "/graphql", "/desk/sapporo/graphql", "/desk/aomori/graphql", "/readyz", "/metrics"):
        assert f"{first.address}{path}" in first.out
    for account in People().accounts():
        assert account.login in first.out
    assert PASSWORD in first.out


@pytest.mark.parametrize(
    ("path", "kind", "holds"),
    [
        ("/", "text/html", "札幌市"),
        ("/graphql", "text/html", "GraphQL"),
        ("/healthz", "text/plain", "ok"),
        ("/readyz", "text/plain", "ready"),
        ("/metrics", "text/plain", 'renkei_projection_lag_events{city="011002",projection="proposals"}'),
    ],
)
def test_what_it_names_answers(first: Program, path: str, kind: str, holds: str) -> None:
    def answer() -> httpx.Response:
        return first.get(path, headers={"accept": "text/html", "accept-language": "ja"})

    assert (answer().status_code, answer().headers["content-type"].split(";")[0]) == (200, kind)
    assert eventually(lambda: holds in told(answer().text), 10)  # the views come after the log


def test_the_public_finds_the_twenty_cases_of_the_guideline(first: Program) -> None:
    query = '{ cases(first: 100) { nodes { origin source sample } } city(code: "aomori") { code } }'

    def shown() -> Any:
        return first.site.client.post(f"{first.address}/graphql", json={"query": query}).json()["data"]

    assert eventually(lambda: len(shown()["cases"]["nodes"]) == 21, 10)
    imported = [case for case in shown()["cases"]["nodes"] if not case["sample"]]
    assert (len(imported), {case["origin"] for case in imported}) == (20, {"IMPORTED"})
    assert shown()["city"] == {"code": "022012"}


def many(person: Person, inbox: str) -> bool:
    """Whether the inbox is full; the views come after the log."""
    return len(person.ask(inbox)["inbox"]["nodes"]) >= 10


def test_a_member_of_the_demo_signs_in_and_sees_the_inbox(first: Program) -> None:
    for city in ("sapporo", "aomori"):
        person = sign_in(first, city, f"{city}-desk", PASSWORD)
        inbox = "{ inbox(first: 100) { nodes { title { text } sample } } }"
        assert eventually(partial(many, person, inbox), 10)
        nodes = person.ask(inbox)["inbox"]["nodes"]
        assert all(node["title"]["text"] and node["sample"] for node in nodes)


def test_a_second_start_is_there_in_seconds_and_adds_no_event(first: Program, demo_site: Site) -> None:
    before = demo_site.sql(EVENTS)
    assert first.stop(signal.SIGINT) == 0
    began = time.monotonic()
    second = demo_site.start("demo").ready()
    assert time.monotonic() - began < PATIENCE / 3
    assert "samples" not in second.err
    assert "Accounts" in second.out
    assert demo_site.sql(EVENTS) == before
    assert second.stop() == 0


def test_a_load_that_was_cut_off_goes_on_at_the_next_start(empty: Site) -> None:
    cut = empty.start("demo")
    assert cut.says("samples")
    assert cut.stop() == 0
    assert "Accounts" not in cut.out
    second = empty.start("demo").ready()
    assert "Accounts" in second.out
    counts = {city: (last, count) for city, last, count in empty.sql(EVENTS)}
    assert all(last == count for last, count in counts.values())
    commands = empty.sql("select count(*), count(distinct command_id) from renkei.commands")
    assert commands[0][0] == commands[0][1]
    assert second.stop() == 0
