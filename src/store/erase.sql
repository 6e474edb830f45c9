-- erase_leads(publisher:t, customer:u, limit:i) -> all (lead_id:u, seq:i, offer_id:t, source:t, action:t, kind:t, test:i, received_at:i, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T)
-- +seq: sorted, and not by reading all leads of the publisher in their order.
SELECT lead_id, seq, offer_id, source, action, kind, test, received_at, first_name, last_name, email, phone, country,
       company, title
  FROM lead WHERE publisher_id = $1 AND customer_id = $2 ORDER BY +seq LIMIT $3;

-- erase_touches(publisher:t, lead:u) -> all (receipt_id:u, ordinal:i, at:i)
-- Without their texts, which may be long.
SELECT receipt_id, ordinal, at
  FROM touch WHERE publisher_id = $1 AND lead_id = $2 ORDER BY at, receipt_id, ordinal;

-- erase_lead(publisher:t, lead:u)
-- The country stays, which is of many, and counts.
UPDATE lead SET first_name = NULL, last_name = NULL, email = NULL, phone = NULL, company = NULL, title = NULL,
       description = NULL
 WHERE publisher_id = $1 AND lead_id = $2;

-- erase_touch(publisher:t, lead:u)
UPDATE touch SET as_received = '{}', notes = '[]' WHERE publisher_id = $1 AND lead_id = $2;

-- erase_receipt(publisher:t, receipt:u, type:t) -> one (body_hash:b, state:t, received_at:i)
-- A row when it was not erased before, and does not wait to be read. Its tombstone is written with erase_body.
UPDATE receipt SET content_type = $3, problem_text = NULL
 WHERE publisher_id = $1 AND receipt_id = $2 AND content_type <> $3 AND state <> 'waiting'
RETURNING body_hash, state, received_at;

-- erase_body(publisher:t, receipt:u, body:b)
UPDATE receipt SET body = $3 WHERE publisher_id = $1 AND receipt_id = $2;

-- erase_rows(publisher:t, receipt:u)
-- What was to be told of the row of a file.
UPDATE load_row SET problem = NULL WHERE publisher_id = $1 AND receipt_id = $2 AND problem IS NOT NULL;

-- erase_entries(publisher:t, lead:u, after:u, limit:i) -> all (entry_id:u, type:t, detail:t)
SELECT entry_id, type, detail FROM timeline_entry
 WHERE publisher_id = $1 AND lead_id = $2 AND entry_id > $3 ORDER BY entry_id LIMIT $4;

-- erase_entry(publisher:t, lead:u, entry:u, detail:t)
UPDATE timeline_entry SET detail = $4 WHERE publisher_id = $1 AND lead_id = $2 AND entry_id = $3;

-- erase_engagement(publisher:t, lead:u)
-- Also where nobody has worked on it: who has seen the lead has not seen it like this.
INSERT INTO engagement (publisher_id, lead_id, version, favorite, attempts, calls, reached) VALUES ($1, $2, 1, 0, 0, 0, 0)
ON CONFLICT (publisher_id, lead_id) DO UPDATE SET name = NULL, notes = NULL, crm_id = NULL, campaign_id = NULL,
       version = engagement.version + 1;

-- erase_deal(publisher:t, lead:u)
-- Of a lead that was entered and never made: nobody has seen it.
UPDATE engagement SET name = NULL, notes = NULL, crm_id = NULL, campaign_id = NULL WHERE publisher_id = $1 AND lead_id = $2;

-- erase_checks(publisher:t, lead:u)
UPDATE lead_check SET evidence = '' WHERE publisher_id = $1 AND lead_id = $2;

-- erase_records(publisher:t, lead:u)
-- What the CRM said in words of its own; how far it has come stays.
UPDATE record SET status = NULL, owner = NULL, owner_email = NULL WHERE publisher_id = $1 AND lead_id = $2;

-- erase_tasks(publisher:t, lead:u)
UPDATE task SET text = '', place = '' WHERE publisher_id = $1 AND lead_id = $2;

-- erase_views(publisher:t) -> all (view_id:u, name:t, words:T)
-- What people look for may be a person; those that were removed too.
SELECT view_id, name, words FROM saved_view WHERE publisher_id = $1 ORDER BY view_id;

-- erase_view(publisher:t, view:u, name:t, words:T, at:I)
-- at: when its words go; without them it is another question.
UPDATE saved_view SET name = $3, words = $4, erased_at = COALESCE($5, erased_at), version = version + 1
 WHERE publisher_id = $1 AND view_id = $2;

-- erase_watch(publisher:t, lead:u)
-- Nobody can be answered any more.
DELETE FROM lead_watch WHERE publisher_id = $1 AND lead_id = $2;

-- erase_notifications(publisher:t, lead:u)
-- They have no words, and are about nobody now.
DELETE FROM notification WHERE publisher_id = $1 AND lead_id = $2;

-- erase_pairs_a(publisher:t, lead:u)
-- Nothing is left to decide a pair by. CASE: the lead's pairs, not all in review.
DELETE FROM match_pair WHERE publisher_id = $1 AND lead_a = $2 AND CASE WHEN state = 'review' THEN 1 ELSE 0 END = 1;

-- erase_pairs_b(publisher:t, lead:u)
DELETE FROM match_pair WHERE publisher_id = $1 AND lead_b = $2 AND CASE WHEN state = 'review' THEN 1 ELSE 0 END = 1;

-- erase_attempts(publisher:t, lead:u)
UPDATE attempt SET detail = NULL
 WHERE publisher_id = $1 AND delivery_id IN (SELECT d.delivery_id FROM delivery d WHERE d.publisher_id = $1 AND d.lead_id = $2);

-- erase_owed(publisher:t, lead:u, code:t) -> all (delivery_id:u)
-- What is still owed is cancelled.
UPDATE delivery SET state = 'cancelled', lease_until = NULL, lease_holder = NULL, code = $3
 WHERE publisher_id = $1 AND lead_id = $2 AND state IN ('due', 'leased', 'parked')
RETURNING delivery_id;

-- erase_deliveries(publisher:t, lead:u, code:t)
-- And none is sent again.
UPDATE delivery SET code = $3, detail = NULL WHERE publisher_id = $1 AND lead_id = $2;

-- erase_destinations(publisher:t, customer:u) -> all (destination_id:u)
SELECT DISTINCT d.destination_id FROM lead l CROSS JOIN delivery d
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND d.publisher_id = $1 AND d.lead_id = l.lead_id ORDER BY d.destination_id;

-- erase_errors(publisher:t, destination:u)
-- What a destination answered last may quote what it was sent; so may the reason why it is parked.
UPDATE destination SET last_error = NULL,
       state_reason = CASE WHEN state_reason IS NULL OR state_reason = 'by-hand' THEN state_reason ELSE 'erased' END
 WHERE publisher_id = $1 AND destination_id = $2;

-- erase_alarms(publisher:t, ref:t)
UPDATE alarm SET detail = '' WHERE publisher_id = $1 AND ref = $2;

-- erase_delivered(publisher:t, customer:u, limit:i) -> all (destination_id:u, name:T, kind:T, lead_id:u, remote_id:T, recipient:t, done_at:I)
-- Where else it lies, or may lie: whatever was tried may have arrived. CROSS JOIN: the deliveries of each lead, and not all of the publisher.
SELECT d.destination_id, t.name, t.kind, d.lead_id, d.remote_id, d.recipient, d.done_at
  FROM lead l CROSS JOIN delivery d
  LEFT JOIN destination t ON t.publisher_id = d.publisher_id AND t.destination_id = d.destination_id
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND d.publisher_id = $1 AND d.lead_id = l.lead_id
   AND (d.state = 'done' OR d.remote_id IS NOT NULL OR d.attempts > 0)
 ORDER BY d.destination_id, d.delivery_id LIMIT $3;

-- erase_former(publisher:t, lead:u) -> all (from_customer:u)
-- Customers that the lead was of before.
SELECT from_customer FROM regroup_lead WHERE publisher_id = $1 AND lead_id = $2;

-- erase_merged(publisher:t, customer:u) -> one (customer_id:u)
-- The row of one without leads, which only points on.
UPDATE customer SET email_key = NULL, first_name = NULL, last_name = NULL, email = NULL, phone = NULL, company = NULL,
       title = NULL
 WHERE publisher_id = $1 AND customer_id = $2 AND merged_into IS NOT NULL
RETURNING customer_id;

-- erasure_put(publisher:t, customer:u, at:i, actor:t, leads:i, receipts:i)
-- Once more: of leads that came to the customer since.
INSERT INTO erasure (publisher_id, customer_id, at, actor, leads, receipts) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (publisher_id, customer_id) DO UPDATE SET at = excluded.at, actor = excluded.actor,
       leads = excluded.leads, receipts = erasure.receipts + excluded.receipts, settled_at = NULL;

-- erasure_open() -> one (at:i)
SELECT at FROM erasure WHERE settled_at IS NULL LIMIT 1;

-- erasure_settled(at:i)
UPDATE erasure SET settled_at = $1 WHERE settled_at IS NULL;

-- erasure_get(publisher:t, customer:u) -> one (at:i, actor:t, leads:i, receipts:i, settled_at:I)
SELECT at, actor, leads, receipts, settled_at FROM erasure WHERE publisher_id = $1 AND customer_id = $2;
