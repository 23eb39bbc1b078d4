"""Notices and gatherings as the public schema shows them (お知らせ・交流イベント)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID, Info, Private

from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from api.public.context import Context
from api.public.words import GatheringStatus, NoticeTopic
from domain.values import Audience, CityCode
from projections.queries import commons

if TYPE_CHECKING:
    from api.public.types import City

Asking = Info[Context, None]
CityOf = Annotated["City", strawberry.lazy("api.public.types")]


async def city_of(context: Context, code: CityCode) -> "City | None":
    """A city by its code, if it is shown: its own read model may stand still while others go on."""
    from api.public.types import City  # noqa: PLC0415 - cities show their notices

    row = await context.city.load(code)
    return None if row is None else City.of(row)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="What a desk tells everybody: news, or material to learn from (お知らせ・研修資料).")
class Notice:
    """A published notice."""

    city_code: Private[CityCode]
    id: ID = strawberry.field(description='Its id outside: the city\'s code, "-", a UUID.')
    topic: NoticeTopic = strawberry.field(description="What it is (種別).")
    title: str = strawberry.field(description="Its title (件名).")
    text: str = strawberry.field(description="What it says (本文).")
    shown_until: date | None = strawberry.field(description="The last day on which it is shown here (掲載期限).")
    published_at: datetime = strawberry.field(description="When it was published here (UTC).")
    updated_at: datetime = strawberry.field(description="When it last changed here (UTC).")
    sample: bool = strawberry.field(description="True for made-up data that shows how things work (見本).")

    @classmethod
    def of(cls, row: commons.Notice) -> "Notice":
        """As the commons hold it."""
        return cls(
            city_code=row.city,
            id=ID(str(row.public_id)),
            topic=NoticeTopic(row.topic.value),
            title=row.title,
            text=row.text,
            shown_until=row.shown_until,
            published_at=row.published_at,
            updated_at=row.updated_at,
            sample=row.sample,
        )

    @resolved
    async def city(self, info: Asking) -> CityOf | None:
        """The city that tells it; null while its own data cannot be shown (自治体)."""
        return await city_of(info.context, self.city_code)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="An event at which businesses and a city's people meet (交流イベント).")
class Gathering:
    """A published gathering, without who registered."""

    city_code: Private[CityCode]
    id: ID = strawberry.field(description='Its id outside: the city\'s code, "-", a UUID.')
    status: GatheringStatus = strawberry.field(description="Planned, held or cancelled (状態).")
    title: str = strawberry.field(description="What it is called (名称).")
    description: str = strawberry.field(description="What it is about (内容).")
    on: date = strawberry.field(description="The day on which it takes or took place (開催日).")
    place: str | None = strawberry.field(description="Where (会場).")
    how_to_register: str | None = strawberry.field(description="Where and how to register (申込方法).")
    register_by: date = strawberry.field(description="The last day to register (申込期限).")
    capacity: int | None = strawberry.field(description="How many may register; null for any number (定員).")
    reason: str | None = strawberry.field(description="Why it was cancelled (中止の理由).")
    published_at: datetime = strawberry.field(description="When it was announced here (UTC).")
    updated_at: datetime = strawberry.field(description="When it last changed here; not by registrations (UTC).")
    sample: bool = strawberry.field(description="True for made-up data that shows how things work (見本).")

    @classmethod
    def of(cls, row: commons.Gathering) -> "Gathering":
        """As the commons hold it."""
        return cls(
            city_code=row.city,
            id=ID(str(row.public_id)),
            status=GatheringStatus(row.status.value),
            title=row.title,
            description=row.description,
            on=row.held_on,
            place=row.place,
            how_to_register=row.how_to_register,
            register_by=row.register_by,
            capacity=row.capacity,
            reason=row.reason,
            published_at=row.published_at,
            updated_at=row.updated_at,
            sample=row.sample,
        )

    @resolved
    async def city(self, info: Asking) -> CityOf | None:
        """The city that holds it; null while its own data cannot be shown (自治体)."""
        return await city_of(info.context, self.city_code)
