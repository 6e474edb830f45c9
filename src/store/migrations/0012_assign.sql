-- Rules that give leads which come to people and teams.

-- Counts the changes of a publisher's rules, for who keeps them in memory. No row: there never was one.
CREATE TABLE assign_state (
  publisher_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (publisher_id)
);

-- way: person, team, round-robin or least-load. account_id: of the first; team_id: of the others. offer_id '': any.
CREATE TABLE assign_rule (
  publisher_id TEXT NOT NULL,
  rule_id TEXT NOT NULL CHECK (length(rule_id) BETWEEN 1 AND 64),
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  offer_id TEXT NOT NULL,
  way TEXT NOT NULL,
  account_id BYTEA,
  team_id BYTEA,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, rule_id)
);

-- What a rule is for, a row for each country ('': any). Its key is what keeps two rules from being for the same.
CREATE TABLE assign_condition (
  publisher_id TEXT NOT NULL,
  offer_id TEXT NOT NULL,
  country TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  PRIMARY KEY (publisher_id, offer_id, country)
);
CREATE INDEX assign_condition_rule ON assign_condition (publisher_id, rule_id, country);

-- Whose turn it is in a team: the one with the least number, and before them whoever has none.
CREATE TABLE assign_turn (
  publisher_id TEXT NOT NULL,
  team_id BYTEA NOT NULL,
  account_id BYTEA NOT NULL,
  turn BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, team_id, account_id)
);

-- Who is away, and until when; what is past says nothing.
CREATE TABLE account_away (
  publisher_id TEXT NOT NULL,
  account_id BYTEA NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, account_id)
);

-- How many open leads somebody has: an index in which a lead is only while somebody works on it.
CREATE INDEX lead_owner_open ON lead (publisher_id, owner_id) WHERE owner_id IS NOT NULL AND status <> 'Closed';
