"""Everything the public may ask (公開 API の入口)."""

from typing import Annotated, Final

import strawberry
from strawberry import ID

from api.graphql import schema as putting_together
from api.graphql.connections import DEFAULT_FIRST, Connection, connection
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from api.public.arguments import After, First, WhichCases, WhichChallenges, WhichGatherings, WhichNotices
from api.public.around import Asking, Gathering, Notice
from api.public.costs import COSTS
from api.public.numbers import Statistics
from api.public.types import Case, Challenge, City
from api.public.where import CaseWhere, ChallengeWhere, GatheringWhere, NoticeWhere
from domain.values import Audience
from projections.queries import commons
from projections.queries.public_statistics import published

Name = Annotated[str, strawberry.argument(description="Its six-digit code or its slug: 011002 or sapporo.")]
Id = Annotated[ID, strawberry.argument(description="The `id` of an entry of a list.")]
EVERY_CASE: Final = CaseWhere()
EVERY_CHALLENGE: Final = ChallengeWhere()
EVERY_NOTICE: Final = NoticeWhere()
EVERY_GATHERING: Final = GatheringWhere()


@shown_to(Audience.PUBLIC)
@strawberry.type(description="Everything the public may ask, without signing in (公開データの検索).")
class Query:
    """Everything the public may ask."""

    @resolved
    async def cities(self, info: Asking, first: First = DEFAULT_FIRST, after: After = None) -> Connection[City]:
        """The cities of this deployment, by code (自治体一覧)."""
        return connection(await info.context.reads(commons.city_lines, first, after), City.of)

    @resolved
    async def city(self, info: Asking, code: Name) -> City | None:
        """One city; null when there is no such city on this deployment (自治体)."""
        row = await info.context.reads(commons.city_line, code)
        return City.of(row) if row else None

    @resolved
    async def cases(
        self, info: Asking, first: First = DEFAULT_FIRST, after: After = None, where: WhichCases = None
    ) -> Connection[Case]:
        """Cases of all cities, the last published first (事例一覧)."""
        wanted = (where or EVERY_CASE).rows()
        return connection(await info.context.reads(commons.cases, wanted, first, after), Case.of)

    @resolved
    async def case(self, info: Asking, id: Id) -> Case | None:  # noqa: A002 - the schema's word
        """One case; null when there is no such case (事例)."""
        row = await info.context.reads(commons.case, commons.read_public_id(id))
        return Case.of(row) if row else None

    @resolved
    async def challenges(
        self, info: Asking, first: First = DEFAULT_FIRST, after: After = None, where: WhichChallenges = None
    ) -> Connection[Challenge]:
        """Published challenges of all cities, the last published first (課題一覧)."""
        wanted = (where or EVERY_CHALLENGE).rows()
        return connection(await info.context.reads(commons.challenges, wanted, first, after), Challenge.of)

    @resolved
    async def challenge(self, info: Asking, id: Id) -> Challenge | None:  # noqa: A002 - the schema's word
        """One challenge; null when there is no such published challenge (課題)."""
        row = await info.context.reads(commons.challenge, commons.read_public_id(id))
        return Challenge.of(row) if row else None

    @resolved
    async def notices(
        self, info: Asking, first: First = DEFAULT_FIRST, after: After = None, where: WhichNotices = None
    ) -> Connection[Notice]:
        """Notices of all cities that are shown today, the last published first (お知らせ一覧)."""
        wanted = (where or EVERY_NOTICE).rows()
        return connection(await info.context.reads(commons.notices, wanted, first, after), Notice.of)

    @resolved
    async def notice(self, info: Asking, id: Id) -> Notice | None:  # noqa: A002 - the schema's word
        """One notice; null when there is no such notice that is shown today (お知らせ)."""
        row = await info.context.reads(commons.notice, commons.read_public_id(id))
        return Notice.of(row) if row else None

    @resolved
    async def gatherings(
        self, info: Asking, first: First = DEFAULT_FIRST, after: After = None, where: WhichGatherings = None
    ) -> Connection[Gathering]:
        """Gatherings of all cities to which everybody may come, the last announced first (交流イベント一覧)."""
        wanted = (where or EVERY_GATHERING).rows()
        return connection(await info.context.reads(commons.gatherings, wanted, first, after), Gathering.of)

    @resolved
    async def gathering(self, info: Asking, id: Id) -> Gathering | None:  # noqa: A002 - the schema's word
        """One gathering; null when there is no such gathering (交流イベント)."""
        row = await info.context.reads(commons.gathering, commons.read_public_id(id))
        return Gathering.of(row) if row else None

    @resolved
    async def statistics(self, info: Asking) -> Statistics:
        """How much all cities show together (統計)."""
        return Statistics.of(await info.context.reads(published))


SCHEMA: Final = putting_together.build(Query, costs=COSTS)


def public_sdl() -> str:
    """The public schema in GraphQL's own notation: what ``api/schema/public.graphql`` must hold."""
    return putting_together.sdl(SCHEMA)
