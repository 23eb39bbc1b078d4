"""What happened, event by event, as people look it up: who, when, for whom, under which policy (時系列・経過)."""

from datetime import date, datetime
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from api.desk import people
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN
from api.desk.people import Person, Post
from api.desk.scalars import Digest, Position
from api.desk.words import Words, shown, words
from api.graphql.fields import resolved
from api.graphql.scalars import PartialDate, partial_date
from api.graphql.shown import shown_to
from domain.circumstances import ApprovalReference, ApprovalSystem, Channel
from projections.timeline import TimelineRow
from tenants.visibility import View, audience_of


@shown_to(View.CASEWORK)
@strawberry.type(description="Something typed in an event, and where.")
class TypedPart:
    """Something typed in an event, and where."""

    field: str = strawberry.field(description="The place inside the event: reason, content.partners.0.name.")
    words: Words = strawberry.field(description="What was typed.")


@shown_to(View.CASEWORK)
@strawberry.type(description="The approval under which an outward act took effect (決裁).")
class Approval:
    """The approval under which an outward act took effect."""

    system: ApprovalSystem = strawberry.field(
        graphql_type=SHOWN[ApprovalSystem], description="In renkei, or in the city's own document system."
    )
    decided_on: date = strawberry.field(description="The day of the decision.")
    approval: UUID | None = strawberry.field(description="The approval in renkei.")
    number: Words | None = strawberry.field(description="文書番号 as typed.")
    digest: Digest | None = strawberry.field(description="Digest of the approved document.")


@shown_to(View.CASEWORK)
@strawberry.type(description="Something that happened (出来事).")
class Happening:
    """Something that happened."""

    row: strawberry.Private[TimelineRow]
    id: UUID = strawberry.field(description="The record it happened to.")
    version: int = strawberry.field(description="Its place among the events of that record.")
    position: Position = strawberry.field(description="Its place in the city's log.")
    topic: str = strawberry.field(description="What happened: proposal.screened.")
    policy_version: int = strawberry.field(description="The policy in force then.")
    occurred_on: PartialDate = strawberry.field(description="When it happened, as far as it is known.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    channel: Channel = strawberry.field(graphql_type=SHOWN[Channel], description="By which way it came (受付経路).")
    fiscal_year: int = strawberry.field(description="年度 of the file.")
    on_behalf_of: UUID | None = strawberry.field(description="The party for whom the member entered it.")
    approval: Approval | None = strawberry.field(description="The approval behind it.")
    facts: JSON = strawberry.field(description="The clear fields of the event: enumerations, ids, dates, versions.")
    typed: list[TypedPart] = strawberry.field(description="What was typed in it.")

    @resolved
    def actor(self, info: DeskInfo) -> Person:
        """Who recorded it, under the name of that day."""
        return people.person(info, self.row.actor, info.context.tenancy.day_of(self.row.recorded_at))

    @resolved
    async def post(self, info: DeskInfo) -> Post | None:
        """The post under which the member acted, as it was on that day."""
        return await people.post(info, self.row.post, self.row.occurred_on)

    @resolved
    def reason(self) -> Words | None:
        """The reason that was given, if there is one."""
        return next((part.words for part in self.typed if part.field in {"reason", "note"}), None)


def happening(row: TimelineRow) -> Happening:
    """An event as the schema shows it."""
    return shown(
        Happening,
        row,
        row=row,
        position=Position(row.position),
        occurred_on=partial_date(row.occurred_on, row.precision),
        approval=None if row.approval is None else _approval(row.approval),
        facts=dict(row.facts),
        typed=[
            TypedPart(field=path, words=words(sealed, audience_of(row.topic, path, sealed.audience), _about(row)))
            for path, sealed in row.words.items()
        ],
    )


def _about(row: TimelineRow) -> UUID | None:
    """The member, or the grant, that an event is about."""
    told = row.facts.get("member", row.facts.get("grant"))
    return None if told is None else UUID(told)


def _approval(told: ApprovalReference) -> Approval:
    return shown(Approval, told, digest=None if told.digest is None else Digest(told.digest))


async def history(info: DeskInfo, id_: UUID) -> list[Happening]:
    """What happened to a record, oldest first, as far as a history goes."""
    page = await info.context.histories.load(id_)
    return [happening(row) for row in page.nodes] if page else []
