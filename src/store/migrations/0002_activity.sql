-- What happened: for the live stream, the numbers of the navigation, and the audit.

-- What the live stream tells: written with the change itself, swept after an hour.
CREATE TABLE change (
  publisher_id TEXT NOT NULL,
  change_id BYTEA NOT NULL,
  noun TEXT NOT NULL,
  ref BYTEA NOT NULL,
  what TEXT NOT NULL,
  PRIMARY KEY (publisher_id, change_id)
);

-- Numbers kept at insert time, because counting a million rows takes 40 ms.
CREATE TABLE counter (
  publisher_id TEXT NOT NULL,
  name TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, name)
);

CREATE TABLE audit (
  publisher_id TEXT NOT NULL,
  audit_id BYTEA NOT NULL,
  actor TEXT NOT NULL,
  verb TEXT NOT NULL,
  ref TEXT NOT NULL,
  status BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, audit_id)
);

-- What an older store has already is counted once; from here on each change counts itself.
INSERT INTO counter (publisher_id, name, n)
SELECT publisher_id, 'leads', count(*) FROM lead WHERE test = 0 GROUP BY publisher_id;
INSERT INTO counter (publisher_id, name, n)
SELECT publisher_id, 'leads.unread', count(*) FROM lead WHERE test = 0 AND read_at IS NULL GROUP BY publisher_id;
INSERT INTO counter (publisher_id, name, n)
SELECT publisher_id, 'leads.test', count(*) FROM lead WHERE test = 1 GROUP BY publisher_id;
INSERT INTO counter (publisher_id, name, n)
SELECT publisher_id, 'leads.kind.' || kind, count(*) FROM lead WHERE test = 0 GROUP BY publisher_id, kind;
INSERT INTO counter (publisher_id, name, n)
SELECT publisher_id, 'leads.offer.' || offer_id, count(*) FROM lead WHERE test = 0 GROUP BY publisher_id, offer_id;
INSERT INTO counter (publisher_id, name, n)
SELECT publisher_id, 'receipts.' || state, count(*) FROM receipt
 WHERE state IN ('unreadable', 'set-aside') GROUP BY publisher_id, state;
