-- Read models: how far each has come, what it could not read, and the per-city views.
--
-- Every view row is keyed by city, generation and one aggregate. A rebuild writes the next generation beside the live
-- one; the switch is one row. Views of a city hold references to sealed values, never the values.

create table commons.projections (
    name       text collate "C" primary key,
    generation int not null default 1,
    building   int,
    stopped    text
);

create table renkei.positions (
    city       text collate "C" not null,
    projection text collate "C" not null,
    generation int not null,
    position   bigint not null default 0,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (city, projection, generation)
) with (fillfactor = 50);

create table renkei.dead_letters (
    city          text collate "C" not null,
    projection    text collate "C" not null,
    generation    int not null,
    originator_id uuid not null,
    position      bigint not null,
    problem       text not null,
    attempts      int not null default 1,
    first_at      timestamptz not null default clock_timestamp(),
    last_at       timestamptz not null default clock_timestamp(),
    primary key (city, projection, generation, originator_id)
);

create table renkei.proposals (
    city              text collate "C" not null,
    generation        int not null,
    id                uuid not null,
    version           int not null,
    position          bigint not null,
    stage             text collate "C" not null,
    waiting_for       text collate "C" not null,
    kind              text collate "C" not null,
    organisation_kind text collate "C" not null,
    fiscal_year       int not null,
    serial            int not null,
    proposer          uuid not null,
    challenge         uuid,
    department        uuid,
    departments       uuid[] not null default '{}',
    sample            boolean not null,
    channel           text collate "C" not null,
    received_on       date not null,
    answered_on       date,
    due_on            date,
    decided_on        date,
    outcome           text collate "C",
    decided_by        text collate "C",
    ground            text collate "C",
    title             jsonb not null,
    organisation      jsonb not null,
    words             jsonb not null,
    recorded_at       timestamptz not null,
    updated_at        timestamptz not null,
    primary key (city, generation, id)
);
create index proposals_by_receipt on renkei.proposals (city, generation, fiscal_year, kind, serial);
create index proposals_by_waiting on renkei.proposals (city, generation, waiting_for, updated_at, id);
create index proposals_by_change on renkei.proposals (city, generation, updated_at desc, id);

create table renkei.timeline (
    city           text collate "C" not null,
    generation     int not null,
    id             uuid not null,
    version        int not null,
    position       bigint not null,
    topic          text collate "C" not null,
    actor          uuid not null,
    policy_version int not null,
    occurred_on    date not null,
    precision      text collate "C" not null,
    channel        text collate "C" not null,
    fiscal_year    int not null,
    on_behalf_of   uuid,
    post           uuid,
    approval       jsonb,
    facts          jsonb not null,
    words          jsonb not null,
    recorded_at    timestamptz not null,
    primary key (city, generation, id, version)
);
create index timeline_by_position on renkei.timeline (city, generation, position);

create table renkei.challenges (
    city         text collate "C" not null,
    generation   int not null,
    id           uuid not null,
    version      int not null,
    position     bigint not null,
    stage        text collate "C" not null,
    department   uuid,
    public_id    uuid,
    fields       text[] not null,
    plan_fields  text[] not null,
    due_on       date,
    result       text collate "C",
    sample       boolean not null,
    title        jsonb not null,
    description  jsonb not null,
    words        jsonb not null,
    recorded_at  timestamptz not null,
    published_at timestamptz,
    updated_at   timestamptz not null,
    primary key (city, generation, id)
);
create index challenges_by_change on renkei.challenges (city, generation, updated_at desc, id);

create table renkei.cases (
    city         text collate "C" not null,
    generation   int not null,
    id           uuid not null,
    version      int not null,
    position     bigint not null,
    stage        text collate "C" not null,
    origin       text collate "C" not null,
    public_id    uuid not null,
    method       text collate "C" not null,
    fields       text[] not null,
    challenge    uuid,
    proposal     uuid,
    sample       boolean not null,
    title        jsonb not null,
    content      jsonb not null,
    recorded_at  timestamptz not null,
    updated_at   timestamptz not null,
    primary key (city, generation, id)
);
create index cases_by_change on renkei.cases (city, generation, updated_at desc, id);

create table renkei.organisation (
    city        text collate "C" not null,
    generation  int not null,
    id          uuid not null,
    version     int not null,
    position    bigint not null,
    departments jsonb not null,
    posts       jsonb not null,
    holdings    jsonb not null,
    updated_at  timestamptz not null,
    primary key (city, generation, id)
);

do $$
declare t text;
begin
    foreach t in array array['positions', 'dead_letters', 'proposals', 'timeline', 'challenges', 'cases',
                             'organisation'] loop
        execute format('alter table renkei.%I enable row level security', t);
        execute format('alter table renkei.%I force row level security', t);
        execute format('create policy owner_all on renkei.%I to renkei_owner using (true) with check (true)', t);
        execute format('create policy runner_all on renkei.%I to renkei_runner using (true) with check (true)', t);
        execute format('create policy desk_reads_its_city on renkei.%I for select to renkei_desk
                        using (city = current_setting(''renkei.city'', true))', t);
        execute format('grant select, insert, update, delete on renkei.%I to renkei_runner', t);
        execute format('grant select on renkei.%I to renkei_desk', t);
    end loop;
end $$;

grant usage on schema commons to renkei_desk, renkei_runner, renkei_public;
grant select, insert, update on commons.projections to renkei_runner;
grant select on commons.projections to renkei_desk;
grant select (name, generation) on commons.projections to renkei_public;
