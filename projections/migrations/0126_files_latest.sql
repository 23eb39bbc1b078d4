-- The latest day of anything that happened to a record so far; rows from before are filled by a rebuild of files.

alter table renkei.files add column latest_on date;
