-- Who came to own the lead by a move, NULL: nobody did, and the team that it was in before and is in since: an undo gives
-- both back while they are still so.
ALTER TABLE lead_move ADD COLUMN got_owner BYTEA;
ALTER TABLE lead_move ADD COLUMN was_team BYTEA;
ALTER TABLE lead_move ADD COLUMN got_team BYTEA;
