CREATE TABLE lead_search (
  publisher_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  tokens TSVECTOR NOT NULL,
  PRIMARY KEY (publisher_id, seq)
);
CREATE INDEX lead_search_tokens ON lead_search USING GIN (tokens);
