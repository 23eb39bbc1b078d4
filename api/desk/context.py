"""What the resolvers of one desk request share: the member, the city's desk, its reads, and loaders for every edge."""

from asyncio import Lock
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from strawberry.types import Info

from api.desk.pace import Commands
from api.graphql.language import Language
from api.graphql.loading import Loader
from domain.errors import Unavailable
from domain.policy import Policy
from domain.values import CityCode, Sealed
from projections.attachments import ATTACHMENTS, AttachmentRow
from projections.cases import CASES, CaseRow
from projections.challenges import CHALLENGES, ChallengeRow
from projections.organisation import ORGANISATION, OrganisationRow
from projections.proposals import PROPOSALS, ProposalRow
from projections.queries import desk, desk_own
from projections.queries.desk import Called, MemberName
from projections.queries.desk_own import Written
from projections.queries.desk_words import Damage, Opened
from projections.queries.pages import Page
from projections.records.table import RECORDS, RecordRow
from projections.timeline import TIMELINE, TimelineRow
from tenants.database.walls import Row, city_reads
from tenants.identity.tokens import EVERYTHING, Scope, require_scope
from tenants.keys import KeyStore
from tenants.lookups import policy_in_force
from tenants.members import Member
from tenants.standing import Manned, Standing, standing
from tenants.tenancy import Tenancy

log: Final = structlog.get_logger("renkei.desk")

P = ParamSpec("P")
K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

Pool = AsyncConnectionPool[AsyncConnection[Row]]
Query = Callable[Concatenate[AsyncConnection[Any], CityCode, P], Awaitable[T]]

VIEWS: Final = tuple(
    model.name for model in (PROPOSALS, TIMELINE, CHALLENGES, CASES, ORGANISATION, RECORDS, ATTACHMENTS)
)
"""The read models that a desk sees."""
LONGEST_HISTORY: Final = 100
"""Most entries of a record's history; ``timeline`` gives longer ones in pages."""


class NotYetVisible(Unavailable):
    """The views have not come as far as was asked for. Details: ``position``."""

    en = "The views do not show position {position} yet. Try again in a few seconds."
    ja = "記録番号 {position} までまだ表示に反映されていません。数秒後にもう一度お試しください。"


class CityReads:
    """The reads of one request inside one city, one connection at a time however many fields ask at once."""

    def __init__(self, pool: Pool, city: CityCode) -> None:
        self._pool, self._city, self._turn = pool, city, Lock()
        self._until: float | None = None

    async def __call__(self, query: "Query[P, T]", *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of one query. Raises StoreUnavailable and what the query raises."""
        async with self._turn, city_reads(self._pool, self._city) as connection:
            return await query(connection, self._city, *args, **kwargs)

    async def position(self) -> int:
        """The position that all of the desk's views show. Raises StoreUnavailable."""
        shown = await self(desk.positions)
        return min(shown.get(view, 0) for view in VIEWS)

    async def wait_for(self, position: int) -> None:
        """Until the desk's views show a position, at most two seconds for all fields of the request together.

        Raises PositionUnknown, NotYetVisible, StoreUnavailable.
        """
        async with self._turn:
            self._until = self._until or monotonic() + desk.PATIENCE
            left = max(0.0, self._until - monotonic())
            if not await desk.wait_for(self._pool, self._city, position, VIEWS, left):
                raise NotYetVisible(position=position)


@dataclass(frozen=True, slots=True)
class Context:
    """One request; never kept longer."""

    member: Member
    language: Language
    request_id: str
    tenancy: Tenancy
    commands: Commands
    reads: CityReads
    keys: KeyStore
    words: Loader[Sealed, Opened]
    people: Loader[UUID, MemberName | None]
    organisation: Loader[CityCode, OrganisationRow | None]
    standing: Loader[CityCode, Standing]
    manned: Loader[CityCode, Manned]
    policies: Loader[CityCode, Policy]
    challenges: Loader[UUID, ChallengeRow | None]
    histories: Loader[UUID, Page[TimelineRow] | None]
    proposals_of: Loader[UUID, tuple[ProposalRow, ...] | None]
    cases_of: Loader[UUID, tuple[CaseRow, ...] | None]
    records_of: Loader[UUID, tuple[RecordRow, ...] | None]
    written: Loader[UUID, tuple[Written, ...] | None]
    told_records: Loader[UUID, tuple[RecordRow, ...] | None]
    attachments_of: Loader[UUID, tuple[AttachmentRow, ...] | None]
    called: Loader[UUID, Called | None]
    files_of: Loader[UUID, desk.FileRow | None]
    scopes: frozenset[Scope] = EVERYTHING
    search_room: desk.Room = field(default_factory=desk.Room)
    """Of all the searches in it."""

    @property
    def city(self) -> CityCode:
        """The city of the request."""
        return self.member.city

    def require(self, scope: Scope) -> None:
        """Raises ScopeTooNarrow when the token behind the request does not let do this."""
        require_scope(self.scopes, scope)


DeskInfo = Info[Context, None]


def each(load: Callable[[Sequence[K]], Awaitable[Mapping[K, V | None]]]) -> Loader[K, V | None]:
    """A loader that gathers what many fields ask for into one query."""

    async def loaded(keys: list[K]) -> list[V | None]:
        found = await load(keys)
        return [found.get(key) for key in keys]

    return Loader(loaded)


def context_of(
    member: Member,
    language: Language,
    request_id: str,
    tenancy: Tenancy,
    commands: Commands,
    pool: Pool,
    keys: KeyStore,
    scopes: frozenset[Scope] = EVERYTHING,
) -> Context:
    """A fresh one for a request."""
    reads = CityReads(pool, member.city)

    async def words(refs: Sequence[Sealed]) -> list[Opened]:
        found = await reads(_opened, keys, refs)
        for sealed in refs:
            if found[sealed.commitment] is Damage.DAMAGED:
                log.error("damaged", city=member.city, key=str(sealed.key), commitment=sealed.commitment.hex())
        return [found[sealed.commitment] for sealed in refs]

    async def organisation(codes: Sequence[CityCode]) -> Mapping[CityCode, OrganisationRow | None]:
        return {codes[0]: await reads(desk.organisation)}

    async def as_of_now(codes: Sequence[CityCode]) -> list[Standing]:
        return [await commands.run(standing, tenancy, code) for code in codes]

    async def manned(codes: Sequence[CityCode]) -> list[Manned]:
        return [(await looked_at.load(code)).manned_on(tenancy.today()) for code in codes]

    looked_at = Loader(as_of_now)

    async def policies(_codes: Sequence[CityCode]) -> list[Policy]:
        place = tenancy.policy_place(member.city)
        if place is not None:
            return [tenancy.policy(member.city, place)]
        return [await commands.run(policy_in_force, tenancy, member.city)]

    async def files(ids: Sequence[UUID]) -> Mapping[UUID, desk.FileRow | None]:
        (policy,) = await policies([member.city])
        return await reads(desk.files_of, policy.retention, ids)

    return Context(
        member,
        language,
        request_id,
        tenancy,
        commands,
        reads,
        keys,
        words=Loader(words),
        people=each(lambda ids: reads(desk.members_by_id, ids)),
        organisation=each(organisation),
        standing=looked_at,
        manned=Loader(manned),
        policies=Loader(policies),
        challenges=each(lambda ids: reads(desk.challenges_by_id, ids)),
        histories=each(lambda ids: reads(desk.timelines_by_id, ids, LONGEST_HISTORY)),
        proposals_of=each(lambda ids: reads(desk.proposals_by_challenge, ids)),
        cases_of=each(lambda ids: reads(desk.cases_by_proposal, ids)),
        records_of=each(lambda ids: reads(desk.records_about, ids)),
        written=each(lambda ids: reads(desk_own.written, ids)),
        told_records=each(lambda ids: reads(desk_own.told_records, ids)),
        attachments_of=each(lambda ids: reads(desk.attachments_of, ids)),
        called=each(lambda ids: reads(desk.called, ids)),
        files_of=each(files),
        scopes=scopes,
    )


async def _opened(
    connection: AsyncConnection[Any], city: CityCode, keys: KeyStore, refs: Sequence[Sealed]
) -> dict[bytes, Opened]:
    return await desk.open_words(connection, keys, city, refs)
