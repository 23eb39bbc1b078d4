-- How members sign in: sessions of browsers, personal tokens, people of outside providers, second factors, resets, waits.
-- Tokens lie here as SHA-256 digests only; what must be read again is sealed under the key store first.

-- A token without a name comes from signing in; one with a name is a personal one that its owner made.
alter table renkei.tokens
    add column id     uuid not null default gen_random_uuid(),
    add column name   text check (length(name) between 1 and 100),
    add column scopes text[] not null default '{read,write}' check (scopes <> '{}' and scopes <@ '{read,write}');
create unique index tokens_by_id on renkei.tokens (city, id);
create index tokens_by_member on renkei.tokens (city, member);

create table renkei.sessions (
    city       text collate "C" not null,
    id         uuid not null,
    member     uuid not null,
    digest     bytea not null check (length(digest) = 32),
    former     bytea check (length(former) = 32),   -- the token before the last rotation
    rights     bytea not null,                      -- digest of what the member might do when the token was given
    started_at timestamptz not null default clock_timestamp(),
    rotated_at timestamptz not null default clock_timestamp(),
    seen_at    timestamptz not null default clock_timestamp(),
    provider   text,                                -- of an outside sign-in
    id_token   bytea,                               -- sealed; asked for when one signs out there as well
    primary key (city, id)
);
create unique index sessions_by_token on renkei.sessions (city, digest);
create unique index sessions_by_former on renkei.sessions (city, former);
create index sessions_by_member on renkei.sessions (city, member);

-- Who a person of an outside provider is in this city.
create table renkei.outside_identities (
    city      text collate "C" not null,
    issuer    text collate "C" not null check (length(issuer) between 1 and 500),
    subject   text collate "C" not null check (length(subject) between 1 and 255),
    member    uuid not null,
    linked_at timestamptz not null default clock_timestamp(),
    primary key (city, issuer, subject),
    unique (city, issuer, member)
);
create index outside_identities_by_member on renkei.outside_identities (city, member);

create table renkei.second_factors (
    city         text collate "C" not null,
    member       uuid not null,
    secret       bytea not null,                    -- sealed
    last_step    bigint not null default 0,         -- of the newest code that was taken: none is taken twice
    confirmed_at timestamptz,
    primary key (city, member)
);

create table renkei.recovery_codes (
    city   text collate "C" not null,
    member uuid not null,
    digest bytea not null check (length(digest) = 32),
    primary key (city, member, digest)
);

create table renkei.mail_addresses (
    city    text collate "C" not null,
    member  uuid not null,
    address bytea not null,                         -- sealed
    primary key (city, member)
);

create table renkei.resets (
    city       text collate "C" not null,
    member     uuid not null,
    digest     bytea not null check (length(digest) = 32),
    asked_at   timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    primary key (city, member)                      -- a newer one ends the one before
);
create unique index resets_by_token on renkei.resets (city, digest);

-- Attempts for one account, shared by all processes. The account is a digest: what is typed as a login may be a secret.
create table renkei.waits (
    city     text collate "C" not null,
    account  bytea not null check (length(account) = 32),
    attempts int not null,
    free_at  timestamptz not null,
    tried_at timestamptz not null default clock_timestamp(),
    primary key (city, account)
);
create index waits_by_time on renkei.waits (city, tried_at);

-- The one way by which the role that serves desks gives a member another secret: for who holds a reset that has not
-- ended. Everything that the member was signed in by ends with it. Answers the member, or nothing.
create function renkei.use_reset(_city text, _digest bytea, _secret_hash text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare whose uuid;
begin
    if _city is distinct from current_setting('renkei.city', true) or _secret_hash not like '$argon2id$%' then
        return null;
    end if;
    delete from renkei.resets where city = _city and digest = _digest and expires_at > clock_timestamp()
        returning member into whose;
    update renkei.members set secret_hash = _secret_hash where city = _city and member = whose and active;
    if not found then
        return null;
    end if;
    delete from renkei.sessions where city = _city and member = whose;
    delete from renkei.tokens where city = _city and member = whose;
    return whose;
end $$;

do $$
declare t text;
begin
    foreach t in array array['sessions', 'outside_identities', 'second_factors', 'recovery_codes', 'mail_addresses',
                             'resets', 'waits'] loop
        execute format('alter table renkei.%I enable row level security', t);
        execute format('alter table renkei.%I force row level security', t);
        execute format('create policy owner_all on renkei.%I to renkei_owner using (true) with check (true)', t);
        execute format('create policy desk_in_its_city on renkei.%I to renkei_desk
                        using (city = current_setting(''renkei.city'', true))
                        with check (city = current_setting(''renkei.city'', true))', t);
    end loop;
end $$;

grant select, insert, update, delete on renkei.sessions, renkei.second_factors, renkei.waits to renkei_desk;
grant select, insert, delete on renkei.recovery_codes to renkei_desk;
grant select, insert, update on renkei.resets to renkei_desk;
grant select, insert on renkei.outside_identities to renkei_desk;
grant select on renkei.mail_addresses to renkei_desk;
revoke all on function renkei.use_reset from public;
grant execute on function renkei.use_reset to renkei_desk;
