-- Records that go through stages, of every kind: one row a record. `content` is the body of its kind.

create table renkei.records (
    city        text collate "C" not null,
    generation  int not null,
    id          uuid not null,
    version     int not null,
    position    bigint not null,
    kind        text collate "C" not null,
    stage       text collate "C" not null,
    waiting_for text collate "C" not null,
    member      uuid,
    posts       uuid[] not null,
    department  uuid,
    departments uuid[] not null,
    about       uuid,
    due_on      date,
    sample      boolean not null,
    title       jsonb,
    content     jsonb not null,
    recorded_at timestamptz not null,
    updated_at  timestamptz not null,
    primary key (city, generation, id)
);
create index records_by_change on renkei.records (city, generation, updated_at desc, id);
create index records_by_kind on renkei.records (city, generation, kind, updated_at desc, id);
create index records_by_turn on renkei.records (city, generation, waiting_for, updated_at desc, id);
create index records_by_member on renkei.records (city, generation, member) where member is not null;
create index records_by_about on renkei.records (city, generation, about) where about is not null;
create index records_by_deadline on renkei.records (city, generation, due_on) where due_on is not null;

alter table renkei.records enable row level security;
alter table renkei.records force row level security;
create policy owner_all on renkei.records to renkei_owner using (true) with check (true);
create policy runner_all on renkei.records to renkei_runner using (true) with check (true);
create policy desk_reads_its_city on renkei.records for select to renkei_desk
    using (city = current_setting('renkei.city', true));
grant select, insert, update, delete on renkei.records to renkei_runner;
grant select on renkei.records to renkei_desk;
