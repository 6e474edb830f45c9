-- What the clock tells people: a warning, a breach, what was handed over, what is due.

-- The clocks that run: a row for each lead that owes a first response. step: how many steps of its publisher's chain
-- it has come. When the next one is due, the chain says: so a change of the chain changes no row that nobody was
-- told of.
CREATE TABLE lead_watch (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  due_at BIGINT NOT NULL,
  step BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, lead_id)
);
CREATE INDEX lead_watch_due ON lead_watch (publisher_id, step, due_at, lead_id);
INSERT INTO lead_watch (publisher_id, lead_id, due_at, step)
SELECT publisher_id, lead_id, due_sort, 0 FROM lead WHERE due_sort < 4102444800000;

-- The chain that a publisher has written down, a step a line; without a row it is the shipped one.
CREATE TABLE alert_chain (
  publisher_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  steps TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id)
);

-- Something that one person is told of one lead. ref and step tell apart what is told of it once each: the lead and
-- the step's minutes, the entry that handed it over, the task and when it is due. over_at: it is no matter any more.
-- mail: 1 while it waits for the next mail.
CREATE TABLE notification (
  publisher_id TEXT NOT NULL,
  account_id BYTEA NOT NULL,
  notification_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  ref BYTEA NOT NULL,
  step BIGINT NOT NULL,
  at BIGINT NOT NULL,
  read_at BIGINT,
  over_at BIGINT,
  mail SMALLINT NOT NULL,
  mailed_at BIGINT,
  PRIMARY KEY (publisher_id, account_id, notification_id)
);
CREATE UNIQUE INDEX notification_once ON notification (publisher_id, lead_id, account_id, kind, ref, step);
CREATE INDEX notification_unread ON notification (publisher_id, account_id, notification_id)
  WHERE read_at IS NULL AND over_at IS NULL;
CREATE INDEX notification_unmailed ON notification (publisher_id, account_id, at) WHERE mail = 1;

-- How a person wants to be told, publisher_id being the account's own; and the mails of the day that began at day_at.
-- muted: kinds that come by no mail, with blanks between. quiet: no mail outside of working time.
CREATE TABLE account_notice (
  publisher_id TEXT NOT NULL,
  account_id BYTEA NOT NULL,
  mail SMALLINT NOT NULL,
  quiet SMALLINT NOT NULL,
  muted TEXT NOT NULL,
  taken_until BIGINT NOT NULL,
  day_at BIGINT NOT NULL,
  day_mails BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, account_id)
);

-- The time for which its owner was told that it is due; NULL: not yet for this one.
ALTER TABLE task ADD COLUMN told_for BIGINT;
CREATE INDEX task_untold ON task (publisher_id, due_at, task_id) WHERE done_at IS NULL AND told_for IS NULL;
