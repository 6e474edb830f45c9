-- Every key begins with publisher_id, so that a distributed PostgreSQL can shard on it. The exceptions
-- are looked up before the publisher is known: publisher, intake_key, account, session, token,
-- signin_link, lease, version, migration. Ids are 16 bytes (UUIDv7), times ms since 1970, flags 0 or 1.
-- BYTEA has no text affinity in SQLite, so bytes stay bytes there too.

CREATE TABLE publisher (
  publisher_id TEXT NOT NULL CHECK (length(publisher_id) BETWEEN 1 AND 128),
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id)
);

-- offer_id is the part behind the first dot. listing: the calls to action, comma-separated.
CREATE TABLE offer (
  publisher_id TEXT NOT NULL,
  offer_id TEXT NOT NULL CHECK (length(offer_id) BETWEEN 1 AND 128),
  title TEXT NOT NULL,
  listing TEXT NOT NULL,
  transactable SMALLINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, offer_id)
);

-- The key is looked up by its hash; sealed, so that its URL can be shown again.
CREATE TABLE intake_key (
  key_hash BYTEA NOT NULL,
  publisher_id TEXT NOT NULL,
  offer_id TEXT NOT NULL,
  key_sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  PRIMARY KEY (key_hash)
);
CREATE INDEX intake_key_offer ON intake_key (publisher_id, offer_id, created_at);

-- publisher_id '' belongs to the whole installation.
CREATE TABLE account (
  account_id BYTEA NOT NULL,
  publisher_id TEXT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT,
  language TEXT NOT NULL,
  theme TEXT NOT NULL,
  density TEXT NOT NULL,
  active SMALLINT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT,
  PRIMARY KEY (account_id)
);
CREATE UNIQUE INDEX account_email ON account (email);
CREATE INDEX account_publisher ON account (publisher_id, email);

CREATE TABLE session (
  token_hash BYTEA NOT NULL,
  account_id BYTEA NOT NULL,
  csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE token (
  token_id BYTEA NOT NULL,
  token_hash BYTEA NOT NULL,
  publisher_id TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  PRIMARY KEY (token_id)
);
CREATE UNIQUE INDEX token_by_hash ON token (token_hash);

CREATE TABLE signin_link (
  token_hash BYTEA NOT NULL,
  account_id BYTEA NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (token_hash)
);

-- One process at a time for a job; whoever holds it renews it. term counts those who held it; until_at 0: it
-- was given back.
CREATE TABLE lease (
  name TEXT NOT NULL,
  holder BYTEA NOT NULL,
  until_at BIGINT NOT NULL,
  term BIGINT NOT NULL,
  PRIMARY KEY (name)
);

-- Counts changes of what processes keep in memory (keys, destinations, accounts): they look once a second.
CREATE TABLE version (
  name TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (name)
);
INSERT INTO version (name, n) VALUES ('keys', 1), ('destinations', 1), ('accounts', 1), ('customers', 1);

-- One message as it arrived. slot makes "the same bytes within the window" a unique key: it is the slot
-- of the earlier receipt while that is inside the window, else a new one. 0: the one process that writes
-- (SQLite) remembers them itself, because the index would cost more than all the rest.
-- A row of a file is a receipt too: load_id is the import that brought it, load_key what tells the same row
-- in the same or another file. Its received_at is the row's own date; its id is as young as the import.
CREATE TABLE receipt (
  publisher_id TEXT NOT NULL,
  receipt_id BYTEA NOT NULL,
  offer_id TEXT NOT NULL,
  body_hash BYTEA NOT NULL,
  slot BIGINT NOT NULL,
  state TEXT NOT NULL,
  arrivals BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  crashes BIGINT NOT NULL,
  problem_code TEXT,
  problem_text TEXT,
  content_type TEXT NOT NULL,
  body BYTEA NOT NULL,
  load_id BYTEA,
  load_key BYTEA,
  PRIMARY KEY (publisher_id, receipt_id)
);
CREATE UNIQUE INDEX receipt_same ON receipt (publisher_id, offer_id, body_hash, slot) WHERE slot > 0;
CREATE UNIQUE INDEX receipt_load_key ON receipt (publisher_id, load_key) WHERE load_key IS NOT NULL;
CREATE INDEX receipt_load ON receipt (publisher_id, load_id, receipt_id) WHERE load_id IS NOT NULL;
CREATE INDEX receipt_waiting ON receipt (publisher_id, receipt_id) WHERE state = 'waiting';
CREATE INDEX receipt_trouble ON receipt (publisher_id, state, receipt_id)
  WHERE state IN ('unreadable', 'set-aside');

-- One file of rows that was read in. about: what was told of the file, and what each column was taken for
-- (JSON, never looked into by SQL). Its state is uploading, ready, checked, reading, placing, done, failed,
-- undoing or undone; work is what the server owes it (check, import, undo), NULL when nothing. map to tab are
-- what a person said of the file; map has a line for each column, "COLUMN:field". rows_total is known once all
-- rows were read.
CREATE TABLE load (
  publisher_id TEXT NOT NULL,
  load_id BYTEA NOT NULL,
  offer_id TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_bytes BIGINT NOT NULL,
  file_hash BYTEA NOT NULL,
  deliver SMALLINT NOT NULL,
  about TEXT NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL,
  problem_code TEXT,
  problem_text TEXT,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  undone_at BIGINT,
  undone_by TEXT,
  read_bytes BIGINT NOT NULL,
  rows_read BIGINT NOT NULL,
  rows_new BIGINT NOT NULL,
  rows_known BIGINT NOT NULL,
  rows_changed BIGINT NOT NULL,
  rows_refused BIGINT NOT NULL,
  rows_ignored BIGINT NOT NULL,
  rows_test BIGINT NOT NULL,
  pc_archived BIGINT NOT NULL,
  pc_archives BIGINT NOT NULL,
  pc_expired BIGINT NOT NULL,
  pc_expires BIGINT NOT NULL,
  work TEXT,
  map TEXT,
  encoding TEXT,
  delimiter TEXT,
  tab TEXT,
  rows_total BIGINT,
  PRIMARY KEY (publisher_id, load_id)
);
CREATE INDEX load_work ON load (publisher_id, load_id) WHERE work IS NOT NULL;

-- What has to be told of a row: all but those that were new or known and have no problem. A changed row says
-- what it asks of its lead; old_ is what the lead had before, NULL while nothing was taken over.
CREATE TABLE load_row (
  publisher_id TEXT NOT NULL,
  load_id BYTEA NOT NULL,
  n BIGINT NOT NULL,
  line BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  problem TEXT,
  receipt_id BYTEA,
  row_hash BYTEA,
  status TEXT,
  substatus TEXT,
  dnc SMALLINT NOT NULL,
  old_status TEXT,
  old_substatus TEXT,
  old_dnc BIGINT,
  PRIMARY KEY (publisher_id, load_id, n)
);
CREATE INDEX load_row_receipt ON load_row (publisher_id, receipt_id, load_id, n) WHERE receipt_id IS NOT NULL;

-- The golden record of one person: a pure function of the leads that point here and of what a user has set.
-- email_key is the one of the golden record, for looking up; after a split two customers may share it.
-- A customer that was merged has no leads any more, keeps its id for ever, and points on.
CREATE TABLE customer (
  publisher_id TEXT NOT NULL,
  customer_id BYTEA NOT NULL,
  email_key TEXT,
  first_name TEXT,
  last_name TEXT,
  email TEXT,
  phone TEXT,
  country TEXT,
  company TEXT,
  title TEXT,
  leads BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  merged_into BYTEA,
  PRIMARY KEY (publisher_id, customer_id)
);
CREATE INDEX customer_email ON customer (publisher_id, email_key, customer_id) WHERE email_key IS NOT NULL;
CREATE INDEX customer_last ON customer (publisher_id, last_at, customer_id) WHERE merged_into IS NULL;
CREATE INDEX customer_country ON customer (publisher_id, country, last_at, customer_id)
  WHERE merged_into IS NULL AND country IS NOT NULL;

-- A value that a user has set, whatever the leads say.
CREATE TABLE customer_override (
  publisher_id TEXT NOT NULL,
  customer_id BYTEA NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, customer_id, field)
);

-- seq orders leads by the time of receipt, is unique, and names the lead in the search index. due_sort is
-- due_at while a first response is owed, else LEAD_DUE_NONE: one index serves the clock's order.
-- matched: the lead that made this one its customer's when it came (weight in thousandths of a bit, what was
-- compared, by which model); NULL when it was the first, or came with nothing to compare.
CREATE TABLE lead (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  offer_id TEXT NOT NULL,
  customer_id BYTEA NOT NULL,
  source TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  substatus TEXT NOT NULL,
  owner_id BYTEA,
  received_at BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  touches BIGINT NOT NULL,
  test SMALLINT NOT NULL,
  dnc SMALLINT NOT NULL,
  bought SMALLINT NOT NULL,
  hot SMALLINT NOT NULL,
  due_at BIGINT,
  due_sort BIGINT NOT NULL,
  warm_until BIGINT,
  responded_at BIGINT,
  read_at BIGINT,
  flags BIGINT NOT NULL,
  lead_source TEXT,
  description TEXT,
  first_name TEXT,
  last_name TEXT,
  email TEXT,
  phone TEXT,
  country TEXT,
  company TEXT,
  title TEXT,
  matched_lead BYTEA,
  matched_bits BIGINT,
  matched_pattern BIGINT,
  matched_model BIGINT,
  PRIMARY KEY (publisher_id, lead_id)
);
CREATE UNIQUE INDEX lead_seq ON lead (publisher_id, seq);
CREATE INDEX lead_offer ON lead (publisher_id, offer_id, seq);
CREATE INDEX lead_customer ON lead (publisher_id, customer_id, offer_id, action, seq);
CREATE INDEX lead_due ON lead (publisher_id, kind, source, action, due_sort, seq);
CREATE INDEX lead_unread ON lead (publisher_id, seq) WHERE read_at IS NULL AND test = 0;
CREATE INDEX lead_owner ON lead (publisher_id, owner_id, seq) WHERE owner_id IS NOT NULL;
CREATE INDEX lead_test ON lead (publisher_id, seq) WHERE test = 1;
CREATE INDEX lead_status ON lead (publisher_id, status, seq) WHERE status <> 'New';
CREATE INDEX lead_substatus ON lead (publisher_id, substatus, seq) WHERE substatus <> 'Received';

-- Leads that went from one customer to another after they had come: by a user's verdict or by matching anew.
-- n counts them in the order of their commits, so that who keeps matches in memory can follow.
CREATE TABLE regroup (
  publisher_id TEXT NOT NULL,
  regroup_id BYTEA NOT NULL,
  n BIGINT NOT NULL,
  verb TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_by BYTEA,
  rematch_id BYTEA,
  PRIMARY KEY (publisher_id, regroup_id)
);
CREATE UNIQUE INDEX regroup_n ON regroup (publisher_id, n);
CREATE INDEX regroup_rematch ON regroup (publisher_id, rematch_id, n) WHERE rematch_id IS NOT NULL;

-- All leads of a publisher matched anew, by one regroup for each change. state: applying, done, undoing or
-- undone. The model of the last one that is done is the one that leads are matched by when they arrive.
CREATE TABLE rematch (
  publisher_id TEXT NOT NULL,
  rematch_id BYTEA NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL,
  model BIGINT NOT NULL,
  threshold BIGINT NOT NULL,
  leads BIGINT NOT NULL,
  merged BIGINT NOT NULL,
  split BIGINT NOT NULL,
  moved BIGINT NOT NULL,
  held BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (publisher_id, rematch_id)
);

-- to_customer NULL: the lead is gone.
CREATE TABLE regroup_lead (
  publisher_id TEXT NOT NULL,
  regroup_id BYTEA NOT NULL,
  lead_id BYTEA NOT NULL,
  from_customer BYTEA NOT NULL,
  to_customer BYTEA,
  PRIMARY KEY (publisher_id, regroup_id, lead_id)
);
CREATE INDEX regroup_lead_lead ON regroup_lead (publisher_id, lead_id, regroup_id);
CREATE INDEX regroup_lead_from ON regroup_lead (publisher_id, from_customer, regroup_id);
CREATE INDEX regroup_lead_to ON regroup_lead (publisher_id, to_customer, regroup_id);

-- What a regroup wrote to a pair, and what was there (was NULL: nothing), so that undoing it is exact.
CREATE TABLE regroup_pair (
  publisher_id TEXT NOT NULL,
  regroup_id BYTEA NOT NULL,
  pair_id BYTEA NOT NULL,
  was TEXT,
  was_at BIGINT,
  was_by TEXT,
  state TEXT NOT NULL,
  PRIMARY KEY (publisher_id, regroup_id, pair_id)
);
CREATE INDEX regroup_pair_pair ON regroup_pair (publisher_id, pair_id, regroup_id);

-- Two leads of two customers that may be one, or that a user has told to be the same or different; lead_a is
-- the smaller id. 'different' holds for ever: what joins the two customers must look here.
CREATE TABLE match_pair (
  publisher_id TEXT NOT NULL,
  pair_id BYTEA NOT NULL,
  lead_a BYTEA NOT NULL,
  lead_b BYTEA NOT NULL,
  state TEXT NOT NULL,
  bits BIGINT NOT NULL,
  pattern BIGINT NOT NULL,
  model BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT,
  PRIMARY KEY (publisher_id, pair_id)
);
CREATE UNIQUE INDEX match_pair_leads ON match_pair (publisher_id, lead_a, lead_b);
CREATE INDEX match_pair_b ON match_pair (publisher_id, lead_b);
CREATE INDEX match_pair_state ON match_pair (publisher_id, state, bits, pair_id);

-- Every model that was ever used, so that a match can always be explained by the one that made it. The
-- shipped one has the number 0 and no row.
CREATE TABLE match_model (
  publisher_id TEXT NOT NULL,
  model BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  leads BIGINT NOT NULL,
  pairs BIGINT NOT NULL,
  numbers BYTEA NOT NULL,
  PRIMARY KEY (publisher_id, model)
);

-- What one receipt said: the texts as received, and the notes on what was understood (JSON, never
-- looked into by SQL).
CREATE TABLE touch (
  publisher_id TEXT NOT NULL,
  receipt_id BYTEA NOT NULL,
  ordinal BIGINT NOT NULL,
  lead_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  flags BIGINT NOT NULL,
  as_received TEXT NOT NULL,
  notes TEXT NOT NULL,
  PRIMARY KEY (publisher_id, receipt_id, ordinal)
);

CREATE INDEX touch_lead ON touch (publisher_id, lead_id, at);

-- offer_id '' serves all offers of the publisher; one of its own wins. version counts its settings.
CREATE TABLE destination (
  publisher_id TEXT NOT NULL,
  destination_id BYTEA NOT NULL,
  offer_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  state_reason TEXT,
  settings_sealed BYTEA NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  refusals BIGINT NOT NULL DEFAULT 0,
  suspended_until BIGINT,
  last_success_at BIGINT,
  last_failure_at BIGINT,
  last_error TEXT,
  p50_ms BIGINT,
  p95_ms BIGINT,
  PRIMARY KEY (publisher_id, destination_id)
);

-- Something that a person should look at: raised once, over when its cause is. ref: whose (a destination's id, an
-- offer). told_at: mailed to those who look after the publisher; telling_until: somebody is about to.
CREATE TABLE alarm (
  publisher_id TEXT NOT NULL,
  alarm_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  ref TEXT NOT NULL,
  name TEXT NOT NULL,
  detail TEXT NOT NULL,
  raised_at BIGINT NOT NULL,
  over_at BIGINT,
  told_at BIGINT,
  telling_until BIGINT,
  PRIMARY KEY (publisher_id, alarm_id)
);
CREATE UNIQUE INDEX alarm_lasting ON alarm (publisher_id, kind, ref) WHERE over_at IS NULL;

-- One lead owed to one destination. contact: what "per contact" orders by. since_at:
-- where maxAge begins; a replay and a resume move it.
CREATE TABLE delivery (
  publisher_id TEXT NOT NULL,
  delivery_id BYTEA NOT NULL,
  destination_id BYTEA NOT NULL,
  lead_id BYTEA NOT NULL,
  contact BYTEA NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  replays BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  since_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  lease_until BIGINT,
  lease_holder BYTEA,
  done_at BIGINT,
  outcome TEXT,
  http_status BIGINT,
  code TEXT,
  detail TEXT,
  remote_id TEXT,
  recipient TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (publisher_id, delivery_id)
);
CREATE UNIQUE INDEX delivery_lead ON delivery (publisher_id, lead_id, destination_id, recipient);
-- Two lanes, so that a backlog of retries never stands in front of today's lead.
CREATE INDEX delivery_fresh ON delivery (publisher_id, destination_id, next_at, delivery_id)
  WHERE state = 'due' AND attempts = 0;
CREATE INDEX delivery_again ON delivery (publisher_id, destination_id, next_at, delivery_id)
  WHERE state = 'due' AND attempts > 0;
CREATE INDEX delivery_leased ON delivery (publisher_id, lease_until, delivery_id) WHERE state = 'leased';
CREATE INDEX delivery_state ON delivery (publisher_id, state, delivery_id) WHERE state <> 'done';
CREATE INDEX delivery_contact ON delivery (publisher_id, destination_id, contact, delivery_id)
  WHERE state IN ('due', 'leased', 'parked');

CREATE TABLE attempt (
  publisher_id TEXT NOT NULL,
  delivery_id BYTEA NOT NULL,
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  http_status BIGINT,
  code TEXT,
  detail TEXT,
  PRIMARY KEY (publisher_id, delivery_id, n)
);
