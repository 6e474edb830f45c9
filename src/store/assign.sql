-- Rules that give leads to people and teams, whose turn it is, and who is away: src/assign.

-- assign_state(publisher:t) -> one (version:i)
SELECT version FROM assign_state WHERE publisher_id = $1;

-- assign_state_bump(publisher:t)
INSERT INTO assign_state (publisher_id, version) VALUES ($1, 1)
ON CONFLICT (publisher_id) DO UPDATE SET version = assign_state.version + 1;

-- assign_rule_list(publisher:t) -> all (rule_id:t, version:i, name:t, offer_id:t, way:t, account_id:U, team_id:U)
SELECT rule_id, version, name, offer_id, way, account_id, team_id FROM assign_rule
 WHERE publisher_id = $1 ORDER BY rule_id;

-- assign_rule_write(publisher:t, rule:t, version:i, name:t, offer:t, way:t, account:U, team:U, at:i)
INSERT INTO assign_rule (publisher_id, rule_id, version, name, offer_id, way, account_id, team_id, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (publisher_id, rule_id) DO UPDATE SET version = excluded.version, name = excluded.name,
       offer_id = excluded.offer_id, way = excluded.way, account_id = excluded.account_id, team_id = excluded.team_id,
       changed_at = excluded.changed_at;

-- assign_rule_gone(publisher:t, rule:t)
DELETE FROM assign_rule WHERE publisher_id = $1 AND rule_id = $2;

-- assign_rule_of_team(publisher:t, team:u) -> one (rule_id:t, name:t)
-- A rule that gives leads to the team.
SELECT rule_id, name FROM assign_rule WHERE publisher_id = $1 AND team_id = $2 ORDER BY rule_id LIMIT 1;

-- assign_condition_list(publisher:t) -> all (offer_id:t, country:t, rule_id:t)
SELECT offer_id, country, rule_id FROM assign_condition WHERE publisher_id = $1 ORDER BY rule_id, country;

-- assign_condition_put(publisher:t, offer:t, country:t, rule:t)
INSERT INTO assign_condition (publisher_id, offer_id, country, rule_id) VALUES ($1, $2, $3, $4);

-- assign_conditions_gone(publisher:t, rule:t)
DELETE FROM assign_condition WHERE publisher_id = $1 AND rule_id = $2;

-- assign_members(publisher:t, team:u) -> all (account_id:u, email:t, publisher_id:t, role:t, active:i, reach:t, away_until:I, turn:I)
-- Who is in a team, those who joined first before the others.
SELECT m.account_id, a.email, a.publisher_id, a.role, a.active, a.reach, w.until_at AS away_until, t.turn
  FROM team_member m JOIN account a ON a.account_id = m.account_id
  LEFT JOIN account_away w ON w.publisher_id = m.publisher_id AND w.account_id = m.account_id
  LEFT JOIN assign_turn t ON t.publisher_id = m.publisher_id AND t.team_id = m.team_id AND t.account_id = m.account_id
 WHERE m.publisher_id = $1 AND m.team_id = $2 ORDER BY m.joined_at, m.account_id;

-- assign_person(publisher:t, account:u) -> one (account_id:u, email:t, publisher_id:t, role:t, active:i, reach:t, away_until:I)
SELECT a.account_id, a.email, a.publisher_id, a.role, a.active, a.reach, w.until_at AS away_until
  FROM account a LEFT JOIN account_away w ON w.publisher_id = $1 AND w.account_id = a.account_id
 WHERE a.account_id = $2;

-- assign_first_team(publisher:t, account:u) -> one (team_id:u, name:t)
-- The team that a new owner brings a lead into.
SELECT t.team_id, t.name FROM team_member m JOIN team t ON t.publisher_id = m.publisher_id AND t.team_id = m.team_id
 WHERE m.publisher_id = $1 AND m.account_id = $2 ORDER BY m.joined_at, m.team_id LIMIT 1;

-- assign_load(publisher:t, account:u) -> one (n:i)
-- How many open leads somebody has.
SELECT count(*) AS n FROM lead WHERE publisher_id = $1 AND owner_id = $2 AND status <> 'Closed';

-- assign_turn_put(publisher:t, team:u, account:u, turn:i)
-- batch: set
INSERT INTO assign_turn (publisher_id, team_id, account_id, turn) VALUES ($1, $2, $3, $4)
ON CONFLICT (publisher_id, team_id, account_id) DO UPDATE SET turn = excluded.turn;

-- assign_turns_gone(publisher:t, team:u)
DELETE FROM assign_turn WHERE publisher_id = $1 AND team_id = $2;

-- assign_past(publisher:t, from:i, below:i, limit:i) -> all (seq:i, offer_id:t, country:T, kind:t, test:i)
-- Leads by the time of receipt, for trying rules.
SELECT seq, offer_id, country, kind, test FROM lead
 WHERE publisher_id = $1 AND seq > $2 AND seq < $3 ORDER BY seq LIMIT $4;

-- assign_free(publisher:t, after_due:i, after_seq:i, limit:i) -> all (lead_id:u, seq:i, due_sort:i, offer_id:t, country:T)
-- Open leads of nobody and of no team behind a cursor, those that are due first before the others.
SELECT lead_id, seq, due_sort, offer_id, country FROM lead
 WHERE publisher_id = $1 AND (due_sort, seq) > ($2, $3) AND owner_id IS NULL AND status <> 'Closed' AND test = 0
   AND kind <> 'information' AND team_id IS NULL
 ORDER BY due_sort, seq LIMIT $4;

-- away_list(publisher:t, now:i) -> all (account_id:u, email:t, until_at:i)
SELECT w.account_id, a.email, w.until_at FROM account_away w JOIN account a ON a.account_id = w.account_id
 WHERE w.publisher_id = $1 AND w.until_at > $2 ORDER BY w.account_id;

-- away_put(publisher:t, account:u, until:i)
INSERT INTO account_away (publisher_id, account_id, until_at) VALUES ($1, $2, $3)
ON CONFLICT (publisher_id, account_id) DO UPDATE SET until_at = excluded.until_at;

-- away_gone(publisher:t, account:u)
DELETE FROM account_away WHERE publisher_id = $1 AND account_id = $2;

-- assign_last(publisher:t, lead:u) -> one (entry_id:u, at:i, detail:t)
-- How rules gave the lead away last.
SELECT entry_id, at, detail FROM timeline_entry
 WHERE publisher_id = $1 AND lead_id = $2 AND type = 'assigned' ORDER BY entry_id DESC LIMIT 1;
