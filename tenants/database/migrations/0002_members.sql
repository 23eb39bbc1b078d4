-- How members of a city sign in: accounts with hashed secrets, and their tokens. What they may do stands in the log.

create table renkei.members (
    city        text collate "C" not null,
    member      uuid not null,
    login       text collate "C" not null check (length(login) between 1 and 100),
    name        text not null check (length(name) between 1 and 200),
    secret_hash text,
    active      boolean not null default true,
    added_at    timestamptz not null default clock_timestamp(),
    primary key (city, member),
    unique (city, login)
);

create table renkei.tokens (
    city       text collate "C" not null,
    digest     bytea not null check (length(digest) = 32),
    member     uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    primary key (city, digest)
);
create index tokens_by_end on renkei.tokens (city, expires_at);

do $$
declare t text;
begin
    foreach t in array array['members', 'tokens'] loop
        execute format('alter table renkei.%I enable row level security', t);
        execute format('alter table renkei.%I force row level security', t);
        execute format('create policy owner_all on renkei.%I to renkei_owner using (true) with check (true)', t);
        execute format('create policy desk_in_its_city on renkei.%I to renkei_desk
                        using (city = current_setting(''renkei.city'', true))
                        with check (city = current_setting(''renkei.city'', true))', t);
    end loop;
end $$;

grant select, insert (city, member, login, name) on renkei.members to renkei_desk;
grant select, insert, delete on renkei.tokens to renkei_desk;
