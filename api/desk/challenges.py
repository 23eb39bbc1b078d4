"""A challenge as the schema shows it to the city's own people (課題)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import strawberry

from api.desk import history, people
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN, enumeration
from api.desk.history import Happening
from api.desk.people import Department
from api.desk.readers import narrowed
from api.desk.retention import File, file_of
from api.desk.scalars import Position
from api.desk.words import Words, seen, shown
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain.challenge import Result, Stage
from projections.challenges import NOBODY, WAITING_FOR, ChallengeRow
from projections.queries.desk import Waiting
from tenants.members import Role
from tenants.visibility import View

if TYPE_CHECKING:
    from api.desk.proposals import Proposal

_WAITS: Final = {who.upper(): who for who in (*sorted(set(WAITING_FOR.values())), NOBODY)}
ChallengeWaitingFor: Final = enumeration("ChallengeWaitingFor", _WAITS.items(), "Whose turn it is (対応待ち).")


@shown_to(View.CITY)
@strawberry.type(description="A problem that a department wants solved with others (課題).")
class Challenge:
    """A problem that a department wants solved with others."""

    row: strawberry.Private[ChallengeRow]
    id: UUID = strawberry.field(description="Opaque; the commands name it so.")
    public_id: UUID | None = strawberry.field(description="Its id outside, once it was published.")
    version: int = strawberry.field(description="Number of its events.")
    position: Position = strawberry.field(description="Place of its last event in the log.")
    stage: Stage = strawberry.field(graphql_type=SHOWN[Stage], description="Where it stands (状態).")
    waiting_for: str = strawberry.field(graphql_type=ChallengeWaitingFor, description="Whose turn it is (対応待ち).")
    fields: list[str] = strawberry.field(description="Fields it belongs to (分野).")
    plan_fields: list[str] = strawberry.field(description="Fields of the city's own plans (計画の分野).")
    due_on: date | None = strawberry.field(description="The last day for answers.")
    result: Result | None = strawberry.field(graphql_type=SHOWN[Result] | None, description="How it ended.")
    sample: bool = strawberry.field(description="Made up to show the program (見本).")
    title: Words = strawberry.field(description="件名; the published one once there is one.")
    description: Words = strawberry.field(description="内容; the published one once there is one.")
    conditions: Words | None = strawberry.field(description="Conditions for answers.")
    city_offers: Words | None = strawberry.field(description="What the city brings in.")
    note: Words | None = strawberry.field(description="What was said when it ended.")
    reason: Words | None = strawberry.field(description="Why it came back, or why there is more time.")
    contact: Words | None = strawberry.field(description="Whom to ask (問合せ先): for the desk, never outside.")
    recorded_at: datetime = strawberry.field(description="When it was entered.")
    published_at: datetime | None = strawberry.field(description="When it was shown to everybody.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved
    async def department(self, info: DeskInfo) -> Department | None:
        """The department that raised it, under its name of today."""
        return await people.department(info, self.row.department, info.context.tenancy.today())

    @resolved
    async def waiting_for_me(self, info: DeskInfo) -> bool:
        """Whether it is your turn; an officer sees the own department's and those of departments it succeeds."""
        return waits_for(self.row, await people.waiting(info))

    @narrowed(View.CASEWORK)
    async def proposals(self, info: DeskInfo) -> list[Annotated["Proposal", strawberry.lazy("api.desk.proposals")]]:
        """The proposals that answer it, oldest first; not for staff (回答した提案)."""
        from api.desk.proposals import proposal  # noqa: PLC0415 - proposals show their challenge

        return [proposal(row) for row in await info.context.proposals_of.load(self.id) or ()]

    @narrowed(View.CASEWORK)
    async def history(self, info: DeskInfo) -> list[Happening]:
        """What happened to it, oldest first; not for staff (経過)."""
        return await history.history(info, self.id)

    @narrowed(View.CASEWORK)
    async def file(self, info: DeskInfo) -> File | None:
        """Its file, and how long that is kept; not for staff (簿冊・保存期間)."""
        return await file_of(info, self.id)


def waits_for(row: ChallengeRow, asked: Waiting) -> bool:
    """Whether a challenge waits for a member, as the list filters it."""
    if row.waiting_for not in asked.roles:
        return False
    if row.waiting_for != Role.DEPARTMENT_OFFICER or asked.departments is None:
        return True
    return row.department in asked.departments


def challenge(row: ChallengeRow) -> Challenge:
    """A row as the schema shows it."""
    return shown(
        Challenge,
        row,
        row=row,
        position=Position(row.position),
        conditions=seen(row.words.conditions),
        city_offers=seen(row.words.city_offers),
        note=seen(row.words.note),
        reason=seen(row.words.reason),
        contact=seen(row.words.contact),
    )
