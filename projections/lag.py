"""How far the read models are behind the logs: in events and in seconds, by projection and city (遅れ)."""

from dataclasses import dataclass
from typing import Final

from psycopg import Connection

from tenants.database.walls import Row

BEHIND: Final = """
with last as materialized (
    select c.city, coalesce((select e.position from renkei.events e where e.city = c.city
                             order by e.position desc limit 1), 0) as at from renkei.cities c)
select l.city, s.name, s.generation, coalesce(p.position, 0), l.at,
       coalesce(extract(epoch from clock_timestamp() - (select e.recorded_at from renkei.events e
           where e.city = l.city and e.position = coalesce(p.position, 0) + 1)), 0)::float8,
       (select count(*) from renkei.dead_letters d where d.city = l.city and d.projection = s.name
           and d.generation = s.generation), s.building, s.stopped
from last l cross join commons.projections s
left join renkei.positions p on p.city = l.city and p.projection = s.name and p.generation = s.generation
order by s.name, l.city
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """One read model of one city: position reached, last position of the log, seconds behind, aggregates put aside."""

    city: str
    projection: str
    generation: int
    position: int
    last: int
    seconds: float
    quarantined: int
    building: int | None
    stopped: str | None

    @property
    def events(self) -> int:
        """Events not yet seen."""
        return self.last - self.position


def lags(connection: Connection[Row]) -> list[Lag]:
    """The lag of every read model in every city."""
    return [Lag(*row) for row in connection.execute(BEHIND).fetchall()]
