-- destination_all() -> all (publisher_id:t, destination_id:u, offer_id:t, kind:t, name:t, state:t, settings_sealed:b, version:i)
-- For routing: a few rows a publisher, kept in memory.
SELECT publisher_id, destination_id, offer_id, kind, name, state, settings_sealed, version
  FROM destination ORDER BY publisher_id, destination_id;

-- destination_add(publisher:t, destination:u, offer:t, kind:t, name:t, settings_sealed:b, now:i)
INSERT INTO destination (publisher_id, destination_id, offer_id, kind, name, state, settings_sealed, version,
                         created_at, failures)
VALUES ($1, $2, $3, $4, $5, 'active', $6, 1, $7, 0);

-- destination_get(publisher:t, destination:u) -> one (publisher_id:t, destination_id:u, offer_id:t, kind:t, name:t, state:t, state_reason:T, settings_sealed:b, version:i, created_at:i, failures:i, suspended_until:I, last_success_at:I, last_failure_at:I, last_error:T, p50_ms:I, p95_ms:I)
SELECT publisher_id, destination_id, offer_id, kind, name, state, state_reason, settings_sealed, version,
       created_at, failures, suspended_until, last_success_at, last_failure_at, last_error, p50_ms, p95_ms
  FROM destination WHERE publisher_id = $1 AND destination_id = $2;

-- destination_list(publisher:T) -> all like destination_get
SELECT publisher_id, destination_id, offer_id, kind, name, state, state_reason, settings_sealed, version,
       created_at, failures, suspended_until, last_success_at, last_failure_at, last_error, p50_ms, p95_ms
  FROM destination WHERE $1 IS NULL OR publisher_id = $1 ORDER BY publisher_id, destination_id;

-- destination_set(publisher:t, destination:u, offer:t, name:t, settings_sealed:b)
-- New settings: it is tried again from a clean sheet.
UPDATE destination SET offer_id = $3, name = $4, settings_sealed = $5, version = version + 1, failures = 0,
       refusals = 0, suspended_until = NULL, state = CASE WHEN state = 'parked' THEN 'active' ELSE state END,
       state_reason = CASE WHEN state = 'parked' THEN NULL ELSE state_reason END
 WHERE publisher_id = $1 AND destination_id = $2;

-- destination_state(publisher:t, destination:u, state:t, reason:T)
UPDATE destination SET state = $3, state_reason = $4, failures = 0, refusals = 0, suspended_until = NULL
 WHERE publisher_id = $1 AND destination_id = $2;

-- destination_remove(publisher:t, destination:u)
DELETE FROM destination WHERE publisher_id = $1 AND destination_id = $2;
