-- Kinds of proposal are each city's own and say whether such a proposal answers a challenge; until now the two kinds of
-- all cities said it by their names. Rows that are there are completed; a rebuild gives the same.
update commons.cities
set profile = jsonb_set(profile, '{policy,intake,kinds,themed,challenge}', '"one"')
where profile #> '{policy,intake,kinds,themed}' is not null
  and profile #> '{policy,intake,kinds,themed,challenge}' is null;
