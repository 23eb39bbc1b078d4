"""What the tests of the runner share: a runner over a house, some proposals in its logs, and pictures of the rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import AlreadyThere
from domain.policy import OrganisationKind
from domain.proposal import Outcome
from domain.values import CityCode, Code, Day
from projections.model import ReadModel
from projections.proposals import PROPOSALS
from projections.runner import Runner
from projections.timeline import TIMELINE
from tenants.commands import cases, proposals
from tenants.commands.organisation import EstablishDepartment
from tenants.database.access import Role as Account
from tenants.database.walls import Row
from tenants.desk import Desk
from tenants.keys import KeyStore
from tenants.members import Role, operator
from tenants.wish import Entry
from tests.conftest import House

MODELS = (PROPOSALS, TIMELINE)


@contextmanager
def runner_of(
    house: House, models: Sequence[ReadModel[Any]] = MODELS, told: list[str] | None = None
) -> Iterator[Runner]:
    """A runner with a pool of its own; problems are written down in `told`."""
    notes: list[str] = [] if told is None else told
    conninfo = house.database.conninfo(Account.RUNNER)
    kwargs = {"autocommit": True, "application_name": "runner"}
    with ConnectionPool[Connection[Row]](conninfo, kwargs=kwargs, min_size=1, max_size=4, open=False) as pool:
        yield Runner(pool, models, KeyStore(house.folder / "keys", ("public",)), notes.append)


def officer(house: House, city: CityCode) -> Desk:
    """A desk opened for somebody of the desk who is also of the department."""
    return house.desk(city, Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER)


def received(desk: Desk, *, sample: bool = False, on: Day | None = None) -> UUID:
    """A free proposal of a company, received, on an earlier day if one is named."""
    proposal = uuid4()
    known = desk.tenancy.policy(desk.city, 2).conditions
    desk.do(
        proposals.Receive(
            proposal=proposal,
            kind=Code("free"),
            organisation_kind=OrganisationKind.COMPANY,
            proposer=uuid4(),
            organisation="見本株式会社",
            contact_name="鈴木 一郎",
            contact="suzuki@example.jp",
            title="公園の水飲み場を見守る",
            summary="水飲み場の水量を測り、止まったら知らせます。",
            accepted=tuple(proposals.Accepted(condition=one.code, version=one.version) for one in known),
            purpose=1,
            sample=sample,
        ),
        Entry(uuid4(), occurred_on=on),
    )
    return proposal


def department(desk: Desk) -> UUID:
    """A department of the city; the first time it is asked for that is one event more."""
    wish = EstablishDepartment(department=UUID(int=30), title="公園課", valid_from=date(2026, 4, 1))
    with suppress(AlreadyThere):
        desk.tenancy.desk(operator(desk.city)).do(wish, Entry(uuid4()))
    return wish.department


def journey(desk: Desk) -> UUID:
    """A proposal from receipt to adoption: five events."""
    proposal = received(desk)
    for wish in (
        proposals.Screen(proposal=proposal, reason="市の課題に役立つ"),
        proposals.Match(proposal=proposal, department=department(desk), reason="公園の担当"),
        proposals.RecordDialogue(proposal=proposal, minutes="設置場所を話し合った"),
        proposals.Decide(proposal=proposal, outcome=Outcome.ADOPTED, reason="効果が見込める"),
    ):
        desk.do(wish, Entry(uuid4()))
    return proposal


def published_case(desk: Desk, title: str = "歩行者を数える") -> UUID:
    """A case shown to everybody."""
    case = uuid4()
    content = cases.CaseText(title=title, summary="カメラの映像から歩行者を数えた。", method="pilot")
    desk.do(cases.Publish(case=case, content=content), Entry(uuid4()))
    return case


def rows(house: House, model: ReadModel[Any]) -> list[Any]:
    """The live rows of a read model, without the generation."""
    return [
        row[0]
        for row in house.sql(
            f"select to_jsonb(t) - 'generation' from {model.table} t where generation ="  # noqa: S608 - names of ours
            f" (select generation from commons.projections where name = '{model.name}')"
            f" order by city, {', '.join(model.key)}"
        )
    ]


def letters(house: House) -> list[tuple[Any, ...]]:
    """Projection, aggregate and position of what was put aside."""
    return house.sql("select projection, originator_id, position from renkei.dead_letters order by 1, 3")


def spoil(house: House, city: CityCode, position: int) -> bytes:
    """Make one stored event unreadable, past every wall; gives what it was."""
    ((state,),) = house.sql("select state from renkei.events where city = %s and position = %s", city, position)
    mend(house, city, position, b"\xff not an event")
    return bytes(state)


def mend(house: House, city: CityCode, position: int, state: bytes) -> None:
    """Write a stored event's bytes, past every wall."""
    house.sql("update renkei.events set state = %s where city = %s and position = %s", state, city, position)
