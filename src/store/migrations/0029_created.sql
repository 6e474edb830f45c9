-- Referrals that are made here (docs/referrals.md#creating): how qualified who made one said that it is; NULL: as what
-- the marketplace sends. And a lead by its id in the publisher's CRM, of which a new one must not be another's.
ALTER TABLE engagement ADD COLUMN qualification TEXT;
CREATE INDEX engagement_crm ON engagement (publisher_id, crm_id, lead_id) WHERE crm_id IS NOT NULL;
