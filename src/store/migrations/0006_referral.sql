-- Referrals: leads as Partner Center's API shows them (docs/referrals.md).

-- When a lead was changed last, as a seq: the time in its upper bits. NULL: not since it was received, so that its
-- own seq says it. An index of its own for lists by the time of change, of those leads alone that have changed.
ALTER TABLE lead ADD COLUMN updated_seq BIGINT;
CREATE INDEX lead_updated ON lead (publisher_id, updated_seq, lead_id) WHERE updated_seq IS NOT NULL;

-- Who is told of changes: one registration a publisher. Its address and its secret are the destination's; events are
-- bits (hook/hook.h).
CREATE TABLE webhook (
  publisher_id TEXT NOT NULL,
  destination_id BYTEA NOT NULL,
  events BIGINT NOT NULL,
  PRIMARY KEY (publisher_id)
);

-- Its tests, and what came of them. The id says when; done_at NULL: under way.
CREATE TABLE webhook_test (
  publisher_id TEXT NOT NULL,
  test_id BYTEA NOT NULL,
  done_at BIGINT,
  status BIGINT,
  site BIGINT,
  detail TEXT,
  PRIMARY KEY (publisher_id, test_id)
);
