-- How a publisher works on its leads, and where each of them stands.

-- A process that a publisher has written down; the one with the id 'default' stands for the one that is shipped, which
-- has no rows. attempts: what is to be tried before a lead may be closed as lost without a word. An empty name here and
-- below is the shipped one, in the reader's language.
CREATE TABLE process (
  publisher_id TEXT NOT NULL,
  process_id TEXT NOT NULL CHECK (length(process_id) BETWEEN 1 AND 64),
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, process_id)
);

-- Its stages in the order of n. target_days 0: none. gate: what is behind it wants the required items.
CREATE TABLE process_stage (
  publisher_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  n BIGINT NOT NULL,
  name TEXT NOT NULL,
  exit TEXT NOT NULL,
  target_days BIGINT NOT NULL,
  gate SMALLINT NOT NULL,
  PRIMARY KEY (publisher_id, process_id, stage)
);

-- What qualifies a lead.
CREATE TABLE process_item (
  publisher_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  item TEXT NOT NULL,
  n BIGINT NOT NULL,
  name TEXT NOT NULL,
  required SMALLINT NOT NULL,
  PRIMARY KEY (publisher_id, process_id, item)
);

-- The offers that have one of their own.
CREATE TABLE process_offer (
  publisher_id TEXT NOT NULL,
  offer_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  PRIMARY KEY (publisher_id, offer_id)
);

-- Where a lead stands: a row for each Active one, and for no other. seq is the lead's; late_at: when its stage has
-- taken longer than it should, NULL: never. value and currency are the deal's, as they count in stage_total ('' none).
CREATE TABLE lead_stage (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  process_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  entered_at BIGINT NOT NULL,
  late_at BIGINT,
  value BIGINT NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (publisher_id, lead_id)
);
-- A column of the board, those that came into it first on top.
CREATE INDEX lead_stage_board ON lead_stage (publisher_id, process_id, stage, entered_at, lead_id);
-- The list of those that are late: most that are looked at are open, and few of the open ones are looked at twice.
CREATE INDEX lead_stage_seq ON lead_stage (publisher_id, seq, late_at);

-- How many leads stand in a stage and what they are worth, by currency: kept, because adding up a column takes long.
CREATE TABLE stage_total (
  publisher_id TEXT NOT NULL,
  process_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  currency TEXT NOT NULL,
  n BIGINT NOT NULL,
  value BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, process_id, stage, currency)
);

-- An item of the checklist that was met by a lead; what was ticked before is in the timeline.
CREATE TABLE lead_check (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  item TEXT NOT NULL,
  evidence TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, lead_id, item)
);

-- A move to another stage is a transition like the others, from and to the same substatus. was_stage: where the lead
-- stood before, NULL: nowhere. few: it was closed as lost after too few attempts, which was counted.
ALTER TABLE lead_move ADD COLUMN was_process TEXT;
ALTER TABLE lead_move ADD COLUMN was_stage TEXT;
ALTER TABLE lead_move ADD COLUMN was_entered_at BIGINT;
ALTER TABLE lead_move ADD COLUMN few SMALLINT;

-- The lead's seq while it is open and one attempt was made: the list of those that somebody gave up on too soon.
ALTER TABLE engagement ADD COLUMN once_seq BIGINT;
CREATE INDEX engagement_once ON engagement (publisher_id, once_seq) WHERE once_seq IS NOT NULL;
