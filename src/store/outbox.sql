-- outbox_due(publisher:t, destination:u, now:i) -> one (fresh:i, again:i)
-- Is there anything to claim? Asked without a write lock; a claim may still find nothing.
SELECT CASE WHEN EXISTS (SELECT 1 FROM delivery WHERE publisher_id = $1 AND destination_id = $2
                          AND state = 'due' AND attempts = 0 AND next_at <= $3) THEN 1 ELSE 0 END AS fresh,
       CASE WHEN EXISTS (SELECT 1 FROM delivery WHERE publisher_id = $1 AND destination_id = $2
                          AND state = 'due' AND attempts > 0 AND next_at <= $3) THEN 1 ELSE 0 END AS again;

-- outbox_claim(publisher:t, destination:u, now:i, limit:i) -> all (delivery_id:u, lead_id:u, attempts:i, replays:i, created_at:i, since_at:i, next_at:i, code:T, outcome:T, recipient:t)
-- What is due, one lane at a time; outbox_take makes it ours. order contact: not while an earlier one of the
-- same contact is unfinished, or another one of it under way.
-- for lane: fresh "d.attempts = 0"
-- for lane: again "d.attempts > 0"
-- for order: none "1 = 1"
-- for order: contact "NOT EXISTS (SELECT 1 FROM delivery o WHERE o.publisher_id = $1 AND o.destination_id = $2 AND o.contact = d.contact AND o.state IN ('due', 'leased', 'parked') AND (o.delivery_id < d.delivery_id OR o.state = 'leased'))"
SELECT d.delivery_id, d.lead_id, d.attempts, d.replays, d.created_at, d.since_at, d.next_at, d.code, d.outcome, d.recipient FROM delivery d
 WHERE d.publisher_id = $1 AND d.destination_id = $2 AND d.state = 'due' AND {lane} AND d.next_at <= $3 AND {order}
 ORDER BY d.next_at, d.delivery_id LIMIT $4;

-- outbox_claim_head(publisher:t, destination:u, now:i) -> all like outbox_claim
-- Strict order: the oldest unfinished one, if it is due, and nothing else is under way.
SELECT d.delivery_id, d.lead_id, d.attempts, d.replays, d.created_at, d.since_at, d.next_at, d.code, d.outcome, d.recipient FROM delivery d
 WHERE d.publisher_id = $1 AND d.state = 'due' AND d.next_at <= $3 AND d.delivery_id IN (
       SELECT h.delivery_id FROM (
              SELECT a.delivery_id FROM (
                     SELECT u.delivery_id FROM delivery u
                      WHERE u.publisher_id = $1 AND u.destination_id = $2 AND u.state = 'due' AND u.state <> 'done'
                      ORDER BY u.delivery_id LIMIT 1) a
              UNION ALL
              SELECT b.delivery_id FROM (
                     SELECT p.delivery_id FROM delivery p
                      WHERE p.publisher_id = $1 AND p.destination_id = $2 AND p.state = 'parked' AND p.state <> 'done'
                      ORDER BY p.delivery_id LIMIT 1) b) h
        ORDER BY h.delivery_id LIMIT 1)
   AND NOT EXISTS (SELECT 1 FROM delivery l
                    WHERE l.publisher_id = $1 AND l.destination_id = $2 AND l.state = 'leased' AND l.state <> 'done');

-- outbox_take(publisher:t, delivery:u, attempts:i, lease_until:i, holder:u) -> one (delivery_id:u)
-- A row when nobody was faster. The state is compared in a way that no index serves: without statistics
-- PostgreSQL takes the index over states for as good as the key, and walks it for every row.
UPDATE delivery SET state = 'leased', attempts = attempts + 1, lease_until = $4, lease_holder = $5
 WHERE publisher_id = $1 AND delivery_id = $2 AND state || '' = 'due' AND attempts = $3
RETURNING delivery_id;

-- outbox_lead(publisher:t, lead:u) -> one (offer_id:t, offer_title:T, source:t, action:t, kind:t, received_at:i, test:i, dnc:i, flags:i, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, as_received:T)
-- batch: set
-- What a destination may see of a lead: as understood, and as its first message said it.
SELECT l.offer_id, o.title AS offer_title, l.source, l.action, l.kind, l.received_at, l.test, l.dnc, l.flags,
       l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title, t.as_received
  FROM lead l
  LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
  LEFT JOIN touch t ON t.publisher_id = l.publisher_id AND t.lead_id = l.lead_id
 WHERE l.publisher_id = $1 AND l.lead_id = $2
 ORDER BY t.at, t.receipt_id, t.ordinal LIMIT 1;

-- outbox_attempt(publisher:t, delivery:u, n:i, at:i, duration_ms:i, outcome:t, http_status:I, code:T, detail:T)
-- batch: set
INSERT INTO attempt (publisher_id, delivery_id, n, at, duration_ms, outcome, http_status, code, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (publisher_id, delivery_id, n) DO NOTHING;

-- outbox_quiet(publisher:t, delivery:u)
-- Of a delivery that was taken away while it was under way, when its lead was erased: no word of the answer.
UPDATE attempt SET detail = NULL
 WHERE publisher_id = $1 AND delivery_id = $2
   AND EXISTS (SELECT 1 FROM delivery d WHERE d.publisher_id = $1 AND d.delivery_id = $2 AND d.code = 'erased');

-- outbox_result(publisher:t, delivery:u, holder:u, attempt:i, state:t, next_at:i, done_at:I, outcome:t, http_status:I, code:T, detail:T, remote_id:T, since:i) -> one (delivery_id:u)
-- A row when the lease was still ours: only what is leased has a holder. since: as it was when it was claimed; what is
-- owed since a later time was owed anew while it was under way (hook_owe), and is not over.
UPDATE delivery SET state = CASE WHEN since_at > $13 AND $5 IN ('done', 'rejected', 'expired') THEN 'due' ELSE $5 END,
       next_at = CASE WHEN since_at > $13 AND $5 IN ('done', 'rejected', 'expired') THEN since_at ELSE $6 END,
       done_at = CASE WHEN since_at > $13 THEN NULL ELSE $7 END,
       outcome = $8, http_status = $9, code = $10, detail = $11,
       remote_id = COALESCE($12, remote_id), lease_until = NULL, lease_holder = NULL
 WHERE publisher_id = $1 AND delivery_id = $2 AND lease_holder = $3 AND attempts = $4
RETURNING delivery_id;

-- outbox_leases_over(now:i, limit:i) -> all (publisher_id:t, delivery_id:u, attempts:i, lease_until:i)
-- Their sender was not heard of again.
SELECT publisher_id, delivery_id, attempts, lease_until FROM delivery
 WHERE state = 'leased' AND lease_until < $1 ORDER BY publisher_id, lease_until, delivery_id LIMIT $2;

-- outbox_lease_end(publisher:t, delivery:u, attempt:i, lease_until:i, now:i, outcome:t, code:t, detail:t) -> one (delivery_id:u)
UPDATE delivery SET state = 'due', next_at = $5, outcome = $6, http_status = NULL, code = $7, detail = $8,
       lease_until = NULL, lease_holder = NULL
 WHERE publisher_id = $1 AND delivery_id = $2 AND attempts = $3 AND lease_until = $4
RETURNING delivery_id;

-- outbox_health(limit:i) -> all (publisher_id:t, destination_id:u, failures:i, refusals:i, suspended_until:I)
SELECT publisher_id, destination_id, failures, refusals, suspended_until
  FROM destination ORDER BY publisher_id, destination_id LIMIT $1;

-- outbox_health_put(publisher:t, destination:u, failures:i, refusals:i, suspended_until:I, success_at:I, failure_at:I, error:T, p50_ms:I, p95_ms:I)
UPDATE destination SET failures = $3, refusals = $4, suspended_until = $5, last_success_at = COALESCE($6, last_success_at),
       last_failure_at = COALESCE($7, last_failure_at), last_error = COALESCE($8, last_error),
       p50_ms = COALESCE($9, p50_ms), p95_ms = COALESCE($10, p95_ms)
 WHERE publisher_id = $1 AND destination_id = $2;

-- outbox_stop(publisher:t, destination:u, state:t, reason:t) -> one (destination_id:u)
-- The far side refuses us (parked) or asked us to stop (paused); a row when it was active until now.
UPDATE destination SET state = $3, state_reason = $4
 WHERE publisher_id = $1 AND destination_id = $2 AND state = 'active'
RETURNING destination_id;

-- outbox_park(publisher:t, destination:u)
-- Everything that is due waits for new settings.
UPDATE delivery SET state = 'parked'
 WHERE publisher_id = $1 AND destination_id = $2 AND state = 'due' AND state <> 'done';

-- outbox_apart(publisher:t, delivery:u, code:t) -> one (n:i)
-- Was an attempt of it ever refused so? Whatever came after that.
SELECT a.n FROM attempt a WHERE a.publisher_id = $1 AND a.delivery_id = $2 AND a.code = $3 ORDER BY a.n LIMIT 1;

-- outbox_tries(publisher:t, delivery:u, since:i) -> one (n:i)
-- Attempts since it became due, or was replayed: where it is in the schedule.
SELECT count(*) AS n FROM attempt WHERE publisher_id = $1 AND delivery_id = $2 AND at >= $3;
