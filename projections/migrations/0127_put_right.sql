-- What is put right needs of a record what rows of before do not say: whose signature came last, what a challenge said
-- before it was published. They are made again as the logs are followed from their beginning.

delete from renkei.records;
delete from renkei.challenges;
delete from renkei.dead_letters where projection in ('records', 'challenges');
delete from renkei.positions where projection in ('records', 'challenges');
