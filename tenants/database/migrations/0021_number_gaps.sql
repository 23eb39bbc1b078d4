-- A number that no record bears is explained: the command that took it was refused afterwards, and on which ground. One
-- that took a number and was recorded needs no ground; a number without either belongs to a command that never ended.

alter table renkei.receipt_numbers add column refused text collate "C" check (refused ~ '^[A-Z][A-Z_]{0,59}$');

create function renkei.explain_receipt_number(_city text, _command uuid, _refused text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform renkei.require_city(_city);
    update renkei.receipt_numbers n set refused = _refused where n.city = _city and n.command_id = _command
        and not exists (select from renkei.commands c where c.city = n.city and c.command_id = n.command_id);
end $$;

revoke all on function renkei.explain_receipt_number from public;
grant execute on function renkei.explain_receipt_number to renkei_desk;
