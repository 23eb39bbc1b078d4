"""Who may do what in a city now, as its log says: rights are never kept anywhere else (権限の現況)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from domain.decider import Decider
from domain.organisation import ORGANISATION
from domain.rights import RIGHTS, Right, rights_of, rights_on
from domain.values import CityCode
from tenants.database.walls import Query, Row, read
from tenants.mapper import decode
from tenants.turn import At
from tenants.wish import organisation_id, rights_id

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

SINCE: Final = (
    "select originator_version, topic, state from renkei.events"
    " where city = %s and originator_id = %s and originator_version > %s order by originator_version"
)


@dataclass(frozen=True, slots=True)
class Manned:
    """Who is there on a day: members with a right, and posts for which one of them stands (在任・在職)."""

    members: frozenset[UUID]
    posts: frozenset[UUID]

    def left(self, member: UUID | None, posts: Iterable[UUID]) -> bool:
        """Whether what waits for that member, and for these posts, waits for somebody who is not there."""
        return (member is not None and member not in self.members) or not self.posts.issuperset(posts)


@dataclass(frozen=True, slots=True)
class Standing:
    """A city's members, grants, departments and posts; only what is new since the last look is asked for."""

    rights: At
    organisation: At

    @staticmethod
    def seen(tenancy: "Tenancy", city: CityCode) -> "Standing":
        """As this process saw it last."""

        def last(decider: Decider[Any], target: UUID) -> At:
            return tenancy.looks.look(city, decider.name, target) or At(target, 0, decider.initial)

        return Standing(last(RIGHTS, rights_id(city)), last(ORGANISATION, organisation_id(city)))

    @property
    def versions(self) -> dict[UUID, int]:
        """The two records, and how far each was seen."""
        return {at.id: at.version for at in (self.rights, self.organisation)}

    def news(self, city: CityCode) -> tuple[Query, Query]:
        """What to ask the log of that city."""
        rights, organisation = self.rights, self.organisation
        return (SINCE, (city, rights.id, rights.version)), (SINCE, (city, organisation.id, organisation.version))

    def told(
        self, tenancy: "Tenancy", city: CityCode, rights: Sequence[Row], organisation: Sequence[Row]
    ) -> "Standing":
        """As it is with what was answered. Raises Unreadable."""
        now = Standing(_after(RIGHTS, self.rights, rights), _after(ORGANISATION, self.organisation, organisation))
        if rights:
            tenancy.looks.keep(city, RIGHTS.name, now.rights.id, now.rights)
        if organisation:
            tenancy.looks.keep(city, ORGANISATION.name, now.organisation.id, now.organisation)
        return now

    def rights_on(self, day: date) -> dict[UUID, frozenset[Right]]:
        """Who may do what on a day."""
        return rights_on(self.rights.state, self.organisation.state, day)

    def manned_on(self, day: date) -> Manned:
        """Who is there on a day, and for which posts, also those that were abolished and have a successor."""
        known, members = self.organisation.state, frozenset(self.rights_on(day))
        held = {post for (post, member), while_ in known.holdings.items() if member in members and while_.covers(day)}
        now = {post: known.present(post, day) for post in known.posts}
        return Manned(members, frozenset(post for post, it in now.items() if it in held and known.has_post(it, day)))

    def rights_of(self, member: UUID, day: date) -> frozenset[Right]:
        """What a member may do on a day."""
        return rights_of(self.rights.state, self.organisation.state, member, day)


def standing(tenancy: "Tenancy", city: CityCode) -> Standing:
    """As of now. Raises Unreadable, Unavailable."""
    before = Standing.seen(tenancy, city)
    return before.told(tenancy, city, *read(tenancy.pool, city, *before.news(city)))


async def standing_within(tenancy: "Tenancy", city: CityCode, connection: AsyncConnection[Row]) -> Standing:
    """The same, asked within a transaction inside the city. Raises Unreadable."""
    before = Standing.seen(tenancy, city)
    found = [await (await connection.execute(*asked)).fetchall() for asked in before.news(city)]
    return before.told(tenancy, city, *found)


def _after(decider: Decider[Any], at: At, rows: Sequence[Row]) -> At:
    version, state = at.version, at.state
    for number, topic, stored in rows:
        version, state = number, decider.evolve(state, decode(topic, bytes(stored)).event)
    return At(at.id, version, state)
