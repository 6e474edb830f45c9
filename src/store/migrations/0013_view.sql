-- Views of the lead list that people keep.

-- query: the query of GET /leads as JSON, without its words, which erasing looks for (words). account_id: whose it is;
-- of a shared one who made it, NULL for a program. publisher_id '': of those who belong to the installation.
-- erased_at: words were taken out of it. One that was removed can be had back for a while.
CREATE TABLE saved_view (
  publisher_id TEXT NOT NULL,
  view_id BYTEA NOT NULL,
  account_id BYTEA,
  shared SMALLINT NOT NULL,
  name TEXT NOT NULL,
  words TEXT,
  query TEXT NOT NULL,
  place BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  erased_at BIGINT,
  removed_at BIGINT,
  PRIMARY KEY (publisher_id, view_id)
);
CREATE INDEX saved_view_account ON saved_view (publisher_id, account_id, shared, place, view_id);
CREATE INDEX saved_view_shared ON saved_view (publisher_id, place, view_id) WHERE shared = 1;

-- The view that a person begins with: the name of a shipped one, or an id; '': the first.
ALTER TABLE account ADD COLUMN lead_view TEXT NOT NULL DEFAULT '';
