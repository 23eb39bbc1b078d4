-- What is done inside one city's transaction is done to that city: a function that is told of another one refuses. Where
-- no city is set (the log's own statement, an import, an audit) the city it is told of counts.

create function renkei.require_city(_city text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if coalesce(nullif(current_setting('renkei.city', true), ''), _city) <> _city then
        raise exception 'inside another city' using errcode = 'RK403';
    end if;
end $$;
revoke all on function renkei.require_city(text) from public;

create or replace function renkei.close_log(_city text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from renkei.log_checks where city = _city;
end $$;

-- The first line of each of these functions; the rest of them stays as it stands.
do $$
declare
    each regprocedure;
    before text;
    after text;
begin
    foreach each in array array[
        (select p.oid from pg_proc p where p.pronamespace = 'renkei'::regnamespace and p.proname = 'append_events'),
        (select p.oid from pg_proc p where p.pronamespace = 'renkei'::regnamespace and p.proname = 'take_receipt_number'),
        'renkei.confirm_log_checked(text, bigint)'::regprocedure,
        'renkei.close_log(text)'::regprocedure
    ]::regprocedure[] loop
        before := pg_get_functiondef(each);
        after := regexp_replace(before, '\n *begin\n', E'\nbegin\n    perform renkei.require_city(_city);\n', 'i');
        if after = before then
            raise exception 'no beginning in %', each;
        end if;
        execute after;
    end loop;
end $$;
