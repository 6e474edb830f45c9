-- Referrals: leads as Partner Center's API shows them (docs/referrals.md).

-- When a lead was changed last, as a seq: the time in its upper bits. NULL: not since it was received, so that its
-- own seq says it. An index of its own for lists by the time of change, of those leads alone that have changed.
ALTER TABLE lead ADD COLUMN updated_seq BIGINT;
CREATE INDEX lead_updated ON lead (publisher_id, updated_seq, lead_id) WHERE updated_seq IS NOT NULL;
