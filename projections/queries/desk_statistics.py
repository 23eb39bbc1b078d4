"""How many proposals came, where they stand and how soon they were answered (統計). Samples are left out.

The first answer (回答目安) is the first step of the desk towards the proposer; it is counted in calendar days.
"""

from dataclasses import dataclass, field
from typing import Final

from psycopg import sql

from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import Outcome, Stage
from domain.values import CityCode
from projections.proposals import PROPOSALS
from projections.queries.live import live
from projections.queries.pages import Connection, reads, rows
from projections.timeline import TIMELINE


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of one fiscal year (年度 in which proposals were received), or of all with ``fiscal_year`` None.

    What has no proposal is left out of ``stages``, ``outcomes``, ``kinds`` and ``organisation_kinds``. ``answered``:
    proposals with a first answer; ``days_median`` and ``days_mean``: days from receipt to it, None without any;
    ``turned_away``: who was told that the city takes none from them.
    """

    fiscal_year: int | None
    received: int = 0
    stages: dict[Stage, int] = field(default_factory=dict)
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    kinds: dict[IntakeKind, int] = field(default_factory=dict)
    organisation_kinds: dict[OrganisationKind, int] = field(default_factory=dict)
    answered: int = 0
    days_median: float | None = None
    days_mean: float | None = None
    turned_away: int = 0


STATISTICS: Final = reads(Statistics)

COUNTED: Final = sql.SQL("""
with counted as materialized (
    select fiscal_year, stage, outcome, kind, organisation_kind, answered_on - received_on as days
    from renkei.proposals
    where city = %s and generation = {live} and not sample and serial > 0
      and (%s::int is null or fiscal_year = %s)
),
parts as (
    select fiscal_year, part, jsonb_object_agg(value, number) as numbers
    from (
        select c.fiscal_year, p.part, p.value, count(*) as number
        from counted c cross join lateral (values ('stages', stage), ('outcomes', outcome), ('kinds', kind),
                                                  ('organisation_kinds', organisation_kind)) as p (part, value)
        where p.value is not null
        group by grouping sets ((c.fiscal_year, p.part, p.value), (p.part, p.value))
    ) each
    group by fiscal_year, part
),
whole as (
    select fiscal_year, count(*) as received, count(days) as answered,
           percentile_cont(0.5) within group (order by days) as days_median, avg(days)::float8 as days_mean
    from counted group by grouping sets ((fiscal_year), ())
)
select w.*, {numbers},
       (select count(*) from renkei.timeline t
        where t.city = %s and t.generation = {happened} and t.topic = 'proposal.turned_away'
          and not (t.facts ->> 'sample')::boolean
          and t.fiscal_year = coalesce(w.fiscal_year, t.fiscal_year)) as turned_away
from whole w left join parts p on p.fiscal_year is not distinct from w.fiscal_year
group by w.fiscal_year, w.received, w.answered, w.days_median, w.days_mean
order by w.fiscal_year desc nulls first
""").format(
    live=live(PROPOSALS.name),
    happened=live(TIMELINE.name),
    numbers=sql.SQL(", ").join(
        sql.SQL("coalesce(jsonb_agg(p.numbers) filter (where p.part = {}) -> 0, '{{}}') as {}").format(
            sql.Literal(part), sql.Identifier(part)
        )
        for part in ("stages", "outcomes", "kinds", "organisation_kinds")
    ),
)


async def statistics(connection: Connection, city: CityCode, fiscal_year: int | None = None) -> tuple[Statistics, ...]:
    """The whole first, then every fiscal year that has a proposal, newest first; or only the year that is asked for."""
    found = await rows(connection, STATISTICS, COUNTED, (city, fiscal_year, fiscal_year, city))
    if fiscal_year is None:
        return tuple(found)
    years = tuple(year for year in found if year.fiscal_year == fiscal_year)
    return years or (Statistics(fiscal_year),)
