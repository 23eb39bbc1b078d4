-- What intake, screening, opinions, escalation and corrections add to a proposal. Rows of before need no rebuild.

alter table renkei.proposals
    add column asked        uuid[] not null default '{}',
    add column asked_due_on date,
    add column city_money   text collate "C" not null default 'unknown',
    add column track        text collate "C",
    add column plan_fields  text[] not null default '{}',
    add column suspended    boolean not null default false,
    add column escalated    boolean not null default false,
    add column told_on      date,
    add column dossier      jsonb not null default '{}';

-- Statistics count those who were turned away; no row of a proposal stands behind them.
create index timeline_turned_away on renkei.timeline (city, generation, fiscal_year) where topic = 'proposal.turned_away';
