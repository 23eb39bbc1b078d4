-- What a party proposed, last received first, for who stands for it.
create index proposals_by_proposer on renkei.proposals (city, generation, proposer, received_on desc, id);
