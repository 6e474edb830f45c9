-- The list of leads that were lost after too few attempts: each of these transitions that was not taken back, in the order of
-- receipt. few_seq: the lead's seq, NULL for all others.
ALTER TABLE lead_move ADD COLUMN few_seq BIGINT;
UPDATE lead_move SET few_seq = (SELECT l.seq FROM lead l WHERE l.publisher_id = lead_move.publisher_id AND l.lead_id = lead_move.lead_id)
 WHERE few = 1 AND undone_by IS NULL;
CREATE INDEX lead_move_few ON lead_move (publisher_id, few_seq) WHERE few_seq IS NOT NULL;
