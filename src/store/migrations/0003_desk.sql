-- What was done with a lead after it had come, and what its record in a CRM says.

-- An entry of a lead's timeline that is no touch and no delivery. actor: an account's address, the name of a
-- token, or "destination ID" for what was heard from there. detail: JSON, never looked into by SQL.
CREATE TABLE timeline_entry (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  entry_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (publisher_id, lead_id, entry_id)
);

-- The desk: what people made of a lead. A row for each lead that somebody worked on, or the clock closed.
-- version counts changes, for those who change it at the same time. value: in the smallest unit of the currency.
-- attempts are calls and answers that were written down; reached: calls that were taken. worked_at: when a person
-- last did something, NULL when only the clock did.
CREATE TABLE engagement (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  name TEXT,
  value BIGINT,
  currency TEXT,
  time_frame TEXT,
  closing_on TEXT,
  notes TEXT,
  crm_id TEXT,
  campaign_id TEXT,
  quality TEXT,
  purchase_intent TEXT,
  favorite SMALLINT NOT NULL,
  reason TEXT,
  accepted_at BIGINT,
  closed_at BIGINT,
  attempts BIGINT NOT NULL,
  calls BIGINT NOT NULL,
  reached BIGINT NOT NULL,
  worked_at BIGINT,
  PRIMARY KEY (publisher_id, lead_id)
);

-- Every transition of a lead's state, with what it wrote over, so that undoing the last one is exact. move_id is
-- its entry in the timeline. version: the engagement's that it made; what was last is said by it, not by the clocks
-- of the servers.
CREATE TABLE lead_move (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  move_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  from_substatus TEXT NOT NULL,
  to_substatus TEXT NOT NULL,
  was_reason TEXT,
  was_accepted_at BIGINT,
  was_closed_at BIGINT,
  undone_by BYTEA,
  PRIMARY KEY (publisher_id, lead_id, version)
);

-- How far the records of a destination were read back, by the far side's clock. next: where the list that is being
-- read goes on, newest_at: the latest change that was seen, moved_at: when that was, by our clock. error is of the
-- last try; NULL: it could be read to its end.
CREATE TABLE follow (
  publisher_id TEXT NOT NULL,
  destination_id BYTEA NOT NULL,
  since_at BIGINT NOT NULL,
  newest_at BIGINT NOT NULL,
  moved_at BIGINT NOT NULL,
  next TEXT,
  next_at BIGINT NOT NULL,
  read_at BIGINT,
  failures BIGINT NOT NULL,
  error_code TEXT,
  error TEXT,
  PRIMARY KEY (publisher_id, destination_id)
);

-- What a destination said last of its record of a lead.
CREATE TABLE record (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  destination_id BYTEA NOT NULL,
  remote_id TEXT NOT NULL,
  status TEXT,
  standing TEXT NOT NULL,
  owner TEXT,
  owner_email TEXT,
  changed_at BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, lead_id, destination_id)
);

CREATE INDEX delivery_remote ON delivery (publisher_id, destination_id, remote_id, delivery_id)
  WHERE remote_id IS NOT NULL;
