-- lead_words() -> walk (publisher_id:t, seq:i, offer_id:t, source:t, action:t, kind:t, test:i, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, as_received:T)
-- What the search words of each lead are made of: for a store whose index is made anew.
SELECT l.publisher_id, l.seq, l.offer_id, l.source, l.action, l.kind, l.test, l.first_name, l.last_name,
       l.email, l.phone, l.country, l.company, l.title,
       (SELECT t.as_received FROM touch t WHERE t.publisher_id = l.publisher_id AND t.lead_id = l.lead_id
         ORDER BY t.at, t.receipt_id, t.ordinal LIMIT 1) AS as_received
  FROM lead l;

-- text export_lead_columns:
--   "l.lead_id, l.publisher_id, l.offer_id, o.title AS offer_title, l.customer_id, l.source, l.action, l.kind,"
--   "l.status, l.substatus, l.received_at, l.touches, l.test, l.dnc, l.due_at, l.responded_at, l.flags,"
--   "l.lead_source, l.description, l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title,"
--   "g.accepted_at, CASE WHEN l.substatus = 'Won' THEN g.closed_at END AS won_at,"
--   "CASE WHEN l.substatus = 'Lost' THEN g.closed_at END AS lost_at,"
--   "CASE WHEN l.substatus = 'Declined' THEN g.closed_at END AS declined_at,"
--   "CASE WHEN l.substatus = 'Expired' THEN g.closed_at END AS expired_at, g.reason,"
--   "COALESCE(NULLIF(a.name, ''), a.email) AS owner_name, t.name AS team_name,"
--   "CASE WHEN l.status = 'Active' THEN COALESCE(NULLIF(n.name, ''), s.stage) END AS stage,"
--   "COALESCE(g.calls, 0) AS calls, COALESCE(g.attempts, 0) AS attempts, g.quality, g.purchase_intent,"
--   "COALESCE(g.favorite, 0) AS favorite"
-- text export_lead_tables:
--   "lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id"
--   "LEFT JOIN engagement g ON g.publisher_id = l.publisher_id AND g.lead_id = l.lead_id"
--   "LEFT JOIN account a ON a.account_id = l.owner_id"
--   "LEFT JOIN team t ON t.publisher_id = l.publisher_id AND t.team_id = l.team_id"
--   "LEFT JOIN lead_stage s ON s.publisher_id = l.publisher_id AND s.lead_id = l.lead_id"
--   "LEFT JOIN process_stage n ON n.publisher_id = s.publisher_id AND n.process_id = s.process_id AND n.stage = s.stage"

-- export_leads(publisher:T) -> walk (lead_id:u, publisher_id:t, offer_id:t, offer_title:T, customer_id:u, source:t, action:t, kind:t, status:t, substatus:t, received_at:i, touches:i, test:i, dnc:i, due_at:I, responded_at:I, flags:i, lead_source:T, description:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, accepted_at:I, won_at:I, lost_at:I, declined_at:I, expired_at:I, reason:T, owner_name:T, team_name:T, stage:T, calls:i, attempts:i, quality:T, purchase_intent:T, favorite:i)
SELECT {export_lead_columns}
  FROM {export_lead_tables}
 WHERE $1 IS NULL OR l.publisher_id = $1
 ORDER BY l.publisher_id, l.seq;

-- export_lead(publisher:t, lead:u) -> one like export_leads
-- The same of one lead, for exports of a list.
SELECT {export_lead_columns}
  FROM {export_lead_tables}
 WHERE l.publisher_id = $1 AND l.lead_id = $2;

-- export_customers(publisher:T) -> walk (customer_id:u, publisher_id:t, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, leads:i, created_at:i, last_at:i)
SELECT customer_id, publisher_id, first_name, last_name, email, phone, country, company, title, leads, created_at,
       last_at
  FROM customer WHERE ($1 IS NULL OR publisher_id = $1) AND merged_into IS NULL ORDER BY publisher_id, customer_id;

-- export_deliveries(publisher:T) -> walk (delivery_id:u, publisher_id:t, lead_id:u, destination_id:u, kind:T, name:T, state:t, attempts:i, replays:i, created_at:i, done_at:I, outcome:T, http_status:I, code:T, detail:T, remote_id:T, recipient:t)
SELECT d.delivery_id, d.publisher_id, d.lead_id, d.destination_id, t.kind, t.name, d.state, d.attempts, d.replays,
       d.created_at, d.done_at, d.outcome, d.http_status, d.code, d.detail, d.remote_id, d.recipient
  FROM delivery d
  LEFT JOIN destination t ON t.publisher_id = d.publisher_id AND t.destination_id = d.destination_id
 WHERE $1 IS NULL OR d.publisher_id = $1 ORDER BY d.publisher_id, d.delivery_id;

-- export_leads_count(publisher:T) -> one (n:i)
SELECT count(*) AS n FROM lead WHERE $1 IS NULL OR publisher_id = $1;

-- export_customers_count(publisher:T) -> one (n:i)
SELECT count(*) AS n FROM customer WHERE ($1 IS NULL OR publisher_id = $1) AND merged_into IS NULL;

-- export_deliveries_count(publisher:T) -> one (n:i)
SELECT count(*) AS n FROM delivery WHERE $1 IS NULL OR publisher_id = $1;

-- receipt_newest(publisher:t) -> one (received_at:i)
SELECT received_at FROM receipt WHERE publisher_id = $1 ORDER BY receipt_id DESC LIMIT 1;
