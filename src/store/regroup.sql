-- Leads that change their customer after they were placed, and pairs of leads that are one or two customers.

-- customers_raise() -> one (n:i)
-- Whoever has it has the row's lock until the end of the transaction.
UPDATE version SET n = n + 1 WHERE name = 'customers' RETURNING n;

-- customer_state(publisher:t, customer:u) -> one (customer_id:u, leads:i, created_at:i, merged_into:U)
-- batch: set
SELECT customer_id, leads, created_at, merged_into FROM customer WHERE publisher_id = $1 AND customer_id = $2;

-- customer_make(publisher:t, customer:u, at:i)
-- batch: set
INSERT INTO customer (publisher_id, customer_id, leads, created_at, last_at) VALUES ($1, $2, 0, $3, $3);

-- customer_emptied(publisher:t, customer:u, into:u)
-- batch: set
UPDATE customer SET email_key = NULL, first_name = NULL, last_name = NULL, email = NULL, phone = NULL, country = NULL,
       company = NULL, title = NULL, leads = 0, merged_into = $3
 WHERE publisher_id = $1 AND customer_id = $2;

-- customer_drop(publisher:t, customer:u)
DELETE FROM customer WHERE publisher_id = $1 AND customer_id = $2;

-- reviews_count(publisher:t, customer:u)
-- batch: set
-- How many open questions there are about it, by all its leads. CROSS JOIN and CASE: they lead, and not the
-- publisher's pairs, nor those in review.
UPDATE customer SET reviews =
       (SELECT count(*) FROM lead l CROSS JOIN match_pair p
         WHERE l.publisher_id = $1 AND l.customer_id = $2 AND p.publisher_id = $1 AND p.lead_a = l.lead_id
           AND CASE WHEN p.state = 'review' THEN 1 ELSE 0 END = 1)
     + (SELECT count(*) FROM lead l CROSS JOIN match_pair p
         WHERE l.publisher_id = $1 AND l.customer_id = $2 AND p.publisher_id = $1 AND p.lead_b = l.lead_id
           AND CASE WHEN p.state = 'review' THEN 1 ELSE 0 END = 1)
 WHERE publisher_id = $1 AND customer_id = $2;

-- override_put(publisher:t, customer:u, field:t, value:t, actor:t, at:i)
INSERT INTO customer_override (publisher_id, customer_id, field, value, actor, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (publisher_id, customer_id, field) DO UPDATE SET value = excluded.value, actor = excluded.actor, at = excluded.at;

-- override_drop(publisher:t, customer:u, field:t)
DELETE FROM customer_override WHERE publisher_id = $1 AND customer_id = $2 AND field = $3;

-- override_clear(publisher:t, customer:u)
DELETE FROM customer_override WHERE publisher_id = $1 AND customer_id = $2;

-- member_list(publisher:t, customer:u) -> all (lead_id:u, received_at:i, matched_lead:U)
-- All leads of a customer; a transaction that moves them has to know each. +seq: sorted, and not by reading all
-- leads of the publisher in their order.
SELECT lead_id, received_at, matched_lead FROM lead WHERE publisher_id = $1 AND customer_id = $2 ORDER BY +seq;

-- member_any(publisher:t, customer:u) -> one (lead_id:u)
-- batch: set
SELECT lead_id FROM lead WHERE publisher_id = $1 AND customer_id = $2 LIMIT 1;

-- member_of(publisher:t, lead:u) -> one (customer_id:u)
-- batch: set
SELECT customer_id FROM lead WHERE publisher_id = $1 AND lead_id = $2;

-- member_move(publisher:t, lead:u, customer:u)
-- batch: set
UPDATE lead SET customer_id = $3 WHERE publisher_id = $1 AND lead_id = $2;

-- regroup_put(publisher:t, regroup:u, n:i, verb:t, actor:t, at:i)
INSERT INTO regroup (publisher_id, regroup_id, n, verb, actor, at) VALUES ($1, $2, $3, $4, $5, $6);

-- regroup_undone(publisher:t, regroup:u, by:u)
UPDATE regroup SET undone_by = $3 WHERE publisher_id = $1 AND regroup_id = $2;

-- regroup_get(publisher:t, regroup:u) -> one (regroup_id:u, n:i, verb:t, actor:t, at:i, undone_by:U)
SELECT regroup_id, n, verb, actor, at, undone_by FROM regroup WHERE publisher_id = $1 AND regroup_id = $2;

-- regroup_of_customer(publisher:t, customer:u, limit:i) -> all like regroup_get
-- The latest that took leads from the customer or gave it some.
SELECT r.regroup_id, r.n, r.verb, r.actor, r.at, r.undone_by
  FROM (SELECT regroup_id FROM regroup_lead WHERE publisher_id = $1 AND from_customer = $2
        UNION SELECT regroup_id FROM regroup_lead WHERE publisher_id = $1 AND to_customer = $2) few
  JOIN regroup r ON r.publisher_id = $1 AND r.regroup_id = few.regroup_id
 ORDER BY r.n DESC LIMIT $3;

-- regroup_of_lead(publisher:t, lead:u, after:i) -> all like regroup_get
-- Those behind the n-th that moved the lead and still hold.
SELECT r.regroup_id, r.n, r.verb, r.actor, r.at, r.undone_by
  FROM regroup_lead m CROSS JOIN regroup r
 WHERE m.publisher_id = $1 AND m.lead_id = $2 AND r.publisher_id = $1 AND r.regroup_id = m.regroup_id AND r.n > $3 AND r.undone_by IS NULL AND r.verb <> 'undo'
 ORDER BY r.n;

-- regroup_of_pair(publisher:t, pair:u, after:i) -> all like regroup_get
SELECT r.regroup_id, r.n, r.verb, r.actor, r.at, r.undone_by
  FROM regroup_pair m CROSS JOIN regroup r
 WHERE m.publisher_id = $1 AND m.pair_id = $2 AND r.publisher_id = $1 AND r.regroup_id = m.regroup_id AND r.n > $3 AND r.undone_by IS NULL AND r.verb <> 'undo'
 ORDER BY r.n;

-- regroup_lead_put(publisher:t, regroup:u, lead:u, from:u, to:U)
-- batch: set
INSERT INTO regroup_lead (publisher_id, regroup_id, lead_id, from_customer, to_customer) VALUES ($1, $2, $3, $4, $5);

-- regroup_leads(publisher:t, regroup:u) -> all (lead_id:u, from_customer:u, to_customer:U)
SELECT lead_id, from_customer, to_customer FROM regroup_lead
 WHERE publisher_id = $1 AND regroup_id = $2 ORDER BY lead_id;

-- regroup_pair_put(publisher:t, regroup:u, pair:u, was:T, was_at:I, was_by:T, state:t)
-- batch: set
INSERT INTO regroup_pair (publisher_id, regroup_id, pair_id, was, was_at, was_by, state) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- regroup_pairs(publisher:t, regroup:u) -> all (pair_id:u, was:T, was_at:I, was_by:T, state:t)
SELECT pair_id, was, was_at, was_by, state FROM regroup_pair
 WHERE publisher_id = $1 AND regroup_id = $2 ORDER BY pair_id;

-- pair_put(publisher:t, pair:u, lead_a:u, lead_b:u, state:t, bits:i, pattern:i, model:i, made_at:i, decided_at:I, decided_by:T)
-- batch: set
INSERT INTO match_pair (publisher_id, pair_id, lead_a, lead_b, state, bits, pattern, model, made_at, decided_at, decided_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- pair_drop(publisher:t, pair:u)
DELETE FROM match_pair WHERE publisher_id = $1 AND pair_id = $2;

-- pair_decide(publisher:t, pair:u, state:t, at:I, by:T)
-- batch: set
UPDATE match_pair SET state = $3, decided_at = $4, decided_by = $5 WHERE publisher_id = $1 AND pair_id = $2;

-- pair_asked(publisher:t, lead:u) -> all (customer_id:u)
-- Customers that a question asks about together with the lead's. CASE: the lead's pairs, not all in review.
SELECT l.customer_id FROM match_pair p CROSS JOIN lead l
 WHERE p.publisher_id = $1 AND p.lead_a = $2 AND CASE WHEN p.state = 'review' THEN 1 ELSE 0 END = 1
   AND l.publisher_id = $1 AND l.lead_id = p.lead_b
UNION
SELECT l.customer_id FROM match_pair p CROSS JOIN lead l
 WHERE p.publisher_id = $1 AND p.lead_b = $2 AND CASE WHEN p.state = 'review' THEN 1 ELSE 0 END = 1
   AND l.publisher_id = $1 AND l.lead_id = p.lead_a;

-- pair_weigh(publisher:t, pair:u, bits:i, pattern:i, model:i)
-- A touch may say more than its lead did when the two were first compared.
UPDATE match_pair SET bits = $3, pattern = $4, model = $5 WHERE publisher_id = $1 AND pair_id = $2;

-- pair_get(publisher:t, pair:u) -> one (pair_id:u, publisher_id:t, lead_a:u, lead_b:u, customer_a:u, customer_b:u, state:t, bits:i, pattern:i, model:i, made_at:i, decided_at:I, decided_by:T)
SELECT p.pair_id, p.publisher_id, p.lead_a, p.lead_b, la.customer_id AS customer_a, lb.customer_id AS customer_b,
       p.state, p.bits, p.pattern, p.model, p.made_at, p.decided_at, p.decided_by
  FROM match_pair p JOIN lead la ON la.publisher_id = p.publisher_id AND la.lead_id = p.lead_a
  JOIN lead lb ON lb.publisher_id = p.publisher_id AND lb.lead_id = p.lead_b
 WHERE p.publisher_id = $1 AND p.pair_id = $2;

-- pair_by_leads(publisher:t, lead_a:u, lead_b:u) -> one (pair_id:u, state:t, decided_at:I, decided_by:T)
-- batch: set
SELECT pair_id, state, decided_at, decided_by FROM match_pair WHERE publisher_id = $1 AND lead_a = $2 AND lead_b = $3;

-- pair_page(publisher:t, state:t, bits:i, pair:u, limit:i) -> all like pair_get
-- By weight, the heaviest first, from the cursor bits and pair.
SELECT p.pair_id, p.publisher_id, p.lead_a, p.lead_b, la.customer_id AS customer_a, lb.customer_id AS customer_b,
       p.state, p.bits, p.pattern, p.model, p.made_at, p.decided_at, p.decided_by
  FROM match_pair p JOIN lead la ON la.publisher_id = p.publisher_id AND la.lead_id = p.lead_a
  JOIN lead lb ON lb.publisher_id = p.publisher_id AND lb.lead_id = p.lead_b
 WHERE p.publisher_id = $1 AND p.state = $2 AND (p.bits, p.pair_id) < ($3, $4)
 ORDER BY p.bits DESC, p.pair_id DESC LIMIT $5;

-- pair_few(publisher:t, state:t, limit:i) -> one (n:i)
-- How many there are, of limit at most.
SELECT count(*) AS n FROM (SELECT pair_id FROM match_pair WHERE publisher_id = $1 AND state = $2 LIMIT $3) few;

-- pair_of_customer(publisher:t, customer:u) -> all like pair_get
-- All pairs of a customer's leads; one whose leads are both its own comes once. CROSS JOIN: the customer's leads
-- lead, and not all pairs of the publisher.
SELECT p.pair_id, p.publisher_id, p.lead_a, p.lead_b, l.customer_id AS customer_a, o.customer_id AS customer_b,
       p.state, p.bits, p.pattern, p.model, p.made_at, p.decided_at, p.decided_by
  FROM lead l CROSS JOIN match_pair p CROSS JOIN lead o
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND p.publisher_id = $1 AND p.lead_a = l.lead_id
   AND o.publisher_id = $1 AND o.lead_id = p.lead_b
UNION ALL
SELECT p.pair_id, p.publisher_id, p.lead_a, p.lead_b, o.customer_id AS customer_a, l.customer_id AS customer_b,
       p.state, p.bits, p.pattern, p.model, p.made_at, p.decided_at, p.decided_by
  FROM lead l CROSS JOIN match_pair p CROSS JOIN lead o
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND p.publisher_id = $1 AND p.lead_b = l.lead_id
   AND o.publisher_id = $1 AND o.lead_id = p.lead_a AND o.customer_id <> $2;

-- model_get(publisher:t, model:i) -> one (made_at:i, leads:i, pairs:i, numbers:b)
SELECT made_at, leads, pairs, numbers FROM match_model WHERE publisher_id = $1 AND model = $2;

-- lead_edge(publisher:t, lead:u) -> one (matched_lead:U, matched_bits:I, matched_pattern:I, matched_model:I)
-- What made the lead its customer's when it came.
SELECT matched_lead, matched_bits, matched_pattern, matched_model FROM lead WHERE publisher_id = $1 AND lead_id = $2;
