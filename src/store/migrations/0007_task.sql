-- What somebody is to do for a lead: the next step, a call, a meeting. owner_id: who, NULL: nobody in particular.
-- ends_at and place: of meetings; sequence counts what its guests were to be told of. done_at: it is over, by outcome.
CREATE TABLE task (
  publisher_id TEXT NOT NULL,
  task_id BYTEA NOT NULL,
  lead_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  place TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  ends_at BIGINT,
  owner_id BYTEA,
  sequence BIGINT NOT NULL,
  outcome TEXT,
  done_at BIGINT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, task_id)
);
CREATE INDEX task_due ON task (publisher_id, due_at, task_id) WHERE done_at IS NULL;
CREATE INDEX task_owner ON task (publisher_id, owner_id, due_at, task_id) WHERE done_at IS NULL;
CREATE INDEX task_lead ON task (publisher_id, lead_id, due_at, task_id);
