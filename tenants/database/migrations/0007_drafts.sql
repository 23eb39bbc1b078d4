-- A draft is a record before it has a receipt number: a number is taken for a record that stands at the version that was
-- seen, 0 for one that begins now, so that none is taken in vain.

drop function renkei.take_receipt_number(text, int, text, uuid, uuid, uuid[]);

create function renkei.take_receipt_number(
    _city text, _fiscal_year int, _kind text, _command uuid, _id uuid, _keys uuid[], _version int default 0,
    out taken int, out keys uuid[], out rings text[], out wrapped bytea[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform renkei.require_city(_city);
    perform pg_advisory_xact_lock(7424, _city::int);
    select array_agg(k.key), array_agg(k.audience), array_agg(k.wrapped) into keys, rings, wrapped
        from renkei.data_keys k where k.city = _city and k.key = any(_keys);
    select n.serial into taken from renkei.receipt_numbers n
        where n.city = _city and n.command_id = _command and n.fiscal_year = _fiscal_year and n.kind = _kind;
    if found then
        return;
    end if;
    perform 1 from renkei.events e
        where e.city = _city and e.originator_id = _id and e.originator_version > _version limit 1;
    if found then
        raise exception 'the record is there' using errcode = 'unique_violation';
    end if;
    perform set_config('synchronous_commit', 'off', true);
    insert into renkei.receipt_numbers (city, fiscal_year, kind, serial, command_id)
        select _city, _fiscal_year, _kind, coalesce(max(n.serial), 0) + 1, _command
        from renkei.receipt_numbers n where n.city = _city and n.fiscal_year = _fiscal_year and n.kind = _kind
        returning serial into taken;
end $$;

revoke all on function renkei.take_receipt_number from public;
grant execute on function renkei.take_receipt_number to renkei_desk;
