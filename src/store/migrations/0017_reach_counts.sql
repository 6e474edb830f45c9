-- What somebody reaches on the board: an index for each part of a reach, in which a lead is only while it is worked on, so
-- that receiving one costs nothing.
CREATE INDEX lead_owner_active ON lead (publisher_id, owner_id, seq) WHERE owner_id IS NOT NULL AND status = 'Active';
CREATE INDEX lead_team_active ON lead (publisher_id, team_id, seq) WHERE team_id IS NOT NULL AND status = 'Active';
CREATE INDEX lead_offer_active ON lead (publisher_id, offer_id, seq) WHERE status = 'Active';
