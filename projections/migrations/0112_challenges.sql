-- Whose turn a challenge is, so that it can be returned to its department and waits there.

alter table renkei.challenges add column waiting_for text collate "C" not null default 'nobody';
create index challenges_by_turn on renkei.challenges (city, generation, waiting_for, updated_at desc, id);

-- The proposals that answer a challenge.
create index proposals_by_challenge on renkei.proposals (city, generation, challenge) where challenge is not null;
