"""Who has come to a city as a party: proposed, asked, registered (提案者・相談者の確認).

A party is no record of its own: it is the key under which its words are sealed, from the first thing that it said to
the city on until it is erased. Records and members have keys too, and are no parties.
"""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.errors import PartUnfitting
from domain.values import CityCode
from tenants.database.walls import Row, read
from tenants.members import OPERATOR
from tenants.standing import Standing
from tenants.wish import Wish

if TYPE_CHECKING:
    from tenants.tenancy import Tenancy

KEY_OF: Final = "select 1 from renkei.data_keys where city = %s and key = %s limit 1"
RECORD_OF: Final = "select 1 from renkei.events where city = %s and originator_id = %s limit 1"


def has_come(pool: ConnectionPool[Connection[Row]], city: CityCode, party: UUID) -> bool:
    """Whether something that a party said lies in the city's log. A member's id is told apart by who asks."""
    keys, records = read(pool, city, (KEY_OF, (city, party)), (RECORD_OF, (city, party)))
    return bool(keys) and not records


def require_party(tenancy: "Tenancy", city: CityCode, wish: Wish[Any]) -> None:
    """See that the party named in a command is nothing else: what is sealed under its key must be its own alone.

    Raises PartUnfitting for the id of a record, a member, a department or a post.
    """
    party = wish.subject()
    if party is None:
        return
    before = Standing.seen(tenancy, city)
    rights, organisation, records = read(tenancy.pool, city, *before.news(city), (RECORD_OF, (city, party)))
    now = before.told(tenancy, city, rights, organisation)
    people, offices = now.rights.state.members, now.organisation.state
    known = party in people or party in offices.departments or party in offices.posts
    if known or records or party in {OPERATOR, wish.target(city)}:
        raise PartUnfitting(
            field=next(each.name for each in fields(wish) if getattr(wish, each.name) == party),  # type: ignore[arg-type]  # every wish is a dataclass
            problem="this is the id of something else; a party has an id of its own",
            problem_ja="ほかの記録や担当者の識別子です。提案者等には固有の識別子を指定してください",
        )
