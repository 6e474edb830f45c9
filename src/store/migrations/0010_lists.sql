-- Lists by the response clock of an owner, a team, or a state that leads come into later: an index each, in which a lead
-- is only when somebody works on it, so that receiving one costs nothing.
CREATE INDEX lead_owner_due ON lead (publisher_id, owner_id, due_sort, seq) WHERE owner_id IS NOT NULL;
CREATE INDEX lead_team_due ON lead (publisher_id, team_id, due_sort, seq) WHERE team_id IS NOT NULL;
CREATE INDEX lead_status_due ON lead (publisher_id, status, due_sort, seq) WHERE status <> 'New';
