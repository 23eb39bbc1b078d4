"""What waits for somebody in a city, and until when, as its views say: what reminders are made from (期限・担当)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from psycopg import sql

from domain import challenge
from domain.proposal import BEFORE_DECISION, Stage
from domain.values import CityCode
from projections.challenges import CHALLENGES
from projections.proposals import PROPOSALS
from projections.queries.live import live
from projections.records.kind import NOBODY
from projections.records.table import RECORDS
from tenants.database.walls import read
from tenants.members import Role

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

DESK, OFFICER = Role.DESK_OFFICER.value, Role.DEPARTMENT_OFFICER.value

WAITING: Final = (
    sql.SQL(
        "select id, kind, due_on, updated_at, waiting_for, member, posts, department, departments, also"
        " from renkei.records where city = %s and generation = {} and not sample"
        " and (due_on is not null or updated_at >= %s)"
        " and (waiting_for <> {} or member is not null or posts <> '{{}}' or also <> '{{}}')"
    )
    .format(live(RECORDS.name), sql.Literal(NOBODY))
    .as_string()
)
OFFERED: Final = (
    sql.SQL(
        "select id, stage, due_on, asked_due_on, updated_at, waiting_for, department, asked from renkei.proposals"
        " where city = %s and generation = {} and not sample and not suspended"
        " and (due_on is not null or asked_due_on is not null or updated_at >= %s)"
    )
    .format(live(PROPOSALS.name))
    .as_string()
)
RAISED: Final = (
    sql.SQL(
        "select id, stage, due_on, updated_at, waiting_for, department from renkei.challenges"
        " where city = %s and generation = {} and not sample and (due_on is not null or updated_at >= %s)"
    )
    .format(live(CHALLENGES.name))
    .as_string()
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: for a role, within ``department`` or ``departments``, for a member or posts.

    ``since`` when it last changed; ``None``: it is only due, and nobody's turn.
    """

    id: UUID
    kind: str
    due_on: date | None
    since: datetime | None
    role: str
    member: UUID | None = None
    posts: tuple[UUID, ...] = ()
    department: UUID | None = None
    departments: tuple[UUID, ...] = ()


def waiting(tenancy: "Tenancy", city: CityCode, since: datetime) -> list[Waiting]:
    """All that is due some day, and what else waits and changed since then. Raises Unavailable."""
    asked = (city, since)
    records, proposals, challenges = read(tenancy.pool, city, (WAITING, asked), (OFFERED, asked), (RAISED, asked))
    return [
        *(each for row in records for each in of_record(row)),
        *(each for row in proposals for each in of_proposal(*row)),
        *(each for row in challenges for each in of_challenge(*row)),
    ]


def of_record(row: tuple[Any, ...]) -> Iterator[Waiting]:
    """Whose turn it is, and the roles over the whole city whose turn it is besides."""
    id_, kind, due_on, changed, role, member, posts, department, departments, also = row
    if role != NOBODY or member is not None or posts:
        yield Waiting(id_, kind, due_on, changed, role, member, tuple(posts), department, tuple(departments))
    yield from (Waiting(id_, kind, due_on, changed, beside) for beside in also)


def of_proposal(
    id_: UUID,
    stage: str,
    due_on: date | None,
    asked_due_on: date | None,
    changed: datetime,
    waiting_for: str,
    department: UUID | None,
    asked: Any,
) -> Iterator[Waiting]:
    """Whose turn it is; to the desk what is due towards or from the proposer; to those asked their opinion."""
    item = Waiting(id_, "proposal", None, None, DESK)
    if due_on is not None:
        yield replace(item, due_on=due_on)
    of_opinion = bool(asked) and stage in BEFORE_DECISION and stage != Stage.RETURNED
    departments = tuple(asked) if of_opinion else ()
    if of_opinion and asked_due_on is not None:
        yield replace(item, due_on=asked_due_on, role=OFFICER, departments=departments)
    if waiting_for not in {NOBODY, "proposer"}:
        own = None if of_opinion else department
        yield replace(item, since=changed, role=waiting_for, department=own, departments=departments)


def of_challenge(
    id_: UUID, stage: str, due_on: date | None, changed: datetime, waiting_for: str, department: UUID | None
) -> Iterator[Waiting]:
    """Whose turn it is; to the desk and the department the last day for answers while it is published."""
    item = Waiting(id_, "challenge", None, None, DESK, department=department)
    if due_on is not None and stage == challenge.Stage.PUBLISHED:
        yield replace(item, due_on=due_on)
        if department is not None:
            yield replace(item, due_on=due_on, role=OFFICER)
    if waiting_for != NOBODY:
        yield replace(item, since=changed, role=waiting_for)
