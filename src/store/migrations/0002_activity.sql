-- What happened: for the live stream, the numbers of the navigation, the audit, and erasures.

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

-- Who changed what, in a chain for each publisher ('' is the whole installation): hash is of the row and of the
-- hash before it, so that no row can be changed or taken out unseen. Ids only, no person's words or addresses.
-- actor: an account's or a token's id, or 'command line'. ref: what it was done to.
CREATE TABLE audit (
  publisher_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  audit_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  verb TEXT NOT NULL,
  ref TEXT NOT NULL,
  status BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (publisher_id, n)
);
CREATE UNIQUE INDEX audit_id ON audit (publisher_id, audit_id);
CREATE INDEX audit_actor ON audit (publisher_id, actor, audit_id);
CREATE INDEX audit_ref ON audit (publisher_id, ref, audit_id) WHERE ref <> '';

-- Where each chain ends. sealed: n and hash under the installation's key, which is not in the store.
CREATE TABLE audit_head (
  publisher_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (publisher_id)
);

-- Whose personal data were erased, and how much of it there was. settled_at: when the search index was rid of the
-- words, too; until then it has them, marked as deleted.
CREATE TABLE erasure (
  publisher_id TEXT NOT NULL,
  customer_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  leads BIGINT NOT NULL,
  receipts BIGINT NOT NULL,
  settled_at BIGINT,
  PRIMARY KEY (publisher_id, customer_id)
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
