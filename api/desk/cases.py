"""A case as the schema shows it to the city's own people (事例)."""

from datetime import datetime
from uuid import UUID

import strawberry

from api.desk import history
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN
from api.desk.history import Happening
from api.desk.readers import narrowed
from api.desk.retention import File, file_of
from api.desk.scalars import Position
from api.desk.words import Words, seen, shown
from api.graphql.scalars import PartialDate, partial_date
from api.graphql.shown import shown_to
from domain import case as domain
from domain.values import Day
from projections.cases import CaseRow
from tenants.visibility import View


@shown_to(View.CITY)
@strawberry.type(description="A partner or another participant (連携先).")
class Partner:
    """A partner or another participant."""

    name: Words = strawberry.field(description="As typed.")
    participant: bool = strawberry.field(description="Took part without being a partner.")


@shown_to(View.CITY)
@strawberry.type(description="A day of the case and what happened or was planned for it.")
class LabelledDate:
    """A day of the case."""

    label: Words = strawberry.field(description="What happened or was planned.")
    on: PartialDate = strawberry.field(description="The day, as far as it is known.")
    until: PartialDate | None = strawberry.field(description="The last day, if it lasted.")
    planned: bool = strawberry.field(description="Planned rather than done.")


@shown_to(View.CITY)
@strawberry.type(description="What a side brought in (提供リソース).")
class Resource:
    """What a side brought in."""

    side: domain.Side = strawberry.field(graphql_type=SHOWN[domain.Side], description="Who.")
    kind: domain.ResourceKind = strawberry.field(
        graphql_type=SHOWN[domain.ResourceKind], description="《ヒト》《モノ》《カネ》《情報》."
    )
    description: Words = strawberry.field(description="What.")


@shown_to(View.CITY)
@strawberry.type(description="What a side gained or was to gain (メリット).")
class Benefit:
    """What a side gained or was to gain."""

    side: domain.Side = strawberry.field(graphql_type=SHOWN[domain.Side], description="Who.")
    description: Words = strawberry.field(description="What.")


@shown_to(View.CITY)
@strawberry.type(description="A partnership shown to others (事例).")
class Case:
    """A partnership shown to others."""

    id: UUID = strawberry.field(description="Opaque; the commands name it so.")
    public_id: UUID = strawberry.field(description="Its id outside, while it is shown.")
    version: int = strawberry.field(description="Number of its events.")
    position: Position = strawberry.field(description="Place of its last event in the log.")
    stage: domain.Stage = strawberry.field(
        graphql_type=SHOWN[domain.Stage], description="Under way, finished, or shown to nobody any more (状態)."
    )
    origin: domain.Origin = strawberry.field(graphql_type=SHOWN[domain.Origin], description="Where it comes from.")
    challenge: UUID | None = strawberry.field(description="The challenge it answers.")
    proposal: UUID | None = strawberry.field(description="The proposal it grew out of.")
    project: UUID | None = strawberry.field(description="The project that it tells of.")
    sample: bool = strawberry.field(description="Made up to show the program (見本).")
    title: Words = strawberry.field(description="件名.")
    summary: Words = strawberry.field(description="概要.")
    method: str = strawberry.field(description="手法, by its code.")
    fields: list[str] = strawberry.field(description="Fields it covers (分野).")
    background: Words | None = strawberry.field(description="背景.")
    source: Words | None = strawberry.field(description="The document that an imported case comes from.")
    partners: list[Partner] = strawberry.field(description="連携先・参加者.")
    dates: list[LabelledDate] = strawberry.field(description="Its days.")
    resources: list[Resource] = strawberry.field(description="What each side brought in.")
    benefits: list[Benefit] = strawberry.field(description="What each side gained.")
    outcomes: list[Words] = strawberry.field(description="Effects, expected or measured.")
    recorded_at: datetime = strawberry.field(description="When it was published.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @narrowed(View.CASEWORK)
    async def history(self, info: DeskInfo) -> list[Happening]:
        """What happened to it, oldest first; not for staff (経過)."""
        return await history.history(info, self.id)

    @narrowed(View.CASEWORK)
    async def file(self, info: DeskInfo) -> File | None:
        """Its file, and how long that is kept; not for staff (簿冊・保存期間)."""
        return await file_of(info, self.id)


def case(row: CaseRow) -> Case:
    """A row as the schema shows it."""
    told = row.content
    return shown(
        Case,
        row,
        position=Position(row.position),
        summary=seen(told.summary),
        background=seen(told.background),
        source=seen(told.source),
        partners=[shown(Partner, each) for each in told.partners],
        dates=[_date(each) for each in told.dates],
        resources=[shown(Resource, each) for each in told.resources],
        benefits=[shown(Benefit, each) for each in told.benefits],
        outcomes=seen(told.outcomes),
    )


def _date(told: domain.LabelledDate) -> LabelledDate:
    until = None if told.until is None else _day(told.until)
    return shown(LabelledDate, told, on=_day(told.day), until=until)


def _day(day: Day) -> PartialDate:
    return partial_date(day.on, day.precision)
