"""What is wrong is refused by its exact status and code over real HTTP; nothing of it is recorded and nothing leaks."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from tests.program.desk import REFUSED, STATE, Person, challenge, code_of, sign_in
from tests.program.running import MARK, Program, Site, told

EVENTS: Final = "select city, max(position), count(*) from renkei.events group by 1 order by 1"
CASES: Final = "{ cases { nodes { title } } }"
RAISE: Final = f"mutation ($i: RaiseChallengeInput!) {{ it: raiseChallenge(input: $i) {{ {STATE} {REFUSED} }} }}"
ACCEPTED: Final = "{ policy { rules { part code version } } }"


@dataclass
class World:
    """A program that serves, and 佐藤 at two desks."""

    program: Program
    sapporo: Person
    aomori: Person

    def send(self, method: str, path: str, **told_: Any) -> httpx.Response:
        """A request as somebody writes it by hand; the officer's token unless another is told."""
        headers = {"Authorization": f"Bearer {self.sapporo.token}", **told_.pop("headers", {})}
        answer = self.program.site.client.request(method, self.program.address + path, headers=headers, **told_)
        told(answer.text)
        return answer


@pytest.fixture(scope="module")
def world(file_site: Site) -> Iterator[World]:
    """A program that serves all through this file."""
    program = file_site.start("serve").ready()
    yield World(program, sign_in(program), sign_in(program, "aomori"))
    assert program.stop() == 0


def desk(query: str = RAISE, **variables: Any) -> dict[str, Any]:
    """A request to a desk."""
    return {"json": {"query": query, "variables": variables or {"i": challenge()}}}


DESK, PUBLIC, TOKEN = "/desk/sapporo/graphql", "/graphql", "/desk/sapporo/token"
LONG: Final = "長" * 20_001

REQUESTS: Final[dict[str, tuple[str, str, dict[str, Any], int, str]]] = {
    "an unknown city": ("POST", "/desk/atlantis/graphql", desk(), 404, "CITY_UNKNOWN"),
    "a code with a wrong check digit": ("POST", "/desk/011003/graphql", desk(), 404, "CITY_UNKNOWN"),
    "an unknown city at signing in": ("POST", "/desk/999999/token", {"json": {}}, 404, "CITY_UNKNOWN"),
    "no token": ("POST", DESK, {**desk(), "headers": {"Authorization": ""}}, 401, "NOT_SIGNED_IN"),
    "a made-up token": ("POST", DESK, {**desk(), "headers": {"Authorization": "Bearer x"}}, 401, "NOT_SIGNED_IN"),
    "the token of another city": ("POST", "/desk/aomori/graphql", desk(), 401, "NOT_SIGNED_IN"),
    "a wrong secret": ("POST", TOKEN, {"json": {"login": "sato", "secret": MARK}}, 401, "NOT_SIGNED_IN"),
    "no secret": ("POST", TOKEN, {"json": {"login": "sato"}}, 400, "CREDENTIALS_MALFORMED"),
    "malformed GraphQL": ("POST", DESK, desk("mutation { raise"), 400, "GRAPHQL_SYNTAX"),
    "malformed GraphQL of the public": ("POST", PUBLIC, {"json": {"query": "{ cases {"}}, 400, "GRAPHQL_SYNTAX"),
    "an unknown field": ("POST", PUBLIC, {"json": {"query": "{ secrets }"}}, 400, "GRAPHQL_INVALID"),
    "a mutation for the public": ("POST", PUBLIC, {"json": {"query": "mutation { x }"}}, 400, "BODY_MALFORMED"),
    "a mutation by GET": ("GET", DESK, {"params": {"query": "mutation { x }"}}, 405, "READING_ONLY"),
    "broken JSON": (
        "POST",
        DESK,
        {"content": b"{", "headers": {"content-type": "application/json"}},
        400,
        "BODY_MALFORMED",
    ),
    "another kind of body": (
        "POST",
        DESK,
        {"content": b"query", "headers": {"content-type": "text/plain"}},
        415,
        "BODY_KIND_UNSUPPORTED",
    ),
    "a body beyond reason": ("POST", DESK, desk(i={**challenge(), "title": "長" * 700_000}), 413, "BODY_TOO_LARGE"),
    "an answer that we cannot give": (
        "POST",
        PUBLIC,
        {"json": {"query": CASES}, "headers": {"accept": "text/csv"}},
        406,
        "ANSWER_KIND_UNSUPPORTED",
    ),
    "U+0000": ("POST", DESK, desk(i={**challenge(), "title": f"{MARK}\0"}), 400, "TEXT_FORBIDDEN"),
    "a first beyond the limit": (
        "POST",
        PUBLIC,
        {"json": {"query": "{ cases(first: 101) { nodes { title } } }"}},
        400,
        "FIRST_INVALID",
    ),
    "a broken cursor": (
        "POST",
        PUBLIC,
        {"json": {"query": '{ cases(after: "x") { nodes { title } } }'}},
        200,
        "CURSOR_INVALID",
    ),
    "no command id": ("POST", DESK, desk(i={"title": "題", "description": "文"}), 400, "GRAPHQL_INVALID"),
    "a day that is none": (
        "POST",
        DESK,
        desk(i={**challenge(), "entry": {"occurredOn": {"on": "2024-02-30"}}}),
        400,
        "GRAPHQL_INVALID",
    ),
}


@pytest.mark.parametrize("what", REQUESTS)
def test_a_wrong_request_gets_its_status_and_code(world: World, what: str) -> None:
    method, path, given, status, code = REQUESTS[what]
    before = world.program.site.sql(EVENTS)
    answer = world.send(method, path, **given)
    assert (answer.status_code, code_of(answer)) == (status, code)
    if status == 401 and "token" in what:
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert world.program.site.sql(EVENTS) == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", PUBLIC, 405), ("DELETE", DESK, 405), ("POST", "/", 405), ("GET", "/nothing", 404), ("GET", TOKEN, 405)],
)
def test_a_method_or_place_that_is_none_is_told_so(world: World, method: str, path: str, status: int) -> None:
    assert world.send(method, path).status_code == status


def offer(person: Person, **given: Any) -> dict[str, Any]:
    """What a company offers, complete."""
    rules = person.ask(ACCEPTED)["policy"]["rules"]
    accepted = [
        {"condition": rule["code"], "version": rule["version"]} for rule in rules if rule["part"] == "conditions"
    ]
    return {
        "kind": "free",
        "organisationKind": "COMPANY",
        "organisation": f"見本株式会社{MARK}",
        "title": f"人の流れをはかる{MARK}",
        "summary": f"まちづくりに生かす。{MARK}",
        "contactName": f"鈴木 一郎{MARK}",
        "contact": "suzuki@example.jp",
        "accepted": accepted,
        "purpose": 1,
        **given,
    }


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": ""}, "TEXT_REQUIRED"),
        ({"title": MARK * 41}, "TEXT_TOO_LONG"),
        ({"summary": LONG}, "TEXT_TOO_LONG"),
        ({"contactName": f"{MARK}\x07"}, "TEXT_FORBIDDEN"),
        ({"corporateNumber": "9000020011003"}, "CORPORATE_NUMBER_INVALID"),
        ({"accepted": []}, "PART_MISSING"),
        ({"kind": "themed"}, "PART_MISSING"),
    ],
)
def test_a_proposal_that_cannot_be_taken_is_refused_in_both_languages(
    world: World, given: dict[str, Any], code: str
) -> None:
    before = world.program.site.sql(EVENTS)
    refused = world.sapporo.do("receiveProposal", **offer(world.sapporo, **given))
    assert refused["code"] == code
    assert refused["messageJa"] != refused["messageEn"]
    assert MARK not in json.dumps(refused, ensure_ascii=False)
    assert world.program.site.sql(EVENTS) == before


def test_a_private_individual_may_propose_in_sapporo_and_not_in_aomori(world: World) -> None:
    individual = {"organisationKind": "INDIVIDUAL", "organisation": f"鈴木{MARK}"}
    refused = world.aomori.do("receiveProposal", **offer(world.aomori, **individual))
    assert refused["code"] == "NOT_ELIGIBLE"
    assert world.aomori.do("receiveProposal", **offer(world.aomori))["changed"]
    assert world.sapporo.do("receiveProposal", **offer(world.sapporo, **individual))["changed"]


def test_a_command_again_gives_the_same_answer_and_another_under_its_id_is_refused(world: World) -> None:
    given = challenge()
    first = world.sapporo.do("raiseChallenge", **given)
    assert world.sapporo.do("raiseChallenge", **given) == {**first, "repeated": True}
    assert world.sapporo.do("raiseChallenge", **{**given, "title": "別の題名"})["code"] == "COMMAND_REUSED"


@pytest.mark.parametrize(
    ("mutation", "given", "code"),
    [
        ("screenProposal", {"reason": "有用"}, "NOT_FOUND"),
        ("decideProposal", {"outcome": "ADOPTED", "reason": " "}, "REASON_REQUIRED"),
    ],
)
def test_a_change_of_what_is_not_there_or_without_a_reason_is_refused(
    world: World, mutation: str, given: dict[str, Any], code: str
) -> None:
    assert world.sapporo.do(mutation, proposal=str(uuid4()), **given)["code"] == code


STEPS: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "closeProposal": lambda proposal: {"proposal": proposal, "reason": "終わり"},
    "completeProposal": lambda proposal: {"proposal": proposal, "note": "補った"},
    "decideProposal": lambda proposal: {"proposal": proposal, "outcome": "ADOPTED", "reason": "有用"},
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_out_of_turn_is_refused_by_the_stage(world: World, step: str) -> None:
    proposal = world.sapporo.do("receiveProposal", **offer(world.sapporo))["id"]
    before = world.program.site.sql(EVENTS)
    assert world.sapporo.do(step, **STEPS[step](proposal))["code"] == "WRONG_STAGE"
    assert world.program.site.sql(EVENTS) == before
