-- Files of records: a row for each that came or went.

create table renkei.attachments (
    city        text collate "C" not null,
    generation  int not null,
    id          uuid not null,
    version     int not null,
    position    bigint not null,
    file        uuid not null,
    detached    boolean not null,
    actor       uuid not null,
    happened_on date not null,
    recorded_at timestamptz not null,
    media_type  text collate "C",
    size        bigint,
    digest      text collate "C",
    words       jsonb not null,
    primary key (city, generation, id, version)
);
create index attachments_by_file on renkei.attachments (city, generation, file);

alter table renkei.attachments enable row level security;
alter table renkei.attachments force row level security;
create policy owner_all on renkei.attachments to renkei_owner using (true) with check (true);
create policy runner_all on renkei.attachments to renkei_runner using (true) with check (true);
create policy desk_reads_its_city on renkei.attachments for select to renkei_desk
    using (city = current_setting('renkei.city', true));
grant select, insert, update, delete on renkei.attachments to renkei_runner;
grant select on renkei.attachments to renkei_desk;
