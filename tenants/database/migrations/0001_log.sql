-- Each city's own event log, its commands, its keys and sealed values (tenants/README.md).
--
-- Every key begins with the city. No serving role may write events: they may only execute append_events, which holds
-- the city's advisory lock to the end of its own statement. There is no head row: an updated head bloats and slows
-- while a backup holds a snapshot; the last event is the head.

create table renkei.cities (
    city       text collate "C" primary key check (city ~ '^[0-9]{6}$'),
    slug       text collate "C" not null unique check (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
    added_at   timestamptz not null default clock_timestamp()
);

create table renkei.events (
    city               text collate "C" not null,
    position           bigint not null,
    originator_id      uuid not null,
    originator_version int not null,
    topic              text collate "C" not null,
    state              bytea not null,
    actor              uuid not null,
    policy_version     int not null,
    command_id         uuid not null,
    request_id         text collate "C" not null,
    salt               bytea not null,
    recorded_at        timestamptz not null,
    leaf_hash          bytea not null,
    node_hash          bytea not null,
    primary key (city, position),
    unique (city, originator_id, originator_version),
    -- One check: PostgreSQL reads each anew for every statement. A newline would shift the lines of the leaf.
    constraint fields_are_lines check (strpos(topic || request_id, E'\n') = 0)
);

create table renkei.commands (
    city       text collate "C" not null,
    command_id uuid not null,
    actor      uuid not null,
    digest     bytea not null,
    first      bigint not null,
    last       bigint not null,
    primary key (city, command_id)
);

-- One data key per subject or file and audience, wrapped by a master key that is not in this database.
create table renkei.data_keys (
    city       text collate "C" not null,
    key        uuid not null,
    audience   text collate "C" not null,
    wrapped    bytea not null check (length(wrapped) = 60),
    created_at timestamptz not null default clock_timestamp(),
    primary key (city, key, audience)
);

create table renkei.sealed (
    city       text collate "C" not null,
    commitment bytea not null,
    key        uuid not null,
    audience   text collate "C" not null,
    box        bytea not null,
    primary key (city, key, commitment)
);

-- A log is checked against its outside checkpoint once after every start of the database server: a restored copy has
-- another start time and takes no events until it was checked again.
create table renkei.log_checks (
    city           text collate "C" primary key,
    server_started timestamptz not null,
    size           bigint not null,
    checked_at     timestamptz not null
);

-- Receipt numbers are taken before the event is recorded; one that no event bears names the command that took it.
create table renkei.receipt_numbers (
    city        text collate "C" not null,
    fiscal_year int not null,
    kind        text collate "C" not null,
    serial      int not null,
    command_id  uuid not null,
    taken_at    timestamptz not null default clock_timestamp(),
    primary key (city, fiscal_year, kind, serial),
    unique (city, command_id, fiscal_year, kind)
);

create function renkei.append_events(
    _city text, _actor uuid, _policy int, _command uuid, _digest bytea, _request text, _city_id uuid,
    _policy_place int, _events jsonb, _sealed jsonb, _keys jsonb, _depends jsonb, out first bigint, out last bigint, out repeated boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    by_whom uuid;
    seen    bytea;
    checked boolean;
    size    bigint;
    at      timestamptz;
    now_us  bigint;
    item    jsonb;
    head    uuid := _events -> 0 ->> 'id';
    id      uuid;
    version int;
    topic   text;
    state   bytea;
    salt    bytea;
    leaf    bytea;
    node    bytea;
    below   int;
    kind    text;
    tip     bytea;
    place   int;
    n       bigint;
    q       bigint;
begin
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'a command is recorded in a transaction of its own' using errcode = 'RK001';
    end if;
    if length(_request) > 100 then
        raise exception 'request id too long' using errcode = 'check_violation';
    end if;
    perform pg_advisory_xact_lock(7423, _city::int);

    -- Asked together, since every statement costs its own beginning.
    select c.actor, c.digest, c.first, c.last, k.city is not null, t.position, t.recorded_at, t.node_hash,
           (select e.originator_version from renkei.events e
               where e.city = _city and e.originator_id = _city_id order by e.originator_version desc limit 1),
           h.originator_version, h.topic
        into by_whom, seen, first, last, checked, size, at, tip, place, below, kind
        from (select) here
        left join renkei.commands c on c.city = _city and c.command_id = _command
        left join renkei.log_checks k on k.city = _city and k.server_started = pg_postmaster_start_time()
        left join lateral (select e.position, e.recorded_at, e.node_hash from renkei.events e
            where e.city = _city order by e.position desc limit 1) t on true
        left join lateral (select e.originator_version, e.topic from renkei.events e
            where e.city = _city and e.originator_id = head order by e.originator_version desc limit 1) h on true;
    if by_whom is not null then
        if seen <> _digest or by_whom <> _actor then
            raise exception 'command id used before' using errcode = 'RK409';
        end if;
        repeated := true;
        return;
    end if;
    if not checked then -- only a registered city can be
        perform 1 from renkei.cities c where c.city = _city;
        if not found then
            raise exception 'no such city' using errcode = 'RK404';
        end if;
        raise exception 'log not checked since the server started' using errcode = 'RK423';
    end if;
    -- What was decided under a policy that has been replaced meanwhile is decided again.
    if _city_id is not null and coalesce(place, 0) <> _policy_place then
        raise exception 'another policy is in force' using errcode = 'unique_violation';
    end if;
    -- So is what was decided on other records that have changed meanwhile.
    if _depends is not null then
        perform 1 from jsonb_each_text(_depends) d where d.value::int <> coalesce(
            (select e.originator_version from renkei.events e
                where e.city = _city and e.originator_id = d.key::uuid order by e.originator_version desc limit 1), 0);
        if found then
            raise exception 'a record it depends on has changed' using errcode = 'unique_violation';
        end if;
    end if;

    size := coalesce(size, 0);
    at := greatest(clock_timestamp(), at);
    now_us := (extract(epoch from at) * 1000000)::bigint;
    first := size + 1;

    for i in 0 .. jsonb_array_length(_events) - 1 loop
        item := _events -> i;
        id := item ->> 'id'; version := item ->> 'version'; topic := item ->> 'topic';
        state := decode(item ->> 'state', 'base64'); salt := decode(item ->> 'salt', 'base64');
        if length(salt) <> 16 then
            raise exception 'a salt has 16 bytes' using errcode = 'check_violation';
        end if;
        if id <> head then
            head := id;
            select e.originator_version, e.topic into below, kind from renkei.events e
                where e.city = _city and e.originator_id = id order by e.originator_version desc limit 1;
        end if;
        if below is null and version not between 0 and 1 or version > below + 1 then
            raise exception 'version % leaves a gap', version using errcode = 'RK428';
        elsif version <= below then
            raise exception 'version % is taken', version using errcode = 'unique_violation';
        elsif split_part(kind, '.', 2) <> '' and split_part(kind, '.', 1) <> split_part(topic, '.', 1) then
            raise exception 'the record is of another kind' using errcode = 'check_violation';
        end if;
        leaf := sha256('\x00'::bytea || convert_to(concat_ws(E'\n', 'renkei/1', _city, size + 1, now_us,
            id, version, topic, _actor, _policy, _command, _request,
            encode(salt, 'hex'), encode(sha256(state), 'hex')), 'UTF8'));
        node := leaf; n := size; q := size;
        if n & 1 = 1 then -- the first sibling is the last event
            node := sha256('\x01'::bytea || tip || node);
            q := q & (q - 1); n := n >> 1;
        end if;
        while n & 1 = 1 loop
            -- Asked as a range in order, so that only the primary key fits, also while the table has no statistics.
            node := sha256('\x01'::bytea || (select e.node_hash from renkei.events e
                where e.city = _city and e.position >= q and e.position <= q order by e.position limit 1) || node);
            q := q & (q - 1); n := n >> 1;
        end loop;
        size := size + 1; tip := node; below := version; kind := topic;
        insert into renkei.events values (_city, size, id, version, topic, state, _actor, _policy,
            _command, _request, salt, at, leaf, node);
    end loop;
    last := size; repeated := false;

    insert into renkei.commands values (_city, _command, _actor, _digest, first, last);
    for i in 0 .. coalesce(jsonb_array_length(_keys), 0) - 1 loop
        item := _keys -> i;
        insert into renkei.data_keys (city, key, audience, wrapped) values (_city, (item ->> 'key')::uuid,
            item ->> 'audience', decode(item ->> 'wrapped', 'base64'));
    end loop;
    for i in 0 .. coalesce(jsonb_array_length(_sealed), 0) - 1 loop
        item := _sealed -> i;
        insert into renkei.sealed (city, commitment, key, audience, box)
            select _city, decode(item ->> 'commitment', 'base64'), k.key, item ->> 'audience',
                decode(item ->> 'box', 'base64')
            from renkei.data_keys k where k.city = _city and k.key = (item ->> 'key')::uuid
                and k.wrapped = decode(item ->> 'wrapped', 'base64')
                and k.audience = case item ->> 'audience' when 'public' then 'public' else 'inside' end;
        if not found then -- erased since it was read: a value under it could never be opened
            raise exception 'the key was erased' using errcode = 'unique_violation';
        end if;
    end loop;
end $$;

-- All that a command must know, in one statement inside one city: the aggregate's events, whether the command was
-- recorded before, the version of the policy in force and the wrapped data keys of its subject and file.
create function renkei.read_aggregate(
    _city text, _id uuid, _after int, _upto int, _command uuid, _city_id uuid, _keys uuid[],
    out versions int[], out topics text[], out states bytea[],
    out actor uuid, out digest bytea, out first bigint, out last bigint,
    out policy_place int, out keys uuid[], out rings text[], out wrapped bytea[])
language plpgsql as $$
begin
    perform set_config('renkei.city', _city, true);
    select array_agg(e.originator_version order by e.originator_version),
           array_agg(e.topic order by e.originator_version), array_agg(e.state order by e.originator_version)
        into versions, topics, states from renkei.events e
        where e.city = _city and e.originator_id = _id
          and e.originator_version > _after and e.originator_version <= _upto;
    if _command is not null then
        select c.actor, c.digest, c.first, c.last into actor, digest, first, last from renkei.commands c
            where c.city = _city and c.command_id = _command;
        select e.originator_version into policy_place from renkei.events e
            where e.city = _city and e.originator_id = _city_id order by e.originator_version desc limit 1;
        select array_agg(k.key), array_agg(k.audience), array_agg(k.wrapped) into keys, rings, wrapped
            from renkei.data_keys k where k.city = _city and k.key = any(_keys);
    end if;
end $$;

-- Says that a log was checked against its outside checkpoint since the server started. It guards against a restored copy
-- and an operator's mistake; whoever may append could say it falsely, and is found by the next checkpoint.
create function renkei.confirm_log_checked(_city text, _size bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into renkei.log_checks
        select c.city, pg_postmaster_start_time(), _size, clock_timestamp() from renkei.cities c where c.city = _city
        on conflict (city) do update set server_started = excluded.server_started, size = excluded.size,
            checked_at = excluded.checked_at;
    if not found then
        raise exception 'no such city' using errcode = 'RK404';
    end if;
end $$;

-- Takes that back: the log differs from what was signed, and takes no more events until people have looked at it.
create function renkei.close_log(_city text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from renkei.log_checks where city = _city;
$$;

-- Takes the next number for a record that begins now; the same command gets the same number. Tells the wrapped data keys
-- beside it. Its commit need not reach the disk by itself: the event that bears the number does so later in the same
-- write-ahead log.
create function renkei.take_receipt_number(
    _city text, _fiscal_year int, _kind text, _command uuid, _id uuid, _keys uuid[],
    out taken int, out keys uuid[], out rings text[], out wrapped bytea[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(7424, _city::int);
    select array_agg(k.key), array_agg(k.audience), array_agg(k.wrapped) into keys, rings, wrapped
        from renkei.data_keys k where k.city = _city and k.key = any(_keys);
    select n.serial into taken from renkei.receipt_numbers n
        where n.city = _city and n.command_id = _command and n.fiscal_year = _fiscal_year and n.kind = _kind;
    if found then
        return;
    end if;
    perform 1 from renkei.events e where e.city = _city and e.originator_id = _id limit 1;
    if found then
        raise exception 'the record is there' using errcode = 'unique_violation';
    end if;
    perform set_config('synchronous_commit', 'off', true);
    insert into renkei.receipt_numbers (city, fiscal_year, kind, serial, command_id)
        select _city, _fiscal_year, _kind, coalesce(max(n.serial), 0) + 1, _command
        from renkei.receipt_numbers n where n.city = _city and n.fiscal_year = _fiscal_year and n.kind = _kind
        returning serial into taken;
end $$;

-- Erasing destroys the key and every value under it, in turn with what is being recorded; the log, its hashes and its
-- proofs stay whole. Owner only.
create function renkei.erase_key(_city text, _key uuid) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare gone bigint;
begin
    perform pg_advisory_xact_lock(7423, _city::int);
    delete from renkei.data_keys where city = _city and key = _key;
    delete from renkei.sealed where city = _city and key = _key;
    get diagnostics gone = row_count;
    return gone;
end $$;

revoke all on function renkei.append_events, renkei.read_aggregate, renkei.confirm_log_checked, renkei.close_log,
    renkei.take_receipt_number, renkei.erase_key from public;
grant execute on function renkei.append_events, renkei.read_aggregate, renkei.confirm_log_checked, renkei.close_log,
    renkei.take_receipt_number to renkei_desk;

-- Walls. They guard against mistakes and injection, not against a process that may set any city.
do $$
declare t text;
begin
    foreach t in array array['events', 'commands', 'data_keys', 'sealed', 'log_checks', 'receipt_numbers'] loop
        execute format('alter table renkei.%I enable row level security', t);
        execute format('alter table renkei.%I force row level security', t);
        execute format('create policy owner_all on renkei.%I to renkei_owner using (true) with check (true)', t);
        execute format('create policy desk_reads_its_city on renkei.%I for select to renkei_desk
                        using (city = current_setting(''renkei.city'', true))', t);
    end loop;
end $$;

grant usage on schema renkei to renkei_desk, renkei_runner;
grant select on renkei.cities to renkei_desk, renkei_runner;
grant select on renkei.events, renkei.commands, renkei.data_keys, renkei.sealed, renkei.log_checks,
    renkei.receipt_numbers to renkei_desk;

-- The runner reads every city's events and opens only what is public.
grant select on renkei.events, renkei.data_keys, renkei.sealed to renkei_runner;
create policy runner_reads_all on renkei.events for select to renkei_runner using (true);
create policy runner_reads_public on renkei.data_keys for select to renkei_runner using (audience = 'public');
create policy runner_reads_public on renkei.sealed for select to renkei_runner using (audience = 'public');
