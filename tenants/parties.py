"""Who has come to a city as a party: proposed, asked, registered (提案者・相談者の確認).

A party is no record of its own: it is the key under which its words are sealed, from the first thing that it said to
the city on until it is erased. Records and members have keys too, and are no parties.
"""

from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.values import CityCode
from tenants.database.walls import Row, read

KEY_OF: Final = "select 1 from renkei.data_keys where city = %s and key = %s limit 1"
RECORD_OF: Final = "select 1 from renkei.events where city = %s and originator_id = %s limit 1"


def has_come(pool: ConnectionPool[Connection[Row]], city: CityCode, party: UUID) -> bool:
    """Whether something that a party said lies in the city's log. A member's id is told apart by who asks."""
    keys, records = read(pool, city, (KEY_OF, (city, party)), (RECORD_OF, (city, party)))
    return bool(keys) and not records
