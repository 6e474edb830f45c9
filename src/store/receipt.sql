-- receipt_put(publisher:t, receipt:u, offer:t, body_hash:b, since:i, slot:i, now:i, content_type:t, body:b) -> one (receipt_id:u, state:t, arrivals:i, crashes:i)
-- batch: set
-- Stores a message, or counts one more arrival of the same bytes at the same offer received after
-- `since`. One statement, so that a batch is one pipeline.
INSERT INTO receipt (publisher_id, receipt_id, offer_id, body_hash, slot, state, arrivals, received_at,
                     last_at, crashes, content_type, body)
VALUES ($1, $2, $3, $4,
        COALESCE((SELECT r.slot FROM receipt r
                   WHERE r.publisher_id = $1 AND r.offer_id = $3 AND r.body_hash = $4
                     AND r.slot > 0 AND r.received_at > $5
                   ORDER BY r.slot DESC LIMIT 1), $6),
        'waiting', 1, $7, $7, 0, $8, $9)
ON CONFLICT (publisher_id, offer_id, body_hash, slot) WHERE slot > 0
DO UPDATE SET arrivals = receipt.arrivals + 1, last_at = excluded.last_at
RETURNING receipt_id, state, arrivals, crashes;

-- receipt_new(publisher:t, receipt:u, offer:t, body_hash:b, now:i, content_type:t, body:b)
-- Stores a message that is known not to be a repeat.
INSERT INTO receipt (publisher_id, receipt_id, offer_id, body_hash, slot, state, arrivals, received_at,
                     last_at, crashes, content_type, body)
VALUES ($1, $2, $3, $4, 0, 'waiting', 1, $5, $5, 0, $6, $7);

-- receipt_made(publisher:t, receipt:u, offer:t, body_hash:b, slot:i, now:i, content_type:t, body:b, key:b)
-- What somebody entered, who could say more of it than a sender can: told by a key of its own and no import.
INSERT INTO receipt (publisher_id, receipt_id, offer_id, body_hash, slot, state, arrivals, received_at,
                     last_at, crashes, content_type, body, load_key)
VALUES ($1, $2, $3, $4, $5, 'waiting', 1, $6, $6, 0, $7, $8, $9);

-- receipt_made_before(publisher:t, offer:t, body_hash:b, since:i) -> one (receipt_id:u, received_at:i)
-- The very same, entered since. Whoever asks holds the publisher.
SELECT receipt_id, received_at FROM receipt
 WHERE publisher_id = $1 AND offer_id = $2 AND body_hash = $3 AND slot > 0 AND received_at > $4 AND load_key IS NOT NULL
 ORDER BY slot DESC LIMIT 1;

-- receipt_again(publisher:t, receipt:u, now:i) -> one like receipt_put
UPDATE receipt SET arrivals = arrivals + 1, last_at = $3 WHERE publisher_id = $1 AND receipt_id = $2
RETURNING receipt_id, state, arrivals, crashes;

-- receipt_recent(publisher:t, before:u, after:u, limit:i) -> all (receipt_id:u, offer_id:t, body_hash:b, received_at:i)
-- Newest first.
SELECT receipt_id, offer_id, body_hash, received_at FROM receipt
 WHERE publisher_id = $1 AND receipt_id < $2 AND receipt_id > $3 ORDER BY receipt_id DESC LIMIT $4;

-- receipt_get(publisher:t, receipt:u) -> one (receipt_id:u, offer_id:t, state:t, arrivals:i, received_at:i, last_at:i, crashes:i, problem_code:T, problem_text:T, content_type:t, bytes:i)
SELECT receipt_id, offer_id, state, arrivals, received_at, last_at, crashes, problem_code, problem_text,
       content_type, length(body) AS bytes
  FROM receipt WHERE publisher_id = $1 AND receipt_id = $2;

-- receipt_body(publisher:t, receipt:u) -> one (offer_id:t, content_type:t, received_at:i, body:b)
SELECT offer_id, content_type, received_at, body
  FROM receipt WHERE publisher_id = $1 AND receipt_id = $2;

-- receipt_list(publisher:t, before:u, since:u, offer:T, limit:i) -> all like receipt_get
-- Newest first. Ids rise with time, so before and since are ids; one bound on either side, or SQLite takes an index
-- by id to be better than the one that leads.
SELECT receipt_id, offer_id, state, arrivals, received_at, last_at, crashes, problem_code, problem_text,
       content_type, length(body) AS bytes
  FROM receipt
 WHERE publisher_id = $1 AND receipt_id < $2 AND receipt_id >= $3 AND ($4 IS NULL OR offer_id = $4)
 ORDER BY receipt_id DESC LIMIT $5;

-- receipt_list_state(publisher:t, before:u, since:u, offer:T, state:t, limit:i) -> all like receipt_get
-- filter: the index that leads.
-- for filter: any "1 = 1"
-- for filter: waiting "state = 'waiting'"
-- for filter: trouble "state IN ('unreadable', 'set-aside')"
SELECT receipt_id, offer_id, state, arrivals, received_at, last_at, crashes, problem_code, problem_text,
       content_type, length(body) AS bytes
  FROM receipt
 WHERE publisher_id = $1 AND receipt_id < $2 AND receipt_id >= $3 AND ($4 IS NULL OR offer_id = $4)
   AND state = $5 AND {filter}
 ORDER BY receipt_id DESC LIMIT $6;

-- receipt_placed(publisher:t, receipt:u)
-- batch: set
UPDATE receipt SET state = 'placed', problem_code = NULL, problem_text = NULL
 WHERE publisher_id = $1 AND receipt_id = $2;

-- receipt_trouble(publisher:t, receipt:u, state:t, code:t, text:t)
-- batch: set
-- state: unreadable or set-aside.
UPDATE receipt SET state = $3, problem_code = $4, problem_text = $5
 WHERE publisher_id = $1 AND receipt_id = $2;

-- receipt_crashed(publisher:t, receipt:u)
-- The reader went down with it: counted when the server comes back and finds the mark.
UPDATE receipt SET crashes = crashes + 1 WHERE publisher_id = $1 AND receipt_id = $2;

-- receipt_reread(publisher:t, receipt:u) -> one (receipt_id:u)
-- Back to waiting, unless it is placed already.
UPDATE receipt SET state = 'waiting', crashes = 0, problem_code = NULL, problem_text = NULL
 WHERE publisher_id = $1 AND receipt_id = $2 AND state IN ('unreadable', 'set-aside')
RETURNING receipt_id;

-- receipt_leads(publisher:t, receipt:u) -> all (lead_id:u)
-- In the order in which they stand in the message. In two steps, or an engine may choose to have the order of
-- leads from an index of all touches.
WITH said AS MATERIALIZED
  (SELECT lead_id, ordinal FROM touch WHERE publisher_id = $1 AND receipt_id = $2)
SELECT lead_id FROM said GROUP BY lead_id ORDER BY min(ordinal);

-- receipt_waiting_publisher(after:t) -> one (publisher_id:t)
-- The next publisher with receipts to place: the placer goes round, so that nobody starves.
SELECT publisher_id FROM receipt WHERE state = 'waiting' AND publisher_id > $1
 ORDER BY publisher_id LIMIT 1;

-- receipt_waiting(publisher:t, after:u, limit:i) -> all (receipt_id:u, offer_id:t, received_at:i, crashes:i, content_type:t, body:b, load_id:U, made:i)
SELECT receipt_id, offer_id, received_at, crashes, content_type, body, load_id,
       CASE WHEN load_id IS NULL AND load_key IS NOT NULL THEN 1 ELSE 0 END AS made
  FROM receipt WHERE publisher_id = $1 AND receipt_id > $2 AND state = 'waiting'
 ORDER BY receipt_id LIMIT $3;

-- receipt_waiting_size(publisher:t, after:u, limit:i) -> all (bytes:i)
-- Of those that receipt_waiting would give: what is taken at once is bounded in bytes too.
SELECT length(body) AS bytes FROM receipt WHERE publisher_id = $1 AND receipt_id > $2 AND state = 'waiting'
 ORDER BY receipt_id LIMIT $3;

-- receipt_waiting_count() -> one (n:i)
SELECT count(*) AS n FROM receipt WHERE state = 'waiting';

-- receipt_offer_seen(publisher:t, offer:t) -> one (received_at:i)
-- Last message for an offer: its leads carry it in order.
SELECT received_at FROM lead WHERE publisher_id = $1 AND offer_id = $2 ORDER BY seq DESC LIMIT 1;
