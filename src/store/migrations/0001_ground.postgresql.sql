CREATE TABLE lead_search (
  publisher_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  tokens TSVECTOR NOT NULL,
  PRIMARY KEY (publisher_id, seq)
);
-- New words wait in a list that searches read too; a job of the server works them in, so that placing need not.
CREATE INDEX lead_search_tokens ON lead_search USING GIN (tokens) WITH (gin_pending_list_limit = 16384);
