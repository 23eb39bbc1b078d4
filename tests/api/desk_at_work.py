"""Desks served over HTTP on a real database, and the people who use them, for the tests of the desks' GraphQL."""

from collections.abc import AsyncIterator, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from httpx import Response
from psycopg import AsyncConnection, AsyncCursor, Connection
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from starlette.testclient import TestClient

from api.desk import router
from domain.values import CityCode
from projections.catalogue import READ_MODELS
from projections.runner import Runner
from tenants.commands.consultations import Close, Receive
from tenants.database import access
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import Identity
from tenants.keys import PUBLIC, KeyStore
from tenants.members import Member, Role
from tenants.parties import has_come
from tenants.wish import Entry
from tests.conftest import QUICK, SAPPORO, House

SECRET = "窓口のひみつ・長いもの"
HASH = QUICK.hash(SECRET)


class Counting(AsyncCursor[Any]):
    """Counts the statements that the desks send."""

    sent = 0

    async def execute(self, *args: Any, **kwargs: Any) -> "Counting":
        Counting.sent += 1
        return await super().execute(*args, **kwargs)


@dataclass(frozen=True)
class Person:
    """A member who is signed in."""

    member: Member
    token: str


@dataclass
class DeskAtWork:
    """A deployment whose desks answer; views are brought up to date by `catch_up`, or `at_least` by themselves."""

    house: House
    client: TestClient
    identity: Identity
    owner: Connection[Row]
    runner: Runner
    threads: ThreadPoolExecutor
    logins: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    def member(
        self,
        city: CityCode,
        *roles: Role,
        name: str = "佐藤",
        department: UUID | None = None,
        id_: UUID | None = None,
        parties: Collection[UUID] = (),
    ) -> Member:
        """Somebody entered with the one secret that everybody has here."""
        login = f"member-{next(self.logins)}"
        given = roles or (() if parties else (Role.DESK_OFFICER,))
        for party in parties:
            came(self.house, city, party)
        added = enter_member(self.house.tenancy, city, login, name, given, department, id_, parties)
        statement = "update renkei.members set secret_hash = %s where city = %s and member = %s"
        self.owner.execute(statement, (HASH, city, added.id))
        return added

    def person(self, city: CityCode = SAPPORO, *roles: Role, **told: Any) -> Person:
        """The same, signed in over HTTP."""
        return self.signed_in(self.member(city, *roles, **told))

    def signed_in(self, member: Member) -> Person:
        """A member with a token."""
        found = self.house.sql(
            "select login from renkei.members where (city, member) = (%s, %s)", member.city, member.id
        )
        ((login,),) = found
        answer = self.client.post(f"/desk/{member.city}/token", json={"login": login, "secret": SECRET})
        assert answer.status_code == 200, answer.text
        return Person(member, answer.json()["token"])

    def post(self, person: Person | None, query: str, city: str | None = None, **variables: Any) -> Response:
        """The answer as it came; `city` when it is not the member's own."""
        headers = {} if person is None else {"Authorization": f"Bearer {person.token}"}
        place = city or (person.member.city if person else SAPPORO)
        body = {"query": query, "variables": variables}
        answer: Response = self.client.post(f"/desk/{place}/graphql", json=body, headers=headers)
        return answer

    def ask(self, person: Person, query: str, **variables: Any) -> Any:
        """What a query answers; it must not fail."""
        answer = self.post(person, query, **variables)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def refused(self, person: Person | None, query: str, **variables: Any) -> tuple[int, str]:
        """Status and code of the first error."""
        answer = self.post(person, query, **variables)
        return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

    def do(self, person: Person, mutation: str, /, **told: Any) -> Any:
        """The answer of a command; a fresh command id unless one is told."""
        given = {"commandId": str(uuid4()), **told}
        kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
        answer = answer_of(mutation)
        query = f"mutation ($input: {kind}) {{ it: {mutation}(input: $input) {{ {answer} }} }}"
        return self.ask(person, query, input=given)["it"]

    def catch_up(self) -> None:
        """The views show everything that was recorded."""
        self.runner.catch_up()


STATE = {
    "Project": "RecordRecorded { stage }",
    "Consultation": "RecordRecorded { stage number }",
    "Gathering": "RecordRecorded { stage }",
    "Right": "RightsRecorded { members grants }",
    "Representation": "RightsRecorded { members grants }",
    "Member": "RightsRecorded { members grants }",
    "Proposal": "ProposalRecorded { stage proposer department outcome receiptNumber { fiscalYear kind serial label } }",
    "Challenge": "ChallengeRecorded { stage }",
    "Case": "CaseRecorded { stage origin }",
    "Department": "OrganisationRecorded { departments posts }",
    "Post": "OrganisationRecorded { departments posts }",
    "Policy": "PolicyRecorded { policyVersion }",
    "Dialogue": "RecordRecorded { stage }",
    "Session": "RecordRecorded { stage }",
}
"""What a mutation answers of the state, by the first of these words in its name."""


def answer_of(mutation: str) -> str:
    """All fields of a mutation's answer."""
    state = next((fields for word, fields in STATE.items() if word in mutation), "RecordRecorded { stage }")
    return f"""__typename ... on Recorded {{ id version position commandId repeated changed }} ... on {state}
        ... on Problem {{ code message messageJa messageEn }} ... on Refused {{ field details {{ name value }} }}"""


def reads_of(house: House) -> AsyncConnectionPool[AsyncConnection[Row]]:
    """The asynchronous pool of the role that serves desks; counts statements."""
    return AsyncConnectionPool(
        house.database.conninfo(access.Role.DESK),
        kwargs={"autocommit": True, "cursor_factory": Counting},
        min_size=1,
        max_size=4,
        timeout=5,
        open=False,
    )


@contextmanager
def desk_at_work(house: House, lasts: timedelta = timedelta(hours=12)) -> Iterator[DeskAtWork]:
    """The desks of a deployment, answering over HTTP."""
    reads = reads_of(house)
    identity = Identity(house.tenancy, reads, lasts, QUICK)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with reads:
            yield

    with ExitStack() as ends:
        threads = ends.enter_context(ThreadPoolExecutor(4))
        app = FastAPI(lifespan=lifespan)
        app.include_router(router(house.tenancy, reads, house.tenancy.keys, threads, identity))
        owner = ends.enter_context(house.connect(access.Role.OWNER))
        pool: ConnectionPool[Connection[Row]] = ends.enter_context(
            ConnectionPool(
                house.database.conninfo(access.Role.RUNNER),
                kwargs={"autocommit": True},
                min_size=1,
                max_size=2,
                open=False,
            )
        )
        runner = Runner(pool, READ_MODELS, KeyStore(house.folder / "keys", (PUBLIC,)))
        client = ends.enter_context(TestClient(app, raise_server_exceptions=False))
        yield DeskAtWork(house, client, identity, owner, runner, threads)


def came(house: House, city: CityCode, party: UUID) -> None:
    """A party that the city knows: one that never came asks something, which is over at once."""
    if not has_come(house.tenancy.pool, city, party):
        desk, asked = house.desk(city), uuid4()
        wish = Receive(consultation=asked, asker=party, title="相談", question="できますか。", sample=True)
        desk.do(wish, Entry(uuid4()))
        desk.do(Close(consultation=asked, reason="済み"), Entry(uuid4()))


CONDITIONS = "{ policy { rules { part code version } } }"


def accepted(desk: DeskAtWork, person: Person) -> list[dict[str, Any]]:
    """All conditions of the policy in force, accepted."""
    rules = desk.ask(person, CONDITIONS)["policy"]["rules"]
    return [{"condition": rule["code"], "version": rule["version"]} for rule in rules if rule["part"] == "conditions"]


def purpose(desk: DeskAtWork, person: Person) -> int:
    """The version of the statement of purpose in force, accepted."""
    rules = desk.ask(person, CONDITIONS)["policy"]["rules"]
    return next(int(rule["version"]) for rule in rules if rule["part"] == "purpose_of_use")


def offer(desk: DeskAtWork, person: Person, **told: Any) -> dict[str, Any]:
    """What a company offers, for `receiveProposal`."""
    return {
        "kind": "free",
        "organisationKind": "COMPANY",
        "organisation": "見本株式会社",
        "title": "地下歩行空間の人流をはかる",
        "summary": "カメラを使わずに人の流れをはかり、まちづくりに生かす。",
        "contactName": "鈴木 一郎",
        "contact": "suzuki@example.jp",
        "accepted": accepted(desk, person),
        "purpose": purpose(desk, person),
        **told,
    }
