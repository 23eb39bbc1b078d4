"""A city hall at work, in words that a clerk can follow: who does what, what is refused, what everybody sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from domain.values import CityCode
from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, Person, accepted, desk_at_work
from tests.conftest import House

SINCE: Final = "2024-04-01"
"""Departments and posts are there from this day on."""

CARD: Final = """query ($id: UUID!) { proposal(id: $id) {
  stage waitingFor outcome ground receivedOn answeredOn channel organisationKind
  receiptNumber { label fiscalYear kind serial } department { id name { text } }
  organisation { text withheld erased } title { text } reason { text audience } corporateNumber { text }
  history { topic actor { name } occurredOn reason { text } }
  records { __typename id stage }
} }"""

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

    def does(self, mutation: str, /, *, on: str | None = None, by: str = "DESK", **told: Any) -> dict[str, Any]:
        """Give a command, on a day and by a channel; it must be granted."""
        entry: dict[str, Any] = {"channel": by}
        if on is not None:
            entry["occurredOn"] = {"on": on}
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
    departments: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.administrator = self.somebody(Role.CITY_ADMINISTRATOR, name="管理者")
        self.clerk = self.somebody(Role.DESK_OFFICER, name="窓口担当")

    @property
    def today(self) -> date:
        """In Japan."""
        return self.desk.house.tenancy.today()

    def day(self, days: int) -> str:
        """So many days from today."""
        return (self.today + timedelta(days=days)).isoformat()

    def somebody(self, *roles: Role, name: str, department: str | None = None) -> Somebody:
        """A person with roles, in a department if they end there."""
        within = UUID(self.departments[department]) if department else None
        return Somebody(self, self.desk.person(self.city, *roles, name=name, department=within))

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
        """What a company brings: `receiveProposal` takes it as it is."""
        return {
            "kind": "free",
            "organisationKind": "COMPANY",
            "organisation": "見本株式会社",
            "title": title,
            "summary": f"{title}の提案です。",
            "contactName": "見本 花子",
            "contact": "sample@example.jp",
            "accepted": accepted(self.desk, self.clerk.person),
            **told,
        }

    def in_dialogue(self, title: str, department: str, officer: Somebody) -> str:
        """A proposal that a department talks over with its proposer."""
        proposal: str = self.clerk.does("receiveProposal", **self.offer(title))["id"]
        self.clerk.does("screenProposal", proposal=proposal, reason="課題の解決に役立ち、実現できる。")
        self.clerk.does(
            "matchProposal", proposal=proposal, department=self.departments[department], reason="所管する課。"
        )
        officer.does("recordProposalDialogue", proposal=proposal, minutes="目標と役割を話し合った。")
        return proposal


@contextmanager
def city_hall(house: House, city: CityCode) -> Iterator[CityHall]:
    """A city hall that has just opened."""
    house.open_city(city)
    with desk_at_work(house) as desk:
        yield CityHall(desk, city)
