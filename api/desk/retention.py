"""How long the files of records are kept, as the city's own people see it (保存期間)."""

from datetime import date
from uuid import UUID

import strawberry

from api.desk.context import DeskInfo
from api.desk.words import Words, words
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain import retention as domain
from domain.policy import RetentionRules
from projections.queries.desk import FileRow
from tenants.visibility import View


@shown_to(View.CASEWORK)
@strawberry.type(description="The file of a record, and how long it is kept (簿冊・保存期間).")
class File:
    """The file of a record, and how long it is kept."""

    row: strawberry.Private[FileRow]
    record: UUID = strawberry.field(description="The record.")
    kind: str = strawberry.field(description="What kind of record, by its code (記録の種類).")
    fiscal_year: int = strawberry.field(description="The fiscal year in which it was begun (年度).")
    completed_on: date | None = strawberry.field(
        description="The day since which nothing is to be done about it; null while there is (完結日)."
    )
    retention: str | None = strawberry.field(
        description="Its class, by the code of the city's rules; null where the city has none (保存期間の区分)."
    )
    label_ja: str | None = strawberry.field(description="What the class is called, in Japanese.")
    label_en: str | None = strawberry.field(description="What the class is called, in English.")
    years: int | None = strawberry.field(description="For how many fiscal years; null where it is kept for ever.")
    kept_from: date | None = strawberry.field(description="The day from which the years count (起算日).")
    kept_until: date | None = strawberry.field(description="The last day on which it is kept (満了日).")
    extended_until: date | None = strawberry.field(description="Until when it was extended, if it was (延長).")

    @resolved
    async def called(self, info: DeskInfo) -> Words | None:
        """What the record is called (件名)."""
        found = await info.context.called.load(self.record)
        return None if found is None or found.title is None else words(found.title)

    @resolved
    def because(self) -> Words | None:
        """Why it was given another class, or was extended, at last (理由)."""
        return None if self.row.reason is None else words(self.row.reason)


async def file_of(info: DeskInfo, record: UUID) -> File | None:
    """The file of a record; none as long as the record is not yet to be seen."""
    row = await info.context.files_of.load(record)
    return None if row is None else file(row, await rules(info))


async def rules(info: DeskInfo) -> RetentionRules | None:
    """The city's."""
    return (await info.context.policies.load(info.context.city)).retention


def file(row: FileRow, of: RetentionRules | None) -> File:
    """A row as the schema shows it."""
    told = of.classes.get(row.retention) if of and row.retention else None
    years = told.years if told else None
    ended = row.completed_on
    until = domain.kept_until(ended, years) if ended and years else None
    return File(
        row=row,
        record=row.id,
        kind=row.kind,
        fiscal_year=row.fiscal_year,
        completed_on=ended,
        retention=row.retention,
        label_ja=told.ja if told else None,
        label_en=told.en if told else None,
        years=years,
        kept_from=domain.kept_from(ended) if ended else None,
        kept_until=max(until, row.until) if until and row.until else until,
        extended_until=row.until,
    )
