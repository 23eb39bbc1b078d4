-- The project that a case tells of.

alter table renkei.cases add column project uuid;
