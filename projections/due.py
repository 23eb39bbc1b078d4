"""What waits for somebody in a city, and until when, as its views say: what reminders are made from (期限・担当)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from psycopg import sql

from domain.values import CityCode
from projections.queries.live import live
from projections.records.kind import NOBODY
from projections.records.table import RECORDS
from tenants.database.walls import read

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

WAITING: Final = (
    sql.SQL(
        "select id, kind, due_on, updated_at, waiting_for, member, posts, department from renkei.records"
        " where city = %s and generation = {} and not sample"
        " and (due_on is not null or updated_at >= %s) and (waiting_for <> {} or member is not null or posts <> '{{}}')"
    )
    .format(live(RECORDS.name), sql.Literal(NOBODY))
    .as_string()
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits: for a role, a member or posts; ``since`` when it last changed."""

    id: UUID
    kind: str
    due_on: date | None
    since: datetime
    role: str
    member: UUID | None
    posts: tuple[UUID, ...]
    department: UUID | None


def waiting(tenancy: "Tenancy", city: CityCode, since: datetime) -> list[Waiting]:
    """Every record that is due some day, and every other that waits and changed since then. Raises Unavailable."""
    (rows,) = read(tenancy.pool, city, (WAITING, (city, since)))
    return [
        Waiting(id_, kind, due_on, changed, role, member, tuple(posts), department)
        for id_, kind, due_on, changed, role, member, posts, department in rows
    ]
