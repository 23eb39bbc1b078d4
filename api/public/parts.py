"""What cities, cases and challenges are made of in the public schema (構成要素)."""

from datetime import date, datetime

import strawberry

from api.graphql.fields import resolved
from api.graphql.language import Language, in_language
from api.graphql.scalars import PartialDate, partial_date
from api.graphql.shown import shown_to
from api.public.words import Answering, DatePrecision, HistoryType, ResourceKind, ResourceSide, Side
from domain import policy
from domain.policy import Names
from domain.values import Audience
from projections import commons_cases as cases
from projections.published import Happened
from tenants import city_file


@shown_to(Audience.PUBLIC)
@strawberry.type(description="A partner or another participant of a case (連携先・参加者).")
class Partner:
    """A partner or another participant of a case."""

    name: str = strawberry.field(description="Its name.")
    participant: bool = strawberry.field(description="True when it took part without being the partner (参加者).")


@shown_to(Audience.PUBLIC)
@strawberry.type(description="A date of a case and what happened or was planned for it.")
class CaseDate:
    """A date of a case and what happened or was planned for it."""

    label: str = strawberry.field(description="What happened or was planned.")
    on: PartialDate = strawberry.field(description="When, as exactly as it is known.")
    precision: DatePrecision = strawberry.field(description="How exactly `on` is known.")
    planned: bool = strawberry.field(description="True when it was planned (予定), false when it took place (実績).")
    until: PartialDate | None = strawberry.field(description="Its end, when it took longer than `on`.")

    @classmethod
    def of(cls, row: cases.LabelledDate) -> "CaseDate":
        """As the commons hold it."""
        end = None if row.until is None else partial_date(row.until, row.until_precision or row.precision)
        precision = DatePrecision(row.precision.value)
        return cls(
            label=row.label, on=partial_date(row.on, row.precision), precision=precision, planned=row.planned, until=end
        )


@shown_to(Audience.PUBLIC)
@strawberry.type(description="What a side brought in (提供リソース).")
class Resource:
    """What a side brought in."""

    side: ResourceSide = strawberry.field(description="Who brought it in.")
    kind: ResourceKind = strawberry.field(description="《ヒト》《モノ》《カネ》《情報》")
    description: str = strawberry.field(description="What it was.")

    @classmethod
    def of(cls, row: cases.Resource) -> "Resource":
        """As the commons hold it."""
        return cls(side=ResourceSide(row.side.value), kind=ResourceKind(row.kind.value), description=row.description)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="What a side gained or was to gain (メリット).")
class Benefit:
    """What a side gained or was to gain."""

    side: Side = strawberry.field(description="Who gained.")
    description: str = strawberry.field(description="What was gained.")

    @classmethod
    def of(cls, row: cases.Benefit) -> "Benefit":
        """As the commons hold it."""
        return cls(side=Side(row.side.value), description=row.description)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="Something that happened to a published record (履歴).")
class HistoryEntry:
    """Something that happened to a published record."""

    at: datetime = strawberry.field(description="When it was recorded (UTC).")
    type: HistoryType = strawberry.field(description="What happened.")
    summary: str | None = strawberry.field(description="What it was about, where something was said.")

    @classmethod
    def of(cls, row: Happened) -> "HistoryEntry":
        """As the commons hold it."""
        return cls(at=row.at, type=HistoryType(row.type.value), summary=row.summary)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="A kind of proposal that a desk takes in, and what the city calls it (受付区分).")
class Intake:
    """A kind of proposal that a desk takes in, and what the city calls it."""

    names: strawberry.Private[Names]
    kind: str = strawberry.field(description="Its code in this city.")
    challenge: Answering = strawberry.field(description="Whether such a proposal answers a challenge (課題との関係).")

    @resolved
    def name(self, language: Language = Language.JA) -> str:
        """What the city calls it."""
        return in_language(self.names, language)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="The web pages of a desk (ポータルサイト).")
class Portal:
    """The web pages of a desk."""

    row: strawberry.Private[city_file.Portal]

    @resolved
    def name(self, language: Language = Language.JA) -> str:
        """Its name."""
        return in_language(self.row.name, language)

    @resolved
    def url(self) -> str | None:
        """Its address on the web, where the document gives one."""
        return self.row.url

    @resolved
    def note(self, language: Language = Language.JA) -> str | None:
        """What else the document says of it."""
        return in_language(self.row.note, language) if self.row.note else None


@shown_to(Audience.PUBLIC)
@strawberry.type(description="How a desk is reached, as far as the document says (連絡先).")
class Contact:
    """How a desk is reached, as far as the document says."""

    row: strawberry.Private[city_file.Contact]

    @resolved
    def postal_code(self) -> str | None:
        """Postal code (郵便番号)."""
        return self.row.postal_code

    @resolved
    def address(self, language: Language = Language.JA) -> str | None:
        """Postal address (住所)."""
        return in_language(self.row.address, language) if self.row.address else None

    @resolved
    def telephone(self) -> str | None:
        """Telephone number (電話番号)."""
        return self.row.telephone

    @resolved
    def form(self, language: Language = Language.JA) -> str | None:
        """What the desk's form asks for (様式)."""
        return in_language(self.row.form, language) if self.row.form else None


@shown_to(Audience.PUBLIC)
@strawberry.type(description="The desk that takes proposals in for a whole city (窓口).")
class Desk:
    """The desk that takes proposals in for a whole city."""

    row: strawberry.Private[city_file.Desk]

    @resolved
    def name(self, language: Language = Language.JA) -> str:
        """Its name."""
        return in_language(self.row.name, language)

    @resolved
    def departments(self, language: Language = Language.JA) -> list[str]:
        """The department it belongs to, from the outermost to the innermost (所管)."""
        return [in_language(names, language) for names in self.row.departments]

    @resolved
    def portal(self) -> Portal | None:
        """Its web pages (ポータルサイト)."""
        return Portal(row=self.row.portal) if self.row.portal else None

    @resolved
    def contact(self) -> Contact | None:
        """How it is reached (連絡先)."""
        return Contact(row=self.row.contact) if self.row.contact else None

    @resolved
    def rules_known(self) -> bool:
        """False when only its name is known here: it takes nothing in on this deployment."""
        return self.row.rules_known


@shown_to(Audience.PUBLIC)
@strawberry.type(description="What a proposer reads and accepts, in one version (提案条件・留意事項).")
class Condition:
    """What a proposer reads and accepts, in one version."""

    row: strawberry.Private[policy.Condition]
    code: str = strawberry.field(description="Its code, the same in every version.")
    version: int = strawberry.field(description="Its version; proposals name the one that was accepted.")
    source: str = strawberry.field(description="The document it is taken from (出典).")
    valid_from: date = strawberry.field(description="Since when it holds (適用日).")
    draft: bool = strawberry.field(description="True while its document is a draft (案).")

    @classmethod
    def of(cls, row: policy.Condition) -> "Condition":
        """As the policy has it."""
        told = row.provenance
        draft = told.status is policy.RuleStatus.DRAFT
        return cls(
            row=row,
            code=row.code,
            version=row.version,
            source=told.source,
            valid_from=told.valid_from,
            draft=draft,
        )

    @resolved
    def text(self, language: Language = Language.JA) -> str:
        """What it says."""
        return in_language(self.row.text, language)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="For what a city uses what a proposer enters, in one version (利用目的の明示).")
class PurposeOfUse:
    """For what a city uses what a proposer enters, in one version."""

    row: strawberry.Private[policy.PurposeOfUse]
    version: int = strawberry.field(description="Its version; proposals and consultations name the one accepted.")
    source: str = strawberry.field(description="The document it is taken from (出典).")
    valid_from: date = strawberry.field(description="Since when it holds (適用日).")

    @classmethod
    def of(cls, row: policy.PurposeOfUse) -> "PurposeOfUse":
        """As the policy has it, or the usual one where it has none."""
        return cls(row=row, version=row.version, source=row.provenance.source, valid_from=row.provenance.valid_from)

    @resolved
    def text(self, language: Language = Language.JA) -> str:
        """What it says."""
        return in_language(self.row.text, language)
