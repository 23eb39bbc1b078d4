-- The latest day of anything that happened to a record so far, on which its completion depends. The rows of before know
-- no such day; they are made again as the logs are followed from their beginning.

alter table renkei.files add column latest_on date;
delete from renkei.files;
delete from renkei.dead_letters where projection = 'files';
delete from renkei.positions where projection = 'files';
