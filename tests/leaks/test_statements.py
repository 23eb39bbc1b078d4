"""Records of every kind, with every field and edge that they have: three cost as many statements as one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest

from api.desk.records import KIND_NAMES, TYPES
from domain.roles import EVERYBODY
from tenants.database.embedded import EmbeddedPostgres
from tests.conftest import SAPPORO
from tests.leaks.book import records
from tests.leaks.documents import Asked, Values, questions
from tests.leaks.running import running
from tests.leaks.walk import DESK, Walk
from tests.leaks.world import World, casework, members, offices, uid

PATH = f"/desk/{SAPPORO}/graphql"


@dataclass
class Booked:
    """Three records of each kind in a city at work, and documents that ask for everything about them."""

    walk: Walk
    token: str
    asked: list[Asked]

    def of_kind(self, name: str) -> list[Asked]:
        """The documents that ask for what only this kind has, and those that ask for what all have."""
        types = {kind: TYPES[kind].__name__ for kind in KIND_NAMES}
        others = {f"on {type_} " for kind, type_ in types.items() if kind != name}
        return [each for each in self.asked if not any(other in each.text for other in others)]

    def answer(self, asked: Asked, name: str, first: int) -> Any:
        """What is answered to the first records of a kind."""
        variables = {**asked.variables, "first": first, "where": {"kinds": [name.upper()]}}
        told = self.walk.client.post(
            PATH,
            json={"query": asked.text, "variables": variables},
            headers={"Authorization": f"Bearer {self.token}"},
        ).json()
        assert "errors" not in told, (asked.text, told["errors"])
        return told["data"]["records"]


@pytest.fixture(scope="module")
def booked(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booked]:
    with running(server, tmp_path_factory.mktemp("statements")) as app:
        world = World(app)
        app.house.open_city(SAPPORO)
        offices(world, SAPPORO)
        for role in sorted(EVERYBODY):
            world.person(SAPPORO, role, role, department=uid("department"))
        members(world, SAPPORO)
        casework(world, SAPPORO)
        for another in ("", " 2", " 3"):
            records(world, SAPPORO, another)
        app.desk.catch_up()
        walk, token = Walk(world), world.people[SAPPORO, "auditor"].token
        values = Values({"first": [3], "after": [None], "atLeast": [None], "about": [None], "until": [None]}, [])
        (whole,) = [each for each in questions_of_records(values) if not each.near]
        by_type = [replace(whole, tree=tree) for tree in split(whole)]
        yield Booked(walk, token, [each for one in by_type for each in walk.fitting(one, PATH, token)])


def questions_of_records(values: Values) -> Iterator[Asked]:
    """Everything about records: only the root field `records` is looked at."""
    schema = DESK
    assert schema.query_type is not None
    named = {
        **values.named,
        "id": [str(uid("adopted"))],
        "serial": [1],
        "kind": ["free"],
        "department": [str(uid("department"))],
        "of": [None],
        "on": [None],
        "fiscalYear": [None],
        "newestFirst": [False],
        "fields": ["welfare"],
    }
    return (each for each in questions(schema, Values(named), 8) if each.root == "records")


def split(asked: Asked) -> Iterator[Any]:
    """The nodes alone; for each kind what only it has, then what all have."""
    nodes = next(each for each in asked.tree.below if each.name == "nodes")
    spread = [each for each in nodes.below if each.on]
    shared = tuple(each for each in nodes.below if not each.on)
    for below in (*((each,) for each in spread), shared):
        if below:
            yield replace(asked.tree, below=(replace(nodes, below=below),))


@pytest.mark.parametrize("name", KIND_NAMES)
def test_three_records_cost_as_many_statements_as_one(
    booked: Booked, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = 0
    plain = psycopg.AsyncCursor.execute

    async def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal sent
        sent += 1
        return await plain(self, *args, **kwargs)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted)
    documents = booked.of_kind(name)
    assert any(f"on {TYPES[name].__name__} " in each.text for each in documents)
    for asked in documents:
        booked.answer(asked, name, 3)  # what is remembered between requests is there
        numbers = []
        for first in (1, 3):
            sent = 0
            page = booked.answer(asked, name, first)
            assert len(page["nodes"]) == first
            numbers.append(sent)
        assert numbers[0] == numbers[1], (asked.text, numbers)
        assert numbers[0] > 1
