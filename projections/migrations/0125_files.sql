-- The files of records: when each was begun and completed, and what was said of how long it is kept.

create table renkei.files (
    city         text collate "C" not null,
    generation   int not null,
    id           uuid not null,
    version      int not null,
    position     bigint not null,
    record       uuid not null,
    kind         text collate "C" not null,
    stage        text collate "C" not null,
    fiscal_year  int not null,
    completed_on date,
    retention    text collate "C",
    until        date,
    reason       jsonb,
    primary key (city, generation, id)
);
create index files_said on renkei.files (city, generation, record) where kind = 'retention';
create index files_completed on renkei.files (city, generation, completed_on, id) where completed_on is not null;

alter table renkei.files enable row level security;
alter table renkei.files force row level security;
create policy owner_all on renkei.files to renkei_owner using (true) with check (true);
create policy runner_all on renkei.files to renkei_runner using (true) with check (true);
create policy desk_reads_its_city on renkei.files for select to renkei_desk
    using (city = current_setting('renkei.city', true));
grant select, insert, update, delete on renkei.files to renkei_runner;
grant select on renkei.files to renkei_desk;
