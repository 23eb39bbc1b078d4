-- A record may concern others beside the one it is about: the proposals on the agenda of a session.

alter table renkei.records add column concerns uuid[] not null default '{}';
create index records_by_concern on renkei.records using gin (concerns) where concerns <> '{}';
