-- customer_page(publisher:t, before:i, before_id:u, limit:i) -> all (customer_id:u, publisher_id:t, email_key:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, leads:i, created_at:i, last_at:i, reviews:i)
-- By the last lead, newest first.
SELECT customer_id, publisher_id, email_key, first_name, last_name, email, phone, country, company, title,
       leads, created_at, last_at, reviews
  FROM customer WHERE publisher_id = $1 AND merged_into IS NULL AND (last_at, customer_id) < ($2, $3)
 ORDER BY last_at DESC, customer_id DESC LIMIT $4;

-- customer_get(publisher:t, customer:u) -> one like customer_page
-- batch: set
SELECT customer_id, publisher_id, email_key, first_name, last_name, email, phone, country, company, title,
       leads, created_at, last_at, reviews
  FROM customer WHERE publisher_id = $1 AND customer_id = $2;

-- golden_leads(publisher:t, customer:u, limit:i) -> all (lead_id:u, seq:i, received_at:i, touched_at:i, action:t, test:i, dnc:i, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, owner_id:U, team_id:U, offer_id:t)
-- What the golden record is made of, and who reaches it. The plus keeps SQLite from walking all leads in order for the few of one customer.
SELECT lead_id, seq, received_at, touched_at, action, test, dnc, first_name, last_name, email, phone, country, company, title,
       owner_id, team_id, offer_id
  FROM lead WHERE publisher_id = $1 AND customer_id = $2 ORDER BY +seq DESC LIMIT $3;

-- golden_span(publisher:t, customer:u) -> one (n:i, first_at:i)
SELECT count(*) AS n, COALESCE(min(received_at), 0) AS first_at FROM lead WHERE publisher_id = $1 AND customer_id = $2;

-- golden_put(publisher:t, customer:u, email_key:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, leads:i, created_at:i, last_at:i)
-- batch: set
UPDATE customer SET email_key = $3, first_name = $4, last_name = $5, email = $6, phone = $7, country = $8,
       company = $9, title = $10, leads = $11, created_at = $12, last_at = $13, merged_into = NULL
 WHERE publisher_id = $1 AND customer_id = $2;

-- override_any(publisher:t, customer:u) -> one (field:t)
-- batch: set
SELECT field FROM customer_override WHERE publisher_id = $1 AND customer_id = $2 ORDER BY field LIMIT 1;

-- override_list(publisher:t, customer:u) -> all (field:t, value:t, actor:t, at:i)
SELECT field, value, actor, at FROM customer_override WHERE publisher_id = $1 AND customer_id = $2 ORDER BY field;

-- customer_list(publisher:t, at:i, id:u, edge:i, country:T, limit:i) -> all like customer_page
-- By the last touch, from the cursor at and id to edge, which belongs to it.
-- for filter: any "$5 IS NULL"
-- for filter: country "country = $5 AND country IS NOT NULL"
-- for filter: review "reviews > 0 AND $5 IS NULL"
-- for filter: review_country "reviews > 0 AND country = $5 AND country IS NOT NULL"
-- for order: newest "(last_at, customer_id) < ($2, $3) AND last_at >= $4", "last_at DESC, customer_id DESC"
-- for order: oldest "(last_at, customer_id) > ($2, $3) AND last_at <= $4", "last_at, customer_id"
SELECT customer_id, publisher_id, email_key, first_name, last_name, email, phone, country, company, title,
       leads, created_at, last_at, reviews
  FROM customer WHERE publisher_id = $1 AND merged_into IS NULL AND {filter} AND {order}
 ORDER BY {order.2} LIMIT $6;

-- customer_of_email(publisher:t, email_key:t, limit:i) -> all like customer_page
SELECT customer_id, publisher_id, email_key, first_name, last_name, email, phone, country, company, title,
       leads, created_at, last_at, reviews
  FROM customer WHERE publisher_id = $1 AND email_key = $2 ORDER BY customer_id LIMIT $3;
