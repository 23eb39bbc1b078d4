-- Files that came in and that no record names yet: an upload of its member, thrown away after a day. What it is called,
-- its key and its digest are in the box, sealed under a key of the deployment. `records` are those that a command was
-- about to put it with; which of them has it, their logs say.

create table renkei.uploads (
    city       text collate "C" not null,
    id         uuid not null,
    member     uuid not null,
    media_type text collate "C" not null check (media_type ~ '^[a-z0-9]{1,20}$'),
    size       bigint not null check (size > 0),
    digest     bytea not null check (length(digest) = 32),
    box        bytea not null,
    records    uuid[] not null default '{}',
    made_at    timestamptz not null default clock_timestamp(),
    primary key (city, id)
);
create index uploads_of_member on renkei.uploads (city, member);
create index uploads_by_age on renkei.uploads (city, made_at);

alter table renkei.uploads enable row level security;
alter table renkei.uploads force row level security;
create policy owner_all on renkei.uploads to renkei_owner using (true) with check (true);
create policy desk_in_its_city on renkei.uploads to renkei_desk
    using (city = current_setting('renkei.city', true))
    with check (city = current_setting('renkei.city', true));
grant select, insert, update, delete on renkei.uploads to renkei_desk;
