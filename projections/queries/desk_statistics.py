"""How many proposals came, where they stand and how soon they were answered (統計). Samples are left out.

The first answer (回答目安) is the first step of the desk towards the proposer; it is counted in calendar days.
"""

from dataclasses import dataclass, field
from typing import Final

from psycopg import sql

from domain.policy import OrganisationKind
from domain.proposal import Outcome, Stage
from domain.values import CityCode, Code
from projections.cases import CASES
from projections.challenges import CHALLENGES
from projections.proposals import PROPOSALS
from projections.queries.live import live
from projections.queries.pages import Connection, reads, rows
from projections.records.table import RECORDS
from projections.timeline import TIMELINE


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of the proposals of one field or method: ``count`` received, and the rest as in ``Statistics``."""

    count: int
    adopted: int = 0
    declined: int = 0
    answered: int = 0
    days_median: float | None = None
    days_mean: float | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of one fiscal year (年度 in which proposals were received), or of all with ``fiscal_year`` None.

    What has no proposal is left out of ``stages``, ``outcomes``, ``kinds``, ``organisation_kinds``, ``fields`` and
    ``methods``: a proposal is of the fields of the challenge it answers and of the cases that grew out of it, each
    counted once, and of the methods of those cases. ``consultations``: in the year of their number. ``answered``:
    proposals with a first answer; ``days_median`` and ``days_mean``: days from receipt to it, None without any.
    ``turned_away``: who was told that the city takes none from them.
    """

    fiscal_year: int | None
    received: int = 0
    stages: dict[Stage, int] = field(default_factory=dict)
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    kinds: dict[Code, int] = field(default_factory=dict)
    organisation_kinds: dict[OrganisationKind, int] = field(default_factory=dict)
    fields: dict[str, Tally] = field(default_factory=dict)
    methods: dict[str, Tally] = field(default_factory=dict)
    answered: int = 0
    days_median: float | None = None
    days_mean: float | None = None
    consultations: int = 0
    consultations_answered: int = 0
    consultation_days_median: float | None = None
    turned_away: int = 0


STATISTICS: Final = reads(Statistics)

COUNTED: Final = sql.SQL("""
with counted as materialized (
    select id, challenge, fiscal_year, stage, outcome, kind, organisation_kind,
           answered_on - least(received_on, answered_on) as days
    from renkei.proposals
    where city = %s and generation = {live} and not sample and serial > 0
      and (%s::int is null or fiscal_year = %s)
),
grown as (
    select c.*, k.fields, k.method
    from counted c join renkei.cases k on k.city = %s and k.generation = {cases} and k.proposal = c.id
),
marks as (
    select c.id, c.fiscal_year, c.outcome, c.days, 'fields' as part, f as value
    from counted c join renkei.challenges h on h.city = %s and h.generation = {challenges} and h.id = c.challenge
    cross join unnest(h.fields) f
    union select id, fiscal_year, outcome, days, 'fields', f from grown cross join unnest(fields) f
    union select id, fiscal_year, outcome, days, 'methods', method from grown
),
asked as (
    select (content->>'fiscal_year')::int as fiscal_year,
           (content->>'answered_on')::date
               - least((content->>'received_on')::date, (content->>'answered_on')::date) as days
    from renkei.records
    where city = %s and generation = {records} and kind = 'consultation' and not sample
      and (%s::int is null or (content->>'fiscal_year')::int = %s)
),
consulted as (
    select fiscal_year, count(*) as consultations, count(days) as consultations_answered,
           percentile_cont(0.5) within group (order by days) as consultation_days_median
    from asked group by grouping sets ((fiscal_year), ())
),
valued as (
    select fiscal_year, part, value, to_jsonb(count(*)) as numbers
    from counted cross join lateral (values ('stages', stage), ('outcomes', outcome), ('kinds', kind),
                                            ('organisation_kinds', organisation_kind)) as p (part, value)
    where value is not null
    group by grouping sets ((fiscal_year, part, value), (part, value))
    union all
    select fiscal_year, part, value,
           jsonb_build_object('count', count(*), 'adopted', count(*) filter (where outcome = 'adopted'),
                              'declined', count(*) filter (where outcome = 'declined'), 'answered', count(days),
                              'days_median', percentile_cont(0.5) within group (order by days),
                              'days_mean', avg(days)::float8)
    from marks where value is not null
    group by grouping sets ((fiscal_year, part, value), (part, value))
),
parts as (
    select fiscal_year, part, jsonb_object_agg(value, numbers) as numbers from valued group by fiscal_year, part
),
whole as (
    select fiscal_year, count(*) as received, count(days) as answered,
           percentile_cont(0.5) within group (order by days) as days_median, avg(days)::float8 as days_mean
    from counted group by grouping sets ((fiscal_year), ())
)
select y.fiscal_year, coalesce(w.received, 0) as received, coalesce(w.answered, 0) as answered, w.days_median,
       w.days_mean, coalesce(a.consultations, 0) as consultations,
       coalesce(a.consultations_answered, 0) as consultations_answered, a.consultation_days_median, {numbers},
       (select count(*) from renkei.timeline t
        where t.city = %s and t.generation = {happened} and t.topic = 'proposal.turned_away'
          and not (t.facts ->> 'sample')::boolean
          and t.fiscal_year = coalesce(y.fiscal_year, t.fiscal_year)) as turned_away
from (select *, coalesce(fiscal_year, 0) as year from whole) w
full join (select *, coalesce(fiscal_year, 0) as year from consulted) a using (year)
cross join lateral (select nullif(year, 0)) as y (fiscal_year)
left join parts p on p.fiscal_year is not distinct from y.fiscal_year
group by y.fiscal_year, w.received, w.answered, w.days_median, w.days_mean, a.consultations, a.consultations_answered,
         a.consultation_days_median
order by y.fiscal_year desc nulls first
""").format(
    live=live(PROPOSALS.name),
    cases=live(CASES.name),
    challenges=live(CHALLENGES.name),
    records=live(RECORDS.name),
    happened=live(TIMELINE.name),
    numbers=sql.SQL(", ").join(
        sql.SQL("coalesce(jsonb_agg(p.numbers) filter (where p.part = {}) -> 0, '{{}}') as {}").format(
            sql.Literal(part), sql.Identifier(part)
        )
        for part in ("stages", "outcomes", "kinds", "organisation_kinds", "fields", "methods")
    ),
)


async def statistics(connection: Connection, city: CityCode, fiscal_year: int | None = None) -> tuple[Statistics, ...]:
    """The whole first, then every fiscal year that has a proposal, newest first; or only the year that is asked for."""
    of_year = (city, fiscal_year, fiscal_year)
    found = await rows(connection, STATISTICS, COUNTED, (*of_year, city, city, *of_year, city))
    if fiscal_year is None:
        return tuple(found)
    years = tuple(year for year in found if year.fiscal_year == fiscal_year)
    return years or (Statistics(fiscal_year),)
