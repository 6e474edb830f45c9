-- customer_put(publisher:t, customer:u, email_key:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, leads:i, at:i)
-- batch: set
INSERT INTO customer (publisher_id, customer_id, email_key, first_name, last_name, email, phone, country,
                      company, title, leads, created_at, last_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12);

-- lead_recent(publisher:t, customer:u, offer:t, action:t, since:i, below:i) -> one (lead_id:u)
-- batch: set
-- The lead that a touch within the repeat window belongs to: the newest one, if it was touched since.
-- below: a seq; what came long after the touch is not its lead (a receipt that is read again is old).
SELECT lead_id FROM
  (SELECT lead_id, touched_at FROM lead
    WHERE publisher_id = $1 AND customer_id = $2 AND offer_id = $3 AND action = $4 AND seq < $6
    ORDER BY seq DESC LIMIT 1) newest
 WHERE touched_at > $5;

-- lead_put(publisher:t, lead:u, seq:i, offer:t, customer:u, source:t, action:t, kind:t, received_at:i, test:i, dnc:i, bought:i, hot:i, due_at:I, due_sort:i, warm_until:I, flags:i, lead_source:T, description:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, status:t, substatus:t, read_at:I, matched_lead:U, matched_bits:I, matched_pattern:I, matched_model:I, updated_seq:I, owner:U, team:U)
-- batch: set
INSERT INTO lead (publisher_id, lead_id, seq, offer_id, customer_id, source, action, kind, status, substatus,
                  received_at, touched_at, touches, test, dnc, bought, hot, due_at, due_sort, warm_until,
                  flags,
                  lead_source, description, first_name, last_name, email, phone, country, company, title, read_at,
                  matched_lead, matched_bits, matched_pattern, matched_model, updated_seq, owner_id, team_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $27, $28, $9, $9, 1, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $29, $30, $31, $32, $33, $34, $35, $36);

-- lead_seq_taken(publisher:t, seq:i) -> one (seq:i)
-- batch: set
SELECT seq FROM lead WHERE publisher_id = $1 AND seq = $2;

-- lead_touch(publisher:t, lead:u, at:i, flags:i, description:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T)
-- What the lead left open is filled; what it said stays, and the touch has its own texts.
UPDATE lead SET touches = touches + 1, touched_at = CASE WHEN touched_at < $3 THEN $3 ELSE touched_at END,
       flags = flags | $4, description = COALESCE(NULLIF(description, ''), $5, description), first_name = COALESCE(first_name, $6),
       last_name = COALESCE(last_name, $7), email = COALESCE(email, $8), phone = COALESCE(phone, $9),
       country = COALESCE(country, $10), company = COALESCE(company, $11), title = COALESCE(title, $12)
 WHERE publisher_id = $1 AND lead_id = $2;

-- touch_put(publisher:t, receipt:u, ordinal:i, lead:u, at:i, flags:i, as_received:t, notes:t)
-- batch: set
INSERT INTO touch (publisher_id, receipt_id, ordinal, lead_id, at, flags, as_received, notes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- delivery_put(publisher:t, delivery:u, destination:u, lead:u, contact:b, state:t, created_at:i, next_at:i, code:T, recipient:t)
-- batch: set
INSERT INTO delivery (publisher_id, delivery_id, destination_id, lead_id, contact, state, attempts, replays,
                      created_at, since_at, next_at, code, recipient)
VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $7, $8, $9, $10)
ON CONFLICT (publisher_id, lead_id, destination_id, recipient) DO NOTHING;

-- change_put(publisher:t, change:u, noun:t, ref:u, what:t)
-- batch: set
INSERT INTO change (publisher_id, change_id, noun, ref, what) VALUES ($1, $2, $3, $4, $5);

-- change_since(publisher:t, after:u, limit:i) -> all (change_id:u, noun:t, ref:u, what:t)
SELECT change_id, noun, ref, what FROM change
 WHERE publisher_id = $1 AND change_id > $2 ORDER BY change_id LIMIT $3;

-- change_sweep(publisher:t, before:u)
DELETE FROM change WHERE publisher_id = $1 AND change_id < $2;

-- counter_add(publisher:t, name:t, n:i)
-- batch: set
INSERT INTO counter (publisher_id, name, n) VALUES ($1, $2, $3)
ON CONFLICT (publisher_id, name) DO UPDATE SET n = counter.n + excluded.n;

-- counter_list(publisher:t) -> all (name:t, n:i)
SELECT name, n FROM counter WHERE publisher_id = $1 ORDER BY name;
