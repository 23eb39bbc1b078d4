"""Cities, cases and challenges as the public schema shows them (自治体・事例・課題)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

import strawberry
from strawberry import ID, Private

from api.graphql.connections import DEFAULT_FIRST, Connection, connection
from api.graphql.fields import resolved
from api.graphql.language import Language, in_language
from api.graphql.shown import shown_to
from api.public.arguments import After, First
from api.public.around import Asking, Gathering, Notice, city_of
from api.public.context import Context, PageOf
from api.public.numbers import CityStatistics
from api.public.parts import Benefit, CaseDate, Condition, Desk, HistoryEntry, Intake, Partner, PurposeOfUse, Resource
from api.public.words import Answering, CaseOrigin, CaseStatus, ChallengeResult, ChallengeStatus, Municipality
from domain.errors import CityUnknown
from domain.fields import FIELDS
from domain.methods import METHODS
from domain.policy import Entry, Names
from domain.values import Audience, CityCode, Code
from projections.commons_cities import Profile
from projections.queries import commons


def names_of(entries: Iterable[Entry]) -> Mapping[Code, Names]:
    """Code to name of a catalogue."""
    return {entry.code: entry.name for entry in entries}


METHOD_NAMES: Final = names_of(METHODS)
FIELD_NAMES: Final = names_of(FIELDS)


@shown_to(Audience.PUBLIC)
@strawberry.type(description="A municipality on this deployment, with or without a desk (市町村・特別区).")
class City:
    """A municipality on this deployment."""

    row: Private[commons.CityLine]
    code: str = strawberry.field(description="全国地方公共団体コード: six digits, the last a check digit.")
    slug: str = strawberry.field(description="Its short name in addresses, as sapporo.")
    corporate_number: str | None = strawberry.field(description="Its 法人番号, thirteen digits.")
    has_desk: bool = strawberry.field(description="Whether it has a desk for proposals (窓口の有無).")
    updated_at: datetime = strawberry.field(description="When its public data last changed (UTC).")

    @classmethod
    def of(cls, row: commons.CityLine) -> "City":
        """As the commons hold it."""
        return cls(
            row=row,
            code=row.code,
            slug=row.slug,
            corporate_number=row.corporate_number,
            has_desk=row.has_desk,
            updated_at=row.updated_at,
        )

    @resolved
    def name(self, language: Language = Language.JA) -> str:
        """Its name."""
        return in_language(Names(self.row.name_ja, self.row.name_en), language)

    @resolved
    def name_en(self) -> str:
        """Its name in English."""
        return self.row.name_en

    @resolved
    async def municipality(self, info: Asking) -> Municipality:
        """市 or 特別区."""
        profile = await profile_of(info.context, self.row.code)
        return Municipality(profile.municipality.value)

    @resolved
    async def desk(self, info: Asking) -> Desk | None:
        """Its desk; null when it has none (窓口)."""
        desk = (await profile_of(info.context, self.row.code)).desk
        return Desk(row=desk) if desk else None

    @resolved
    async def intake_kinds(self, info: Asking) -> list[Intake]:
        """The kinds of proposal it takes in, and what it calls them (受付区分)."""
        intake = (await profile_of(info.context, self.row.code)).policy.intake
        kinds = intake.in_order() if intake else {}
        return [
            Intake(kind=code, names=kind, challenge=Answering(kind.challenge.value)) for code, kind in kinds.items()
        ]

    @resolved
    async def cases(self, info: Asking, first: First = DEFAULT_FIRST, after: After = None) -> "Connection[Case]":
        """Its cases, the last published first (事例)."""
        page = await info.context.cases_of.load(PageOf(self.row.code, first, after))
        return connection(page, Case.of)

    @resolved
    async def challenges(
        self, info: Asking, first: First = DEFAULT_FIRST, after: After = None
    ) -> "Connection[Challenge]":
        """Its published challenges, the last published first (課題)."""
        page = await info.context.challenges_of.load(PageOf(self.row.code, first, after))
        return connection(page, Challenge.of)

    @resolved
    async def notices(self, info: Asking, first: First = DEFAULT_FIRST, after: After = None) -> "Connection[Notice]":
        """Its notices that are shown today, the last published first (お知らせ)."""
        page = await info.context.notices_of.load(PageOf(self.row.code, first, after))
        return connection(page, Notice.of)

    @resolved
    async def gatherings(
        self, info: Asking, first: First = DEFAULT_FIRST, after: After = None
    ) -> "Connection[Gathering]":
        """Its gatherings to which everybody may come, the last announced first (交流イベント)."""
        page = await info.context.gatherings_of.load(PageOf(self.row.code, first, after))
        return connection(page, Gathering.of)

    @resolved
    async def statistics(self, info: Asking) -> CityStatistics:
        """How much it shows; and how many proposals came, where it opens that (統計)."""
        return CityStatistics.of(self.row.code, await info.context.counts_of.load(self.row.code))

    @resolved
    async def purpose_of_use(self, info: Asking) -> PurposeOfUse | None:
        """For what it uses what a proposer enters; null where it takes no proposals in here (利用目的の明示)."""
        told = (await profile_of(info.context, self.row.code)).policy
        return PurposeOfUse.of(told.purpose) if told.intake is not None else None

    @resolved
    async def conditions(self, info: Asking) -> list[Condition]:
        """What a proposer reads and accepts, each in the version in force (提案条件・留意事項)."""
        return [Condition.of(each) for each in (await profile_of(info.context, self.row.code)).policy.conditions]


@shown_to(Audience.PUBLIC)
@strawberry.type(description="A problem that a city wants solved with others, shown to everybody (課題).")
class Challenge:
    """A published challenge."""

    city_code: Private[CityCode]
    id: ID = strawberry.field(description='Its id outside: the city\'s code, "-", a UUID.')
    status: ChallengeStatus = strawberry.field(description="Whether it takes answers.")
    title: str = strawberry.field(description="Its title (題名).")
    description: str = strawberry.field(description="What the problem is (内容).")
    conditions: str | None = strawberry.field(description="Conditions for an answer (条件).")
    city_offers: str | None = strawberry.field(description="What the city brings in (市が提供できるもの).")
    fields: list[str] = strawberry.field(description="Codes of its fields (分野), the same for all cities.")
    due_on: date | None = strawberry.field(description="Last day for answers (締切).")
    result: ChallengeResult | None = strawberry.field(description="How it ended; null while it is open.")
    history: list[HistoryEntry] = strawberry.field(description="What happened to it, oldest first (履歴).")
    published_at: datetime = strawberry.field(description="When it was published (UTC).")
    updated_at: datetime = strawberry.field(description="When it last changed (UTC).")
    sample: bool = strawberry.field(description="True for made-up data that shows how things work (見本).")

    @classmethod
    def of(cls, row: commons.Challenge) -> "Challenge":
        """As the commons hold it."""
        return cls(
            city_code=row.city,
            id=ID(str(row.public_id)),
            status=ChallengeStatus(row.status.value),
            title=row.title,
            description=row.description,
            conditions=row.conditions,
            city_offers=row.city_offers,
            fields=list(row.fields),
            due_on=row.due_on,
            result=ChallengeResult(row.result.value) if row.result else None,
            history=[HistoryEntry.of(entry) for entry in row.history],
            published_at=row.published_at,
            updated_at=row.updated_at,
            sample=row.sample,
        )

    @resolved
    async def city(self, info: Asking) -> City | None:
        """The city that raised it; null while its own data cannot be shown (自治体)."""
        return await city_of(info.context, self.city_code)

    @resolved
    def field_names(self, language: Language = Language.JA) -> list[str]:
        """Names of its fields (分野名)."""
        return [in_language(FIELD_NAMES[Code(code)], language) for code in self.fields]


@shown_to(Audience.PUBLIC)
@strawberry.type(description="A partnership shown to others, under way or finished (事例).")
class Case:
    """A published case."""

    city_code: Private[CityCode]
    challenge_id: Private[UUID | None]
    id: ID = strawberry.field(description='Its id outside: the city\'s code, "-", a UUID.')
    status: CaseStatus = strawberry.field(description="Under way or finished.")
    title: str = strawberry.field(description="Its title (題名).")
    summary: str = strawberry.field(description="What was done (概要).")
    background: str | None = strawberry.field(description="How it came about (背景).")
    method: str = strawberry.field(description="Code of the method (手法), the same for all cities.")
    fields: list[str] = strawberry.field(description="Codes of its fields (分野), the same for all cities.")
    partners: list[Partner] = strawberry.field(description="Partners and other participants (連携先・参加者).")
    origin: CaseOrigin = strawberry.field(description="Whether a desk here did it, or a document told of it.")
    source: str | None = strawberry.field(description="The document it was taken from (出典).")
    dates: list[CaseDate] = strawberry.field(description="Its dates, as exactly as they are known.")
    published_at: datetime = strawberry.field(description="When it was published here (UTC).")
    updated_at: datetime = strawberry.field(description="When it last changed here (UTC).")
    resources: list[Resource] = strawberry.field(description="What each side brought in (提供リソース).")
    benefits: list[Benefit] = strawberry.field(description="What each side gained or was to gain (メリット).")
    outcomes: list[str] = strawberry.field(description="Expected or measured effects (成果).")
    history: list[HistoryEntry] = strawberry.field(description="What happened to it, oldest first (履歴).")
    sample: bool = strawberry.field(description="True for made-up data that shows how things work (見本).")

    @classmethod
    def of(cls, row: commons.Case) -> "Case":
        """As the commons hold it."""
        return cls(
            city_code=row.city,
            challenge_id=row.challenge,
            id=ID(str(row.public_id)),
            status=CaseStatus(row.status.value),
            title=row.title,
            summary=row.summary,
            background=row.background,
            method=row.method,
            fields=list(row.fields),
            partners=[Partner(name=partner.name, participant=partner.participant) for partner in row.partners],
            origin=CaseOrigin(row.origin.value),
            source=row.source,
            dates=[CaseDate.of(each) for each in row.dates],
            published_at=row.published_at,
            updated_at=row.updated_at,
            resources=[Resource.of(each) for each in row.resources],
            benefits=[Benefit.of(each) for each in row.benefits],
            outcomes=list(row.outcomes),
            history=[HistoryEntry.of(entry) for entry in row.history],
            sample=row.sample,
        )

    @resolved
    async def city(self, info: Asking) -> City | None:
        """The city whose case it is; null while its own data cannot be shown (自治体)."""
        return await city_of(info.context, self.city_code)

    @resolved
    def method_name(self, language: Language = Language.JA) -> str:
        """Name of the method (手法名)."""
        return in_language(METHOD_NAMES[Code(self.method)], language)

    @resolved
    def field_names(self, language: Language = Language.JA) -> list[str]:
        """Names of its fields (分野名)."""
        return [in_language(FIELD_NAMES[Code(code)], language) for code in self.fields]

    @resolved
    async def challenge(self, info: Asking) -> Challenge | None:
        """The challenge it answers, when that is public (課題)."""
        return await challenge_of(info.context, self.city_code, self.challenge_id)


async def profile_of(context: Context, code: CityCode) -> Profile:
    """What a city says of itself. Raises CityUnknown when it went since it was listed."""
    profile = await context.profile.load(code)
    if profile is None:
        raise CityUnknown(city=code)
    return profile


async def challenge_of(context: Context, city: CityCode, inner: UUID | None) -> Challenge | None:
    """A city's challenge by its inner id, if there is one and everybody may read it."""
    row = None if inner is None else await context.challenge.load((city, inner))
    return None if row is None else Challenge.of(row)
