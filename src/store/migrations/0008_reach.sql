-- Teams, whose a lead is beside its owner; and how far a person or a program reaches.

CREATE TABLE team (
  publisher_id TEXT NOT NULL,
  team_id BYTEA NOT NULL,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, team_id)
);

-- Whoever is in several: the one they joined first is their leads' team.
CREATE TABLE team_member (
  publisher_id TEXT NOT NULL,
  account_id BYTEA NOT NULL,
  team_id BYTEA NOT NULL,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, account_id, team_id)
);
CREATE INDEX team_member_team ON team_member (publisher_id, team_id, account_id);

-- The offers of those who reach offers only. holder_id: an account or a token.
CREATE TABLE reach_offer (
  publisher_id TEXT NOT NULL,
  holder_id BYTEA NOT NULL,
  offer_id TEXT NOT NULL,
  PRIMARY KEY (publisher_id, holder_id, offer_id)
);

-- all, own, team or offers.
ALTER TABLE account ADD COLUMN reach TEXT NOT NULL DEFAULT 'all';
ALTER TABLE token ADD COLUMN reach TEXT NOT NULL DEFAULT 'all';

-- A lead that nobody was given yet has no team, and costs the index nothing.
ALTER TABLE lead ADD COLUMN team_id BYTEA;
CREATE INDEX lead_team ON lead (publisher_id, team_id, seq) WHERE team_id IS NOT NULL;

INSERT INTO version (name, n) VALUES ('reach', 1);
