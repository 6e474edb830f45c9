-- How many doubtful pairs of customers a rematch left: the number of ids that its questions may have.
ALTER TABLE rematch ADD COLUMN doubts BIGINT NOT NULL DEFAULT 0;
