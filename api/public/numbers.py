"""Numbers that everybody may read (公開統計)."""

import strawberry
from strawberry import Info, Private

from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from api.public.context import Context
from domain.values import Audience, CityCode
from projections.queries.public_statistics import Proposals, Published

Asking = Info[Context, None]


@shown_to(Audience.PUBLIC)
@strawberry.type(description="How much is shown here, of all cities together; samples are left out (統計).")
class Statistics:
    """How much is shown here, of all cities together."""

    open_cases: int = strawberry.field(description="Cases under way (実施中の事例).")
    closed_cases: int = strawberry.field(description="Finished cases (終了した事例).")
    open_challenges: int = strawberry.field(description="Challenges that take answers (募集中の課題).")
    closed_challenges: int = strawberry.field(description="Challenges that take no more (終了した課題).")

    @classmethod
    def of(cls, row: Published) -> "Statistics":
        """As the commons count them."""
        return cls(**counted(row))


def counted(row: Published) -> dict[str, int]:
    """The counts by the names of the schema."""
    return {
        "open_cases": row.cases_open,
        "closed_cases": row.cases_closed,
        "open_challenges": row.challenges_open,
        "closed_challenges": row.challenges_closed,
    }


@shown_to(Audience.PUBLIC)
@strawberry.type(description="Proposals of one fiscal year in numbers; what is too small is not told (年度別の提案数).")
class ProposalNumbers:
    """Proposals of one fiscal year in numbers."""

    fiscal_year: int = strawberry.field(description="年度, April to March.")
    received: int = strawberry.field(description="How many were received (受付).")
    adopted: int | None = strawberry.field(description="How many were adopted; null where too small (採用).")
    declined: int | None = strawberry.field(description="How many were declined; null where too small (不採用).")
    suppressed_under: int = strawberry.field(description="Smaller numbers are not told (秘匿の基準).")

    @classmethod
    def of(cls, row: Proposals) -> "ProposalNumbers":
        """As the city lets them be told."""
        return cls(
            fiscal_year=row.fiscal_year or 0,
            received=row.received or 0,
            adopted=row.adopted,
            declined=row.declined,
            suppressed_under=row.suppressed_under,
        )


@shown_to(Audience.PUBLIC)
@strawberry.type(description="How much one city shows; samples are left out (統計).")
class CityStatistics:
    """How much one city shows."""

    city_code: Private[CityCode]
    open_cases: int = strawberry.field(description="Cases under way (実施中の事例).")
    closed_cases: int = strawberry.field(description="Finished cases (終了した事例).")
    open_challenges: int = strawberry.field(description="Challenges that take answers (募集中の課題).")
    closed_challenges: int = strawberry.field(description="Challenges that take no more (終了した課題).")

    @classmethod
    def of(cls, code: CityCode, row: Published) -> "CityStatistics":
        """As the commons count them."""
        return cls(city_code=code, **counted(row))

    @resolved
    async def proposals(self, info: Asking) -> list[ProposalNumbers] | None:
        """Proposals by fiscal year, the newest first; null where the city's policy does not open them (提案数)."""
        found = await info.context.proposals_of.load(self.city_code)
        return None if found is None else [ProposalNumbers.of(each) for each in found]
