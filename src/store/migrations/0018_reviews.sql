-- How many open questions there are about a customer: sides of pairs in review that are leads of its own. Kept by who
-- writes pairs or moves leads, so that the list of those that may be the same as another one reads its page alone.
ALTER TABLE customer ADD COLUMN reviews BIGINT NOT NULL DEFAULT 0;
UPDATE customer SET reviews =
       (SELECT count(*) FROM lead l CROSS JOIN match_pair p
         WHERE l.publisher_id = customer.publisher_id AND l.customer_id = customer.customer_id
           AND p.publisher_id = l.publisher_id AND p.lead_a = l.lead_id
           AND CASE WHEN p.state = 'review' THEN 1 ELSE 0 END = 1)
     + (SELECT count(*) FROM lead l CROSS JOIN match_pair p
         WHERE l.publisher_id = customer.publisher_id AND l.customer_id = customer.customer_id
           AND p.publisher_id = l.publisher_id AND p.lead_b = l.lead_id
           AND CASE WHEN p.state = 'review' THEN 1 ELSE 0 END = 1)
 WHERE (publisher_id, customer_id) IN
       (SELECT l.publisher_id, l.customer_id FROM match_pair p CROSS JOIN lead l
         WHERE p.state = 'review' AND l.publisher_id = p.publisher_id AND l.lead_id = p.lead_a
        UNION
        SELECT l.publisher_id, l.customer_id FROM match_pair p CROSS JOIN lead l
         WHERE p.state = 'review' AND l.publisher_id = p.publisher_id AND l.lead_id = p.lead_b);
CREATE INDEX customer_review ON customer (publisher_id, last_at, customer_id) WHERE merged_into IS NULL AND reviews > 0;
CREATE INDEX customer_review_country ON customer (publisher_id, country, last_at, customer_id)
  WHERE merged_into IS NULL AND reviews > 0 AND country IS NOT NULL;
