"""What cities, cases and challenges are made of in the public schema (構成要素)."""

from datetime import datetime

import strawberry

from api.graphql.language import Language
from api.graphql.scalars import PartialDate, partial_date
from api.public.words import DatePrecision, HistoryType, IntakeKind, ResourceKind, Side
from domain.policy import Names
from projections.queries import commons
from tenants import city_file


def in_language(names: Names, language: Language) -> str:
    """A name in one of its two languages."""
    return names.ja if language is Language.JA else names.en


@strawberry.type(description="A partner or another participant of a case (連携先・参加者).")
class Partner:
    """A partner or another participant of a case."""

    name: str = strawberry.field(description="Its name.")
    participant: bool = strawberry.field(description="True when it took part without being the partner (参加者).")


@strawberry.type(description="A date of a case and what happened or was planned for it.")
class CaseDate:
    """A date of a case and what happened or was planned for it."""

    label: str = strawberry.field(description="What happened or was planned.")
    on: PartialDate = strawberry.field(description="When, as exactly as it is known.")
    precision: DatePrecision = strawberry.field(description="How exactly `on` is known.")
    planned: bool = strawberry.field(description="True when it was planned (予定), false when it took place (実績).")
    until: PartialDate | None = strawberry.field(description="Its end, when it took longer than `on`.")

    @classmethod
    def of(cls, row: commons.LabelledDate) -> "CaseDate":
        """As the commons hold it."""
        end = None if row.until is None else partial_date(row.until, row.until_precision or row.precision)
        precision = DatePrecision(row.precision.value)
        return cls(label=row.label, on=partial_date(row.on, row.precision), precision=precision, planned=row.planned, until=end)


@strawberry.type(description="What a side brought in (提供リソース).")
class Resource:
    """What a side brought in."""

    side: Side = strawberry.field(description="Who brought it in: CITY or PARTNER.")
    kind: ResourceKind = strawberry.field(description="《ヒト》《モノ》《カネ》《情報》")
    description: str = strawberry.field(description="What it was.")

    @classmethod
    def of(cls, row: commons.Resource) -> "Resource":
        """As the commons hold it."""
        return cls(side=Side(row.side.value), kind=ResourceKind(row.kind.value), description=row.description)


@strawberry.type(description="What a side gained or was to gain (メリット).")
class Benefit:
    """What a side gained or was to gain."""

    side: Side = strawberry.field(description="Who gained.")
    description: str = strawberry.field(description="What was gained.")

    @classmethod
    def of(cls, row: commons.Benefit) -> "Benefit":
        """As the commons hold it."""
        return cls(side=Side(row.side.value), description=row.description)


@strawberry.type(description="Something that happened to a published record (履歴).")
class HistoryEntry:
    """Something that happened to a published record."""

    at: datetime = strawberry.field(description="When it was recorded (UTC).")
    type: HistoryType = strawberry.field(description="What happened.")
    summary: str | None = strawberry.field(description="What it was about, where something was said.")

    @classmethod
    def of(cls, row: commons.Happened) -> "HistoryEntry":
        """As the commons hold it."""
        return cls(at=row.at, type=HistoryType(row.type.value), summary=row.summary)


@strawberry.type(description="A kind of proposal that a desk takes in, and what the city calls it (受付区分).")
class Intake:
    """A kind of proposal that a desk takes in, and what the city calls it."""

    names: strawberry.Private[Names]
    kind: IntakeKind = strawberry.field(description="The kind, the same for all cities.")

    @strawberry.field(description="What the city calls it.")
    def name(self, language: Language = Language.JA) -> str:
        """In one language."""
        return in_language(self.names, language)


@strawberry.type(description="The web pages of a desk (ポータルサイト).")
class Portal:
    """The web pages of a desk."""

    row: strawberry.Private[city_file.Portal]

    @strawberry.field(description="Its name.")
    def name(self, language: Language = Language.JA) -> str:
        """In one language."""
        return in_language(self.row.name, language)

    @strawberry.field(description="Its address on the web, where the document gives one.")
    def url(self) -> str | None:
        """As in the city's file."""
        return self.row.url

    @strawberry.field(description="What else the document says of it.")
    def note(self, language: Language = Language.JA) -> str | None:
        """In one language."""
        return in_language(self.row.note, language) if self.row.note else None


@strawberry.type(description="How a desk is reached, as far as the document says (連絡先).")
class Contact:
    """How a desk is reached, as far as the document says."""

    row: strawberry.Private[city_file.Contact]

    @strawberry.field(description="Postal code (郵便番号).")
    def postal_code(self) -> str | None:
        """As in the city's file."""
        return self.row.postal_code

    @strawberry.field(description="Postal address (住所).")
    def address(self, language: Language = Language.JA) -> str | None:
        """In one language."""
        return in_language(self.row.address, language) if self.row.address else None

    @strawberry.field(description="Telephone number (電話番号).")
    def telephone(self) -> str | None:
        """As in the city's file."""
        return self.row.telephone

    @strawberry.field(description="What the desk's form asks for (様式).")
    def form(self, language: Language = Language.JA) -> str | None:
        """In one language."""
        return in_language(self.row.form, language) if self.row.form else None


@strawberry.type(description="The desk that takes proposals in for a whole city (窓口).")
class Desk:
    """The desk that takes proposals in for a whole city."""

    row: strawberry.Private[city_file.Desk]

    @strawberry.field(description="Its name.")
    def name(self, language: Language = Language.JA) -> str:
        """In one language."""
        return in_language(self.row.name, language)

    @strawberry.field(description="The department it belongs to, from the outermost to the innermost (所管).")
    def departments(self, language: Language = Language.JA) -> list[str]:
        """In one language."""
        return [in_language(names, language) for names in self.row.departments]

    @strawberry.field(description="Its web pages (ポータルサイト).")
    def portal(self) -> Portal | None:
        """As in the city's file."""
        return Portal(row=self.row.portal) if self.row.portal else None

    @strawberry.field(description="How it is reached (連絡先).")
    def contact(self) -> Contact | None:
        """As in the city's file."""
        return Contact(row=self.row.contact) if self.row.contact else None

    @strawberry.field(description="False when only its name is known here: it takes nothing in on this deployment.")
    def rules_known(self) -> bool:
        """As in the city's file."""
        return self.row.rules_known
