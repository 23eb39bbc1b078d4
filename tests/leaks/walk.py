"""Asks everything as everybody, and tells what came back that should not have."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final
from uuid import uuid4

import httpx
from graphql import GraphQLSchema

from api.desk.schema import desk_schema
from api.graphql.documents import LONGEST
from api.public.query import SCHEMA
from tests.conftest import AOMORI, SAPPORO
from tests.leaks.askers import EVERYWHERE, Asker
from tests.leaks.book import BOOKED, UNDER_WAY
from tests.leaks.canaries import Canary, Rights
from tests.leaks.documents import Asked, Values, questions, reached
from tests.leaks.world import CITIES, World

DESK: Final[GraphQLSchema] = desk_schema()._schema
PUBLIC: Final[GraphQLSchema] = SCHEMA._schema
DEEPEST: Final = 10
HEAVY: Final = "DOCUMENT_TOO_HEAVY"
PROPOSALS: Final = ("adopted", "refused", "referred", "withdrawn", "waiting", "returned")
OWN: Final[dict[str, tuple[str, ...]]] = {
    "proposal": PROPOSALS,
    "myProposal": PROPOSALS,
    "challenge": ("challenge open", "challenge closed", "challenge hidden", "challenge dropped"),
    "case": ("case", "imported"),
    "record": (*(f"{name}{UNDER_WAY}" for name in BOOKED), "news", "staff news", "fair", "staff fair"),
}
"""The records of the world, by the fields that answer with one."""
NEST: Final = 4
"""How deep a desk's questions go: there each field of each type is reached, and what lies in it is asked for itself."""


@dataclass(frozen=True)
class Leak:
    """Something that was told to somebody for whom it is not."""

    asker: str
    question: str
    text: str
    places: tuple[Canary, ...]


@dataclass
class Found:
    """What a walk saw."""

    leaks: list[Leak] = field(default_factory=list)
    reached: set[tuple[str, str]] = field(default_factory=set)
    answers: int = 0
    statuses: dict[tuple[str, int], int] = field(default_factory=dict)

    def merge(self, other: "Found") -> "Found":
        self.leaks += other.leaks
        self.reached |= other.reached
        self.answers += other.answers
        return self


WIDE: Final = 50
NARROW: Final = 25
"""Entries of a list at the root of a question."""


def _narrowed(asked: Asked) -> dict[str, Any]:
    """How many entries, where a question must ask for fewer."""
    return {"first": NARROW} if asked.variables.get("first") == NARROW else {}


class Walk:
    """Over one world."""

    def __init__(self, world: World) -> None:
        self.world, self.client = world, world.running.desk.client
        self._fitting: dict[str, list[Asked]] = {}
        self.desk_questions = cache(self._desk_questions)
        self.public_questions = cache(self._public_questions)

    # --- questions ---------------------------------------------------------------------------------------------------

    def _desk_questions(self) -> list[Asked]:
        """Everything to be asked at a desk, in documents that are taken."""
        officer = self.world.people[SAPPORO, "desk_officer"].token
        ids = {root: [str(self.world.id(name)) for name in names] for root, names in OWN.items()}
        over = [str(self.world.id(name)) for name in BOOKED]
        records = sorted({id_ for several in (*ids.values(), over) for id_ in several})
        named: dict[str, Sequence[Any]] = {
            "id": records,
            "of": [None, *records],
            "about": [str(self.world.id("adopted"))],
            "first": [WIDE],
            "after": [None, *self.cursors()],
            "on": [None, "1971-12-31", "1976-01-01", "2030-01-01"],
            "until": [None, "2999-12-31"],
            "atLeast": [None, 1],
            "fiscalYear": [None, 2021, 2022],
            "kind": ["free", "consultation"],
            "serial": [1],
            "department": [str(self.world.id("department"))],
            "organisation": ["CANARY"],
            "title": ["canary"],
            "newestFirst": [False, True],
            "fields": ["welfare"],
        }
        asked = questions(DESK, Values(named, own=ids), NEST)
        fitting = [each for one in asked for each in self.fitting(one, f"/desk/{SAPPORO}/graphql", officer)]
        auditor = {"Authorization": f"Bearer {self.world.people[SAPPORO, 'auditor'].token}"}
        timeline = [each for each in fitting if each.root == "timeline" and not each.near]
        return [*fitting, *self.turned(timeline, SAPPORO, auditor)]

    def _public_questions(self) -> list[Asked]:
        """Everything to be asked at the public endpoint."""
        named: dict[str, Sequence[Any]] = {
            "id": self.public_ids(),
            "code": [*CITIES, "sapporo"],
            "first": [20],
            "after": [None],
            "cities": [SAPPORO, AOMORI],
            "updatedSince": ["2020-01-01T00:00:00Z"],
            "fields": ["welfare"],
            "methods": ["pilot"],
            "text": [*sorted(self.hidden())[:5], "CANARY"],
        }
        asked = questions(PUBLIC, Values(named), DEEPEST)
        return [each for one in asked for each in self.fitting(one, "/graphql", None)]

    def hidden(self) -> Iterator[str]:
        """Texts that the public must not find."""
        for text, places in self.world.canaries.known.items():
            if text.startswith("CANARY") and not any(EVERYWHERE.may(place) for place in places):
                yield text

    def public_ids(self) -> list[str]:
        """Ids outside of everything that has one, and inner ids in their form."""
        tables = ("cases", "challenges", "notices", "gatherings")
        shown = self.world.running.house.sql(
            " union ".join(f"select city, public_id from commons.{table}" for table in tables)  # noqa: S608 - ours
        )
        inner = [self.world.id(name) for name in ("challenge hidden", "case", "adopted", "notice", "gathering")]
        return [f"{city}-{id_}" for city, id_ in [*shown, *((SAPPORO, id_) for id_ in inner)]]

    def cursors(self) -> list[str]:
        """A place in each list of each city."""
        found: list[str] = []
        for city in CITIES:
            headers = {"Authorization": f"Bearer {self.world.people[city, 'desk_officer'].token}"}
            lists = ("inbox", "challenges", "cases", "timeline")
            found += [self._end_of_page(root, city, headers, 1) for root in lists]
        return found

    def pages(self, root: str, city: str, headers: Mapping[str, str]) -> Iterator[str]:
        """The cursors after which the second page of a list and each later one begins."""
        after: str | None = None
        while True:
            page = f"(first: {WIDE}, after: $after) {{ pageInfo {{ endCursor hasNextPage }} }}"
            sent = {"query": f"query ($after: String) {{ {root}{page} }}", "variables": {"after": after}}
            told = self.client.post(f"/desk/{city}/graphql", json=sent, headers=headers).json()
            if not told["data"][root]["pageInfo"]["hasNextPage"]:
                return
            after = told["data"][root]["pageInfo"]["endCursor"]
            yield str(after)

    def turned(self, asked: Iterable[Asked], city: str, headers: Mapping[str, str]) -> Iterator[Asked]:
        """The timeline from page to page."""
        pages = (None, *self.pages("timeline", city, headers))
        for each in asked:
            yield from (replace(each, variables={**each.variables, "after": after}) for after in pages)

    def _end_of_page(self, root: str, city: str, headers: Mapping[str, str], first: int) -> str:
        query = f"{{ {root}(first: {first}) {{ pageInfo {{ endCursor }} }} }}"
        answer = self.client.post(f"/desk/{city}/graphql", json={"query": query}, headers=headers)
        return str(answer.json()["data"][root]["pageInfo"]["endCursor"])

    def fitting(self, asked: Asked, path: str, token: str | None) -> list[Asked]:
        """The same in documents that the server takes, as it says itself."""
        known = self._fitting.get(asked.text)
        if known is None:
            known = self._fitting[asked.text] = [*self._fit(asked, path, token)]
        return [replace(one, variables={**asked.variables, **_narrowed(one)}) for one in known]

    def _fit(self, asked: Asked, path: str, token: str | None) -> Iterator[Asked]:
        if len(asked.text) <= LONGEST:  # so that it is kept, and validated once for all who ask
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            answer = self.client.post(path, json={"query": asked.text, "variables": asked.variables}, headers=headers)
            codes = {each["extensions"]["code"] for each in answer.json().get("errors", ())}
            if HEAVY not in codes:
                assert answer.status_code == 200, (asked.text[:200], answer.text[:500])
                yield asked
                return
        halves = asked.halves()
        if len(halves) != 2:  # a single way down: fewer entries of it, still more than the world has
            assert asked.variables.get("first") == WIDE, asked.text
            halves = [replace(asked, variables={**asked.variables, "first": NARROW})]
        for half in halves:
            yield from self._fit(half, path, token)

    # --- asking ------------------------------------------------------------------------------------------------------

    def desk(self, asker: Asker, asked: Iterable[Asked], *, broken: bool = False) -> Found:
        """Ask at a desk; one that was ``broken`` for a test may fail as a whole."""
        path = f"/desk/{asker.slug}/graphql"
        return self._ask(asker.name, path, asker.headers, asker.rights, DESK, asked, enters=asker.enters, broken=broken)

    def public(self, name: str, headers: Mapping[str, str], asked: Iterable[Asked]) -> Found:
        """Ask at the public endpoint, perhaps with a token that means nothing there."""
        return self._ask(name, "/graphql", headers, EVERYWHERE, PUBLIC, asked)

    def _ask(
        self,
        name: str,
        path: str,
        headers: Mapping[str, str],
        rights: Rights,
        schema: GraphQLSchema,
        asked: Iterable[Asked],
        *,
        enters: bool = True,
        broken: bool = False,
    ) -> Found:
        found = Found()
        waiting = list(asked)[::-1]
        while waiting:
            each = waiting.pop()
            variables = dict(each.variables)
            sent = each.text + json.dumps(variables)
            answer = self.client.post(path, json={"query": each.text, "variables": variables}, headers=headers)
            if broken and answer.status_code >= 500:
                continue
            assert answer.status_code < 500, (name, sent[:300], answer.text[:500])
            assert (answer.status_code == 401) is not enters, (name, path, answer.text[:300])
            waiting += without_refused(each, answer.json().get("errors", ()))
            found.leaks += self.leaks(f"{name} at {path}", f"{each.root} {variables}", answer, rights, sent)
            found.answers += 1
            data = answer.json().get("data") or {}
            root = schema.query_type if each.operation == "query" else schema.mutation_type
            assert root is not None
            if each.root in data:
                found.reached.add((root.name, each.root))
                found.reached |= set(reached(schema, data[each.root], each.tree, ""))
        return found

    def leaks(self, asker: str, question: str, answer: httpx.Response, rights: Rights, sent: str) -> list[Leak]:
        """What an answer tells that it must not: in its body and in its headers."""
        texts = [answer.text, *answer.headers.values()]
        leaked = self.world.canaries.leaked(texts, rights, sent)
        return [Leak(asker, question, text, tuple(places)) for text, places in leaked.items()]


def without_refused(asked: Asked, errors: Iterable[Any]) -> list[Asked]:
    """The same without a field inside that was refused: a refusal takes what stands around it away with it."""
    ways = {tuple(part for part in error["path"][1:] if isinstance(part, str)) for error in errors if "path" in error}
    inside = sorted(way for way in ways if way)
    if not inside:
        return []
    tree = asked.tree
    for way in inside:
        tree = tree.without(way)
    return [replace(asked, tree=tree)]


def fresh(asked: Asked) -> Asked:
    """The same command under an id of its own."""
    given = dict(asked.variables["input"])
    return replace(asked, variables={"input": {**given, "commandId": str(uuid4())}})
