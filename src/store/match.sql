-- match_hold() -> one (n:i)
-- Takes the lock that all who move leads take first; n counts them.
UPDATE version SET n = n WHERE name = 'customers' RETURNING n;

-- match_leads(publisher:t, after:u, limit:i) -> all (lead_id:u, customer_id:u, seq:i, test:i, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T)
-- What is compared of the leads behind one.
SELECT lead_id, customer_id, seq, test, first_name, last_name, email, phone, country, company, title
  FROM lead WHERE publisher_id = $1 AND lead_id > $2 ORDER BY lead_id LIMIT $3;

-- match_tests(publisher:t, after:i, limit:i) -> all like match_leads
-- The same of test leads alone, behind a seq.
SELECT lead_id, customer_id, seq, test, first_name, last_name, email, phone, country, company, title
  FROM lead WHERE publisher_id = $1 AND test = 1 AND seq > $2 ORDER BY seq LIMIT $3;

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

-- match_said(publisher:t, state:t, after:u, limit:i) -> all (pair_id:u, lead_a:u, lead_b:u)
-- Pairs that a person said something of, behind one.
SELECT pair_id, lead_a, lead_b FROM match_pair
 WHERE publisher_id = $1 AND pair_id > $3 AND state = $2 AND decided_by IS NOT NULL ORDER BY pair_id LIMIT $4;

-- match_pinned(publisher:t, n:i) -> walk (lead_id:u)
-- Leads that a person gave to a customer, and that did not go back; and those that were erased, of which nothing is
-- known any more that could say whose they are.
SELECT l.lead_id FROM regroup r CROSS JOIN regroup_lead l
 WHERE r.publisher_id = $1 AND r.n > $2 AND r.verb IN ('merge', 'same', 'erase') AND r.undone_by IS NULL
   AND l.publisher_id = $1 AND l.regroup_id = r.regroup_id;

-- match_overridden(publisher:t, after:u) -> walk (customer_id:u)
SELECT customer_id FROM customer_override WHERE publisher_id = $1 AND customer_id > $2;

-- rematch_put(publisher:t, rematch:u, actor:t, model:i, threshold:i, leads:i, merged:i, split:i, moved:i, held:i, doubts:i, at:i)
INSERT INTO rematch (publisher_id, rematch_id, actor, state, model, threshold, leads, merged, split, moved, held, doubts, started_at)
VALUES ($1, $2, $3, 'applying', $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- rematch_state(publisher:t, rematch:u, state:t, at:I)
UPDATE rematch SET state = $3, ended_at = $4 WHERE publisher_id = $1 AND rematch_id = $2;

-- rematch_get(publisher:t, rematch:u) -> one (rematch_id:u, actor:t, state:t, model:i, threshold:i, leads:i, merged:i, split:i, moved:i, held:i, doubts:i, started_at:i, ended_at:I)
SELECT rematch_id, actor, state, model, threshold, leads, merged, split, moved, held, doubts, started_at, ended_at
  FROM rematch WHERE publisher_id = $1 AND rematch_id = $2;

-- rematch_list(publisher:t, limit:i) -> all like rematch_get
-- The latest first.
SELECT rematch_id, actor, state, model, threshold, leads, merged, split, moved, held, doubts, started_at, ended_at
  FROM rematch WHERE publisher_id = $1 ORDER BY rematch_id DESC LIMIT $2;

-- rematch_model(publisher:t) -> one (model:i)
-- By which leads are matched when they arrive.
SELECT model FROM rematch WHERE publisher_id = $1 AND state = 'done' ORDER BY rematch_id DESC LIMIT 1;

-- rematch_mark(publisher:t, regroup:u, rematch:u)
UPDATE regroup SET rematch_id = $3 WHERE publisher_id = $1 AND regroup_id = $2;

-- rematch_regroups(publisher:t, rematch:u) -> all (regroup_id:u)
-- Those that hold, the last one first.
SELECT regroup_id FROM regroup WHERE publisher_id = $1 AND rematch_id = $2 AND undone_by IS NULL ORDER BY n DESC;

-- model_last(publisher:t) -> one (model:i)
SELECT model FROM match_model WHERE publisher_id = $1 ORDER BY model DESC LIMIT 1;

-- model_put(publisher:t, model:i, at:i, leads:i, pairs:i, numbers:b)
INSERT INTO match_model (publisher_id, model, made_at, leads, pairs, numbers) VALUES ($1, $2, $3, $4, $5, $6);

-- match_count(publisher:t) -> one (n:i)
-- About how many leads there are, as the counters have it.
SELECT CAST(COALESCE(sum(n), 0) AS BIGINT) AS n FROM counter WHERE publisher_id = $1 AND name IN ('leads', 'leads.test');
