-- match_hold() -> one (n:i)
-- Takes the lock that all who move leads take first; n counts them.
UPDATE version SET n = n WHERE name = 'customers' RETURNING n;

-- match_leads(publisher:t, after:u, limit:i) -> all (lead_id:u, customer_id:u, test:i, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T)
-- What is compared of the leads behind one.
SELECT lead_id, customer_id, test, first_name, last_name, email, phone, country, company, title
  FROM lead WHERE publisher_id = $1 AND lead_id > $2 ORDER BY lead_id LIMIT $3;

-- match_regrouped(publisher:t, n:i) -> walk (lead_id:u, to_customer:U)
-- Leads that were moved after n, in the order of the moves.
SELECT l.lead_id, l.to_customer
  FROM regroup r JOIN regroup_lead l ON l.publisher_id = r.publisher_id AND l.regroup_id = r.regroup_id
 WHERE r.publisher_id = $1 AND r.n > $2 ORDER BY r.n;

-- match_between(publisher:t, one:u, other:u) -> one (state:t)
-- batch: set
-- What is known of two customers being one: 'different' comes first but for 'asked', a question that a user left
-- open by taking back what the matcher had joined. CROSS JOIN: the leads of the one lead, and not all pairs of the
-- publisher.
SELECT CASE WHEN state = 'review' AND decided_by IS NOT NULL THEN 'asked' ELSE state END AS state FROM
  (SELECT p.state, p.decided_by FROM lead a CROSS JOIN match_pair p CROSS JOIN lead b
    WHERE a.publisher_id = $1 AND a.customer_id = $2 AND p.publisher_id = $1 AND p.lead_a = a.lead_id
      AND b.publisher_id = $1 AND b.lead_id = p.lead_b AND b.customer_id = $3
   UNION ALL
   SELECT p.state, p.decided_by FROM lead a CROSS JOIN match_pair p CROSS JOIN lead b
    WHERE a.publisher_id = $1 AND a.customer_id = $2 AND p.publisher_id = $1 AND p.lead_b = a.lead_id
      AND b.publisher_id = $1 AND b.lead_id = p.lead_a AND b.customer_id = $3) known
 ORDER BY 1 LIMIT 1;

-- match_pair_put(publisher:t, pair:u, lead_a:u, lead_b:u, state:t, bits:i, pattern:i, model:i, at:i)
-- batch: set
INSERT INTO match_pair (publisher_id, pair_id, lead_a, lead_b, state, bits, pattern, model, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (publisher_id, lead_a, lead_b) DO NOTHING;
