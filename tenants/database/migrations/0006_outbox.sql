-- Mails to members that are due or were sent. Not a view: a rebuild leaves it as it is, so nothing is sent again.
-- A row names what the mail is about and whom it goes to by ids; the address is looked up, sealed, when it is sent.

create table renkei.outbox (
    city     text collate "C" not null,
    id       uuid not null,
    kind     text collate "C" not null check (kind ~ '^[a-z_]{1,40}$'),
    about    uuid not null,
    day      date not null,
    member   uuid not null,
    facts    jsonb not null,                        -- codes and days for the template, nothing that was typed
    made_at  timestamptz not null default clock_timestamp(),
    tries    int not null default 0,
    next_at  timestamptz not null default clock_timestamp(),
    sent_at  timestamptz,
    gave_up  boolean not null default false,
    primary key (city, id),
    unique (city, kind, about, day, member)
);
create index outbox_to_send on renkei.outbox (city, next_at) where sent_at is null and not gave_up;

alter table renkei.outbox enable row level security;
alter table renkei.outbox force row level security;
create policy owner_all on renkei.outbox to renkei_owner using (true) with check (true);
create policy desk_in_its_city on renkei.outbox to renkei_desk
    using (city = current_setting('renkei.city', true))
    with check (city = current_setting('renkei.city', true));
grant select, insert, update on renkei.outbox to renkei_desk;
