-- What is in the charge of a department, last changed first.
create index proposals_by_department on renkei.proposals (city, generation, department, updated_at desc, id);
