"""A city hall at work, in words that a clerk can follow: who does what, what is refused, what everybody sees."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID, uuid4

from fastapi import FastAPI
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.testclient import TestClient

from api.public import router
from domain.values import CityCode
from tenants.members import Role
from tenants.tenancy import Tenancy
from tests.api.desk_at_work import DeskAtWork, Person, accepted, desk_at_work, purpose
from tests.api.public_world import public_conninfo
from tests.conftest import ROOT, House
from tests.scenarios.pages import page, texts

SINCE: Final = "2024-04-01"
"""Departments and posts are there from this day on."""

CARD: Final = """query ($id: UUID!) { proposal(id: $id) {
  stage waitingFor outcome ground receivedOn answeredOn channel organisationKind
  receiptNumber { label fiscalYear kind serial } department { id name { text } }
  organisation { text withheld erased } title { text } reason { text audience } corporateNumber { text }
  history { topic actor { name } occurredOn reason { text } }
  records { __typename id stage } proceedings { proceeding open bound }
} }"""

Public = Callable[..., Any]
"""What a question without sign-in answers."""

INBOX: Final = (
    "{ inbox(where: {waitingForMe: true}) { nodes { id } } records(where: {waitingForMe: true}) { nodes { id } } }"
)


@dataclass(frozen=True)
class Somebody:
    """A person of the city hall, signed in at the desk's GraphQL."""

    hall: "CityHall"
    person: Person

    @property
    def id(self) -> str:
        """As commands name the person."""
        return str(self.person.member.id)

    def does(
        self,
        mutation: str,
        /,
        *,
        dated: str | None = None,
        by: str = "DESK",
        under: Any = None,
        holding: str | None = None,
        **told: Any,
    ) -> dict[str, Any]:
        """Give a command, on a day, by a channel, under an approval, as who holds a post; it must be granted."""
        entry: dict[str, Any] = {"channel": by, "approval": under, "post": holding}
        if dated is not None:
            entry["occurredOn"] = {"on": dated}
        answer: dict[str, Any] = self.hall.desk.do(self.person, mutation, entry=entry, **told)
        assert answer["__typename"].endswith("Recorded"), answer
        self.hall.desk.catch_up()
        return answer

    def is_refused(self, mutation: str, /, **told: Any) -> str:
        """Give a command that must not be granted; why not."""
        answer = self.hall.desk.do(self.person, mutation, **told)
        assert not answer["__typename"].endswith("Recorded"), answer
        assert answer["messageJa"]
        assert answer["messageEn"]
        code: str = answer["code"]
        return code

    def sees(self, proposal: str) -> dict[str, Any]:
        """The card of a proposal."""
        found: dict[str, Any] = self.hall.desk.ask(self.person, CARD, id=proposal)["proposal"]
        return found

    def opens(self, kind: str, record: str) -> dict[str, Any]:
        """The whole page of an agreement, a dialogue, a project ..., in its words."""
        found: dict[str, Any] = texts(self.reads(page("record", f"{kind.capitalize()}Record"), id=record)["it"])
        return found

    def looks_up_own(self, proposal: str) -> dict[str, Any]:
        """What a proposer reads of its own proposal, and what the city told it."""
        found: dict[str, Any] = texts(self.reads(page("myProposal", "OwnProposal"), id=proposal)["it"])
        return found

    def meets(self, proposal: str, dialogue: str, minutes: str, **told: Any) -> None:
        """A meeting of a dialogue was held: it stands in the record of the dialogue and in the proposal's file."""
        self.does("recordDialogueMeeting", dialogue=dialogue, minutes=minutes, **told)
        if self.sees(proposal)["stage"] == "MATCHED":
            self.does("recordProposalDialogue", proposal=proposal, minutes=minutes)

    def waits(self) -> set[str]:
        """What waits for this person: proposals and records."""
        found = self.hall.desk.ask(self.person, INBOX)
        return {node["id"] for part in ("inbox", "records") for node in found[part]["nodes"]}

    def reads(self, query: str, **variables: Any) -> Any:
        """What a question answers."""
        return self.hall.desk.ask(self.person, query, **variables)


@dataclass
class CityHall:
    """One city with its desk, departments and people."""

    desk: DeskAtWork
    city: CityCode
    public: Public
    departments: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.administrator = self.somebody(Role.CITY_ADMINISTRATOR, name="管理者")
        self.clerk = self.somebody(Role.DESK_OFFICER, name="窓口担当")

    @property
    def today(self) -> date:
        """In Japan."""
        return self.desk.house.tenancy.today()

    @contextmanager
    def on(self, day: date) -> Iterator[None]:
        """It is that day in the city."""
        with patch.object(Tenancy, "today", lambda _self: day):
            yield

    def new(self) -> str:
        """An id for something that does not exist yet."""
        return str(uuid4())

    def day(self, days: int) -> str:
        """So many days from today."""
        return (self.today + timedelta(days=days)).isoformat()

    def somebody(self, *roles: Role, name: str, department: str | None = None) -> Somebody:
        """A person with roles, in a department if they end there."""
        within = UUID(self.departments[department]) if department else None
        return Somebody(self, self.desk.person(self.city, *roles, name=name, department=within))

    def proposer(self, party: str, name: str) -> Somebody:
        """A person who stands for a party and signs in at the desk's address."""
        return Somebody(self, self.desk.person(self.city, name=name, parties=(UUID(party),)))

    def now_rules(self, part: str, rules: str) -> None:
        """The administrator puts a version of the city's file in force that has this part of the policy besides."""
        today = self.today.isoformat()
        source = f'source = "庁内の規程"\nstatus = "in_force"\nvalid_from = {today}'
        text = (ROOT / f"tenants/cities/{self.city}.toml").read_text(encoding="utf-8")
        content = f"{text}\n[policy.{part}]\n{rules}\n\n[policy.{part}.provenance]\n{source}\n"
        self.administrator.does("adoptPolicy", content=content, status="IN_FORCE", validFrom=today)

    def department(self, name: str) -> str:
        """A department of that name."""
        made = self.departments[name] = str(uuid4())
        self.administrator.does("establishDepartment", department=made, title=name, validFrom=SINCE)
        return made

    def post(self, name: str, department: str, holder: Somebody | None = None) -> str:
        """A post of that name in a department, and who holds it from today."""
        made = str(uuid4())
        self.administrator.does(
            "establishPost", post=made, department=self.departments[department], title=name, validFrom=SINCE
        )
        if holder is not None:
            self.administrator.does("assignPost", post=made, member=holder.id, validFrom=self.today.isoformat())
        return made

    def offer(self, title: str, **told: Any) -> dict[str, Any]:
        """What a company brings, to a challenge if one is told: `receiveProposal` takes it as it is."""
        return {
            "kind": "themed" if "challenge" in told else "free",
            "organisationKind": "COMPANY",
            "organisation": "見本株式会社",
            "title": title,
            "summary": f"{title}の提案です。",
            "contactName": "見本 花子",
            "contact": "sample@example.jp",
            "accepted": accepted(self.desk, self.clerk.person),
            "purpose": purpose(self.desk, self.clerk.person),
            **told,
        }

    def in_dialogue(self, title: str, department: str, officer: Somebody, **told: Any) -> str:
        """A proposal that a department talks over with its proposer."""
        proposal: str = self.clerk.does("receiveProposal", **self.offer(title, **told))["id"]
        self.clerk.does("screenProposal", proposal=proposal, reason="課題の解決に役立ち、実現できる。")
        self.clerk.does(
            "matchProposal", proposal=proposal, department=self.departments[department], reason="所管する課。"
        )
        officer.does("recordProposalDialogue", proposal=proposal, minutes="目標と役割を話し合った。")
        return proposal

    def adopted(self, title: str, department: str, officer: Somebody, **told: Any) -> str:
        """A proposal that a department will carry out."""
        proposal = self.in_dialogue(title, department, officer, **told)
        officer.does("decideProposal", proposal=proposal, outcome="ADOPTED", reason="実施できる。")
        return proposal

    def asks_in_vain(self, somebody: Somebody, proposal: str) -> str:
        """Why somebody does not get the file of a proposal."""
        return self.desk.refused(somebody.person, CARD, id=proposal)[1]

    def case_outside(self, case: str) -> dict[str, Any]:
        """A case as everybody reads it, without sign-in."""
        public_id = self.clerk.reads("query ($id: UUID!) { case(id: $id) { publicId } }", id=case)["case"]["publicId"]
        found: dict[str, Any] = texts(self.public(page("case", "Case", "public"), id=f"{self.city}-{public_id}")["it"])
        return found


@contextmanager
def city_halls(house: House) -> Iterator[Callable[[CityCode], CityHall]]:
    """City halls of one deployment, each opened when it is first asked for."""
    opened: dict[CityCode, CityHall] = {}
    with desk_at_work(house) as desk, outside(house) as public:

        def hall(city: CityCode) -> CityHall:
            if city not in opened:
                house.open_city(city)
                opened[city] = CityHall(desk, city, public)
            return opened[city]

        yield hall


@contextmanager
def city_hall(house: House, city: CityCode) -> Iterator[CityHall]:
    """A city hall that has just opened."""
    with city_halls(house) as halls:
        yield halls(city)


@contextmanager
def outside(house: House) -> Iterator[Public]:
    """The public GraphQL over the deployment."""
    pool = AsyncConnectionPool[AsyncConnection[Any]](
        public_conninfo(house), kwargs={"autocommit": True}, min_size=1, max_size=2, timeout=5, open=False
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)
    app.include_router(router(pool))
    with TestClient(app, raise_server_exceptions=False) as client:

        def ask(query: str, **variables: Any) -> Any:
            answer = client.post("/graphql", json={"query": query, "variables": variables})
            assert answer.status_code == 200, answer.text
            assert "errors" not in answer.json(), answer.text
            return answer.json()["data"]

        yield ask
