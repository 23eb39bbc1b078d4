"""What everybody may ask about all cities (広域連携の照会). Under a role that can read nothing else."""

from psycopg import sql

from projections.queries.pages import Connection, Edge, Page
from projections.queries.public_cases import Case, CaseWhere, case, cases
from projections.queries.public_challenges import (
    Challenge,
    ChallengeWhere,
    challenge,
    challenges,
    challenges_by_id,
)
from projections.queries.public_cities import (
    City,
    CityLine,
    cities,
    city_line,
    city_lines,
    city_lines_by_code,
    profiles_by_code,
)
from projections.queries.public_gatherings import Gathering, GatheringWhere, gathering, gatherings
from projections.queries.public_ids import PublicId, PublicIdInvalid, read_public_id
from projections.queries.public_notices import Notice, NoticeWhere, notice, notices

__all__ = [
    "Case",
    "CaseWhere",
    "Challenge",
    "ChallengeWhere",
    "City",
    "CityLine",
    "Edge",
    "Gathering",
    "GatheringWhere",
    "Notice",
    "NoticeWhere",
    "Page",
    "PublicId",
    "PublicIdInvalid",
    "case",
    "cases",
    "challenge",
    "challenges",
    "challenges_by_id",
    "cities",
    "city_line",
    "city_lines",
    "city_lines_by_code",
    "gathering",
    "gatherings",
    "notice",
    "notices",
    "profiles_by_code",
    "read_public_id",
    "version",
]


async def version(connection: Connection) -> int:
    """Counts every batch that changed the commons: what was answered under one number is still right on that day."""
    cursor = await connection.execute(sql.SQL("select version from commons.version"))
    row = await cursor.fetchone()
    return int(row[0]) if row else 0
