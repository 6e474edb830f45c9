-- Lists of what people marked: the hearts, how good a lead is, whether the customer means to buy on the marketplace. An
-- index each in the order of receipt, in which a lead is only while it is marked. seq: the lead's.
ALTER TABLE engagement ADD COLUMN seq BIGINT;
UPDATE engagement SET seq = (SELECT l.seq FROM lead l WHERE l.publisher_id = engagement.publisher_id AND l.lead_id = engagement.lead_id);
CREATE INDEX engagement_favorite ON engagement (publisher_id, seq) WHERE favorite = 1;
CREATE INDEX engagement_quality ON engagement (publisher_id, quality, seq) WHERE quality IS NOT NULL;
CREATE INDEX engagement_intent ON engagement (publisher_id, purchase_intent, seq) WHERE purchase_intent IS NOT NULL;
