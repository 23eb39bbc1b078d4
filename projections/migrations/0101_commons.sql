-- The commons: what all cities show to everybody (広域連携の公開表). Public rows only, without row security, read by a
-- role of their own that can read nothing else; a GIN index is ignored under row security.

create table commons.version (
    only_row boolean primary key default true check (only_row),
    version  bigint not null default 0
);
insert into commons.version default values;

create table commons.cities (
    city             text collate "C" not null,
    generation       int not null,
    id               uuid not null,
    version          int not null,
    position         bigint not null,
    slug             text collate "C" not null,
    name_ja          text not null,
    name_en          text not null,
    corporate_number text,
    has_desk         boolean not null,
    profile          jsonb not null,
    policy_version   int not null,
    updated_at       timestamptz not null,
    primary key (city, generation, id)
);
create index cities_by_slug on commons.cities (generation, slug);

create table commons.cases (
    city         text collate "C" not null,
    generation   int not null,
    id           uuid not null,
    version      int not null,
    position     bigint not null,
    public_id    uuid not null,
    status       text collate "C" not null,
    origin       text collate "C" not null,
    sample       boolean not null,
    title        text not null,
    summary      text not null,
    background   text,
    source       text,
    method       text collate "C" not null,
    fields       text[] not null,
    partners     jsonb not null,
    dates        jsonb not null,
    resources    jsonb not null,
    benefits     jsonb not null,
    outcomes     jsonb not null,
    history      jsonb not null,
    challenge    uuid,
    published_at timestamptz not null,
    updated_at   timestamptz not null,
    search       text not null,
    grams        text[] not null,
    primary key (city, generation, id)
);
-- The search reads it row by row; kept in the row, that is three times as fast.
alter table commons.cases alter column search set storage main;
create unique index cases_by_public_id on commons.cases (city, generation, public_id);
create index cases_by_publication on commons.cases (generation, published_at desc, city, public_id);
create index cases_of_city_by_publication on commons.cases (city, generation, published_at desc, public_id);
create index cases_by_method on commons.cases (generation, method, published_at desc, city, public_id);
create index cases_by_update on commons.cases (generation, updated_at);
create index cases_by_grams on commons.cases using gin (grams);
create index cases_by_fields on commons.cases using gin (fields);

create table commons.challenges (
    city         text collate "C" not null,
    generation   int not null,
    id           uuid not null,
    version      int not null,
    position     bigint not null,
    public_id    uuid not null,
    status       text collate "C" not null,
    sample       boolean not null,
    title        text not null,
    description  text not null,
    conditions   text,
    city_offers  text,
    fields       text[] not null,
    due_on       date,
    result       text collate "C",
    history      jsonb not null,
    published_at timestamptz not null,
    updated_at   timestamptz not null,
    search       text not null,
    grams        text[] not null,
    primary key (city, generation, id)
);
alter table commons.challenges alter column search set storage main;
create unique index challenges_by_public_id on commons.challenges (city, generation, public_id);
create index challenges_by_publication on commons.challenges (generation, published_at desc, city, public_id);
create index challenges_of_city_by_publication on commons.challenges (city, generation, published_at desc, public_id);
create index challenges_by_update on commons.challenges (generation, updated_at);
create index challenges_by_grams on commons.challenges using gin (grams);

-- Everything in these tables may be read by everybody; the inner ids serve to join and are not shown.
grant select, insert, update, delete on commons.cities, commons.cases, commons.challenges to renkei_runner;
grant select, update on commons.version to renkei_runner;
grant select on commons.version to renkei_public;
grant select on commons.cities, commons.cases, commons.challenges to renkei_public;

-- When the key of published text is erased, what the commons show of it goes in the same transaction. Batches that are
-- being folded are waited for; later ones find no text and show nothing.
create function commons.forget_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform 1 from renkei.positions p
        where p.city = old.city and p.projection in ('commons_cases', 'commons_challenges') for update;
    delete from commons.cases c where c.city = old.city and c.id = old.key;
    delete from commons.challenges c where c.city = old.city and c.id = old.key;
    update commons.version set version = version + 1;
    return null;
end $$;
create trigger erased_text_is_not_shown after delete on renkei.data_keys
    for each row when (old.audience = 'public') execute function commons.forget_erased();
