-- Notices and gatherings that everybody may read (お知らせ・交流イベント): public rows only, like all of the commons.
-- Who registered is nowhere here. A notice is shown until its last day; the day is looked at when it is asked for.

create table commons.notices (
    city         text collate "C" not null,
    generation   int not null,
    id           uuid not null,
    version      int not null,
    position     bigint not null,
    public_id    uuid not null,
    topic        text collate "C" not null,
    sample       boolean not null,
    title        text not null,
    text         text not null,
    shown_until  date,
    published_at timestamptz not null,
    updated_at   timestamptz not null,
    search       text not null,
    grams        text[] not null,
    primary key (city, generation, id)
);
alter table commons.notices alter column search set storage main;
create unique index notices_by_public_id on commons.notices (city, generation, public_id);
create index notices_by_publication on commons.notices (generation, published_at desc, city, public_id);
create index notices_of_city_by_publication on commons.notices (city, generation, published_at desc, public_id);
create index notices_by_grams on commons.notices using gin (grams);

create table commons.gatherings (
    city            text collate "C" not null,
    generation      int not null,
    id              uuid not null,
    version         int not null,
    position        bigint not null,
    public_id       uuid not null,
    status          text collate "C" not null,
    sample          boolean not null,
    title           text not null,
    description     text not null,
    place           text,
    how_to_register text,
    reason          text,
    held_on         date not null,
    register_by     date not null,
    capacity        int,
    published_at    timestamptz not null,
    updated_at      timestamptz not null,
    search          text not null,
    grams           text[] not null,
    primary key (city, generation, id)
);
alter table commons.gatherings alter column search set storage main;
create unique index gatherings_by_public_id on commons.gatherings (city, generation, public_id);
create index gatherings_by_publication on commons.gatherings (generation, published_at desc, city, public_id);
create index gatherings_of_city_by_publication on commons.gatherings (city, generation, published_at desc, public_id);
create index gatherings_by_day on commons.gatherings (generation, held_on);
create index gatherings_by_grams on commons.gatherings using gin (grams);

grant select, insert, update, delete on commons.notices, commons.gatherings to renkei_runner;
grant select on commons.notices, commons.gatherings to renkei_public;

-- As before, for these two as well: what was erased leaves the commons in the same transaction.
create or replace function commons.forget_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform 1 from renkei.positions p
        where p.city = old.city
          and p.projection in ('commons_cases', 'commons_challenges', 'commons_notices', 'commons_gatherings')
        for update;
    delete from commons.cases c where c.city = old.city and c.id = old.key;
    delete from commons.challenges c where c.city = old.city and c.id = old.key;
    delete from commons.notices c where c.city = old.city and c.id = old.key;
    delete from commons.gatherings c where c.city = old.city and c.id = old.key;
    update commons.version set version = version + 1;
    return null;
end $$;

-- Whose turn a record is besides: the desk's too while money is asked for, or minutes are to be taken.
alter table renkei.records add column also text[] not null default '{}';

-- How many proposals a city received, adopted and declined by fiscal year: told to everybody only where the policy that
-- the city shows opens it, and without small numbers. A query over the rows as they stand; nothing is counted ahead, and
-- the public account reads no row behind it. A year is left out below the threshold; the decisions are left out where
-- one of them, or what is neither, would be below it: it could be found by subtracting.
create function commons.proposal_numbers(asked text[])
returns table (city text, fiscal_year int, received bigint, adopted bigint, declined bigint, suppressed_under int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with opened as (
        select c.city, coalesce((c.profile #>> '{policy,statistics,suppress_under}')::int, 10) as threshold
        from commons.cities c
        where c.city = any (asked)
          and c.generation = coalesce((select generation from commons.projections where name = 'commons_cities'), 1)
          and (c.profile #>> '{policy,statistics,public}')::boolean
    ),
    counted as (
        select p.city, p.fiscal_year, count(*) as received,
               count(*) filter (where p.outcome = 'adopted') as adopted,
               count(*) filter (where p.outcome = 'declined') as declined,
               count(*) filter (where p.outcome is null) as neither
        from renkei.proposals p
        where p.city in (select o.city from opened o)
          and p.generation = coalesce((select generation from commons.projections where name = 'proposals'), 1)
          and not p.sample and p.serial > 0
          and not exists (select from renkei.dead_letters d
                          where d.city = p.city and d.projection = 'proposals' and d.generation = p.generation
                            and d.originator_id = p.id)
        group by p.city, p.fiscal_year
    )
    select o.city, n.fiscal_year, n.received,
           case when least(n.adopted, n.declined, n.neither) >= o.threshold then n.adopted end,
           case when least(n.adopted, n.declined, n.neither) >= o.threshold then n.declined end,
           o.threshold
    from opened o left join counted n on n.city = o.city and n.received >= o.threshold
$$;
revoke all on function commons.proposal_numbers(text[]) from public;
grant execute on function commons.proposal_numbers(text[]) to renkei_public;
